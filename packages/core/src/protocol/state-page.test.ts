import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProtocolError } from '../errors.js'
import type { Event } from '../event.js'
import { ROOT, type RowKey, rowKey } from '../names.js'
import { applyEvent, canonicalState, createObjectState, type ObjectState } from '../object-state.js'
import { emptyRow, type Row, rowView } from '../row.js'
import { formatStamp, MAX_COUNTER, MAX_MS, type Replica, type Stamp } from '../stamp.js'
import { events, histories, playText, textSteps } from '../testing/index.js'
import { unpackStatePage } from './page-reader.js'
import { packStatePage } from './state-page.js'

const stampOf = (ms: number, counter = 0, replica = 'aaaaaaaa'): Stamp =>
  formatStamp({ ms, counter, replica: replica as Replica })

const throughJson = (page: unknown): unknown => JSON.parse(JSON.stringify(page))

function unpacked(page: unknown): [RowKey, Row][] {
  const rows: [RowKey, Row][] = []
  unpackStatePage(page, (key, row) => rows.push([key, row]))
  return rows
}

function stateOf(all: Iterable<Event>): ObjectState {
  const state = createObjectState()
  for (const event of all) applyEvent(state, event)
  return state
}

function copyOf({ rows, vv }: ObjectState): ObjectState {
  return { rows: new Map(unpacked(throughJson(packStatePage(rows)))), vv }
}

test('[STA1] rows of one shape share their names, and a stamp is told once, by how it differs', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => rowKey('todos', id)) as RowKey[]
  const rows = [
    [a, { values: { x: 1, y: 2 }, stamps: { x: stampOf(5), y: stampOf(5) } }],
    [b, { values: { x: 3, y: 4 }, stamps: { x: stampOf(5), y: stampOf(5, 2, 'bbbbbbbb') } }],
    [c, { values: { x: 5 }, stamps: { x: stampOf(3), gone: stampOf(3) } }],
    [d, emptyRow],
  ] as [RowKey, Row][]
  const page = packStatePage(rows)
  expect(page).toEqual({
    replicas: ['aaaaaaaa', 'bbbbbbbb'],
    stamps: 'KAAAEBDAA',
    groups: [
      {
        prefix: 'todos/',
        keys: 'a,b',
        fields: ['x', 'y'],
        removed: [],
        columns: [{ values: [1, 3] }, { values: [2, 4] }],
        marks: 'ADA',
      },
      {
        prefix: 'todos/',
        keys: 'c',
        fields: ['x'],
        removed: ['gone'],
        columns: [{ values: [5] }],
        marks: 'A',
      },
      { prefix: 'todos/', keys: 'd', fields: [], removed: [], columns: [], marks: '' },
    ],
  })
  expect(unpacked(throughJson(page))).toEqual(rows)
})

test('[STA1] values that many rows share are told once', () => {
  const rows = Array.from({ length: 300 }, (_, i): [RowKey, Row] => [
    rowKey('todos', `${i}`),
    {
      values: { done: i % 2 === 0, tag: [null, 'a', 'b'][i % 3] ?? null, at: i, list: [] },
      stamps: { done: stampOf(i), tag: stampOf(i), at: stampOf(i), list: stampOf(i) },
    },
  ])
  const page = packStatePage(rows) as {
    groups: { columns: { values: unknown[]; at?: string }[] }[]
  }
  const [done, tag, at, list] = page.groups[0]?.columns ?? []
  expect(done).toEqual({ values: [true, false], at: 'AB'.repeat(150) })
  expect(tag).toEqual({ values: [null, 'a', 'b'], at: 'ABC'.repeat(100) })
  expect([at?.at, list?.at]).toEqual([undefined, undefined])
  expect(unpacked(throughJson(page))).toEqual(rows)
})

