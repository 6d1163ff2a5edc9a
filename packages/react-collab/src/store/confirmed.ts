import {
  type Cursor,
  type Event,
  InvariantError,
  type ObjectId,
  type ObjectState,
  type RowKey,
} from '@react-collab/core'
import { readBase, readState, writeBase } from './chunks.js'
import { allOf, type Disk, type Transaction } from './disk.js'
import { readCursor, readJournal, writeJournal } from './journal.js'
import { forgetObject, forgettable } from './forget.js'
import { leading } from './leading.js'
import { purgeSent, restoreRows, rowsOf, settleRows } from './own-rows.js'
import type { Table } from './records.js'
import type { LocalStore } from './store.js'

type Confirmed = Pick<
  LocalStore,
  'load' | 'confirm' | 'journal' | 'checkpoint' | 'reset' | 'keepPage' | 'pages' | 'forget'
>

/** Rows that changed since the chunks were written, known to whoever led all that time. */
interface Tracked {
  readonly lead: number
  readonly changed: Set<RowKey>
}

const confirmed = ['cursors', 'bases', 'chunks', 'journal'] as const

function addRowsOf(changed: Set<RowKey>, events: readonly Event[]): void {
  for (const [, , patches] of events) for (const patch of patches) changed.add(patch[1])
}

/** The rows that the journal changes. */
async function changedIn(tx: Transaction, object: ObjectId): Promise<Set<RowKey>> {
  const changed = new Set<RowKey>()
  for (const { events } of await tx.getAll('journal', allOf(object))) addRowsOf(changed, events)
  return changed
}

/** Takes a state as it is now: it may move on while the transaction waits for its turn. */
const copy = ({ rows, vv }: ObjectState): ObjectState => ({ rows: new Map(rows), vv: new Map(vv) })

/** The part of a store that keeps what the log has said. */
export function createConfirmed(disk: Disk): Confirmed {
  const tracked = new Map<ObjectId, Tracked>()

  /** Runs what writes an object's chunks; rows that change meanwhile count for the next time. */
  async function rewrite(
    lead: number,
    object: ObjectId,
    tables: readonly Table[],
    work: (tx: Transaction, changed: Set<RowKey> | undefined) => Promise<void>,
  ): Promise<void> {
    const before = tracked.get(object)
    tracked.set(object, { lead, changed: new Set() })
    const known = before?.lead === lead ? before.changed : undefined
    try {
      await leading(disk, lead)('relaxed', [...confirmed, ...tables], (tx) => work(tx, known))
    } catch (error) {
      tracked.delete(object)
      throw error
    }
  }

  /** Refuses a checkpoint that would leave a hole; false when there is nothing new. */
  async function checkPlace(tx: Transaction, object: ObjectId, { seq }: Cursor): Promise<boolean> {
    const [stored, base] = await Promise.all([readCursor(tx, object), readBase(tx, object)])
    if (seq === base.seq) return false
    if (seq < base.seq || seq > stored.seq) {
      throw new InvariantError(`checkpoint at ${seq}, of ${base.seq} to ${stored.seq}`)
    }
    if (seq === stored.seq) return true
    // What was confirmed beyond is not in the state: the journal will tell it the next time.
    tracked.delete(object)
    if (await tx.get('journal', [object, seq + 1])) return true
    throw new InvariantError(`checkpoint at ${seq}, within a batch`)
  }

  return {
    load: (object) =>
      disk.run('read', [...confirmed, 'outbox', 'images', 'locals'], async (tx) => {
        const [state, pending, locals] = await Promise.all([
          readState(tx, object),
          tx.getAll('outbox', allOf(object)),
          tx.getAll('locals', allOf(object)),
        ])
        return {
          ...state,
          pending: await rowsOf(tx, pending),
          locals: locals.map(({ key, row }) => [key[1], row] as const),
        }
      }),

    confirm(lead, object, batches, settled, now) {
      const changed = tracked.get(object)?.changed
      if (changed) for (const { events } of batches) addRowsOf(changed, events)
      const tables = ['cursors', 'journal', 'outbox', 'sent'] as const
      return leading(disk, lead)('relaxed', tables, async (tx) => {
        await writeJournal(tx, object, batches)
        await settleRows(tx, object, settled, now)
      })
    },

    forget(object) {
      tracked.delete(object)
      return disk.run('strict', [...confirmed, ...forgettable], (tx) => forgetObject(tx, object))
    },

    journal: (object, after) =>
      disk.run('read', ['cursors', 'journal'], (tx) => readJournal(tx, object, after)),

    checkpoint(lead, object, state, cursor, now) {
      const kept = copy(state)
      return rewrite(lead, object, ['sent', 'images'], async (tx, known) => {
        await purgeSent(tx, object, now)
        if (!(await checkPlace(tx, object, cursor))) return
        const changed = known ?? (await changedIn(tx, object))
        await writeBase(tx, object, { state: kept, cursor }, changed)
        tx.delete('journal', { from: [object], to: [object, cursor.seq] })
      })
    },

    reset(lead, object, state, cursor, restored, changed) {
      const kept = copy(state)
      const keys = changed && [...changed]
      return rewrite(lead, object, ['sent', 'outbox', 'pages'], async (tx, known) => {
        const before = keys && (known ?? (await changedIn(tx, object)))
        const all = before && new Set([...before, ...keys])
        await writeBase(tx, object, { state: kept, cursor }, all)
        tx.delete('pages', allOf(object))
        tx.delete('journal', allOf(object))
        tx.put('cursors', { key: object, term: cursor.term, seq: cursor.seq })
        await restoreRows(tx, object, restored)
      })
    },

    keepPage: (lead, object, page, isFirst) =>
      leading(disk, lead)('relaxed', ['pages'], (tx) => {
        if (isFirst) tx.delete('pages', allOf(object))
        tx.put('pages', { ...page, key: [object, page.place.at, page.place.key] })
        return Promise.resolve()
      }),

    pages: (object) => disk.run('read', ['pages'], (tx) => tx.getAll('pages', allOf(object))),
  }
}
