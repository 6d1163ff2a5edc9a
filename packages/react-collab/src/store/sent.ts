/** Own rows that the log has accepted: they are put back where it loses them (R2). */
import type { Event, ObjectId } from '@react-collab/core'
import { mostBytesOf } from '../event-size.js'
import { imagesOf, isBatch } from './batches.js'
import { allOf, only, type Range, type Transaction } from './disk.js'
import { rowsOf } from './own-rows.js'
import type { OutboxRecord } from './records.js'
import type { OutboxKey, StoredRow } from './store.js'

const DAY_MS = 86_400_000
/** What an object keeps of it, at most: endless overwriting must not fill a disk. */
export const MOST_SENT_BYTES: number = 4 * 1024 * 1024
/** What of it an object keeps for ever. */
export const KEPT_SENT_BYTES: number = 32 * 1024
/** What a row of a batch counts for. */
const IMAGE_BYTES = 256
/** Keys of rows are whole numbers. */
const BESIDE = 0.5

/** Moves rows from the outbox to `sent`, under their old keys; gives them back. */
export async function settleRows(
  tx: Transaction,
  object: ObjectId,
  keys: readonly OutboxKey[],
  now: number,
): Promise<readonly OutboxRecord[]> {
  if (keys.length === 0) return []
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
  return rows
}

/**
 * Keeps what the log has as another copy's: where the log loses it, that copy may be no more. The rest of
 * its rows may be settled in the same moment, so the record has a place beside theirs.
 */
export function keepMoved(
  tx: Transaction,
  object: ObjectId,
  rows: readonly OutboxRecord[],
  now: number,
): void {
  const [first] = rows
  if (first) tx.put('sent', { key: [object, now, first.key[1] + BESIDE], rows })
}

/** About the bytes that rows take: without encoding them. */
export const bytesOf = (rows: readonly OutboxRecord[]): number =>
  rows.reduce(
    (sum, row) => sum + (isBatch(row) ? row.batch.left * IMAGE_BYTES : eventBytes(row)),
    0,
  )

const eventBytes = ({ events }: { readonly events: readonly Event[] }): number =>
  events.reduce((sum, [, , patches, meta]) => sum + mostBytesOf(patches, meta), 0)

/** Reads what was sent, in the order in which it was made. */
export async function readSent(tx: Transaction, object: ObjectId): Promise<StoredRow[]> {
  const records = await tx.getAll('sent', allOf(object))
  const rows = await rowsOf(
    tx,
    records.flatMap((record) => record.rows),
  )
  return rows.sort((a, b) => a.key - b.key)
}

/**
 * Forgets what was sent more than 24 h ago, save the newest: clocks leap, and a log may be put back
 * to what it was long ago.
 */
export async function purgeSent(tx: Transaction, object: ObjectId, now: number): Promise<void> {
  const old: Range = { from: [object], to: [object, now - DAY_MS] }
  let bytes = 0
  for (const { key, rows } of (await tx.getAll('sent', old)).toReversed()) {
    bytes += bytesOf(rows)
    if (bytes <= KEPT_SENT_BYTES) continue
    dropImages(tx, rows)
    tx.delete('sent', only(key))
  }
}

/** Forgets the oldest of what was sent, where it is more than an object may keep; never the last. */
export async function trimSent(tx: Transaction, object: ObjectId): Promise<void> {
  const [last, ...older] = (await tx.getAll('sent', allOf(object))).toReversed()
  let bytes = bytesOf(last?.rows ?? [])
  for (const { key, rows } of older) {
    bytes += bytesOf(rows)
    if (bytes <= MOST_SENT_BYTES) continue
    dropImages(tx, rows)
    tx.delete('sent', only(key))
  }
}

function dropImages(tx: Transaction, rows: readonly OutboxRecord[]): void {
  for (const row of rows) if (isBatch(row)) tx.delete('images', imagesOf(row.key))
}

/**
 * Moves rows from `sent` back to the outbox: their keys put them before all later ones. Parts of a row
 * that was kept in two come together again.
 */
export async function restoreRows(
  tx: Transaction,
  object: ObjectId,
  keys: readonly OutboxKey[],
): Promise<void> {
  const restored = new Set(keys)
  for (const { key, rows } of await tx.getAll('sent', allOf(object))) {
    const kept = rows.filter((row) => !restored.has(row.key[1]))
    if (kept.length === rows.length) continue
    for (const row of rows) if (restored.has(row.key[1])) await restoreRow(tx, row)
    tx.delete('sent', only(key))
    // Named by the first that is left: the restored row may soon be sent again, and first of its.
    const [first] = kept
    if (first) tx.put('sent', { key: [object, key[1], first.key[1] + (key[2] % 1)], rows: kept })
  }
}

async function restoreRow(tx: Transaction, row: OutboxRecord): Promise<void> {
  const rest = isBatch(row) ? undefined : await tx.get('outbox', row.key)
  if (isBatch(row) || rest === undefined || isBatch(rest)) return tx.put('outbox', row)
  const events = [...row.events, ...rest.events].sort(([a], [b]) => a - b)
  tx.put('outbox', { ...row, events })
}
