import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Patch } from './event.js'
import { type RowKey, rowKey } from './names.js'
import { applyPatch, emptyRow, type Row } from './row.js'
import { packRows, type RowPage, unpackRows } from './row-page.js'
import { formatStamp, type Replica, type Stamp } from './stamp.js'
import { fewStamps, fields, jsons, rowKeys, stamps } from './testing/index.js'

const replica = 'aaaaaaaa' as Replica
const at = (ms: number): Stamp => formatStamp({ ms, counter: 0, replica })

const unpacked = (page: RowPage): [RowKey, Row][] => {
  const rows: [RowKey, Row][] = []
  unpackRows(page, (key, row) => rows.push([key, row]))
  return rows
}

const throughJson = (page: RowPage): RowPage => JSON.parse(JSON.stringify(page)) as RowPage

test('[ROW5] rows of one shape share their names, and rows of one write their stamp', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => rowKey('todos', id)) as [
    RowKey,
    RowKey,
    RowKey,
    RowKey,
  ]
  const rows: [RowKey, Row][] = [
    [a, { values: { x: 1, y: 2 }, stamps: { x: at(1), y: at(1) } }],
    [b, { values: { x: 3, y: 4 }, stamps: { x: at(1), y: at(2) } }],
    [c, { values: { x: 5 }, stamps: { x: at(2), gone: at(3) } }],
    [d, emptyRow],
  ]
  const page = packRows(rows)
  expect(page).toEqual({
    stamps: [at(1), at(2), at(3)],
    groups: [
      { fields: ['x', 'y'], removed: [], keys: [a, b], values: [1, 2, 3, 4], marks: [0, [0, 1]] },
      { fields: ['x'], removed: ['gone'], keys: [c], values: [5], marks: [[1, 2]] },
      { fields: [], removed: [], keys: [d], values: [], marks: [[]] },
    ],
  })
  expect(unpacked(throughJson(page))).toEqual(rows)
})

test('[ROW5] no rows make an empty page', () => {
  expect(packRows([])).toEqual({ stamps: [], groups: [] })
  expect(unpacked({ stamps: [], groups: [] })).toEqual([])
})

test('[ROW5] names that run into each other do not mix groups', () => {
  const rows: [RowKey, Row][] = [
    [rowKey('t', '1'), { values: { 'a,b': 1 }, stamps: { 'a,b': at(1) } }],
    [rowKey('t', '2'), { values: { a: 1, b: 2 }, stamps: { a: at(1), b: at(1) } }],
    [rowKey('t', '3'), { values: { a: 1 }, stamps: { a: at(1), b: at(1) } }],
    [rowKey('t', '4'), { values: { toString: null }, stamps: { toString: at(1) } }],
    [rowKey('t', '5'), { values: { 1: 'x', 0: 'y' }, stamps: { 1: at(1), 0: at(2) } }],
  ]
  const page = throughJson(packRows(rows))
  expect(page.groups).toHaveLength(5)
  expect(unpacked(page)).toEqual(rows)
})

test('[ROW5] any rows come back, also through JSON', () => {
  const write = fc.oneof(
    fc.tuple(fc.constant('=' as const), fc.constant('' as RowKey), fields, jsons),
    fc.tuple(fc.constant('x' as const), fc.constant('' as RowKey), fields),
    fc.tuple(
      fc.constant('=' as const),
      fc.constant('' as RowKey),
      fc.constantFrom('a', 'b', 'c'),
      fc.integer(),
    ),
  )
  const row = fc
    .array(fc.tuple(write, fc.oneof(stamps, fewStamps)), { maxLength: 5 })
    .map((writes) =>
      writes.reduce((one, [patch, stamp]) => applyPatch(one, patch as Patch, stamp), emptyRow),
    )
  const table = fc.uniqueArray(fc.tuple(rowKeys, row), { selector: ([key]) => key, maxLength: 12 })
  fc.assert(
    fc.property(table, (rows) => {
      const page = packRows(rows)
      expect(new Map(unpacked(page))).toEqual(new Map(rows))
      expect(new Map(unpacked(throughJson(page)))).toEqual(new Map(rows))
      expect(new Set(page.stamps).size).toBe(page.stamps.length)
    }),
    { numRuns: 500 },
  )
})
