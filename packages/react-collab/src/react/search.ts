import type { RowView } from '../sorted-rows.js'

const folded = new WeakMap<RowView, string>()

/** Drops what people do not type when they search: case and accents. */
const fold = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** All text of a row, field by field; folded once per row. */
function textOf(row: RowView): string {
  const known = folded.get(row)
  if (known !== undefined) return known
  const { id: _id, ...fields } = row
  const texts = Object.values(fields).filter((value) => typeof value === 'string')
  const text = fold(texts.join('\n'))
  folded.set(row, text)
  return text
}

/** Keeps the rows whose text holds every word of `search`. */
export function searchRows(rows: readonly RowView[], search: string): readonly RowView[] {
  const words = fold(search).split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter((row) => words.every((word) => textOf(row).includes(word)))
}
