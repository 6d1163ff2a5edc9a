import { collectionPrefix, parseRowKey, PLACE, type RowKey, rowKey } from '../names.js'
import { isDeleted, type Row } from '../row.js'
import type { Stamp } from '../stamp.js'
import type { OrderKey } from './order-key.js'
import { placeOf } from './place.js'

/** A row in a list, deleted or not. */
export interface Placed {
  readonly key: RowKey
  /** The list that its register names, which is where it is shown unless that makes a circle. */
  readonly list: string
  readonly order: OrderKey
  /** When it was put there. */
  readonly stamp: Stamp
}

/** Reads where a row stands, and since when. */
export function placedOf(key: RowKey, row: Row): Placed | undefined {
  const place = placeOf(row)
  if (place === undefined) return undefined
  return { key, list: place[0], order: place[1], stamp: row.stamps[PLACE] as Stamp }
}

/** The order of a list: by key, and rows with equal keys by their names [LIST4]. */
export function comparePlaced(a: Placed, b: Placed): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

type FindPlaced = (key: RowKey) => Placed | undefined

/** The row that holds a list, if the list has the id of one that is in a list itself. */
const holderOf = ({ list, key }: Placed, find: FindPlaced): Placed | undefined =>
  list === '' ? undefined : find(rowKey(parseRowKey(key).collection, list))

/**
 * The rows that hold each other in a circle with this one; none where it is in no circle.
 *
 * Cost  O(depth)
 */
export function circleOf(start: Placed, find: FindPlaced): readonly Placed[] {
  const circle = [start]
  const seen = new Set([start.key])
  for (let at = holderOf(start, find); at !== undefined; at = holderOf(at, find)) {
    if (at.key === start.key) return circle
    if (seen.has(at.key)) return []
    seen.add(at.key)
    circle.push(at)
  }
  return []
}

/**
 * The list that a row is shown in: of a circle, the place that was written last counts for nothing
 * and its row stands in the main list, so that all of the circle is shown [LIST7].
 */
export function shownListOf(placed: Placed, find: FindPlaced): string {
  const circle = circleOf(placed, find)
  const isLast = circle.every(
    ({ stamp, key }) => stamp < placed.stamp || (stamp === placed.stamp && key <= placed.key),
  )
  return circle.length > 0 && isLast ? '' : placed.list
}

/**
 * Reads all lists of a collection: the keys of their rows that are not deleted, in order.
 *
 * A function of the state alone: replicas that hold the same rows read the same lists.
 */
export function readLists(
  rows: ReadonlyMap<RowKey, Row>,
  collection: string,
): ReadonlyMap<string, readonly RowKey[]> {
  const prefix = collectionPrefix(collection)
  const placed = new Map<RowKey, Placed>()
  for (const [key, row] of rows) {
    const one = key.startsWith(prefix) ? placedOf(key, row) : undefined
    if (one !== undefined) placed.set(key, one)
  }
  const lists = new Map<string, RowKey[]>()
  for (const one of [...placed.values()].sort(comparePlaced)) {
    if (isDeleted(rows.get(one.key) as Row)) continue
    const list = shownListOf(one, (key) => placed.get(key))
    const keys = lists.get(list)
    if (keys === undefined) lists.set(list, [one.key])
    else keys.push(one.key)
  }
  return lists
}
