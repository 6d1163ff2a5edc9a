/** Own edits on their way: waiting, accepted, or refused. */
import { type Event, type ObjectId, type Stamp, withOrigin } from '@react-collab/core'
import { allOf, only, type Range, type Transaction } from './disk.js'
import type { OutboxRecord } from './records.js'
import type { LocalStore, OutboxKey, Parking, StoredRow } from './store.js'

const DAY_MS = 86_400_000

/** Shows a record as the rest of the client knows it. */
export const toRow = ({ key, events, at }: OutboxRecord): StoredRow => ({
  key: key[1],
  object: key[0],
  events,
  at,
})

/** Gives out `count` keys that no row has had; returns the first. */
export async function takeKeys(tx: Transaction, count: number): Promise<number> {
  const next = (await tx.get('keys', 'next'))?.next ?? 1
  tx.put('keys', { key: 'next', next: next + count })
  return next
}

/** Moves rows from the outbox to `sent`, under their old keys. */
export async function settleRows(
  tx: Transaction,
  object: ObjectId,
  keys: readonly OutboxKey[],
  now: number,
): Promise<void> {
  if (keys.length === 0) return
  const settled = new Set(keys)
  const sorted = [...keys].sort((a, b) => a - b)
  const range: Range = { from: [object, sorted[0]!], to: [object, sorted.at(-1)!] }
  const between = await tx.getAll('outbox', range)
  const rows = between.filter(({ key }) => settled.has(key[1]))
  // Rows go in the order in which they were sent, so that one request is enough, as a rule.
  if (rows.length === between.length) tx.delete('outbox', range)
  else for (const { key } of rows) tx.delete('outbox', only(key))
  const [first] = rows
  if (first) tx.put('sent', { key: [object, now, first.key[1]], rows })
}

/** Reads what was sent, in the order in which it was made. */
export async function readSent(tx: Transaction, object: ObjectId): Promise<StoredRow[]> {
  const records = await tx.getAll('sent', allOf(object))
  return records
    .flatMap(({ rows }) => rows)
    .map(toRow)
    .sort((a, b) => a.key - b.key)
}

/** Forgets what was sent more than 24 h ago. */
export const purgeSent = (tx: Transaction, object: ObjectId, now: number): void =>
  tx.delete('sent', { from: [object], to: [object, now - DAY_MS] })

/** Moves rows from `sent` back to the outbox: their keys put them before all later ones. */
export async function restoreRows(
  tx: Transaction,
  object: ObjectId,
  keys: readonly OutboxKey[],
): Promise<void> {
  const restored = new Set(keys)
  for (const { key, rows } of await tx.getAll('sent', allOf(object))) {
    const kept = rows.filter((row) => !restored.has(row.key[1]))
    if (kept.length === rows.length) continue
    for (const row of rows) if (restored.has(row.key[1])) tx.put('outbox', row)
    tx.delete('sent', only(key))
    // Named by the first that is left: the restored row may soon be sent again, and first of its.
    const [first] = kept
    if (first) tx.put('sent', { key: [object, key[1], first.key[1]], rows: kept })
  }
}

/** Moves events from the outbox to `rejected`. */
export async function parkEvents(
  tx: Transaction,
  object: ObjectId,
  parking: readonly Parking[],
  now: number,
): Promise<void> {
  const rows = await Promise.all(parking.map(({ key }) => tx.get('outbox', [object, key])))
  let next = await takeKeys(
    tx,
    parking.reduce((sum, { parked }) => sum + parked.length, 0),
  )
  parking.forEach(({ parked }, i) => {
    const row = rows[i]
    if (row === undefined) return
    const reasons = new Map(parked.map((reason) => [reason.n, reason]))
    for (const event of row.events) {
      const reason = reasons.get(event[0])
      if (reason === undefined) continue
      const { code, message } = reason
      tx.put('rejected', { key: next++, object, event, code, message, at: now })
    }
    const events = row.events.filter(([n]) => !reasons.has(n))
    if (events.length > 0) tx.put('outbox', { ...row, events })
    else tx.delete('outbox', only(row.key))
  })
}

/** Rewrites the waiting events of an object as a plan says; a row without events goes. */
export async function moveEvents(
  tx: Transaction,
  object: ObjectId,
  plan: Parameters<LocalStore['move']>[2],
): Promise<readonly StoredRow[]> {
  const rows = await tx.getAll('outbox', allOf(object))
  const rewrite = plan(rows.map(toRow))
  const after = rows.map((row) => ({
    ...row,
    events: row.events.flatMap((event) => {
      const now = rewrite(event)
      return now === undefined ? [] : [now]
    }),
  }))
  after.forEach((row, i) => {
    const before = rows[i]?.events
    const isSame =
      row.events.length === before?.length && row.events.every((event, k) => event === before[k])
    if (row.events.length === 0) tx.delete('outbox', only(row.key))
    else if (!isSame) tx.put('outbox', row)
  })
  return after.filter(({ events }) => events.length > 0).map(toRow)
}

/** Gives every waiting event of an object a new stamp; the counters of all its writers fall back. */
export async function restampRows(
  tx: Transaction,
  object: ObjectId,
  stampOf: (event: Event) => Stamp,
): Promise<readonly StoredRow[]> {
  const [rows, counters] = await Promise.all([
    tx.getAll('outbox', allOf(object)),
    tx.getAll('counters', allOf(object)),
  ])
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
  for (const row of restamped) tx.put('outbox', row)
  for (const { epoch = 0, ...counter } of counters) {
    const fallen = greatest !== undefined && { stamp: greatest }
    tx.put('counters', { ...counter, ...fallen, epoch: epoch + 1 })
  }
  return restamped.map(toRow)
}
