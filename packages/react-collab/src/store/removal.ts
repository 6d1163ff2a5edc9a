import type { ObjectId } from '@react-collab/core'
import { allOf, only, type Transaction } from './disk.js'
import { parkEvents, rowsOf } from './own-rows.js'
import type { Table } from './records.js'
import type { Parking, StoredRow } from './store.js'

/** What goes when an object was removed for everyone: all but its counters, and what is local. */
const gone = [
  'chunks',
  'journal',
  'pages',
  'sent',
  'images',
  'outbox',
  'overwritten',
  'derived',
] as const

/** What is looked at when an object was removed. */
export const removable: readonly Table[] = [...gone, 'cursors', 'bases', 'keys', 'rejected']

/** Takes away what the log said of an object; what waits to be sent is parked as planned. */
export async function removeObject(
  tx: Transaction,
  object: ObjectId,
  plan: (rows: readonly StoredRow[]) => readonly Parking[],
  now: number,
): Promise<void> {
  const rows = await rowsOf(tx, await tx.getAll('outbox', allOf(object)))
  await parkEvents(tx, object, plan(rows), now)
  for (const table of gone) tx.delete(table, allOf(object))
  tx.delete('cursors', only(object))
  tx.delete('bases', only(object))
}
