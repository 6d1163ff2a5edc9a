import type { Rejected } from 'react-collab'

/** The collection that holds the notes. */
export const NOTES = 'notes'

/** What a note holds; title and body are texts, and are missing until somebody typed there. */
export interface NoteFields {
  readonly title?: string
  readonly body?: string
  /** When it was begun, for the order. */
  readonly begun?: number
}

/** A note as it is shown. */
export interface Note extends NoteFields {
  readonly id: string
}

/** The words in an empty note. */
export const EMPTY_BODY = 'Write. Whoever has this note open sees it as you type.'

/** Where the texts of a note are. */
export const textPath = (id: string, field: 'title' | 'body'): [string, string, string] => [
  NOTES,
  id,
  field,
]

/** Newest first; equally old ones by id, so that all see them alike. */
export const byAge = (a: Note, b: Note): number =>
  (b.begun ?? 0) - (a.begun ?? 0) || (a.id < b.id ? -1 : 1)

/** The name of a note in the list. */
export const nameOf = ({ title = '' }: Note): string => title.trim() || 'Untitled'

/** The beginning of a note, on one line. */
export const excerptOf = ({ body = '' }: Partial<Note>): string =>
  body.slice(0, 200).replace(/\s+/g, ' ').trim() || 'No text yet'

/** Counts words: "1 word". */
export function wordsIn(body: string): string {
  const count = body.match(/\S+/g)?.length ?? 0
  return `${count.toLocaleString('en')} ${count === 1 ? 'word' : 'words'}`
}

/** Counts notes: "3 notes". */
export const notesIn = (count: number): string =>
  `${count.toLocaleString('en')} ${count === 1 ? 'note' : 'notes'}`

/** What a refused edit would have typed. */
export function refusedText({ event: [, , patches] }: Rejected): string {
  const typed = patches.flatMap((patch) => (patch[0] === '~' ? patch[3] : []))
  const words = typed.flatMap((insert) => insert.filter((part) => typeof part === 'string'))
  return words.join(' … ') || 'A change without text'
}
