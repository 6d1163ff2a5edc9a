import { describe, expect, test } from 'vitest'
import type { CollabError } from './errors.js'
import { type Event, eventReplica, type Patch, readEvent, readEvents } from './event.js'
import { jsonFromValue, limits } from './json.js'
import { ROOT, rowKey } from './names.js'
import { formatStamp, type Replica } from './stamp.js'

const replica = 'abcd1234' as Replica
const stamp = formatStamp({ ms: 1_700_000_000_000, counter: 1, replica })
const row = rowKey('todos', 'a')

/** An event of one patch, or of what is passed off as one. */
const of = (...patches: unknown[]): unknown => [1, stamp, patches]
const set = (value: unknown): unknown => of(['=', row, 'title', value])

describe('readEvent', () => {
  test.each<[string, Event]>([
    ['a write', [1, stamp, [['=', row, 'title', 'x']]]],
    ['a write of the root row', [1, stamp, [['=', ROOT, 'title', null]]]],
    ['a removal', [2, stamp, [['x', row, 'title']]]],
    ['a delete', [3, stamp, [['=', row, '$del', true]]]],
    ['a restore', [3, stamp, [['=', row, '$del', false]]]],
    ['bytes', [4, stamp, [['=', row, 'title', jsonFromValue(Uint8Array.of(1))]]]],
    [
      'an owned row',
      [Number.MAX_SAFE_INTEGER, stamp, [['=', rowKey('files', 'x', 'me'), 'path', '/']]],
    ],
    [
      'many patches',
      [
        5,
        stamp,
        [
          ['=', row, 'title', 'x'],
          ['=', row, 'done', true],
          ['x', row, 'note'],
          ['=', rowKey('todos', 'b'), 'title', 'y'],
        ],
      ],
    ],
  ])('[EVT1] gives back %s as it came', (_name, event) => {
    expect(readEvent(event)).toBe(event)
    expect(eventReplica(event)).toBe(replica)
    const wired: unknown = JSON.parse(JSON.stringify(event))
    expect(readEvent(wired)).toEqual(event)
  })

  const patch = ['=', row, 'title', 1]

  test.each([
    ['null', null, 'BAD_EVENT'],
    ['undefined', undefined, 'BAD_EVENT'],
    ['text', 's', 'BAD_EVENT'],
    ['a number', 42, 'BAD_EVENT'],
    ['an object', { 0: 1, 1: stamp, 2: [patch], length: 3 }, 'BAD_EVENT'],
    ['nothing in it', [], 'BAD_EVENT'],
    ['no patches', [1, stamp], 'BAD_EVENT'],
    ['five parts', [1, stamp, [patch], {}, 0], 'BAD_EVENT'],
    ['n of 0', [0, stamp, [patch]], 'BAD_EVENT'],
    ['n below 0', [-1, stamp, [patch]], 'BAD_EVENT'],
    ['n with a fraction', [1.5, stamp, [patch]], 'BAD_EVENT'],
    ['n as text', ['1', stamp, [patch]], 'BAD_EVENT'],
    ['n of 2⁵³', [2 ** 53, stamp, [patch]], 'BAD_EVENT'],
    ['a short stamp', [1, stamp.slice(1), [patch]], 'BAD_STAMP'],
    ['a stamp in capitals', [1, stamp.toUpperCase(), [patch]], 'BAD_STAMP'],
    ['a stamp as a number', [1, 1_700_000_000_000, [patch]], 'BAD_STAMP'],
    ['an empty list of patches', of(), 'BAD_EVENT'],
    ['patches that are none', [1, stamp, {}], 'BAD_EVENT'],
    ['a patch that is text', of('='), 'BAD_EVENT'],
    ['a patch that is an object', of({ 0: '=' }), 'BAD_EVENT'],
    ['a patch of nothing', of([]), 'UNKNOWN_KIND'],
    ['an unknown kind', of(['teleport', row, 'title', 1]), 'UNKNOWN_KIND'],
    ['a kind that objects inherit', of(['toString', row, 'title', 1]), 'UNKNOWN_KIND'],
    ['a kind of a later version', of(['?', row, 'title', 1]), 'UNKNOWN_KIND'],
    ['a text patch that changes nothing', of(['~', row, 'title', [], []]), 'BAD_EVENT'],
    ['a text patch of the system', of(['~', row, '$v', [[1, 0, 1, 0, 'x']], []]), 'RESERVED_NAME'],
    ['a text patch without deletes', of(['~', row, 'title', [[1, 0, 1, 0, 'x']]]), 'BAD_EVENT'],
    ['a write without a value', of(['=', row, 'title']), 'BAD_EVENT'],
    ['a write with too much', of(['=', row, 'title', 1, 2]), 'BAD_EVENT'],
    ['a removal without a field', of(['x', row]), 'BAD_EVENT'],
    ['a removal with a value', of(['x', row, 'title', 1]), 'BAD_EVENT'],
    ['a row that is no key', of(['=', 'todos', 'title', 1]), 'BAD_ID'],
    ['a row of a number', of(['=', 5, 'title', 1]), 'BAD_ID'],
    ['a row that is not canonical', of(['=', 'todos/%61', 'title', 1]), 'BAD_ID'],
    ['a row named __proto__', of(['=', '__proto__/x', 'isAdmin', 1]), 'RESERVED_NAME'],
    ['a field named __proto__', of(['=', row, '__proto__', 1]), 'RESERVED_NAME'],
    ['a field named prototype', of(['x', row, 'prototype']), 'RESERVED_NAME'],
    ["a field of the system's that is none", of(['=', row, '$owner', 1]), 'RESERVED_NAME'],
    ['a field without a name', of(['=', row, '', 1]), 'BAD_FIELD'],
    ['a field of null', of(['=', row, null, 1]), 'BAD_FIELD'],
    ['a tombstone of 1', of(['=', row, '$del', 1]), 'BAD_VALUE'],
    ['a tombstone of null', of(['=', row, '$del', null]), 'BAD_VALUE'],
    ['undefined as a value', set(undefined), 'BAD_VALUE'],
    ['a date as a value', set(new Date(0)), 'BAD_VALUE'],
    ['an integer of 2⁵³', set(2 ** 53), 'UNSAFE_INTEGER'],
    ['half a surrogate pair', set('\ud800'), 'BAD_UNICODE'],
    ['a key named __proto__', set(JSON.parse('{"__proto__":1}')), 'RESERVED_NAME'],
    ['brackets', set(JSON.parse('['.repeat(5000) + ']'.repeat(5000))), 'TOO_DEEP'],
    ['too many items', set(Array.from({ length: 10_001 }, () => 0)), 'TOO_MANY_KEYS'],
    ['too long a text', set('x'.repeat(65_537)), 'VALUE_TOO_LARGE'],
  ])('[EVT3] refuses %s', (_name, event, code) => {
    expect(() => readEvent(event)).toThrow(expect.objectContaining({ code }))
  })

  test('[EVT3] accepts 256 patches and refuses 257', () => {
    const many = (count: number): unknown =>
      of(...Array.from({ length: count }, (_, i) => ['=', row, `f${i}`, i]))
    expect(readEvent(many(limits.patches))).toBeDefined()
    expect(() => readEvent(many(257))).toThrow(expect.objectContaining({ code: 'BATCH_TOO_LARGE' }))
  })

  test.each([
    [
      ['=', row, 'title', 1],
      ['=', row, 'title', 1],
    ],
    [
      ['=', row, 'title', 1],
      ['x', row, 'title'],
    ],
    [
      ['=', row, 'a', 1],
      ['=', row, 'b', 1],
      ['=', row, 'a', 2],
    ],
    [
      ['=', ROOT, 'a', 1],
      ['=', ROOT, 'a', 2],
    ],
  ])('[EVT4] refuses to write a register twice: %#', (...patches) => {
    expect(() => readEvent(of(...patches))).toThrow(expect.objectContaining({ code: 'BAD_EVENT' }))
  })

  test('[EVT4] the same field of two rows, and like names, are different registers', () => {
    const event = of(
      ['=', row, 'a', 1],
      ['=', rowKey('todos', 'aa'), 'a', 1],
      ['=', ROOT, 'a', 1],
      ['=', ROOT, 'todos/a a', 1],
      ['=', row, ' a', 1],
    )
    expect(readEvent(event)).toBe(event)
  })

  const meta = (value: unknown): unknown => [1, stamp, [patch], value]

  test.each([
    [{}],
    [{ v: 1 }],
    [{ o: [replica, 1] }],
    [{ v: 7, o: [replica, 9] }],
    [{ later: { a: [1] } }],
  ])('[EVT5] accepts %j as meta', (value) => {
    const event = meta(value)
    expect(readEvent(event)).toBe(event)
  })

  test.each([
    [null, 'BAD_EVENT'],
    ['v', 'BAD_EVENT'],
    [[], 'BAD_EVENT'],
    [undefined, 'BAD_EVENT'],
    [{ v: 0 }, 'BAD_EVENT'],
    [{ v: 1.5 }, 'BAD_EVENT'],
    [{ v: '1' }, 'BAD_EVENT'],
    [{ o: null }, 'BAD_EVENT'],
    [{ o: replica }, 'BAD_EVENT'],
    [{ o: [replica] }, 'BAD_EVENT'],
    [{ o: [replica, 0] }, 'BAD_EVENT'],
    [{ o: ['x', 1] }, 'BAD_EVENT'],
    [{ o: [replica, 1, 2] }, 'BAD_EVENT'],
    [JSON.parse('{"__proto__":{"v":1}}'), 'RESERVED_NAME'],
    [{ later: JSON.parse('['.repeat(5000) + ']'.repeat(5000)) }, 'TOO_DEEP'],
    [{ later: 'x'.repeat(70_000) }, 'VALUE_TOO_LARGE'],
  ])('[EVT5] refuses meta %#', (value, code) => {
    expect(() => readEvent(meta(value))).toThrow(expect.objectContaining({ code }))
  })
})

