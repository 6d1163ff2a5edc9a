import {
  defineSchema,
  type ErrorCode,
  limits,
  local,
  object,
  type RowKey,
  shared,
  UsageError,
  value,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { SharedObject } from './shared-object.js'
import { createTestReplica, eventOf, type TestReplica } from './testing/test-replica.js'

let at: TestReplica
let shown: SharedObject

beforeEach(async () => {
  at = await createTestReplica()
  shown = new SharedObject(at.replica, {
    newId: () => 'new-id',
    load: () => Promise.resolve(),
    used: () => undefined,
    presence: undefined as never,
  })
})

/** What the last edit writes. */
const written = (): unknown => {
  const edit = [...at.replica.visible.pending].at(-1)
  return edit && eventOf(edit)[2].map(([kind, , field, ...rest]) => [kind, field, ...rest])
}

const cyclic: { self?: unknown } = {}
cyclic.self = cyclic
const deep: unknown = Array.from({ length: limits.depth + 1 }).reduce((inner) => [inner], 1)
const hostile = {
  get broken() {
    throw new Error('broken')
  },
}

/** Values that JSON would change or that a server refuses, and how that is called. */
const bad: readonly [name: string, value: unknown, code: ErrorCode][] = [
  ['undefined', undefined, 'BAD_VALUE'],
  ['undefined inside', { a: [undefined] }, 'BAD_VALUE'],
  ['NaN', Number.NaN, 'BAD_VALUE'],
  ['Infinity', Number.POSITIVE_INFINITY, 'BAD_VALUE'],
  ['a Date', new Date(0), 'BAD_VALUE'],
  ['a BigInt', 1n, 'BAD_VALUE'],
  ['a symbol', Symbol('x'), 'BAD_VALUE'],
  ['a function', () => 1, 'BAD_VALUE'],
  ['a Map', new Map(), 'BAD_VALUE'],
  ['a class instance', new (class Point {})(), 'BAD_VALUE'],
  ['a hole in an array', Array(2), 'BAD_VALUE'],
  ['a cycle', cyclic, 'BAD_VALUE'],
  ['a getter that throws', hostile, 'BAD_VALUE'],
  ['a lone surrogate', 'a\ud800', 'BAD_UNICODE'],
  ['a lone surrogate as a key', { '\udc00': 1 }, 'BAD_UNICODE'],
  ['the key __proto__', JSON.parse('{"__proto__": 1}'), 'RESERVED_NAME'],
  ['an unsafe integer', 2 ** 53, 'UNSAFE_INTEGER'],
  ['too many levels', deep, 'TOO_DEEP'],
  ['too much text', 'x'.repeat(limits.valueBytes + 1), 'VALUE_TOO_LARGE'],
  ['too many items', Array.from({ length: limits.keys + 1 }, () => 0), 'TOO_MANY_KEYS'],
]

describe('[REP10] a value that would not come back as it is', () => {
  it.each(bad)('%s is a UsageError with a name, and nothing has changed', (_, wrong, code) => {
    const calls = [
      () => shown.change({ good: 1, wrong }),
      () => shown.change((draft: Record<string, unknown>) => void (draft['wrong'] = wrong)),
      () => shown.add('c', { good: 1, wrong }),
      () => shown.update('c', 'r', { good: 1, wrong }),
    ]
    for (const call of calls) {
      expect(call).toThrow(UsageError)
      expect(call).toThrow(expect.objectContaining({ code }))
    }
    expect(at.replica.visible.pending.size).toBe(0)
    expect(shown.get()).toEqual({})
    expect(at.replica.unsaved.isEmpty).toBe(true)
  })

  it.each<[string, string, ErrorCode]>([
    ['empty', '', 'BAD_FIELD'],
    ['long', 'x'.repeat(limits.nameLength + 1), 'BAD_FIELD'],
    ['__proto__', '__proto__', 'RESERVED_NAME'],
    ['constructor', 'constructor', 'RESERVED_NAME'],
    ['$del', '$del', 'RESERVED_NAME'],
    ['$pos', '$pos', 'RESERVED_NAME'],
    ['with a control character', 'a\u0000', 'BAD_FIELD'],
    ['with a lone surrogate', 'a\ud800', 'BAD_FIELD'],
  ])('a field name that is %s', (_, name, code) => {
    const fields = JSON.parse(`{${JSON.stringify(name)}: 1}`) as Record<string, unknown>
    const drafted = (draft: object): unknown => Object.assign(draft, fields)
    for (const call of [
      () => shown.change(fields),
      () => shown.change(drafted as never),
      () => shown.add('c', fields),
      () => shown.update('c', 'r', fields),
    ]) {
      expect(call).toThrow(UsageError)
      expect(call).toThrow(expect.objectContaining({ code }))
    }
    expect(at.replica.visible.pending.size).toBe(0)
  })

  it('-0 becomes 0; all else that JSON knows comes back as it is', () => {
    shown.change({ zero: -0, nothing: null, text: '\u0000é😀', list: [1, [true]], toString: 'x' })
    expect(Object.is(shown.get()?.['zero'], 0)).toBe(true)
    expect(shown.get()).toEqual({
      zero: 0,
      nothing: null,
      text: '\u0000é😀',
      list: [1, [true]],
      toString: 'x',
    })
  })

  it('bytes, and what looks like bytes, come back as they are', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    shown.change({ bytes, looks: { $bytes: 'AAAA' } })
    expect(shown.get()?.['bytes']).toEqual(bytes)
    expect(shown.get()?.['looks']).toEqual({ $bytes: 'AAAA' })
  })

  it('ids of rows are text, and do not change', () => {
    expect(() => shown.add('c', { id: 7 })).toThrow(expect.objectContaining({ code: 'BAD_ID' }))
    expect(() => shown.update('c', 'r', { id: 'other' })).toThrow(
      expect.objectContaining({ code: 'RESERVED_NAME' }),
    )
    expect(() => shown.add('c', { id: '' })).toThrow(UsageError)
    expect(at.replica.visible.pending.size).toBe(0)
  })
})

