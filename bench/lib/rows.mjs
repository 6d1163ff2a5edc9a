/** 10,000 rows of 8 fields, as an app might hold them. */
export const rowCount = 10_000
export const fieldCount = 8

export const rowIds = Array.from({ length: rowCount }, (_, i) => `row-${i}`)
export const fields = Array.from({ length: fieldCount }, (_, i) => `field${i}`)

/** The fields of the i-th row: text and numbers. */
export const rowValues = (i) =>
  Object.fromEntries(fields.map((field, f) => [field, f % 2 === 0 ? `text ${i} ${f}` : i * 8 + f]))

/** The rows as a state of the core: one stamp for each, as after their creation. */
export function makeState({ createObjectState, applyPatch, emptyRow }) {
  const state = createObjectState()
  const replica = 'bench000'
  for (let i = 0; i < rowCount; i++) {
    const stamp = `0mhabcdef${i.toString(36).padStart(3, '0')}${replica}`
    let row = emptyRow
    const key = `items/${rowIds[i]}`
    for (const [field, value] of Object.entries(rowValues(i))) {
      row = applyPatch(row, ['=', key, field, value], stamp)
    }
    state.rows.set(key, row)
  }
  state.vv.set(replica, rowCount)
  return state
}
