import type { Event, ObjectId } from '@react-collab/core'
import { allOf, only, type Transaction } from './disk.js'
import { parkEvents, rowsOf } from './own-rows.js'
import type { Table } from './records.js'

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

const why = {
  code: 'REMOVED',
  message: 'the object was removed before this edit was sent',
} as const

/** Takes away what the log said of an object; what waits to be sent is parked. */
export async function removeObject(
  tx: Transaction,
  object: ObjectId,
  isLogged: (event: Event) => boolean,
  now: number,
): Promise<void> {
  const rows = await rowsOf(tx, await tx.getAll('outbox', allOf(object)))
  const parking = rows.flatMap(({ key, events }) => {
    const parked = events.filter((event) => !isLogged(event)).map(([n]) => ({ n, ...why }))
    return parked.length === 0 ? [] : [{ key, parked }]
  })
  await parkEvents(tx, object, parking, now)
  for (const table of gone) tx.delete(table, allOf(object))
  tx.delete('cursors', only(object))
  tx.delete('bases', only(object))
}
