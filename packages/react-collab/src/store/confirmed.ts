import {
  type Cursor,
  type Event,
  InvariantError,
  type ObjectId,
  type ObjectState,
  type RowKey,
  type Stamp,
} from '@react-collab/core'
import { isBranch } from '../branch-id.js'
import { readBase, readState, writeBase, writePages } from './chunks.js'
import { allOf, type Disk, type Transaction } from './disk.js'
import { readCursor, readJournal, writeJournal } from './journal.js'
import { forgetObject, forgettable } from './forget.js'
import { leading } from './leading.js'
import { parkEvents, rowsOf } from './own-rows.js'
import { putOverwritten, trimOverwritten } from './overwritten.js'
import { removable, removeObject } from './removal.js'
import { bytesOf, MOST_SENT_BYTES, purgeSent, restoreRows, settleRows, trimSent } from './sent.js'
import type { Table } from './records.js'
import { adopt } from './adopt.js'
import { type RowStore, rowTables } from './row-store.js'
import type { Loaded, LocalStore, Replacement } from './store.js'

type Confirmed = Pick<
  LocalStore,
  | 'load'
  | 'confirm'
  | 'journal'
  | 'checkpoint'
  | 'reset'
  | 'keepPage'
  | 'pages'
  | 'forget'
  | 'removeObject'
>

/** Rows that changed since the chunks were written, known to whoever led all that time. */
interface Tracked {
  readonly lead: number
  readonly changed: Set<RowKey>
}

const confirmed = ['cursors', 'bases', 'chunks', 'journal'] as const

/** What lies on disk, and whether windowed collections do not lie there as the schema says. */
type Read = readonly [loaded: Loaded, isApart: boolean]