describe('[REP11] only what differs', () => {
  it('is written', () => {
    shown.change({ a: 1, b: { x: [1, 2], y: null } })
    shown.change({ a: 1, b: { y: null, x: [1, 2] }, c: 3 })
    expect(written()).toEqual([['=', 'c', 3]])
  })

  it('makes an edit: equal values make none, and are where everything else is', async () => {
    shown.change({ a: 1 })
    const { local: onDisk, server } = shown.change({ a: 1 })
    await onDisk
    await server
    expect(at.replica.visible.pending.size).toBe(1)
  })

  it('of a draft is written, and what it lacks is removed', () => {
    shown.add('c', { id: 'r', a: 1, b: 2, gone: 3 })
    shown.update('c', 'r', (draft: Record<string, unknown>) => {
      draft['a'] = 10
      delete draft['gone']
    })
    expect(written()).toEqual([
      ['=', 'a', 10],
      ['x', 'gone'],
    ])
    expect(shown.row('c', 'r')).toEqual({ id: 'r', a: 10, b: 2 })
  })

  it('of a draft that changed nothing is nothing', () => {
    shown.change({ a: 1 })
    const before = shown.get()
    shown.change(() => undefined)
    expect(at.replica.visible.pending.size).toBe(1)
    expect(shown.get()).toBe(before)
  })
})

