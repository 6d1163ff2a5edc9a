import type { HashedNumber, Replica } from '@react-collab/core'
import type { HashRun, ObjectCommit } from './log-disk.js'

/** A run of hashes as the data file keeps it. */
export interface PackedHashes {
  readonly replica: Replica
  readonly first: number
  readonly last: number
  /** The numbers as JSON, where they have gaps. */
  readonly numbers: string | null
  /** One after another: each has the same length. */
  readonly hashes: string
}

/** A commit on its way to another thread, which copies few texts sooner than many pairs. */
export type PackedCommit = Omit<ObjectCommit, 'hashes'> & {
  readonly hashes: readonly PackedHashes[]
}

const hashLength = 11

/** Packs what is most of a commit. */
export const packCommit = (commit: ObjectCommit): PackedCommit => ({
  ...commit,
  hashes: commit.hashes.map(packHashes),
})

/** Packs a run. */
export function packHashes({ replica, hashes: list }: HashRun): PackedHashes {
  const first = list[0]?.[0] ?? 0
  const last = list.at(-1)?.[0] ?? 0
  const hasGap = last - first !== list.length - 1
  return {
    replica,
    first,
    last,
    numbers: hasGap ? JSON.stringify(list.map(([n]) => n)) : null,
    hashes: list.map(([, hash]) => hash).join(''),
  }
}

/** Unpacks a run. */
export function unpackHashes({
  first,
  numbers,
  hashes: text,
}: Pick<PackedHashes, 'first' | 'numbers' | 'hashes'>): HashedNumber[] {
  const all = numbers === null ? undefined : (JSON.parse(numbers) as number[])
  const hashes: HashedNumber[] = []
  for (let i = 0; i * hashLength < text.length; i++) {
    hashes.push([all?.[i] ?? first + i, text.slice(i * hashLength, (i + 1) * hashLength)])
  }
  return hashes
}
