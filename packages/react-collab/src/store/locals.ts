import { applyPatch, type ObjectId, type Row, type RowKey, type Stamp } from '@react-collab/core'
import type { Transaction } from './disk.js'
import type { Records } from './records.js'

/** Joins two states of a row, register by register: the later write wins. */
function mergeRows(into: Row, from: Row): Row {
  let row = into
  for (const field of Object.keys(from.stamps)) {
    const stamp = from.stamps[field] as Stamp
    const value = Object.hasOwn(from.values, field) ? from.values[field] : undefined
    // The key of the row plays no part in how a patch is applied.
    const key = '' as RowKey
    row = applyPatch(row, value === undefined ? ['x', key, field] : ['=', key, field, value], stamp)
  }
  return row
}

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