describe('[REP12] a deleted row', () => {
  it('is not shown, keeps edits beneath, and shows them when restored', () => {
    shown.add('c', { id: 'r', a: 1, b: 2 })
    shown.remove('c', 'r')
    expect(shown.row('c', 'r')).toBeUndefined()
    shown.update('c', 'r', { a: 10 })
    expect(shown.row('c', 'r')).toBeUndefined()
    shown.restore('c', 'r')
    expect(shown.row('c', 'r')).toEqual({ id: 'r', a: 10, b: 2 })
  })

  it('loses nothing to a draft that does not touch it', () => {
    shown.add('c', { id: 'r', a: 1, b: 2 })
    shown.remove('c', 'r')
    shown.update('c', 'r', (draft: Record<string, unknown>) => void (draft['a'] = 10))
    expect(written()).toEqual([['=', 'a', 10]])
    shown.restore('c', 'r')
    expect(shown.row('c', 'r')).toEqual({ id: 'r', a: 10, b: 2 })
  })

  it('is deleted once', () => {
    shown.add('c', { id: 'r' })
    shown.remove('c', 'r')
    shown.remove('c', 'r')
    expect(at.replica.visible.pending.size).toBe(2)
  })
})

describe('[REP13] with a schema', () => {
  const { objects } = defineSchema({
    book: object({
      title: value<string>(),
      contacts: shared({ name: value<string>() }),
      drafts: local({ body: value<string>() }),
    }),
  })

  beforeEach(() => shown.describe(objects.book))

  it.each<[string, () => unknown, ErrorCode]>([
    ['an unknown collection', () => shown.add('people', {}), 'UNKNOWN_COLLECTION'],
    ['a field as a collection', () => shown.add('title', {}), 'UNKNOWN_COLLECTION'],
    ['what an object inherits', () => shown.row('toString', 'r'), 'UNKNOWN_COLLECTION'],
    ['an unknown field', () => shown.change({ titel: 'x' }), 'UNKNOWN_FIELD'],
    ['a collection as a field', () => shown.change({ contacts: 'x' }), 'UNKNOWN_FIELD'],
    ['an unknown field of a row', () => shown.add('contacts', { nmae: 'x' }), 'UNKNOWN_FIELD'],
    [
      'an unknown field of a draft',
      () => shown.update('contacts', 'r', (d) => void Object.assign(d, { x: 1 })),
      'UNKNOWN_FIELD',
    ],
    ['sorting what is unknown', () => shown.sorted('people'), 'UNKNOWN_COLLECTION'],
  ])('%s is refused, and nothing has changed', (_, call, code) => {
    expect(call).toThrow(UsageError)
    expect(call).toThrow(expect.objectContaining({ code }))
    expect(at.replica.visible.pending.size).toBe(0)
  })

  it('rows of local collections never become events, and are on this disk', async () => {
    const added = shown.add('drafts', { id: 'd', body: 'private' })
    shown.update('drafts', 'd', { body: 'still private' })
    shown.change({ title: 'sent' })
    await at.flushed()
    await added.local
    expect(shown.row('drafts', 'd')).toEqual({ id: 'd', body: 'still private' })
    const loaded = await at.store.load(at.replica.object)
    expect(JSON.stringify(loaded.pending)).not.toContain('private')
    expect(loaded.pending.flatMap(({ events }) => events)).toHaveLength(1)
    expect(loaded.locals.map(([key]) => key)).toEqual(['drafts/d' as RowKey])
  })
})

describe('reading', () => {
  it('[REP1] makes up the id of a row, and tells it at once', () => {
    expect(shown.add('c', { a: 1 }).id).toBe('new-id')
    expect(shown.row('c', 'new-id')).toEqual({ id: 'new-id', a: 1 })
  })

  it('[REP1] gives the same view as long as nothing changed', () => {
    shown.add('c', { id: 'r', a: 1 })
    shown.change({ t: 1 })
    const [row, own, rows] = [shown.row('c', 'r'), shown.get(), shown.sorted('c').read()]
    shown.add('c2', { id: 'other' })
    expect(shown.row('c', 'r')).toBe(row)
    expect(shown.get()).toBe(own)
    expect(shown.sorted('c').read()).toBe(rows)
    expect(Object.isFrozen(row) && Object.isFrozen(own)).toBe(true)
  })

  it('[REP16] promises: on this disk, and in the log', async () => {
    const { local: onDisk, server } = shown.change({ a: 1 })
    let isOnDisk = false
    void onDisk.then(() => (isOnDisk = true))
    await Promise.resolve()
    expect(isOnDisk).toBe(false)
    await at.flushed()
    await onDisk
    const [edit] = at.replica.visible.pending
    at.replica.receive({ term: 't', seq: 1, events: [eventOf(edit!)] })
    expect(await server).toBe(1)
  })
})

