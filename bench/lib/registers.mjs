/** The registers that the cases write, in the order in which they write them. */
const rowCount = 2500

/** Names of rows: `rowAt[i % rowCount]` is that of the i-th write. */
const rows = Array.from({ length: rowCount }, (_, i) => `row-${i}`)
const fields = Array.from({ length: 40 }, (_, i) => `field${i}`)

export const rowOf = (i) => rows[i % rowCount]
export const fieldOf = (i) => fields[Math.floor(i / rowCount)]
export const valueOf = (i) => `value ${i}`
