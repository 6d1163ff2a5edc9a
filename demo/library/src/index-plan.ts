import { kindOf, type FileKind } from './file-kind.js'
import type { LibraryFile } from './schema.js'

/** A file of this device whose content is known. */
export interface HashedFile {
  readonly path: string
  readonly size: number
  readonly hash: string
}

/** The fields of a file that is new. */
export interface NewFile extends HashedFile {
  readonly name: string
  readonly kind: FileKind
  readonly device: string
}

/** What has to be written so that the library has what was found. */
export interface IndexPlan {
  readonly fresh: readonly NewFile[]
  /** Files whose content is another one now. */
  readonly changed: readonly { readonly id: string; readonly file: HashedFile }[]
  /** How many are known as they are. */
  readonly same: number
}

/** Compares what was found with what this device has in the library, path by path. */
export function planIndex(
  found: readonly HashedFile[],
  own: readonly LibraryFile[],
  device: string,
): IndexPlan {
  const known = new Map(own.map((file) => [file.path, file]))
  const fresh: NewFile[] = []
  const changed: { id: string; file: HashedFile }[] = []
  let same = 0
  for (const file of found) {
    const before = known.get(file.path)
    if (before === undefined) fresh.push({ ...file, ...nameOf(file.path), device })
    else if (before.hash === file.hash) same += 1
    else changed.push({ id: before.id, file })
  }
  return { fresh, changed, same }
}

function nameOf(path: string): Pick<NewFile, 'name' | 'kind'> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return { name, kind: kindOf(name) }
}