const laterOf = (a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

function addRowsOf(changed: Set<RowKey>, events: readonly Event[]): void {
  for (const [, , patches] of events) for (const patch of patches) changed.add(patch[1])
}

/** The rows that the journal changes. */
async function changedIn(tx: Transaction, object: ObjectId): Promise<Set<RowKey>> {
  const changed = new Set<RowKey>()
  for (const { events } of await tx.getAll('journal', allOf(object))) addRowsOf(changed, events)
  return changed
}

const confirming = ['cursors', 'journal', 'outbox', 'sent', 'overwritten'] as const

const resetting = ['sent', 'outbox', 'images', 'pages', 'overwritten'] as const
const parkable = ['keys', 'rejected'] as const

/** Parks the edits that a plan says. */
async function parkWith(
  tx: Transaction,
  object: ObjectId,
  { rows: keys, plan, now }: NonNullable<Replacement['parking']>,
  windowed: RowStore,
): Promise<readonly Event[]> {
  const held = await windowed.held(tx, object, keys)
  const rows = await rowsOf(tx, await tx.getAll('outbox', allOf(object)))
  const parking = plan(rows, held)
  return parking.length === 0 ? [] : parkEvents(tx, object, parking, now)
}

/** The part of a store that keeps what the log has said. */
export function createConfirmed(disk: Disk, windowed: RowStore): Confirmed {
  const tracked = new Map<ObjectId, Tracked>()
  /** About the bytes that went to `sent` since that was trimmed; what was there before is not known. */
  const sentSince = new Map<ObjectId, number>()
  /** Objects of which more was overwritten since the last look. */
  const untrimmed = new Set<ObjectId>()

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

  /** What of a state lies in chunks, as it is now: it may move on while the transaction waits. */
  function taken({ rows, vv }: ObjectState): ObjectState {
    const state = { rows: new Map(rows), vv: new Map(vv) }
    windowed.takeFrom(state)
    return state
  }

  const read = (object: ObjectId): Promise<Read> =>
    disk.run('read', [...confirmed, 'outbox', 'images', 'locals', 'windows'], async (tx) => {
      const [state, windows, pending, locals] = await Promise.all([
        readState(tx, object),
        tx.get('windows', object),
        tx.getAll('outbox', allOf(object)),
        tx.getAll('locals', allOf(object)),
      ])
      const taken = windowed.takeFrom(state.state)
      const loaded: Loaded = {
        ...state,
        greatest: laterOf(state.greatest, windows?.greatest),
        pending: await rowsOf(tx, pending),
        locals: locals.map(({ key, row }) => [key[1], row] as const),
      }
      return [loaded, !windowed.isAsTold(windows) || (windows === undefined && taken.size > 0)]
    })

  return {
    async load(object) {
      const [found, isApart] = await read(object)
      if (!isApart || isBranch(object)) return found
      await disk.run('strict', [...confirmed, 'outbox', 'images', ...rowTables], (tx) =>
        adopt(tx, object, windowed),
      )
      tracked.delete(object)
      return (await read(object))[0]
    },

    confirm(lead, object, batches, settled, now, overwritten = []) {
      const changed = tracked.get(object)?.changed
      if (changed) for (const { events } of batches) addRowsOf(changed, events)
      const events = batches.flatMap((batch) => batch.events)
      const tables = [...confirming, ...windowed.tablesOf(events, settled.length > 0)]
      return leading(disk, lead)('relaxed', tables, async (tx) => {
        await writeJournal(tx, object, batches)
        putOverwritten(tx, object, batches[0]?.seq ?? 0, overwritten)
        if (overwritten.length > 0) untrimmed.add(object)
        await windowed.confirm(tx, object, events)
        const rows = await settleRows(tx, object, settled, now)
        await windowed.settle(tx, object, rows, events)
        sentSince.set(object, (sentSince.get(object) ?? MOST_SENT_BYTES) + bytesOf(rows))
      })
    },

    forget(object) {
      tracked.delete(object)
      return disk.run('strict', [...confirmed, ...forgettable, ...rowTables], async (tx) => {
        const forgotten = await forgetObject(tx, object)
        windowed.forget(tx, object)
        await windowed.relay(tx, object)
        return forgotten
      })
    },

    removeObject(lead, object, plan, now) {
      tracked.delete(object)
      return leading(disk, lead)('strict', [...removable, ...rowTables], async (tx) => {
        await removeObject(tx, object, plan, now)
        await windowed.remove(tx, object)
      })
    },

    journal: (object, after) =>
      disk.run('read', ['cursors', 'journal'], (tx) => readJournal(tx, object, after)),

    checkpoint(lead, object, state, cursor, now) {
      const kept = taken(state)
      return rewrite(lead, object, ['sent', 'images', 'overwritten'], async (tx, known) => {
        await purgeSent(tx, object, now)
        if ((sentSince.get(object) ?? 0) > MOST_SENT_BYTES / 4) {
          await trimSent(tx, object)
          sentSince.set(object, 0)
        }
        if (untrimmed.delete(object)) await trimOverwritten(tx, object, now)
        if (!(await checkPlace(tx, object, cursor))) return
        const changed = known ?? (await changedIn(tx, object))
        await writeBase(tx, object, { state: kept, cursor }, changed)
        tx.delete('journal', { from: [object], to: [object, cursor.seq] })
      })
    },

    async reset(lead, object, state, cursor, restored, known = {}) {
      const { pages, overwritten = [], parking } = known
      const kept = pages === undefined ? taken(state) : state
      const keys = known.changed && [...known.changed]
      const tables = [...resetting, ...(parking ? parkable : []), ...rowTables]
      let parked: readonly Event[] = []
      await rewrite(lead, object, tables, async (tx, changed) => {
        const base = { state: kept, cursor }
        if (pages === undefined || (await writePages(tx, object, base)) !== pages) {
          const before = keys && (changed ?? (await changedIn(tx, object)))
          const all = before && new Set([...before, ...keys])
          await writeBase(tx, object, base, all)
        }
        tx.delete('pages', allOf(object))
        putOverwritten(tx, object, cursor.seq, overwritten)
        tx.delete('journal', allOf(object))
        tx.put('cursors', { key: object, term: cursor.term, seq: cursor.seq })
        await restoreRows(tx, object, restored)
        if (keys === undefined) await windowed.swap(tx, object)
        parked = parking === undefined ? [] : await parkWith(tx, object, parking, windowed)
        await windowed.relay(tx, object, parked)
      })
      return parked
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
