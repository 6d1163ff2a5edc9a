import {
  isDeleted,
  type ObjectId,
  prefixOf,
  readRegister,
  type Row,
  type RowKey,
} from '@react-collab/core'
import { sortKeyOf } from './sort-key.js'
import type { Windowing } from './windowing.js'

/** Where a row is in the order of a field; the key of an index entry. */
export type Place = readonly [
  object: ObjectId,
  generation: number,
  prefix: string,
  field: string,
  rank: number,
  sort: number | string,
  key: RowKey,
]

/** The rows of an object that were loaded together. */
export type Scope = readonly [object: ObjectId, generation: number]

/** The place of a row in the order of one field. */
export function placeIn([object, generation]: Scope, field: string, key: RowKey, row: Row): Place {
  const [rank, sort] = sortKeyOf(readRegister(row, field))
  return [object, generation, prefixOf(key), field, rank, sort, key]
}

/** The places of a row, one for each field that orders its collection; a deleted one has none. */
export function placesOf(
  scope: Scope,
  windowing: Windowing,
  key: RowKey,
  row: Row | undefined,
): readonly Place[] {
  if (row === undefined || isDeleted(row)) return []
  const fields = windowing.get(prefixOf(key)) ?? []
  return fields.map((field) => placeIn(scope, field, key, row))
}

/** Orders places as a disk does, within one order. */
export function comparePlaces(a: Place, b: Place): number {
  return a[4] - b[4] || order(a[5], b[5]) || order(a[6], b[6])
}

const order = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)

/** Tells whether two places are the same. */
export const samePlace = (a: Place | undefined, b: Place | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && comparePlaces(a, b) === 0)

/** All places in the order of a field. */
export const orderOf = (
  [object, generation]: Scope,
  prefix: string,
  field: string,
): { readonly from: Start; readonly to: Start } => ({
  from: [object, generation, prefix, field],
  to: [object, generation, prefix, field, LAST_RANK],
})

type Start = readonly (string | number)[]

/** Above the kinds of all values. */
const LAST_RANK = 10

/** The place of a row in one order, among those that it has. */
export const placeAmong = (
  places: readonly Place[],
  prefix: string,
  field: string,
): Place | undefined => places.find((place) => place[2] === prefix && place[3] === field)
