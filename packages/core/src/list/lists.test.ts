import { describe, expect, test } from 'vitest'
import { readEvent } from '../event.js'
import type { Json } from '../json.js'
import { PLACE, type RowKey, rowKey, TOMBSTONE } from '../names.js'
import { applyPatch, emptyRow, type Row } from '../row.js'
import type { Stamp } from '../stamp.js'
import { readLists } from './lists.js'
import { between, type OrderKey, type WriterTag } from './order-key.js'
import { checkListId, checkPlace } from './place.js'

const stamp = (n: number): Stamp => `${String(n).padStart(12, '0')}aaaaaaaa` as Stamp
const one = between(undefined, undefined, 'anna' as WriterTag)
const two = between(one, undefined, 'anna' as WriterTag)

/** Rows by id: list, key, and when they were put there. */
function rowsOf(places: Record<string, readonly [list: string, order: OrderKey, at?: number]>) {
  const rows = new Map<RowKey, Row>()
  for (const [id, [list, order, at = 1]] of Object.entries(places)) {
    const name = rowKey('c', id)
    rows.set(name, applyPatch(emptyRow, ['=', name, PLACE, [list, order]], stamp(at)))
  }
  return rows
}

const read = (rows: ReadonlyMap<RowKey, Row>): unknown =>
  Object.fromEntries(
    [...readLists(rows, 'c')].map(([list, names]) => [
      list,
      names.map((name) => name.slice(2)).join(),
    ]),
  )

describe('[LIST4] a list', () => {
  test('has the rows that name it, by key, and those of equal keys by name', () => {
    const rows = rowsOf({ b: ['', one], z: ['', two], a: ['', two], x: ['other', one] })
    expect(read(rows)).toEqual({ '': 'b,a,z', other: 'x' })
  })

  test('leaves out deleted rows, rows of other collections and rows without a place', () => {
    const rows = rowsOf({ a: ['', one], b: ['', two] })
    const b = rowKey('c', 'b')
    rows.set(b, applyPatch(rows.get(b) as Row, ['=', b, TOMBSTONE, true], stamp(2)))
    rows.set(rowKey('c', 'plain'), applyPatch(emptyRow, ['=', b, 'f', 1], stamp(1)))
    rows.set(rowKey('cc', 'd'), rows.get(rowKey('c', 'a')) as Row)
    expect(read(rows)).toEqual({ '': 'a' })
    rows.set(b, applyPatch(rows.get(b) as Row, ['=', b, TOMBSTONE, false], stamp(3)))
    expect(read(rows)).toEqual({ '': 'a,b' })
  })
})

describe('[LIST7] of rows that hold each other in a circle', () => {
  test('the one put there last stands in the main list', () => {
    expect(read(rowsOf({ a: ['b', one, 1], b: ['a', one, 2] }))).toEqual({ '': 'b', b: 'a' })
    expect(read(rowsOf({ a: ['b', one, 3], b: ['a', one, 2] }))).toEqual({ '': 'a', a: 'b' })
    expect(read(rowsOf({ a: ['a', one] }))).toEqual({ '': 'a' })
  })

  test('of two put there by one edit it is the one of the greater name', () => {
    expect(read(rowsOf({ a: ['b', one], b: ['a', one] }))).toEqual({ '': 'b', b: 'a' })
  })

  test('those that hang on it from outside stay where they are', () => {
    const rows = rowsOf({ a: ['b', one, 1], b: ['a', one, 2], leaf: ['a', two, 9] })
    expect(read(rows)).toEqual({ '': 'b', b: 'a', a: 'leaf' })
  })
})

describe('[LIST6] a place', () => {
  test.each<[string, Json]>([
    ['no pair', 'x'],
    ['no key', ['']],
    ['a key that is none', ['', '!']],
    ['a third part', ['', one, 1]],
    ['a list without a name', [1, one]],
    ['a list of a reserved name', ['constructor', one]],
  ])('that is %s is refused where it comes in, and shows nowhere', (_, place) => {
    const bad = expect.objectContaining({ code: 'BAD_VALUE' })
    expect(() => checkPlace(place)).toThrow(bad)
    const name = rowKey('c', 'a')
    expect(() => readEvent([1, stamp(1), [['=', name, PLACE, place]]])).toThrow(bad)
    const row = { values: { [PLACE]: place }, stamps: { [PLACE]: stamp(1) } }
    expect(read(new Map([[name, row]]))).toEqual({})
  })

  test('as it is made is accepted, in the main list or that of a row', () => {
    for (const list of ['', 'x', 'a/b é']) {
      readEvent([1, stamp(1), [['=', rowKey('c', 'a'), PLACE, [list, one]]]])
      expect(checkListId(list)).toBe(list)
    }
    expect(() => checkListId('constructor')).toThrow(expect.objectContaining({ code: 'BAD_ID' }))
    expect(() => checkListId(1)).toThrow(expect.objectContaining({ code: 'BAD_ID' }))
  })
})
