import {
  type Event,
  type ObjectState,
  type Patch,
  ROOT,
  type RowKey,
  isCreated,
} from '@react-collab/core'

/** What an edit of a row is refused with that the server has let go of. */
export const ofGone = {
  code: 'BASE_LOST',
  message: 'it edits a row that was deleted long ago, and is gone',
} as const

/** What an edit is refused with that was not sent before its object was removed. */
export const ofObject = {
  code: 'REMOVED',
  message: 'the object was removed before this edit was sent',
} as const

/**
 * The rows of an object that the server has let go of: those that were there, and those that own edits have
 * made which are `logged`, and of which nothing is left.
 */
export function goneRows(
  before: Iterable<RowKey>,
  after: ObjectState,
  logged: Iterable<Event>,
): Set<RowKey> {
  const gone = new Set<RowKey>()
  for (const key of before) if (!after.rows.has(key)) gone.add(key)
  for (const [, , patches] of logged)
    for (const [, key] of patches) if (!after.rows.has(key)) gone.add(key)
  gone.delete(ROOT)
  return gone
}

/**
 * Tells whether patches write into a row that is gone, without making it anew. Deleting it once more
 * would leave a tombstone of nothing.
 */
export const writesGone = (patches: readonly Patch[], isGone: (key: RowKey) => boolean): boolean =>
  patches.some(([, key]) => isGone(key) && !isCreated(key, patches))
