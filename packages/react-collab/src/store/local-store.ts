import {
  type Event,
  InvariantError,
  type ObjectId,
  type RowKey,
  StorageError,
} from '@react-collab/core'
import { readState, writeChunks } from './chunks.js'
import { type Access, allAfter, allOf, type Disk, only, type Transaction } from './disk.js'
import { readCursor, readJournal, writeJournal } from './journal.js'
import { writeLocals } from './locals.js'
import {
  parkEvents,
  purgeSent,
  readSent,
  restampRows,
  restoreRows,
  settleRows,
  takeKeys,
  toRow,
} from './outbox.js'
import type { Table } from './records.js'
import type { LocalStore } from './store.js'

/** Rows that changed since the chunks were written, known to whoever led all that time. */
interface Tracked {
  readonly lead: number
  readonly changed: Set<RowKey>
}

const state = ['cursors', 'bases', 'chunks', 'journal'] as const

function addRowsOf(changed: Set<RowKey>, events: readonly Event[]): void {
  for (const [, , patches] of events) for (const patch of patches) changed.add(patch[1])
}

/** Makes the store of one tab on a disk; the disk carries all that tabs share. */
export function createLocalStore(disk: Disk): LocalStore {
  const tracked = new Map<ObjectId, Tracked>()

  const read = <R>(tables: readonly Table[], work: (tx: Transaction) => Promise<R>): Promise<R> =>
    disk.run('read', tables, work)

  const leading = <R>(
    access: Access,
    lead: number,
    tables: readonly Table[],
    work: (tx: Transaction) => Promise<R>,
  ): Promise<R> =>
    disk.run(access, ['meta', ...tables], async (tx) => {
      if ((await tx.get('meta', 'lead'))?.value !== lead) {
        throw new StorageError('FENCED', 'another tab leads')
      }
      return work(tx)
    })

  /** Runs what writes an object's chunks; what changes meanwhile counts for the next time. */
  async function rewrite(
    lead: number,
    object: ObjectId,
    tables: readonly Table[],
    work: (tx: Transaction, changed: Set<RowKey> | undefined) => Promise<void>,
  ): Promise<void> {
    const before = tracked.get(object)
    tracked.set(object, { lead, changed: new Set() })
    try {
      await leading('relaxed', lead, [...state, 'sent', ...tables], (tx) =>
        work(tx, before?.lead === lead ? before.changed : undefined),
      )
    } catch (error) {
      tracked.delete(object)
      throw error
    }
  }

  return {
    durable: disk.durable,

    identity: (id) =>
      disk.run('relaxed', ['device'], async (tx) => {
        const known = await tx.get('device', 'device')
        if (known !== undefined) {
          const { key: _key, ...identity } = known
          return identity
        }
        const identity = { client: id(), secret: id() }
        tx.put('device', { key: 'device', ...identity })
        return identity
      }),

    saveGeneration: (lead, generation) =>
      leading('strict', lead, ['device'], async (tx) => {
        const device = await tx.get('device', 'device')
        if (device === undefined) throw new InvariantError('a generation before an identity')
        tx.put('device', { ...device, generation })
      }),

    lead: () =>
      disk.run('relaxed', ['meta'], async (tx) => {
        const value = (((await tx.get('meta', 'lead'))?.value as number | undefined) ?? 0) + 1
        tx.put('meta', { key: 'lead', value })
        return value
      }),

    replica: (slot, fresh) =>
      disk.run('relaxed', ['slots'], async (tx) => {
        const known = await tx.get('slots', slot)
        if (known !== undefined) return known.replica
        const replica = fresh()
        tx.put('slots', { key: slot, replica })
        return replica
      }),

    counter: (slot, object) =>
      read(['counters'], async (tx) => {
        const { n = 0, stamp } = (await tx.get('counters', [object, slot])) ?? {}
        return stamp === undefined ? { n } : { n, stamp }
      }),

    load: (object) =>
      read([...state, 'outbox', 'locals'], async (tx) => {
        const [cursor, base, chunks, journal, pending, locals] = await Promise.all([
          tx.get('cursors', object),
          tx.get('bases', object),
          tx.getAll('chunks', allOf(object)),
          tx.getAll('journal', allOf(object)),
          tx.getAll('outbox', allOf(object)),
          tx.getAll('locals', allOf(object)),
        ])
        return {
          state: readState(cursor, base, chunks, journal),
          cursor: cursor && { term: cursor.term, seq: cursor.seq },
          pending: pending.map(toRow),
          locals: locals.map(({ key, row }) => [key[1], row] as const),
        }
      }),

    append: (writes) =>
      disk.run('strict', ['keys', 'counters', 'outbox', 'locals'], async (tx) => {
        const count = writes.filter(({ row }) => row !== undefined).length
        let next = count > 0 ? await takeKeys(tx, count) : 0
        const locals = writes.flatMap(({ object, locals: rows = [] }) =>
          rows.map(([key, row]) => [object, key, row] as const),
        )
        if (locals.length > 0) await writeLocals(tx, locals)
        return writes.map(({ object, slot, counter, row }) => {
          tx.put('counters', { key: [object, slot], ...counter })
          if (row === undefined) return undefined
          tx.put('outbox', { key: [object, next], events: row.events, at: row.at })
          return next++
        })
      }),

    pendingObjects: () =>
      read(['outbox'], async (tx) => {
        const found: ObjectId[] = []
        for (;;) {
          const from = [found.at(-1) ?? '', '\uffff']
          const [row] = await tx.getAll('outbox', { from, to: ['\uffff'] }, 1)
          if (row === undefined) return found
          found.push(row.key[0])
        }
      }),

    pending: (object, after = 0) =>
      read(['outbox'], async (tx) =>
        (await tx.getAll('outbox', allAfter(object, after))).map(toRow),
      ),

    confirm(lead, object, batches, settled, now) {
      const changed = tracked.get(object)?.changed
      if (changed) for (const { events } of batches) addRowsOf(changed, events)
      return leading('relaxed', lead, ['cursors', 'journal', 'outbox', 'sent'], async (tx) => {
        await writeJournal(tx, object, batches)
        await settleRows(tx, object, settled, now)
      })
    },

    journal: (object, after) =>
      read(['cursors', 'journal'], (tx) => readJournal(tx, object, after)),

    checkpoint(lead, object, { rows, vv }, cursor, now) {
      // The state may move on while the transaction waits for its turn.
      const kept = new Map(rows)
      const numbers = Object.fromEntries(vv)
      return rewrite(lead, object, [], async (tx, known) => {
        purgeSent(tx, object, now)
        const [stored, base] = await Promise.all([readCursor(tx, object), tx.get('bases', object)])
        const done = base?.cursor.seq ?? 0
        if (cursor.seq < done || cursor.seq > stored.seq) {
          throw new InvariantError(`checkpoint at ${cursor.seq} of ${done} to ${stored.seq}`)
        }
        if (cursor.seq === done) return
        if (cursor.seq < stored.seq) {
          // What was confirmed beyond `cursor` is not in `rows`: the journal will tell it again.
          tracked.delete(object)
          if ((await tx.get('journal', [object, cursor.seq + 1])) === undefined) {
            throw new InvariantError(`checkpoint at ${cursor.seq}, within a batch`)
          }
        }
        const changed = known ?? new Set()
        if (known === undefined) {
          for (const { events } of await tx.getAll('journal', allOf(object))) {
            addRowsOf(changed, events)
          }
        }
        const buckets = writeChunks(tx, object, kept, base?.buckets, changed)
        tx.put('bases', {
          key: object,
          cursor: { ...cursor },
          vv: numbers,
          rows: kept.size,
          buckets,
        })
        tx.delete('journal', { from: [object], to: [object, cursor.seq] })
      })
    },

    reset(lead, object, { rows, vv }, cursor, restored) {
      const kept = new Map(rows)
      const numbers = Object.fromEntries(vv)
      return rewrite(lead, object, ['outbox'], async (tx) => {
        const buckets = writeChunks(tx, object, kept, undefined, [])
        tx.delete('journal', allOf(object))
        tx.put('cursors', { key: object, term: cursor.term, seq: cursor.seq })
        tx.put('bases', {
          key: object,
          cursor: { ...cursor },
          vv: numbers,
          rows: kept.size,
          buckets,
        })
        await restoreRows(tx, object, restored)
      })
    },

    sent: (object) => read(['sent'], (tx) => readSent(tx, object)),

    park: (lead, object, parking, now) =>
      leading('relaxed', lead, ['keys', 'outbox', 'rejected'], (tx) =>
        parkEvents(tx, object, parking, now),
      ),

    restamp: (lead, object, stampOf) =>
      leading('strict', lead, ['counters', 'outbox'], (tx) => restampRows(tx, object, stampOf)),

    rejected: () =>
      read(['rejected'], (tx) => tx.getAll('rejected', { from: 0, to: Number.MAX_SAFE_INTEGER })),

    discard: (key) =>
      disk.run('relaxed', ['rejected'], async (tx) => {
        const known = await tx.get('rejected', key)
        if (known !== undefined) tx.delete('rejected', only(key))
        return known !== undefined
      }),

    close: () => disk.close(),
  }
}
