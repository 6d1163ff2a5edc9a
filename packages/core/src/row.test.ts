import { describe, expect, test } from 'vitest'
import type { Patch } from './event.js'
import type { Json } from './json.js'
import { rowKey } from './names.js'
import {
  applyPatch,
  applyToRow,
  emptyRow,
  isDeleted,
  mergeRows,
  readRegister,
  type Row,
  rowView,
} from './row.js'
import { formatStamp, type Replica, type Stamp } from './stamp.js'

const key = rowKey('todos', 'a')
const at = (ms: number, replica = 'aaaaaaaa'): Stamp =>
  formatStamp({ ms, counter: 0, replica: replica as Replica })

const set = (field: string, value: Json): Patch => ['=', key, field, value]
const remove = (field: string): Patch => ['x', key, field]
const del = set('$del', true)
const restore = set('$del', false)

type Write = readonly [patch: Patch, stamp: Stamp]

const write = (writes: readonly Write[], from: Row = emptyRow): Row =>
  writes.reduce((row, [patch, stamp]) => applyPatch(row, patch, stamp), from)

function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, i) =>
    ordersOf([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  )
}

/** Each order of the writes has to give this. */
function expectInAllOrders(writes: readonly Write[], check: (row: Row) => void): void {
  for (const order of ordersOf(writes)) check(write(order))
}

describe('a register', () => {
  test('[LWW2, ROW4, REG1] regression 1: an older write that comes later loses, value and stamp', () => {
    const row = write([
      [set('name', 'new'), at(2)],
      [set('name', 'old'), at(1)],
    ])
    expect(row).toEqual({ values: { name: 'new' }, stamps: { name: at(2) } })
    // Had the stamp not been kept with its value, this one would win.
    expect(applyPatch(row, set('name', 'between'), at(1, 'zzzzzzzz'))).toBe(row)
  })

  test('[LWW2] of two writes in one millisecond the counter, then the replica decides', () => {
    expectInAllOrders(
      [
        [set('a', 'low'), at(1, 'aaaaaaaa')],
        [set('a', 'high'), at(1, 'bbbbbbbb')],
      ],
      (row) => expect(row.values['a']).toBe('high'),
    )
  })

  test.each<[string, Json, Json, Json]>([
    ['text', 'a', 'b', 'b'],
    ['numbers by their text', 10, 9, 9],
    ['null and text', null, 'a', null],
    ['objects', { a: 1 }, { a: 2 }, { a: 2 }],
    ['true and false', true, false, true],
  ])(
    '[LWW3, REG14] regression 14: equal stamps, %s: the same wins everywhere',
    (_name, a, b, winner) => {
      expectInAllOrders(
        [
          [set('f', a), at(1)],
          [set('f', b), at(1)],
        ],
        (row) => expect(row).toEqual({ values: { f: winner }, stamps: { f: at(1) } }),
      )
    },
  )

  test('[LWW3] equal stamps: a value wins over a removal', () => {
    expectInAllOrders(
      [
        [set('f', null), at(1)],
        [remove('f'), at(1)],
      ],
      (row) => expect(row.values).toEqual({ f: null }),
    )
  })

  test('[ROW6] an equal or older write gives back the same row', () => {
    const row = write([[set('f', { a: [1] }), at(2)]])
    expect(applyPatch(row, set('f', { a: [1] }), at(2))).toBe(row)
    expect(applyPatch(row, set('f', 'x'), at(1))).toBe(row)
    expect(applyPatch(row, remove('f'), at(1))).toBe(row)
    expect(applyPatch(row, remove('f'), at(2))).toBe(row)
  })

  test('[ROW6] a write leaves the old row, and other fields, as they were', () => {
    const before = write([
      [set('a', { deep: 1 }), at(1)],
      [set('b', 2), at(1)],
    ])
    const copy = structuredClone(before)
    const after = applyPatch(before, set('b', 3), at(2))
    expect(before).toEqual(copy)
    expect(after.values['a']).toBe(before.values['a'])
    expect(after.stamps).toEqual({ a: at(1), b: at(2) })
  })

  test.each(['toString', 'hasOwnProperty', 'constructor', 'valueOf', 'then'])(
    '[VAL5, LWW2] a field named %s is data, unwritten until it is written',
    (field) => {
      expect(readRegister(emptyRow, field)).toBeUndefined()
      const removed = applyPatch(emptyRow, remove(field), at(1))
      expect(removed).toEqual({ values: {}, stamps: { [field]: at(1) } })
      const row = applyPatch(removed, set(field, 'x'), at(2))
      expect(readRegister(row, field)).toBe('x')
      expect(rowView(row, 'a')).toEqual({ id: 'a', [field]: 'x' })
    },
  )
})

