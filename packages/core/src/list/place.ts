import { cut, UsageError } from '../errors.js'
import type { Json } from '../json.js'
import { PLACE, rowKey } from '../names.js'
import { readRegister, type Row } from '../row.js'
import { isOrderKey, type OrderKey } from './order-key.js'

/**
 * Where a row stands: the id of its list, and its key among the rows of that list.
 *
 * Lists are of one collection. `''` is the collection's main list; a list that has the id of one of
 * its rows is what that row holds, so rows make a tree.
 */
export type Place = readonly [list: string, order: OrderKey]

const isListId = (value: unknown): boolean => {
  if (value === '') return true
  try {
    rowKey('list', value as string)
    return true
  } catch {
    return false
  }
}

const isPlace = (value: unknown): value is Place =>
  Array.isArray(value) && value.length === 2 && isListId(value[0]) && isOrderKey(value[1])

/** Checks the id of a list; throws `BAD_ID`. */
export function checkListId(value: unknown): string {
  if (isListId(value)) return value as string
  throw new UsageError('BAD_ID', `${cut(value)} names no list: use the id of a row, or ''`)
}

/** Checks a place that came from elsewhere; throws `BAD_VALUE`. */
export function checkPlace(value: Json): void {
  if (!isPlace(value)) throw new UsageError('BAD_VALUE', '$pos is [list, order key]')
}

/** Reads where a row stands; undefined when it stands nowhere. */
export function placeOf(row: Row): Place | undefined {
  const place = readRegister(row, PLACE)
  return isPlace(place) ? place : undefined
}
