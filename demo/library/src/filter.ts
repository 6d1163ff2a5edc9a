import type { LabelsOfFiles } from './label-map.js'
import type { LibraryFile } from './schema.js'

/** Which files are shown: those that all of it holds for. */
export interface Filter {
  readonly search: string
  readonly device?: string | undefined
  readonly tag?: string | undefined
  readonly album?: string | undefined
}

/** Shows everything. */
export const noFilter: Filter = { search: '' }

/** Tells whether anything is left out. */
export const isFiltering = ({ search, device, tag, album }: Filter): boolean =>
  search.trim() !== '' || [device, tag, album].some((each) => each !== undefined)

interface Said {
  readonly tags: Pick<LabelsOfFiles, 'files'>
  readonly albums: Pick<LabelsOfFiles, 'files'>
}

/** The files that are shown, in the order in which they are given. */
export function filesIn(
  all: readonly LibraryFile[],
  { search, device, tag, album }: Filter,
  { tags, albums }: Said,
): readonly LibraryFile[] {
  const words = wordsOf(search)
  const tagged = tag === undefined ? undefined : (tags.files.get(tag) ?? nothing)
  const collected = album === undefined ? undefined : (albums.files.get(album) ?? nothing)
  if (words.length === 0 && device === undefined && tagged === undefined && collected === undefined)
    return all
  return all.filter(
    (file) =>
      (device === undefined || file.device === device) &&
      tagged?.has(file.id) !== false &&
      collected?.has(file.id) !== false &&
      holds(`${file.path ?? ''} ${file.name ?? ''}`, words),
  )
}

const nothing: ReadonlySet<string> = new Set()

const wordsOf = (search: string): readonly string[] =>
  search.toLowerCase().split(/\s+/).filter(Boolean)

function holds(text: string, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const lower = text.toLowerCase()
  return words.every((word) => lower.includes(word))
}
