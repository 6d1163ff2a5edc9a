/** Entries of the log that are not in the chunks yet. */
import { type Cursor, InvariantError, type ObjectId } from '@react-collab/core'
import { allAfter, allOf, type Transaction } from './disk.js'
import type { Records } from './records.js'
import type { JournalBatch } from './store.js'

type Entry = Records['journal']

const start: Cursor = { term: '', seq: 0 }

/** Reads how far an object is confirmed on this disk. */
export async function readCursor(tx: Transaction, object: ObjectId): Promise<Cursor> {
  return (await tx.get('cursors', object)) ?? start
}

/** Writes batches that follow the stored cursor, as few records as there are terms. */
export async function writeJournal(
  tx: Transaction,
  object: ObjectId,
  batches: readonly JournalBatch[],
): Promise<void> {
  let { term, seq } = await readCursor(tx, object)
  const entries: (Omit<Entry, 'events'> & { events: Entry['events'][number][] })[] = []
  for (const batch of batches) {
    if (batch.seq !== seq + 1) throw new InvariantError(`batch ${batch.seq} after ${seq}`)
    if (batch.events.length === 0) continue
    const last = entries.at(-1)
    if (last !== undefined && batch.term === term)
      for (const event of batch.events) last.events.push(event)
    else
      entries.push({
        key: [object, batch.seq],
        before: term,
        term: batch.term,
        events: [...batch.events],
      })
    term = batch.term
    seq += batch.events.length
  }
  for (const entry of entries) tx.put('journal', entry)
  if (entries.length > 0) tx.put('cursors', { key: object, term, seq })
}

/** Reads what follows `after`; undefined when it is not, or no longer, a place in this journal. */
export async function readJournal(
  tx: Transaction,
  object: ObjectId,
  after: Cursor = start,
): Promise<readonly JournalBatch[] | undefined> {
  const cursor = await readCursor(tx, object)
  // A tab that lost the lead before it had written is ahead of the disk: a place that is not there.
  if (after.seq > cursor.seq) return undefined
  if (after.seq === cursor.seq) return after.term === cursor.term ? [] : undefined
  const [first, ...rest] = await tx.getAll('journal', allAfter(object, after.seq))
  if (first?.key[1] === after.seq + 1) {
    return first.before === after.term ? [first, ...rest].map(toBatch) : undefined
  }
  // The place may lie within a record: they are as long as what was received together.
  const around = (await tx.getAll('journal', allOf(object))).findLast(
    ({ key }) => key[1] <= after.seq,
  )
  if (around?.term !== after.term) return undefined
  const skipped = after.seq + 1 - around.key[1]
  if (skipped >= around.events.length) return undefined
  const part = { term: around.term, seq: after.seq + 1, events: around.events.slice(skipped) }
  return [part, ...(first === undefined ? [] : [first, ...rest]).map(toBatch)]
}

const toBatch = ({ key, term, events }: Entry): JournalBatch => ({ term, seq: key[1], events })
