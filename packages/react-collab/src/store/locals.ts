import { mergeRows, type ObjectId, type Row, type RowKey } from '@react-collab/core'
import type { Transaction } from './disk.js'
import type { Records } from './records.js'

/** Writes rows of local collections, joined with what another tab has written since. */
export async function writeLocals(
  tx: Transaction,
  locals: readonly (readonly [ObjectId, RowKey, Row])[],
): Promise<void> {
  const merged = new Map<string, Records['locals']>()
  const stored = await Promise.all(locals.map(([object, key]) => tx.get('locals', [object, key])))
  locals.forEach(([object, key, row], i) => {
    const name = `${object} ${key}`
    const known = merged.get(name) ?? stored[i]
    merged.set(name, { key: [object, key], row: known ? mergeRows(known.row, row) : row })
  })
  for (const record of merged.values()) tx.put('locals', record)
}