test('[STA1] the ends of the range of stamps come back', () => {
  const ends = [0, MAX_MS].flatMap((ms) => [0, MAX_COUNTER].map((counter) => stampOf(ms, counter)))
  const order = [...ends, ...ends.toReversed(), ...ends]
  const stamps = Object.fromEntries(order.map((stamp, i) => [`f${i}`, stamp]))
  const values = Object.fromEntries(order.map((_, i) => [`f${i}`, i]))
  const rows: [RowKey, Row][] = [[ROOT, { values, stamps }]]
  expect(unpacked(throughJson(packStatePage(rows)))).toEqual(rows)
})

test('[STA1] any rows come back: registers, removed fields, counters', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 20 }), histories, (loose, history) => {
      for (const all of [loose, history.flat()]) {
        const state = stateOf(all)
        expect(canonicalState(copyOf(state))).toBe(canonicalState(state))
      }
    }),
    { numRuns: 300 },
  )
})

test('[STA1] any texts come back', () => {
  fc.assert(
    fc.property(textSteps(40), (steps) => {
      const [peer] = playText(3, steps)
      const state = createObjectState()
      const key = rowKey('notes', 'a')
      peer?.log.forEach(({ replica, n, ops: { inserts, deletes } }, i) => {
        applyEvent(state, [n, stampOf(i, 0, replica), [['~', key, 'body', inserts, deletes]]])
      })
      expect(canonicalState(copyOf(state))).toBe(canonicalState(state))
      expect(rowView(copyOf(state).rows.get(key) ?? emptyRow, 'a')).toEqual(
        rowView(state.rows.get(key) ?? emptyRow, 'a'),
      )
      expect(canonicalState(copyOf(state))).toBe(canonicalState(state))
    }),
    { numRuns: 100 },
  )
})

/** A page with one row that has all there is. */
function fullPage(): unknown {
  const state = createObjectState()
  const key = rowKey('notes', 'a')
  applyEvent(state, [1, stampOf(1), [['~', key, 'body', [[1, 0, 1, 0, 'hello']], []]]])
  applyEvent(state, [2, stampOf(2), [['+', key, 'likes', 3]]])
  applyEvent(state, [
    3,
    stampOf(3),
    [
      ['=', key, 'name', { tags: ['x'] }],
      ['x', key, 'gone'],
    ],
  ])
  applyEvent(state, [4, stampOf(4), [['=', key, '$del', true]]])
  return throughJson(packStatePage(state.rows))
}

type Group = Record<string, unknown>
const withGroup = (change: Group): unknown => {
  const page = fullPage() as { groups: Group[] }
  return { ...page, groups: [{ ...page.groups[0], ...change }] }
}
const columns = (name: unknown[], $del: unknown[], at?: unknown): unknown => [
  { values: name },
  { values: $del, ...(at !== undefined && { at }) },
]
const withPage = (change: Group): unknown => ({ ...(fullPage() as Group), ...change })

