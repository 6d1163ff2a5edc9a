import type { Json, Row, Stamp } from '@react-collab/core'

/** A row of values in JSON; where all have one stamp, as after the row was made, it is told once. */
export function packRow({ values, stamps }: Row): string {
  const all = Object.values(stamps)
  const [first] = all
  const isMade = all.length === Object.keys(values).length && all.every((one) => one === first)
  return JSON.stringify(isMade && first !== undefined ? [values, first] : [values, stamps])
}

/** Reads what `packRow` has written. */
export function unpackRow(packed: string): Row {
  const [values, stamps] = JSON.parse(packed) as [
    Readonly<Record<string, Json>>,
    Stamp | Readonly<Record<string, Stamp>>,
  ]
  if (typeof stamps !== 'string') return { values, stamps }
  const each: Record<string, Stamp> = {}
  for (const field of Object.keys(values)) each[field] = stamps
  return { values, stamps: each }
}
