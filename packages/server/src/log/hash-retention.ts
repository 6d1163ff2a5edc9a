import type { HashedNumber } from '@react-collab/core'

/** Hashes of a replica's last events that are kept when their entries are gone. */
const keptHashes = 512

/** What is left of a replica's hashes. */
export interface LeftHashes {
  readonly kept: readonly HashedNumber[]
  /** The greatest number whose hash is gone; 0 when none is. */
  readonly forgotten: number
}

/**
 * Drops hashes of entries that are gone, those up to number `upTo`, but for the last 512.
 *
 * A forgotten number counts as a duplicate when it comes again. A client sends a number again only
 * with the event that it sent first, as the number of one that is refused is not used again; who
 * has a copy of that client's disk is betrayed by its generation token (R9).
 */
export function forgetHashes(hashes: readonly HashedNumber[], upTo: number): LeftHashes {
  const most = hashes.length - keptHashes
  let gone = 0
  while (gone < most && (hashes[gone]?.[0] ?? Infinity) <= upTo) gone += 1
  return { kept: hashes.slice(gone), forgotten: hashes[gone - 1]?.[0] ?? 0 }
}
