import { ownerOf, type Row, type RowKey, rowName } from '@react-collab/core'
import { itemView } from '../list/item-view.js'
import type { RowView } from '../sorted-rows.js'

const views = new WeakMap<RowView, RowView>()

/** What a row is for those who derive from it: as in a list, with its owner where it has one. */
export function sourceView(row: Row | undefined, key: RowKey): RowView | undefined {
  const view = row && itemView(row, rowName(key), undefined)
  const owner = ownerOf(key)
  if (view === undefined || owner === undefined) return view
  const known = views.get(view) ?? Object.freeze({ ...view, owner })
  views.set(view, known)
  return known
}
