import { type ObjectId, StorageError } from '@react-collab/core'
import { isBranch } from '../branch-id.js'
import { isBatch, putBatch } from './batches.js'
import { checkBranch } from './branches.js'
import { allAfter, type Disk, only, type Transaction } from './disk.js'
import type { Erasures } from './erasures.js'
import { leading } from './leading.js'
import { writeLocals } from './locals.js'
import { parkEvents, rowsOf, takeKeys } from './own-rows.js'
import { moveEvents, restampRows } from './rewriting.js'
import { type RowStore, rowTables } from './row-store.js'
import { readSent } from './sent.js'
import type { CounterRecord, Table } from './records.js'
import type { LocalStore, OutboxKey, Write } from './store.js'

type Edits = Pick<
  LocalStore,
  | 'append'
  | 'pendingObjects'
  | 'pending'
  | 'sent'
  | 'park'
  | 'restamp'
  | 'move'
  | 'rejected'
  | 'discard'
>

/** The part of a store that keeps own edits until their fate is known. */
export const createEdits = (disk: Disk, rows: RowStore, erasures: Erasures): Edits => ({
  append(writes) {
    const events = writes.flatMap(({ row }) => row?.events ?? [])
    const tables = [...tablesOf(writes), ...rows.tablesOf(events)]
    return disk.run('strict', tables, async (tx) => {
      await erasures.check(tx)
      const keys = await append(tx, writes)
      for (const { object, row } of writes) if (row) await rows.lay(tx, object, row.events)
      return keys
    })
  },

  pendingObjects: () => disk.run('read', ['outbox'], pendingObjects),

  pending: (object, after = 0, knows = () => false) =>
    disk.run('read', ['outbox', 'images'], async (tx) => {
      const records = await tx.getAll('outbox', allAfter(object, after))
      return rowsOf(
        tx,
        records.filter((record) => !isBatch(record) || !knows(record.key[1])),
      )
    }),

  sent: (object) => disk.run('read', ['sent', 'images'], (tx) => readSent(tx, object)),

  park: (lead, object, parking, now) =>
    leading(disk, lead)(
      'relaxed',
      ['keys', 'outbox', 'images', 'rejected', ...rowTables],
      async (tx) => {
        await rows.relay(tx, object, await parkEvents(tx, object, parking, now))
      },
    ),

  restamp: (lead, object, stampOf) =>
    leading(disk, lead)('strict', ['counters', 'outbox', 'images', ...rowTables], async (tx) => {
      const stamped = await restampRows(tx, object, stampOf)
      await rows.relay(tx, object)
      return stamped
    }),

  move: (lead, object, plan, now) =>
    leading(disk, lead)(
      'strict',
      ['counters', 'outbox', 'sent', 'images', ...rowTables],
      async (tx) => {
        const moved = await moveEvents(tx, object, plan, now)
        await rows.relay(tx, object)
        return moved
      },
    ),

  rejected: () =>
    disk.run('read', ['rejected'], (tx) =>
      tx.getAll('rejected', { from: 0, to: Number.MAX_SAFE_INTEGER }),
    ),

  discard: (key) =>
    disk.run('relaxed', ['rejected'], async (tx) => {
      const known = await tx.get('rejected', key)
      if (known !== undefined) tx.delete('rejected', only(key))
      return known !== undefined
    }),
})

/** What is written to a branch needs the branch; no other edit waits for who writes cursors. */
function tablesOf(writes: readonly Write[]): readonly Table[] {
  const tables: Table[] = ['keys', 'counters', 'outbox', 'locals']
  if (writes.some(({ object }) => isBranch(object))) tables.push('cursors')
  if (writes.some(({ batch }) => batch !== undefined)) tables.push('images')
  return tables
}

async function append(
  tx: Transaction,
  writes: readonly Write[],
): Promise<(OutboxKey | undefined)[]> {
  for (const { object } of writes) if (isBranch(object)) await checkBranch(tx, object)
  const counters = await countersOf(tx, writes)
  const count = writes.filter(({ row }) => row !== undefined).length
  let next = count > 0 ? await takeKeys(tx, count) : 0
  const locals = writes.flatMap(({ object, locals: rows = [] }) =>
    rows.map(([key, row]) => [object, key, row] as const),
  )
  if (locals.length > 0) await writeLocals(tx, locals)
  return writes.map(({ object, row, batch }, i) => {
    tx.put('counters', counters[i] as CounterRecord)
    if (row === undefined) return undefined
    if (batch !== undefined) putBatch(tx, [object, next], row, batch)
    else tx.put('outbox', { key: [object, next], events: row.events, at: row.at })
    return next++
  })
}

/**
 * The counters after each write. Nothing is written that was numbered or stamped from a counter that
 * is no longer so.
 */
async function countersOf(tx: Transaction, writes: readonly Write[]): Promise<CounterRecord[]> {
  const counters: CounterRecord[] = []
  for (const write of writes) {
    const key: CounterRecord['key'] = [write.object, write.slot]
    const isSame = ({ key: [object, slot] }: CounterRecord): boolean =>
      object === write.object && slot === write.slot
    const before = counters.findLast(isSame) ?? (await tx.get('counters', key))
    if (before !== undefined) checkCounter(write, before)
    // Rows that stay here give no number; what memory has given since may never be written.
    const n = write.row === undefined ? (before?.n ?? 0) : write.counter.n
    counters.push({ key, ...write.counter, n })
  }
  return counters
}

function checkCounter({ object, counter, row }: Write, before: CounterRecord): void {
  const [first] = row?.events ?? []
  // A tab that was frozen, and whose slot another has taken, must not give numbers again.
  if (first !== undefined && first[0] <= before.n) {
    const message = 'another tab writes in place of this one: reload it'
    throw new StorageError('LOCAL_STATE_LOST', message)
  }
  if (before.epoch !== counter.epoch)
    throw new StorageError('FENCED', `the outbox of ${object} was stamped anew`)
}

/** Hops from object to object: one request for each that has rows, whatever their number. */
async function pendingObjects(tx: Transaction): Promise<ObjectId[]> {
  const found: ObjectId[] = []
  for (;;) {
    const from = [found.at(-1) ?? '', '\uffff']
    const [row] = await tx.getAll('outbox', { from, to: ['\uffff'] }, 1)
    if (row === undefined) return found
    found.push(row.key[0])
  }
}
