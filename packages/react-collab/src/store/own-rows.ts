/** Own edits on their way: waiting, accepted, or refused. */
import type { Event, ObjectId } from '@react-collab/core'
import { eventsOf, isBatch, takeOut } from './batches.js'
import { only, type Transaction } from './disk.js'
import type { OutboxRecord } from './records.js'
import type { Parking, StoredRow } from './store.js'

/** Shows records as the rest of the client knows them: with their events. */
export async function rowsOf(
  tx: Transaction,
  records: readonly OutboxRecord[],
): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for (const record of records) {
    const { key, at } = record
    const events = isBatch(record) ? await eventsOf(tx, record) : record.events
    rows.push({ key: key[1], object: key[0], events, at })
  }
  return rows
}

/** Gives out `count` keys that no row has had; returns the first. */
export async function takeKeys(tx: Transaction, count: number): Promise<number> {
  const { next, ...keys } = (await tx.get('keys', 'next')) ?? { key: 'next' as const, next: 1 }
  tx.put('keys', { ...keys, next: next + count })
  return next
}

/** Moves events from the outbox to `rejected`; gives them back. */
export async function parkEvents(
  tx: Transaction,
  object: ObjectId,
  parking: readonly Parking[],
  now: number,
): Promise<readonly Event[]> {
  const rows = await Promise.all(parking.map(({ key }) => tx.get('outbox', [object, key])))
  let next = await takeKeys(
    tx,
    parking.reduce((sum, { parked }) => sum + parked.length, 0),
  )
  const all: Event[] = []
  for (const [i, { parked }] of parking.entries()) {
    const row = rows[i]
    if (row === undefined) continue
    const reasons = new Map(parked.map((reason) => [reason.n, reason]))
    const taken = await takeEvents(tx, row, reasons)
    all.push(...taken)
    for (const event of taken) {
      const { code, message } = reasons.get(event[0]) as (typeof parked)[number]
      tx.put('rejected', { key: next++, object, event, code, message, at: now })
    }
  }
  return all
}

/** Takes events out of a row, by number; the row goes with its last one. */
async function takeEvents(
  tx: Transaction,
  row: OutboxRecord,
  numbers: ReadonlyMap<number, unknown>,
): Promise<readonly Event[]> {
  if (isBatch(row)) return takeOut(tx, row, numbers.keys())
  const events = row.events.filter(([n]) => !numbers.has(n))
  if (events.length > 0) tx.put('outbox', { ...row, events })
  else tx.delete('outbox', only(row.key))
  return row.events.filter(([n]) => numbers.has(n))
}
