/**
 * The confirmed rows of an object on disk: hashed into buckets, one record for each.
 *
 * IndexedDB costs per request, not per byte, so a chunk holds some 500 rows; the number of
 * buckets doubles as the rows do. A change rewrites the chunks of the rows that changed.
 */
import {
  applyEvent,
  createObjectState,
  type ObjectId,
  type ObjectState,
  packRows,
  type Replica,
  type Row,
  type RowKey,
  type RowPage,
  StorageError,
  unpackRows,
} from '@react-collab/core'
import { allOf, type Transaction } from './disk.js'
import type { Records } from './records.js'

const CHUNK_ROWS = 500

const bucketsFor = (rows: number): number =>
  2 ** Math.max(0, Math.round(Math.log2(rows / CHUNK_ROWS)))

/** Source  FNV-1a, folded so that the low bits depend on all of the name */
function bucketOf(key: RowKey, buckets: number): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x0100_0193)
  return (hash ^ (hash >>> 15)) & (buckets - 1)
}

/** Writes the chunks of `changed` rows; of all when their number asks for other buckets. */
export function writeChunks(
  tx: Transaction,
  object: ObjectId,
  rows: ReadonlyMap<RowKey, Row>,
  buckets: number | undefined,
  changed: Iterable<RowKey>,
): number {
  const wanted = bucketsFor(rows.size)
  const pages = new Map<number, [RowKey, Row][]>()
  if (buckets === wanted) for (const key of changed) pages.set(bucketOf(key, wanted), [])
  else {
    tx.delete('chunks', allOf(object))
    for (let bucket = 0; bucket < wanted; bucket++) pages.set(bucket, [])
  }
  if (pages.size > 0) for (const entry of rows) pages.get(bucketOf(entry[0], wanted))?.push(entry)
  for (const [bucket, page] of pages) {
    tx.put('chunks', { key: [object, bucket], page: JSON.stringify(packRows(page)) })
  }
  return wanted
}

/** Puts the state of an object together from its records; throws `CORRUPT` where one is bad. */
export function readState(
  cursor: Records['cursors'] | undefined,
  base: Records['bases'] | undefined,
  chunks: readonly Records['chunks'][],
  journal: readonly Records['journal'][],
): ObjectState {
  const state = createObjectState()
  try {
    for (const { page } of chunks) {
      unpackRows(JSON.parse(page) as RowPage, (key, row) => state.rows.set(key, row))
    }
    for (const replica in base?.vv) state.vv.set(replica as Replica, base.vv[replica as Replica]!)
    let seq = base?.cursor.seq ?? 0
    if (state.rows.size !== (base?.rows ?? 0)) throw new RangeError('chunks')
    for (const { key, events } of journal) {
      if (key[1] !== seq + 1) throw new RangeError('journal')
      for (const event of events) applyEvent(state, event)
      seq += events.length
    }
    if (seq !== (cursor?.seq ?? 0)) throw new RangeError('cursor')
  } catch (cause) {
    throw new StorageError('CORRUPT', 'a stored object cannot be read', { cause })
  }
  return state
}
