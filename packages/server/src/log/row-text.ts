import { packTexts, type PackedTexts, type Row, type Stamp, unpackTexts } from '@react-collab/core'

/** A row as it is stored: values, their stamp where they share one, else stamps by field. */
type StoredForm = readonly [
  values: Row['values'],
  stamps: Stamp | Row['stamps'],
  sums?: Row['sums'] | null,
  texts?: PackedTexts,
]

/** Writes a row as JSON. */
export function encodeRow({ values, stamps, sums, texts }: Row): string {
  const shared = sharedStamp(values, stamps) ?? stamps
  if (texts !== undefined) {
    return JSON.stringify([values, shared, sums ?? null, packTexts(texts)] satisfies StoredForm)
  }
  return JSON.stringify(sums === undefined ? [values, shared] : [values, shared, sums])
}

/** The stamp of all fields, if none was removed and all were written at once. */
function sharedStamp(values: Row['values'], stamps: Row['stamps']): Stamp | undefined {
  const all = Object.values(stamps)
  const [first] = all
  const isShared = all.length === Object.keys(values).length && all.every((one) => one === first)
  return isShared ? first : undefined
}

/** Reads what `encodeRow` wrote; texts are decoded when they are edited. */
export function decodeRow(text: string): Row {
  const [values, stamps, sums, texts] = JSON.parse(text) as StoredForm
  const row: Row = {
    values,
    stamps: typeof stamps === 'string' ? stampsOf(values, stamps) : stamps,
  }
  if (!sums && texts === undefined) return row
  return { ...row, ...(sums && { sums }), ...(texts && { texts: unpackTexts(texts) }) }
}

function stampsOf(values: Row['values'], stamp: Stamp): Row['stamps'] {
  const stamps: Record<string, Stamp> = {}
  for (const field of Object.keys(values)) stamps[field] = stamp
  return stamps
}
