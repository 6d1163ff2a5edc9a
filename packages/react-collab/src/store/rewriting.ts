/** Edits that wait, under other names or with other stamps than before. */
import { type Event, type ObjectId, type Stamp, withOrigin } from '@react-collab/core'
import { dropBatch, isBatch, withStamps } from './batches.js'
import { allOf, only, type Transaction } from './disk.js'
import { rowsOf } from './own-rows.js'
import type { OutboxRecord } from './records.js'
import { keepMoved } from './sent.js'
import type { LocalStore, StoredRow } from './store.js'

/**
 * Rewrites the waiting events of an object as a plan says; those that it takes out are kept with what was
 * sent, and a row without events goes. What a tab is about to write may name texts as they were called
 * before: its counter is no more the one that it knows.
 */
export async function moveEvents(
  tx: Transaction,
  object: ObjectId,
  plan: Parameters<LocalStore['move']>[2],
  now: number,
): Promise<readonly StoredRow[]> {
  const [records, counters] = await Promise.all([
    tx.getAll('outbox', allOf(object)),
    tx.getAll('counters', allOf(object)),
  ])
  const rows = await rowsOf(tx, records)
  const { rewrite, names } = plan(rows)
  const settled: OutboxRecord[] = []
  const after = rows.map((row, i): StoredRow => {
    const found = row.events.map(rewrite)
    const events = found.filter((event) => event !== undefined)
    const isSame =
      events.length === row.events.length && events.every((event, k) => event === row.events[k])
    if (isSame) return row
    const record = records[i] as OutboxRecord
    const { key, at } = record
    // Where one record stood for all of a batch, each event has its origin now.
    if (isBatch(record)) dropBatch(tx, key)
    if (events.length > 0) tx.put('outbox', { key, events, at })
    else tx.delete('outbox', only(key))
    const gone = row.events.filter((_, k) => found[k] === undefined)
    if (gone.length > 0) settled.push({ key, events: gone, at })
    return { ...row, events }
  })
  keepMoved(tx, object, settled, now)
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
