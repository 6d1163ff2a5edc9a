import {
  isDeleted,
  ITEM,
  type Json,
  readRegister,
  type Row,
  rowView,
  valueFromJson,
} from '@react-collab/core'
import type { RowView } from '../sorted-rows.js'

/**
 * What an item shows as: its row, or its id and `value` in a list of values.
 *
 * A row that was only moved is another row and shows the same: then `before` stays.
 */
export function itemView(row: Row, id: string, before: RowView | undefined): RowView | undefined {
  if (isDeleted(row)) return undefined
  const value = readRegister(row, ITEM)
  const view = value === undefined ? rowView(row, id) : valueView(row, id, value)
  return before !== undefined && isSameView(before, view) ? before : view
}

const views = new WeakMap<Row, RowView>()

function valueView(row: Row, id: string, value: Json): RowView {
  const known = views.get(row)
  if (known !== undefined) return known
  const view = Object.freeze({ id, value: valueFromJson(value) })
  views.set(row, view)
  return view
}

/** Values that were not written keep their identity. */
function isSameView(a: RowView, b: RowView): boolean {
  const fields = Object.keys(a)
  return (
    fields.length === Object.keys(b).length &&
    fields.every((field) => Object.hasOwn(b, field) && a[field] === b[field])
  )
}