describe('readEvents', () => {
  const good: Event = [1, stamp, [['=', row, 'title', 'x'] satisfies Patch]]

  test('[EVT6] reports each wrong one by its index, and no right one', () => {
    const wrong = readEvents([good, 5, good, of(), set(2 ** 53)])
    expect(wrong.map(({ index, error }) => [index, error.code])).toEqual([
      [1, 'BAD_EVENT'],
      [3, 'BAD_EVENT'],
      [4, 'UNSAFE_INTEGER'],
    ])
    expect(readEvents([good, good])).toEqual([])
    expect(readEvents([])).toEqual([])
  })

  test('[EVT6] one wrong of 200 is named', () => {
    const list: unknown[] = Array.from({ length: 200 }, () => good)
    list[199] = of(['=', row, '__proto__', 1])
    expect(readEvents(list)).toMatchObject([{ index: 199, error: { code: 'RESERVED_NAME' } }])
  })

  test('[EVT6] an error that is no verdict on the event is thrown on', () => {
    const bug = new TypeError('a bug')
    const broken = new Proxy([1, stamp, []], {
      get() {
        throw bug
      },
    })
    expect(() => readEvents([broken])).toThrow(bug)
    expect(bug as Partial<CollabError>).not.toHaveProperty('code')
  })
})
