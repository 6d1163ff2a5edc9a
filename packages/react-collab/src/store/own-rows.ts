/** Own edits on their way: waiting, accepted, or refused. */
import { type Event, type ObjectId, type Stamp, withOrigin } from '@react-collab/core'
import { dropBatch, eventsOf, isBatch, takeOut, withStamps } from './batches.js'
import { allOf, only, type Transaction } from './disk.js'
import type { OutboxRecord } from './records.js'
import type { LocalStore, Parking, StoredRow } from './store.js'

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

/**
 * Rewrites the waiting events of an object as a plan says; a row without events goes. What a tab is about
 * to write may name texts as they were called before: its counter is no more the one that it knows.
 */
export async function moveEvents(
  tx: Transaction,
  object: ObjectId,
  plan: Parameters<LocalStore['move']>[2],
): Promise<readonly StoredRow[]> {
  const [records, counters] = await Promise.all([
    tx.getAll('outbox', allOf(object)),
    tx.getAll('counters', allOf(object)),
  ])
  const rows = await rowsOf(tx, records)
  const { rewrite, names } = plan(rows)
  const after = rows.map((row, i): StoredRow => {
    const events = row.events.flatMap((event) => {
      const now = rewrite(event)
      return now === undefined ? [] : [now]
    })
    const isSame =
      events.length === row.events.length && events.every((event, k) => event === row.events[k])
    if (isSame) return row
    const record = records[i] as OutboxRecord
    const { key, at } = record
    // Where one record stood for all of a batch, each event has its origin now.
    if (isBatch(record)) dropBatch(tx, key)
    if (events.length > 0) tx.put('outbox', { key, events, at })
    else tx.delete('outbox', only(key))
    return { ...row, events }
  })
  if (after.some((row, i) => row !== rows[i]))
    for (const { epoch = 0, moves = [], ...counter } of counters) {
      const moved = { epoch: epoch + 1, names }
      tx.put('counters', { ...counter, epoch: epoch + 1, moves: [...moves, moved] })
    }
  return after.filter(({ events }) => events.length > 0)
}

/** Gives every waiting event of an object a new stamp; the counters of all its writers fall back. */
export async function restampRows(
  tx: Transaction,
  object: ObjectId,
  stampOf: (event: Event) => Stamp,
): Promise<readonly StoredRow[]> {
  const [records, counters] = await Promise.all([
    tx.getAll('outbox', allOf(object)),
    tx.getAll('counters', allOf(object)),
  ])
  const rows = await rowsOf(tx, records)
  let greatest: Stamp | undefined
  const restamped = rows.map((row) => ({
    ...row,
    events: row.events.map((event): Event => {
      const [n, , ...rest] = event
      const stamp = stampOf(event)
      if (greatest === undefined || stamp > greatest) greatest = stamp
      // It is the same edit, for whoever holds a copy of it.
      return stamp === event[1] ? event : withOrigin([n, stamp, ...rest], event)
    }),
  }))
  records.forEach((record, i) => {
    const { events } = restamped[i] as StoredRow
    tx.put('outbox', isBatch(record) ? withStamps(record, events) : { ...record, events })
  })
  for (const { epoch = 0, ...counter } of counters) {
    const fallen = greatest !== undefined && { stamp: greatest }
    tx.put('counters', { ...counter, ...fallen, epoch: epoch + 1 })
  }
  return restamped
}
