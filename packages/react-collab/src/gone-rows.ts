import {
  type Event,
  msOf,
  type ObjectState,
  type Patch,
  replicaOf,
  ROOT,
  type Row,
  type RowKey,
  TOMBSTONE,
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

/** What was there, what is there now that all of an object was loaded anew, and how old all was that went. */
export interface Purge {
  readonly before: ObjectState
  readonly after: ObjectState
  /** No row that was purged had a stamp later than this, ms. */
  readonly purged: number
}

/**
 * Tells of a row that is not there any more whether the server has let go of it: it is as old as what was
 * purged, and the log has all that its writers wrote. Else the log has lost what made it, and whoever did
 * will send that again.
 */
export function isLetGo({ before, after, purged }: Purge, { stamps }: Row): boolean {
  if (Object.values(stamps).some((stamp) => msOf(stamp) > purged)) return false
  const writers = new Set(Object.values(stamps).map(replicaOf))
  // Of who typed and counted nothing is known.
  const all = writers.size > 0 ? writers : before.vv.keys()
  return [...all].every((writer) => (after.vv.get(writer) ?? 0) >= (before.vv.get(writer) ?? 0))
}

/**
 * The rows of an object that the server has let go of; also those that own edits have made which are
 * `logged`, and of which nothing is left.
 */
export function goneRows(purge: Purge, logged: Iterable<Event>): Set<RowKey> {
  const { before, after } = purge
  const gone = new Set<RowKey>()
  for (const [key, row] of before.rows)
    if (!after.rows.has(key) && isLetGo(purge, row)) gone.add(key)
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
  patches.some(([, key]) => isGone(key) && !isMade(key, patches))

/** Tells whether patches make a row: they say that it is not deleted, and what is in it. */
export const isMade = (key: RowKey, patches: readonly Patch[]): boolean => {
  const own = patches.filter(([, row]) => row === key)
  const isUp = ([kind, , field, value]: Patch): boolean =>
    kind === '=' && field === TOMBSTONE && value === false
  return own.some(isUp) && own.some(([, , field]) => field !== TOMBSTONE)
}