test.each<[string, unknown]>([
  ['BAD_REQUEST', null],
  ['BAD_REQUEST', []],
  ['BAD_REQUEST', withPage({ groups: {} })],
  ['BAD_STAMP', withPage({ replicas: ['toString'] })],
  ['BAD_STAMP', withPage({ replicas: 'aaaaaaaa' })],
  ['BAD_STAMP', withPage({ replicas: [] })],
  ['BAD_STAMP', withPage({ stamps: 'BAAAAAAAA' })],
  ['BAD_STAMP', withPage({ stamps: 'AggggggggB' + 'AAAAAAAA' })],
  ['BAD_REQUEST', withPage({ stamps: '' })],
  ['BAD_REQUEST', withPage({ stamps: 7 })],
  ['BAD_REQUEST', withPage({ stamps: `${'/'.repeat(400)}A` })],
  ['BAD_REQUEST', withPage({ stamps: 'GAACAACAACAA' })],
  ['RESERVED_NAME', withGroup({ prefix: '__proto__/' })],
  ['BAD_ID', withGroup({ prefix: '' })],
  ['BAD_REQUEST', withGroup({ prefix: { toString: 1 } })],
  ['BAD_REQUEST', withGroup({ keys: [{ toString: 1 }] })],
  ['BAD_REQUEST', withGroup({ keys: 'a,b' })],
  ['RESERVED_NAME', withGroup({ fields: ['__proto__', '$del'] })],
  ['RESERVED_NAME', withGroup({ removed: ['$own'] })],
  ['BAD_FIELD', withGroup({ fields: [1, '$del'] })],
  ['BAD_REQUEST', withGroup({ fields: ['gone', '$del'] })],
  ['BAD_VALUE', withGroup({ columns: columns([null], ['yes']) })],
  ['BAD_VALUE', withGroup({ fields: ['name', '$pos'] })],
  ['RESERVED_NAME', withGroup({ columns: columns([JSON.parse('{"__proto__":1}')], [true]) })],
  [
    'TOO_DEEP',
    withGroup({ columns: columns([JSON.parse('['.repeat(40) + ']'.repeat(40))], [true]) }),
  ],
  ['BAD_REQUEST', withGroup({ columns: [] })],
  ['BAD_REQUEST', withGroup({ columns: columns([], [true]) })],
  ['BAD_REQUEST', withGroup({ columns: columns([1, 2], [true]) })],
  ['BAD_REQUEST', withGroup({ columns: columns([1], [true], 'B') })],
  ['BAD_REQUEST', withGroup({ columns: columns([1], [true], '') })],
  ['BAD_REQUEST', withGroup({ columns: columns([1], [true], 'AA') })],
  ['BAD_REQUEST', withGroup({ columns: columns([1], [true], 7) })],
  ['BAD_REQUEST', withGroup({ marks: 'A' })],
  ['BAD_REQUEST', withGroup({ marks: 'BAAA' })],
  ['BAD_STAMP', withGroup({ marks: 'CAA' })],
  ['BAD_REQUEST', withGroup({ sums: [3] })],
  ['BAD_VALUE', withGroup({ sums: [[0, { likes: 2 ** 52 }]] })],
  ['RESERVED_NAME', withGroup({ sums: [[0, JSON.parse('{"__proto__":1}')]] })],
  ['RESERVED_NAME', withGroup({ texts: [[0, { $del: ['', 'AQA'] }]] })],
  ['BAD_REQUEST', withGroup({ texts: [[0, { body: ['hello'] }]] })],
  ['BAD_REQUEST', withGroup({ texts: [[0, { body: ['hello', '*'] }]] })],
  ['CORRUPT', withGroup({ texts: [[0, { body: ['hello', 'AQA'] }]] })],
])('[STA2] a page that is wrong is refused: %s (%#)', (code, page) => {
  expect(() => unpacked(page)).toThrow(expect.objectContaining({ code }))
  expect(() => unpacked(page)).toThrow(ProtocolError)
})

test('[STA2] the page that those spoil is a good one', () => {
  expect(unpacked(fullPage())).toHaveLength(1)
})

const spoil = fc.oneof(
  fc.anything(),
  fc.constantFrom<unknown>(null, -1, 2 ** 53, '', '__proto__', 'B', [], {}, [[]], { toString: 1 }),
)

test('[STA2] a spoiled page throws nothing but protocol errors, and leaves no prototype changed', () => {
  const names = ['prefix', 'keys', 'fields', 'removed', 'columns', 'marks', 'sums', 'texts']
  fc.assert(
    fc.property(fc.constantFrom(...names), spoil, spoil, (name, value, inner) => {
      for (const page of [
        withGroup({ [name]: value }),
        withGroup({ [name]: [inner] }),
        withGroup({ [name]: [inner, value] }),
        withPage({ replicas: [value], stamps: inner }),
        withPage({ groups: [value] }),
      ]) {
        try {
          for (const [, row] of unpacked(page)) {
            expect(Object.getPrototypeOf(row.values)).toBe(Object.prototype)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }
    }),
    { numRuns: 1000 },
  )
})