describe('many writes of one row', () => {
  const fields = Array.from({ length: 500 }, (_, i) => `f${i}`)
  const wide = applyToRow(
    emptyRow,
    fields.map((field) => set(field, 0)),
    at(1),
  )

  /** The same row; `copies` tells how often its values or stamps were copied. */
  function watched(row: Row): { readonly row: Row; readonly copies: () => number } {
    let copies = 0
    const watch = <T extends object>(target: T): T =>
      new Proxy(target, { ownKeys: (own) => (copies++, Reflect.ownKeys(own)) })
    const copy = { values: watch(row.values), stamps: watch(row.stamps) }
    return { row: copy, copies: () => copies }
  }

  test('[ROW7] copy it once, values and stamps, and leave it as it was', () => {
    const before = structuredClone(wide)
    const { row, copies } = watched(wide)
    const patches = fields.map((field, i) => (i % 2 === 0 ? set(field, i) : remove(field)))
    const after = applyToRow(row, patches, at(2))
    expect(copies()).toBe(2)
    expect(Object.keys(after.values).length).toBe(250)
    expect(new Set(Object.values(after.stamps))).toEqual(new Set([at(2)]))
    expect(wide).toEqual(before)
  })

  test('[ROW6, ROW7] that change nothing copy nothing and give back the same row', () => {
    const { row, copies } = watched(wide)
    const patches = fields.map((field) => set(field, 'late'))
    expect(applyToRow(row, patches, at(0))).toBe(row)
    expect(mergeRows(row, wide)).toBe(row)
    expect(copies()).toBe(0)
  })

  test('[ROW7] joining two states of a row copies it once', () => {
    const { row, copies } = watched(wide)
    const later = applyToRow(wide, fields.map(remove), at(3))
    expect(mergeRows(row, later)).toEqual(later)
    expect(copies()).toBe(2)
  })
})

describe('a removed field', () => {
  test('[LWW4] keeps its stamp; only a later write brings it back', () => {
    const removed = write([
      [set('f', 1), at(1)],
      [remove('f'), at(3)],
    ])
    expect(removed).toEqual({ values: {}, stamps: { f: at(3) } })
    expect(readRegister(removed, 'f')).toBeUndefined()
    expect(applyPatch(removed, set('f', 2), at(2))).toBe(removed)
    expect(applyPatch(removed, set('f', 2), at(4)).values).toEqual({ f: 2 })
  })

  test('[LWW4] in all orders the latest of writes and removals counts', () => {
    const writes: Write[] = [
      [set('f', 1), at(1)],
      [remove('f'), at(2)],
      [set('f', 3), at(3)],
      [remove('f'), at(4)],
    ]
    expectInAllOrders(writes, (row) => expect(row).toEqual({ values: {}, stamps: { f: at(4) } }))
    expectInAllOrders(writes.slice(0, 3), (row) => expect(row.values).toEqual({ f: 3 }))
  })
})

describe('a deleted row', () => {
  const created: Write = [set('title', 'a'), at(1)]

  test('[ROW1, REG21, SEM206] regression 21: delete and late update, in all orders: it stays deleted', () => {
    expectInAllOrders(
      [created, [del, at(3)], [set('title', 'late'), at(2)], [set('title', 'later'), at(4)]],
      (row) => {
        expect(isDeleted(row)).toBe(true)
        expect(row.values['title']).toBe('later')
      },
    )
  })

  test('[ROW2, REG21] regression 21: restored, it shows the edits made beneath', () => {
    expectInAllOrders(
      [created, [del, at(2)], [set('title', 'beneath'), at(3)], [restore, at(4)]],
      (row) => {
        expect(isDeleted(row)).toBe(false)
        expect(rowView(row, 'a')).toEqual({ id: 'a', title: 'beneath' })
      },
    )
  })

  test('[LWW2, REG21, SEM206] regression 21: of delete and concurrent restore the later stamp wins', () => {
    for (const [deletedAt, restoredAt] of [
      [5, 6],
      [6, 5],
    ] as const) {
      expectInAllOrders([created, [del, at(deletedAt)], [restore, at(restoredAt)]], (row) =>
        expect(isDeleted(row)).toBe(deletedAt > restoredAt),
      )
    }
  })

  test('[LWW2, ROW1, REG21] regression 21: delete and concurrent create: fields and tombstone apart', () => {
    expectInAllOrders(
      [
        [del, at(2)],
        [set('title', 'b'), at(3, 'bbbbbbbb')],
      ],
      (row) => {
        expect(isDeleted(row)).toBe(true)
        expect(row.values).toEqual({ $del: true, title: 'b' })
      },
    )
  })

  test('[LWW4] a removed tombstone is none', () => {
    expect(isDeleted(write([created, [del, at(2)], [remove('$del'), at(3)]]))).toBe(false)
    expect(isDeleted(emptyRow)).toBe(false)
  })
})

describe('rowView', () => {
  const row = write([
    [set('title', 'a'), at(1)],
    [set('$del', false), at(1)],
    [set('$pos', ['list', 'key']), at(1)],
    [set('$v', 5), at(1)],
    [set('file', { $bytes: 'AP8' }), at(1)],
    [remove('gone'), at(1)],
  ])

  test('[ROW3] shows the fields, without the system and the removed ones, with bytes', () => {
    expect(rowView(row, 'a')).toEqual({ id: 'a', title: 'a', file: Uint8Array.of(0, 255) })
  })

  test('[ROW3] the same row gives the same view, frozen', () => {
    const view = rowView(row, 'a')
    expect(rowView(row, 'a')).toBe(view)
    expect(Object.isFrozen(view)).toBe(true)
    expect(rowView(applyPatch(row, set('title', 'a'), at(1)), 'a')).toBe(view)
    expect(rowView(applyPatch(row, set('title', 'b'), at(2)), 'a')).not.toBe(view)
  })

  test('[ROW3] one row shown under two names has each', () => {
    expect([rowView(emptyRow, 'a'), rowView(emptyRow, 'b'), rowView(emptyRow, undefined)]).toEqual([
      { id: 'a' },
      { id: 'b' },
      {},
    ])
  })

  test("[ROW3] a field named id is hidden by the row's own, and shown where there is none", () => {
    const named = write([[set('id', 'x'), at(1)]])
    expect(rowView(named, 'a')).toEqual({ id: 'a' })
    expect(rowView(named, undefined)).toEqual({ id: 'x' })
  })
})
