import { InvariantError, type ObjectId, type Row, type RowKey } from '@react-collab/core'
import { comparePlaces, orderOf, type Place, type Scope } from '../windows/place.js'
import type { Disk, Range, Transaction } from './disk.js'
import { leading } from './leading.js'
import { unpackRow } from './packed-row.js'
import type { RowRecord } from './records.js'
import { rowsAt, type RowStore, rowTables } from './row-store.js'
import type { LocalStore, ScannedRows } from './store.js'

type Windows = Pick<
  LocalStore,
  'useWindows' | 'voidEvent' | 'readWindow' | 'readRows' | 'scanRows' | 'stageRows'
>

/** A place that is known, and how many are before it. */
export interface Anchor {
  readonly place: Place
  readonly rank: number
  /** Of the page that it was in: what was written since may have moved it. */
  readonly version: number
}

/** Which rows of a collection to read, in the order of one of its fields. */
export interface WindowQuery {
  readonly prefix: string
  readonly field: string
  /** How many rows are before the first, or behind the last where it is counted from the end. */
  readonly start: number
  readonly count: number
  readonly fromEnd: boolean
  /** From here the way may be short. */
  readonly anchor?: Anchor | undefined
}

/** Rows as they lie on disk, in their order. */
export interface WindowPage {
  readonly generation: number
  /** The transactions that have written rows so far. */
  readonly version: number
  /** How many rows the collection shows. */
  readonly total: number
  /** How many of them are before the first. */
  readonly start: number
  readonly rows: readonly StoredPlace[]
  /** No rows are behind the last, as it was read. */
  readonly isLast: boolean
}

/** A row and its place; it is what the log has, and undefined where only own edits have made it. */
export interface StoredPlace {
  readonly place: Place
  readonly row: Row | undefined
}

/** The part of a store that reads windowed collections. */
export const createWindows = (disk: Disk, rows: RowStore): Windows => ({
  useWindows(windowing, onRows) {
    rows.windowing = windowing
    rows.onRows = onRows
  },

  voidEvent: (event) => rows.isVoid(event),

  readWindow: (object, query) => disk.run('read', rowTables, (tx) => readWindow(tx, object, query)),

  readRows: (object, keys) =>
    disk.run('read', rowTables, async (tx) => {
      const { generation = 1 } = (await tx.get('windows', object)) ?? {}
      const all = await Promise.all(keys.map((key) => tx.get('rows', [object, generation, key])))
      return { generation, rows: all.map((record, i) => [keys[i] as RowKey, rowOf(record)]) }
    }),

  scanRows: (object, most, from) =>
    disk.run('read', rowTables, (tx) => scanRows(tx, object, most, from)),

  stageRows: (lead, object, staged) =>
    leading(disk, lead)('relaxed', rowTables, (tx) => rows.stage(tx, object, staged)),
})

async function scanRows(
  tx: Transaction,
  object: ObjectId,
  most: number,
  from: RowKey = '' as RowKey,
): Promise<ScannedRows> {
  const { generation = 1, version = 0 } = (await tx.get('windows', object)) ?? {}
  const range = { ...rowsAt(object, generation), from: [object, generation, from] }
  const records = await tx.getAll('rows', range, most)
  const rows = records.flatMap((record): [RowKey, Row][] => {
    const row = rowOf(record)
    return row === undefined ? [] : [[record.key[2], row]]
  })
  const last = records.length < most ? undefined : records.at(-1)?.key[2]
  // The next key that there may be.
  return { version, rows, next: last && (`${last}\0` as RowKey) }
}

const rowOf = (record: RowRecord | undefined): Row | undefined =>
  record?.row === undefined ? undefined : unpackRow(record.row)

async function readWindow(
  tx: Transaction,
  object: ObjectId,
  query: WindowQuery,
): Promise<WindowPage> {
  const windows = await tx.get('windows', object)
  const { generation = 1, version = 0, totals = {} } = windows ?? {}
  const { prefix, field, fromEnd } = query
  const total = totals[prefix] ?? 0
  const end = fromEnd ? total - query.start : Math.min(total, query.start + query.count)
  const start = Math.max(0, fromEnd ? end - query.count : query.start)
  const page = { generation, version, total, start, rows: [], isLast: end >= total }
  if (end <= start) return { ...page, start: Math.min(start, total) }
  const scope: Scope = [object, generation]
  const order = orderOf(scope, prefix, field)
  const anchor = query.anchor?.version === version ? query.anchor : undefined
  const first = await findFirst(tx, order, { start, total, anchor })
  const found =
    first === undefined ? [] : await tx.getPlaced({ from: first, to: order.to }, end - start)
  const rows = found.map((record) => toPlace(record, order))
  // Never more than there are, whatever was counted: whoever waits for the rest would wait for ever.
  const shown = rows.length < end - start ? start + rows.length : total
  return { ...page, total: shown, rows, isLast: end >= shown }
}

/** Finds the place at a rank, from the nearest place whose rank is known. */
async function findFirst(
  tx: Transaction,
  order: Range,
  { start, total, anchor }: { start: number; total: number; anchor: Anchor | undefined },
): Promise<Place | undefined> {
  const far = anchor === undefined ? Infinity : Math.abs(start - anchor.rank)
  if (anchor === undefined || Math.min(start, total - start) < far) {
    return start <= total - start
      ? tx.findPlace(order, start, 'start')
      : tx.findPlace(order, total - 1 - start, 'end')
  }
  if (start >= anchor.rank)
    return tx.findPlace({ from: anchor.place, to: order.to }, start - anchor.rank, 'start')
  // The anchor itself is the first from the end, if it is there still.
  const before = { from: order.from, to: anchor.place }
  const last = await tx.findPlace(before, 0, 'end')
  const isThere = last !== undefined && comparePlaces(last, anchor.place) === 0
  return tx.findPlace(before, anchor.rank - start - (isThere ? 0 : 1), 'end')
}

function toPlace(record: RowRecord, { from }: Range): StoredPlace {
  const field = (from as readonly (string | number)[])[3]
  const place = record.places.find((one) => one[3] === field)
  if (place === undefined) throw new InvariantError('a row without the place it was found by')
  return { place, row: rowOf(record) }
}
