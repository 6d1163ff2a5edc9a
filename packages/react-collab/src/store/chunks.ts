/**
 * The confirmed state of an object on disk: its base, which lies in chunks, and its journal.
 *
 * IndexedDB costs per request, not per byte, so a chunk holds some 500 rows; the number of
 * buckets doubles as the rows do. A change rewrites the chunks of the rows that changed. What was
 * loaded whole lies in chunks as it came, page by page, until the first change.
 */
import {
  applyEvent,
  createObjectState,
  type Cursor,
  type ObjectId,
  type ObjectState,
  packRows,
  type Replica,
  type Row,
  type RowKey,
  type RowPage,
  type Stamp,
  StorageError,
  unpackRows,
} from '@react-collab/core'
import { allOf, type Transaction } from './disk.js'
import type { Records } from './records.js'
import type { Loaded } from './store.js'

const CHUNK_ROWS = 500

/** Records that one task reads or writes: more would hold up what is shown. */
const AT_ONCE = 20

const bucketsFor = (rows: number): number =>
  2 ** Math.max(0, Math.round(Math.log2(rows / CHUNK_ROWS)))

/** Source  FNV-1a, folded so that the low bits depend on all of the name */
function bucketOf(key: RowKey, buckets: number): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x0100_0193)
  return (hash ^ (hash >>> 15)) & (buckets - 1)
}

/** Tells how far the chunks of an object go. */
export async function readBase(tx: Transaction, object: ObjectId): Promise<Cursor> {
  return (await tx.get('bases', object))?.cursor ?? { term: '', seq: 0 }
}

/** A confirmed state, and how far it goes. */
export interface Base {
  readonly state: ObjectState
  readonly cursor: Cursor
}

/**
 * Writes a state as the base of an object: the chunks of `changed` rows, or all of them where
 * that is undefined or their number asks for other buckets.
 */
export async function writeBase(
  tx: Transaction,
  object: ObjectId,
  whole: Base,
  changed: Iterable<RowKey> | undefined,
): Promise<void> {
  const { rows } = whole.state
  const base = await tx.get('bases', object)
  const buckets = bucketsFor(rows.size)
  const pages = new Map<number, [RowKey, Row][]>()
  if (changed !== undefined && base?.buckets === buckets) {
    for (const key of changed) pages.set(bucketOf(key, buckets), [])
  } else {
    tx.delete('chunks', allOf(object))
    for (let bucket = 0; bucket < buckets; bucket++) pages.set(bucket, [])
  }
  for (const entry of rows) pages.get(bucketOf(entry[0], buckets))?.push(entry)
  let written = 0
  for (const [bucket, page] of pages) {
    tx.put('chunks', { key: [object, bucket], page: JSON.stringify(packRows(page)) })
    // What is asked of a disk is answered in a task of its own.
    if (++written % AT_ONCE === 0) await tx.get('bases', object)
  }
  putBase(tx, object, whole, buckets)
}

/**
 * Makes the kept pages the base of an object: as they are, since packing so many rows anew takes long.
 * They are in the order of their places, so of a row that came twice the last one counts. Tells how
 * many they are.
 */
export async function writePages(tx: Transaction, object: ObjectId, base: Base): Promise<number> {
  tx.delete('chunks', allOf(object))
  let count = 0
  await visitAll(tx, 'pages', object, ({ page }) => {
    tx.put('chunks', { key: [object, count++], page })
  })
  putBase(tx, object, base, 0)
  return count
}

function putBase(tx: Transaction, object: ObjectId, base: Base, buckets: number): void {
  const { state, cursor } = base
  const { term, seq } = cursor
  const vv = Object.fromEntries(state.vv)
  tx.put('bases', { key: object, cursor: { term, seq }, vv, rows: state.rows.size, buckets })
}

/** Reads the state of an object; throws `CORRUPT` where a record is bad or missing. */
export async function readState(
  tx: Transaction,
  object: ObjectId,
): Promise<Pick<Loaded, 'state' | 'cursor' | 'greatest'>> {
  const state = createObjectState()
  let greatest: Stamp | undefined
  const [stored, base, journal] = await Promise.all([
    tx.get('cursors', object),
    tx.get('bases', object),
    tx.getAll('journal', allOf(object)),
    visitAll(tx, 'chunks', object, (chunk) =>
      reading(object, () => {
        const page = JSON.parse(chunk.page) as RowPage
        unpackRows(page, (key, row) => state.rows.set(key, row))
        greatest = greatestOf(page.stamps, greatest)
      }),
    ),
  ])
  let seq = base?.cursor.seq ?? 0
  reading(object, () => {
    check(state.rows.size === (base?.rows ?? 0), 'chunks')
    for (const [replica, n] of Object.entries(base?.vv ?? {})) state.vv.set(replica as Replica, n)
    for (const { key, events } of journal) {
      check(key[1] === seq + 1, 'journal')
      for (const event of events) applyEvent(state, event)
      greatest = greatestOf(
        events.map(([, stamp]) => stamp),
        greatest,
      )
      seq += events.length
    }
    check(seq === (stored?.seq ?? 0), 'cursor')
  })
  return { state, cursor: stored && { term: stored.term, seq: stored.seq }, greatest }
}

/** Runs what reads records; whatever it throws means that these are damaged. */
function reading(object: ObjectId, read: () => void): void {
  try {
    read()
  } catch (cause) {
    const message = `${object} cannot be read; client.reload('${object}') loads it from the server`
    throw new StorageError('CORRUPT', message, { cause })
  }
}

/** Visits the records of an object in the order of their keys, a few in a task. */
async function visitAll<T extends 'chunks' | 'pages'>(
  tx: Transaction,
  table: T,
  object: ObjectId,
  visit: (record: Records[T]) => void,
): Promise<void> {
  for (let range = allOf(object); ; ) {
    const records = await tx.getAll(table, range, AT_ONCE)
    for (const record of records) visit(record)
    const last = records[AT_ONCE - 1]
    if (last === undefined) return
    // Between a key and one that goes on behind it there is none.
    range = { ...range, from: [...last.key, ''] }
  }
}

/** A page tells each of its stamps once: looking through its rows would take longer than reading them. */
function greatestOf(stamps: readonly Stamp[], known: Stamp | undefined): Stamp | undefined {
  let greatest = known
  for (const stamp of stamps) if (greatest === undefined || stamp > greatest) greatest = stamp
  return greatest
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new RangeError(what)
}
