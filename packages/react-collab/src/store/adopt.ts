import { mergeRows, type ObjectId } from '@react-collab/core'
import { readState, writeBase } from './chunks.js'
import { allOf, type Transaction } from './disk.js'
import { unpackRow } from './packed-row.js'
import { RowBatch, freshWindows } from './row-batch.js'
import { type RowStore, rowsAt } from './row-store.js'

/**
 * Brings the rows of an object to where the schema now says that they lie: one by one on the disk
 * where their collection is windowed, else in chunks. Reads all of them at once.
 */
export async function adopt(tx: Transaction, object: ObjectId, rows: RowStore): Promise<void> {
  const { state, cursor } = await readState(tx, object)
  const windows = await tx.get('windows', object)
  const { generation = 0 } = windows ?? {}
  for (const { key, row } of await tx.getAll('rows', rowsAt(object, generation))) {
    if (row === undefined) continue
    const found = state.rows.get(key[2])
    state.rows.set(key[2], found ? mergeRows(found, unpackRow(row)) : unpackRow(row))
  }
  const taken = rows.takeFrom(state)
  tx.delete('rows', allOf(object))
  if (cursor !== undefined) {
    await writeBase(tx, object, { state, cursor }, undefined)
    tx.delete('journal', allOf(object))
  }
  const fresh = { ...freshWindows(object, rows.windowing), generation: generation + 1 }
  const greatest = windows?.greatest
  tx.put('windows', greatest === undefined ? fresh : { ...fresh, greatest })
  const batch = new RowBatch(tx, rows.windowing, fresh)
  batch.merge(taken)
  rows.end(tx, object, batch)
  await rows.relay(tx, object)
}
