import {
  cut,
  type ObjectId,
  type Patch,
  parseRowKey,
  type RowKey,
  UsageError,
  isCreated,
} from '@react-collab/core'
import type { Rejected } from './store/store.js'

/** An object, the edits of it that were refused among others, and what of it is there. */
export interface RefusedRows {
  readonly object: ObjectId
  readonly rejected: readonly Rejected[]
  readonly isThere: (key: RowKey) => boolean
}

/**
 * Refuses to write into a row whose creation was refused and waits for a decision: alone, that would make
 * a row of the few fields that are written. What makes it anew, whole, may be written.
 *
 * Errors  `UsageError` DEPENDS_ON_REFUSED
 */
export function checkNotRefused(
  keys: Iterable<RowKey>,
  patches: readonly Patch[],
  { object, rejected, isThere }: RefusedRows,
): void {
  for (const key of keys) {
    if (isThere(key) || isCreated(key, patches)) continue
    const refused = rejected.find((one) => one.object === object && isCreated(key, one.event[2]))
    if (refused === undefined) continue
    const { collection, id } = parseRowKey(key)
    throw new UsageError(
      'DEPENDS_ON_REFUSED',
      `the creation of ${cut(id)} of ${collection} was refused: retry or discard that first`,
    )
  }
}
