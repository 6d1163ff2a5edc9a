import {
  type Digests,
  exchangeDigest,
  isDeleted,
  isSeedStamp,
  msOf,
  prefixOf,
  type RowKey,
} from '@react-collab/core'
import type { StoredRow } from './log-disk.js'
import { decodeRow } from './row-text.js'

/** Which deleted rows may go for good. */
export interface PurgeBounds {
  /** Those that nobody has written since then, ms since the Unix epoch. */
  readonly before: number
  /** Not those whose keys begin with one of these: rows refer to them, and would wait for ever. */
  readonly kept: readonly string[]
}

/**
 * The rows that go: deleted ones whose last entry is gone, so that nobody makes them again of entries.
 *
 * One that a seed wrote stays: it would be written again wherever the app starts.
 */
export const purgeable = (
  rows: Iterable<readonly [RowKey, StoredRow]>,
  floor: number,
  { before, kept }: PurgeBounds,
): (readonly [RowKey, StoredRow])[] =>
  [...rows].filter(([key, { at, row: text }]) => {
    if (at > floor || kept.includes(prefixOf(key))) return false
    const row = decodeRow(text)
    const isOld = Object.values(row.stamps).every((stamp) => msOf(stamp) < before)
    return isOld && isDeleted(row) && !Object.values(row.stamps).some(isSeedStamp)
  })

/** Takes rows out of the sums of all. */
export function withoutRows(
  digests: Digests,
  rows: Iterable<readonly [RowKey, StoredRow]>,
): Digests {
  for (const [key, { digest }] of rows) exchangeDigest(digests, key, digest, 0)
  return digests
}
