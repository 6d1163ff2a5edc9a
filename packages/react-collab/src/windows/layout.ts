import type { Row, RowKey } from '@react-collab/core'
import type { RowView } from '../sorted-rows.js'
import type { WindowPage } from '../store/windows.js'
import { comparePlaces, type Place, placeIn, samePlace } from './place.js'

/** A row that is shown, and where. */
export interface Item {
  readonly place: Place
  readonly view: RowView
}

/** Rows in the order of a field, as far as a page reaches. */
export interface Layout {
  readonly items: readonly Item[]
  /** How many rows are before the first. */
  readonly start: number
  readonly total: number
}

/** What is known in memory of rows. */
export interface Known {
  /** Whether the count has heard what became of a row. */
  isCounted(key: RowKey): boolean
  /** A row as it was written; undefined where it is not known whole, missing or deleted. */
  row(key: RowKey): Row | undefined
  /** What a row shows as. */
  view(key: RowKey): RowView | undefined
  /** Whether a row was made here, and nothing else is known of it. */
  isNew(key: RowKey): boolean
}

/** Lays what is known in memory of `touched` rows over a page of the disk. */
export function layOut(
  page: WindowPage,
  field: string,
  touched: ReadonlySet<RowKey>,
  known: Known,
): Layout {
  const items: Item[] = []
  const stood = new Map<RowKey, Place>()
  for (const { place } of page.rows) {
    const key = place[6]
    if (touched.has(key)) stood.set(key, place)
    const view = touched.has(key) ? undefined : known.view(key)
    if (view !== undefined) items.push({ place, view })
  }
  let { total } = page
  for (const key of touched) {
    const before = stood.get(key)
    const item = itemOf(page, field, key, known)
    if (!known.isCounted(key)) {
      if (before === undefined && item !== undefined && known.isNew(key)) total += 1
      if (before !== undefined && known.row(key) === undefined) total -= 1
    }
    if (item !== undefined && (samePlace(before, item.place) || isWithin(page, item.place)))
      items.splice(placeFor(items, item.place), 0, item)
  }
  return { items, start: page.start, total }
}

function itemOf(page: WindowPage, field: string, key: RowKey, known: Known): Item | undefined {
  const row = known.row(key)
  const view = known.view(key)
  if (row === undefined || view === undefined) return undefined
  // Only rank, value and key count within one order.
  return { place: placeIn(['' as never, page.generation], field, key, row), view }
}

/** Whether a place is among those that a page tells of. */
function isWithin(page: WindowPage, place: Place): boolean {
  const first = page.start > 0 ? page.rows[0]?.place : undefined
  const isFirst = first === undefined || comparePlaces(place, first) >= 0
  return isFirst && !isBehind(page, place)
}

/** Whether a place is behind all that a page tells of. */
export function isBehind({ isLast, rows }: WindowPage, place: Place): boolean {
  if (isLast) return false
  const last = rows.at(-1)?.place
  return last === undefined || comparePlaces(place, last) > 0
}

function placeFor(items: readonly Item[], place: Place): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (comparePlaces((items[middle] as Item).place, place) < 0) low = middle + 1
    else high = middle
  }
  return low
}