describe('[REP21] what is wrong with a value', () => {
  const nested = { list: [1, { when: new Date(0) }] }
  it.each<[name: string, write: () => unknown, message: string]>([
    [
      'NaN',
      () => shown.update('contacts', 'abc', { phone: Number.NaN }),
      'BAD_VALUE: contacts/abc of object: field "phone": NaN is no JSON value; null may be meant',
    ],
    [
      'a Date inside',
      () => shown.add('contacts', { id: 'a/b', nested }),
      'BAD_VALUE: contacts/a/b of object: field "nested": .list[1].when: a Date is no JSON value; its toISOString() or getTime() may be',
    ],
    [
      'undefined',
      () => shown.change({ x: undefined }),
      'BAD_VALUE: object: field "x": undefined (delete the field in a draft to remove it) is no JSON value',
    ],
    [
      'half a surrogate pair',
      () => shown.change((draft) => void Object.assign(draft, { x: [['a\ud800']] })),
      'BAD_UNICODE: object: field "x": [0][0]: "a\\ud800" has half a surrogate pair',
    ],
    [
      'depth',
      () => shown.change({ x: deep }),
      'TOO_DEEP: object: field "x": [0][0][0][0] … [0][0]: the value has over 32 levels',
    ],
    [
      'size',
      () => shown.change({ x: 'x'.repeat(limits.valueBytes + 1) }),
      'VALUE_TOO_LARGE: object: field "x": the value is over 65536 bytes',
    ],
    ['a name', () => shown.change({ $x: 1 }), `RESERVED_NAME: object: "$x": only the system's own`],
  ])('%s names the row, the field and the place', (_, write, message) => {
    expect(write).toThrow(UsageError)
    expect(write).toThrow(message)
  })

  it('is that there are no fields at all', () => {
    const add = shown.add.bind(shown) as (collection: string, fields?: unknown) => unknown
    for (const fields of [undefined, null, 7, []])
      expect(() => add('contacts', fields)).toThrow('BAD_VALUE: a row is added with its fields')
    expect(() => add(undefined as never, {})).toThrow('BAD_ID')
  })
})

describe('[REP22] a row that is not there', () => {
  const ids = (deleted = false): unknown =>
    shown
      .sorted('c', undefined, false, deleted)
      .read()
      .map(({ id }) => id)

  it('is made by update', () => {
    shown.update('c', 'x', { a: 1 })
    expect(shown.row('c', 'x')).toEqual({ id: 'x', a: 1 })
  })

  it('is deleted by remove: what comes late does not show', () => {
    shown.remove('c', 'x')
    shown.update('c', 'x', { a: 1 })
    expect([ids(), ids(true)]).toEqual([[], ['x']])
    shown.restore('c', 'x')
    expect(shown.row('c', 'x')).toEqual({ id: 'x', a: 1 })
  })

  it('is made, without fields, by restore', () => {
    shown.restore('c', 'x')
    expect(ids()).toEqual(['x'])
  })
})

it('[REP26] a draft shows texts and counters, and writes none of them', () => {
  shown.text('body').insert(0, 'Hello')
  shown.counter('votes').add(2)
  const before = at.replica.visible.pending.size
  shown.change((draft: Record<string, unknown>) => {
    expect(draft).toEqual({ body: 'Hello', votes: 2 })
    draft['title'] = 'x'
  })
  expect(written()).toEqual([['=', 'title', 'x']])
  shown.text('body').insert(5, '!')
  expect(shown.get()).toEqual({ body: 'Hello!', votes: 2, title: 'x' })
  expect(at.replica.visible.pending.size).toBe(before + 2)
})
