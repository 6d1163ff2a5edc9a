import type { Patch, RowKey } from '@react-collab/core'
import type { Replica } from '../replica.js'
import type { LocalStore } from '../store/store.js'

/** Of the rows that patches are about, those that the log has and that are on the disk alone. */
export async function rowsOnDisk(
  { held, object }: Pick<Replica, 'held' | 'object'>,
  store: LocalStore,
  patches: readonly Patch[],
): Promise<ReadonlySet<RowKey>> {
  const keys = new Set(patches.map(([, key]) => key).filter((key) => held.isAbsent(key)))
  if (keys.size === 0) return keys
  const { rows } = await store.readRows(object, [...keys])
  return new Set(rows.flatMap(([key, row]) => (row === undefined ? [] : [key])))
}
