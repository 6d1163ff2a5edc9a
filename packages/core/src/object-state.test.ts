import { describe, expect, test } from 'vitest'
import type { Event, Patch } from './event.js'
import { ROOT, rowKey } from './names.js'
import {
  applyEvent,
  applyPatches,
  canonicalState,
  createObjectState,
  patchesByRow,
} from './object-state.js'
import type { Row } from './row.js'
import { formatStamp, type Replica, type Stamp } from './stamp.js'

const a = rowKey('todos', 'a')
const b = rowKey('todos', 'b')
const one = 'aaaaaaaa' as Replica
const two = 'bbbbbbbb' as Replica

const at = (ms: number, replica = one): Stamp => formatStamp({ ms, counter: 0, replica })
const set = (row: typeof a, field: string, value: string | boolean): Patch => [
  '=',
  row,
  field,
  value,
]

describe('applyEvent', () => {
  test('[EVT2, REG3] regression 3: an event that comes twice is applied once', () => {
    const state = createObjectState()
    const event: Event = [1, at(5), [set(a, 'title', 'x')]]
    expect(applyEvent(state, event)).toBe(true)
    const text = canonicalState(state)
    expect(applyEvent(state, event)).toBe(false)
    expect(applyEvent(state, [1, at(9), [set(a, 'title', 'other')]])).toBe(false)
    expect(canonicalState(state)).toBe(text)
  })

  test('[EVT2] numbers count per replica, and a refused one leaves a gap', () => {
    const state = createObjectState()
    expect(applyEvent(state, [3, at(5, one), [set(a, 'title', 'x')]])).toBe(true)
    expect(applyEvent(state, [1, at(6, two), [set(a, 'title', 'y')]])).toBe(true)
    expect(applyEvent(state, [2, at(7, one), [set(a, 'title', 'z')]])).toBe(false)
    expect(applyEvent(state, [7, at(8, one), [set(b, 'title', 'z')]])).toBe(true)
    expect(state.vv).toEqual(
      new Map([
        [one, 7],
        [two, 1],
      ]),
    )
  })

  test('[EVT2] an event that loses everywhere still counts as seen', () => {
    const state = createObjectState()
    applyEvent(state, [1, at(9, one), [set(a, 'title', 'x')]])
    expect(applyEvent(state, [1, at(5, two), [set(a, 'title', 'y')]])).toBe(true)
    expect(state.vv.get(two)).toBe(1)
    expect(state.rows.get(a)?.values).toEqual({ title: 'x' })
  })

  test('[ROW1] a deleted row stays in the table', () => {
    const state = createObjectState()
    applyEvent(state, [1, at(1), [set(a, 'title', 'x')]])
    applyEvent(state, [2, at(2), [set(a, '$del', true)]])
    expect([...state.rows.keys()]).toEqual([a])
  })

  test('[ROW6, ROW7] rows that change are told, once per event, and no others', () => {
    const state = createObjectState()
    const changed: string[] = []
    const note = (key: string): unknown => changed.push(key)
    applyEvent(state, [1, at(5), [set(a, 'x', '1'), set(a, 'y', '1'), set(b, 'x', '1')]], note)
    const untouched = state.rows.get(b)
    applyEvent(state, [2, at(6), [set(a, 'x', '2')]], note)
    applyEvent(state, [1, at(1, two), [set(b, 'x', 'late'), set(ROOT, 'x', 'new')]], note)
    expect(changed).toEqual([a, b, a, ROOT])
    expect(state.rows.get(b)).toBe(untouched)
  })
})

describe('applyPatches', () => {
  test('[LWW2, REG13] regression 13: of several writes of a field in one batch the newest wins', () => {
    const writes: [Patch, Stamp][] = [
      [set(a, 'title', 'newest'), at(3)],
      [set(a, 'title', 'oldest'), at(1)],
      [set(a, 'title', 'between'), at(2)],
    ]
    for (const order of [writes, writes.toReversed()]) {
      const { rows } = createObjectState()
      for (const [patch, stamp] of order) applyPatches(rows, [patch], stamp)
      expect(rows.get(a)?.values).toEqual({ title: 'newest' })
    }
  })

  test('[ROW6] works on any table, and without a listener', () => {
    const state = createObjectState()
    applyPatches(state.rows, [set(a, 'x', '1'), ['x', b, 'y']], at(1))
    expect(state.rows.get(b)).toEqual({ values: {}, stamps: { y: at(1) } })
    expect(state.vv.size).toBe(0)
  })
})

describe('an event of many patches', () => {
  test('[ROW7] puts each row that it changes into the table once, in the order of first mention', () => {
    const puts: string[] = []
    class Table extends Map<typeof a, Row> {
      override set(key: typeof a, row: Row): this {
        puts.push(key)
        return super.set(key, row)
      }
    }
    const rows = new Table()
    const fields = Array.from({ length: 100 }, (_, i) => `f${i}`)
    const patches = fields.flatMap((field) => [set(b, field, '1'), set(a, field, '2')])
    applyPatches(rows, patches, at(1))
    expect(puts).toEqual([b, a])
    expect(Object.keys(rows.get(a)?.values ?? {})).toEqual(fields)
  })

  test('[ROW7] is sorted by row; patches of one row keep their order', () => {
    expect(patchesByRow([])).toEqual([])
    const [x, y, z] = [set(a, 'x', '1'), set(b, 'y', '1'), set(a, 'z', '1')]
    expect(patchesByRow([x, y, z])).toEqual([
      [a, [x, z]],
      [b, [y]],
    ])
    const own = [x, z]
    expect(patchesByRow(own)[0]?.[1]).toBe(own)
  })
})

describe('canonicalState', () => {
  test('[LWW5] is the same whatever the order of rows, fields and replicas', () => {
    const first = createObjectState()
    const second = createObjectState()
    const events: Event[] = [
      [1, at(1, one), [set(a, 'x', '1'), set(b, 'y', '2')]],
      [1, at(2, two), [set(b, 'x', '3'), set(a, 'y', '4')]],
    ]
    for (const event of events) applyEvent(first, event)
    for (const event of events.toReversed()) applyEvent(second, event)
    expect([...first.rows.keys()]).not.toEqual([...second.rows.keys()])
    expect(canonicalState(first)).toBe(canonicalState(second))
  })

  test('[LWW5] tells rows, stamps, removed fields and numbers apart', () => {
    const texts = (
      [
        [],
        [[1, at(1), [set(a, 'x', '1')]]],
        [[1, at(1), [set(a, 'x', '2')]]],
        [[1, at(2), [set(a, 'x', '1')]]],
        [[2, at(1), [set(a, 'x', '1')]]],
        [[1, at(1), [set(b, 'x', '1')]]],
        [[1, at(1), [['x', a, 'x']]]],
      ] as Event[][]
    ).map((events) => {
      const state = createObjectState()
      for (const event of events) applyEvent(state, event)
      return canonicalState(state)
    })
    expect(new Set(texts).size).toBe(texts.length)
    expect(texts[0]).toBe('[[],{}]')
    expect(texts[1]).toBe(`[[["todos/a",{"x":"1"},{"x":"${at(1)}"}]],{"aaaaaaaa":1}]`)
  })
})
