import { type ObjectId, readEvents } from '@react-collab/core'
import { dropBatch, eventsOf, isBatch } from './batches.js'
import { allOf, only, type Transaction } from './disk.js'
import type { OutboxRecord } from './records.js'
import type { Forgotten } from './store.js'

/** What `forget` looks at, beside the confirmed state. */
export const forgettable = ['outbox', 'images', 'locals', 'derived', 'pages'] as const

/** Takes away what the log has said of an object, and what of its own rows cannot be read. */
export async function forgetObject(tx: Transaction, object: ObjectId): Promise<Forgotten> {
  const [outbox, locals] = await Promise.all([
    tx.getAll('outbox', allOf(object)),
    tx.getAll('locals', allOf(object)),
  ])
  tx.delete('cursors', only(object))
  tx.delete('bases', only(object))
  tx.delete('chunks', allOf(object))
  tx.delete('journal', allOf(object))
  tx.delete('pages', allOf(object))
  tx.delete('derived', allOf(object))
  const lostEdits: OutboxRecord[] = []
  for (const record of outbox) if (!(await isReadable(tx, record))) lostEdits.push(record)
  const lostLocals = locals.filter(({ row }) => !isRow(row))
  for (const { key } of lostEdits) dropBatch(tx, key)
  for (const { key } of lostLocals) tx.delete('locals', only(key))
  return { kept: outbox.length - lostEdits.length, lost: [...lostEdits, ...lostLocals] }
}

async function isReadable(tx: Transaction, record: OutboxRecord): Promise<boolean> {
  if (!isBatch(record)) return areEvents(record.events)
  try {
    return areEvents(await eventsOf(tx, record))
  } catch {
    return false
  }
}

const areEvents = (events: unknown): boolean =>
  Array.isArray(events) && events.length > 0 && readEvents(events).length === 0

const isRow = (row: unknown): boolean =>
  isRecord(row) && isRecord(row.values) && isRecord(row.stamps)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
