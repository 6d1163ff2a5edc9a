import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../errors.js'
import type { Json } from '../json.js'
import { changeOf, documents, edits } from '../testing/edits.js'
import { Stars, Award, registered } from '../testing/stars.js'
import { apply } from './algebra.js'
import type { Change } from './change.js'
import { createCodec } from './codec.js'
import {
  changeSet,
  increment,
  meta,
  move,
  pathChange,
  replace,
  run,
  splice,
} from './constructors.js'
import { type Data, sameData } from './data.js'
import { type Dot, fromDot, toDot } from './dot.js'
import { RefContainer, RefUpdate } from './ref-container.js'
import { caret, pathRef, range, type Ref } from './refs.js'
import { RichText } from './rich-text.js'
import { Union } from './union.js'

const codec = createCodec()
const numRuns = 500

const throughText = (json: Json): Json => JSON.parse(JSON.stringify(json)) as Json

function codeOf(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    if (error instanceof UsageError) return error.code
    throw error
  }
  return 'none'
}

describe('JSON', () => {
  test('[CHG16] every change and value reads back as it was', () => {
    fc.assert(
      fc.property(documents, fc.array(edits, { maxLength: 4 }), (value, list) => {
        const change = meta(value, changeOf(value, list))
        expect(codec.decodeChange(throughText(codec.encodeChange(change)))).toEqual(change)
        expect(codec.decodeData(throughText(codec.encodeData(value)))).toEqual(value)
      }),
      { numRuns },
    )
  })

  test('[CHG16] bytes, unions, keys like the marks, and registered types', () => {
    const own = createCodec(registered)
    const data: Data = {
      bytes: new Uint8Array([0, 255]),
      shape: new Union('circle', { radius: 1 }),
      $bytes: 'no bytes',
      $$custom: ['x', 1],
      stars: [new Stars(3)],
    }
    expect(own.decodeData(throughText(own.encodeData(data)))).toEqual(data)
    expect(own.decodeData(own.encodeData({ $custom: ['stars', 1] }))).toEqual({
      $custom: ['stars', 1],
    })
    const change = pathChange(['stars', 0], new Award(2))
    expect(own.decodeChange(throughText(own.encodeChange(change)))).toEqual(change)
  })

  test('[CHG17] what is not registered has a named error', () => {
    const own = createCodec(registered)
    expect(codeOf(() => codec.decodeData(own.encodeData(new Stars(1))))).toBe('UNKNOWN_VALUE')
    expect(codeOf(() => codec.decodeChange(own.encodeChange(new Award(1))))).toBe('UNKNOWN_CHANGE')
    expect(codeOf(() => codec.decodeChange({ z: 1 }))).toBe('UNKNOWN_CHANGE')
    expect(codeOf(() => codec.decodeChange({ toString: 1 }))).toBe('UNKNOWN_CHANGE')
    expect(codeOf(() => codec.decodeChange({ s: [{ z: 1 }] }))).toBe('UNKNOWN_CHANGE')
  })

  test.each<[string, Json, string]>([
    ['a number', 1, 'BAD_CHANGE'],
    ['a text', 'x', 'BAD_CHANGE'],
    ['a list', [], 'BAD_CHANGE'],
    ['nothing', {}, 'UNKNOWN_CHANGE'],
    ['a replace without sides', { r: 1 }, 'BAD_CHANGE'],
    ['a side that is no list', { r: [1, 2] }, 'BAD_CHANGE'],
    ['fields that are a list', { m: [] }, 'BAD_CHANGE'],
    ['parts that are no list', { s: {} }, 'BAD_CHANGE'],
    ['a negative count', { s: [-1] }, 'BAD_OFFSET'],
    ['half a count', { s: [0.5] }, 'BAD_CHANGE'],
    ['content that is no sequence', { s: [{ i: 1 }] }, 'BAD_CHANGE'],
    ['contents of two kinds', { s: [{ i: 'a' }, { i: [1] }] }, 'BAD_CHANGE'],
    ['a put without a take', { s: [{ p: [0, 1] }] }, 'BAD_CHANGE'],
    ['a take without a put', { s: [{ t: 1 }] }, 'BAD_CHANGE'],
    ['one put twice', { s: [{ p: [0, 1] }, { p: [0, 1] }, { t: 1 }, 1, { t: 1 }] }, 'BAD_CHANGE'],
    ['an increment that is not whole', { a: 0.5 }, 'BAD_CHANGE'],
    ['an increment that is a text', { a: '1' }, 'BAD_CHANGE'],
    ['steps in steps', { q: [{ q: [] }] }, 'BAD_CHANGE'],
    ['a step that does nothing', { q: [null] }, 'BAD_CHANGE'],
    ['notes that are no list', { n: 1, c: null }, 'BAD_CHANGE'],
    ['a custom change that is no list', { x: 1 }, 'BAD_CHANGE'],
    ['bytes that are none', { r: [[], [{ $bytes: 1 }]] }, 'BAD_VALUE'],
    ['rich text that is none', { r: [[], [{ $custom: ['rich-text', 1] }]] }, 'BAD_VALUE'],
    ['a span that is none', { r: [[], [{ $custom: ['rich-text', [[1, {}]]] }]] }, 'BAD_VALUE'],
    ['a union without a tag', { r: [[], [{ $custom: ['union', [1, 2]] }]] }, 'BAD_VALUE'],
    ['a kind that is none', { r: [[], [{ $custom: 1 }]] }, 'UNKNOWN_VALUE'],
  ])('[CHG17] %s is refused', (_what, json, code) => {
    expect(codeOf(() => codec.decodeChange(json))).toBe(code)
  })

  test('[CHG17] a prototype and bottomless depth are refused', () => {
    const hostile = JSON.parse('{"m":{"__proto__":{"a":1}}}') as Json
    expect(codeOf(() => codec.decodeChange(hostile))).toBe('RESERVED_NAME')
    let change: Json = null
    let data: Json = null
    for (let i = 0; i < 200; i++) {
      change = { m: { a: change } }
      data = [data]
    }
    expect(codeOf(() => codec.decodeChange(change))).toBe('TOO_DEEP')
    expect(codeOf(() => codec.decodeData(data))).toBe('TOO_DEEP')
  })

  test('[CHG16] parts from elsewhere become canonical', () => {
    const loose: Json = { s: [1, 1, 0, { d: 'b' }, { i: 'x' }, { i: 'y' }, 3] }
    expect(codec.decodeChange(loose)).toEqual(splice(2, 'b', 'xy'))
  })
})

test('[CHG15, REG24] moves from elsewhere that would take a surrogate pair apart are refused', () => {
  const change = codec.decodeChange({ s: [{ p: [1, 1] }, { p: [0, 1] }, { t: 2 }] })
  expect(apply('ab', change)).toBe('ba')
  expect(codeOf(() => apply('\u{1d400}', change))).toBe('BAD_OFFSET')
})

describe('DOT’s forms', () => {
  test('[CHG18] read back they do the same', () => {
    fc.assert(
      fc.property(documents, fc.array(edits, { maxLength: 4 }), (value, list) => {
        const change = changeOf(value, list)
        const again = fromDot(toDot(change))
        expect(sameData(apply(value, again), apply(value, change))).toBe(true)
      }),
      { numRuns },
    )
  })

  test.each<[string, Change, Dot]>([
    ['nothing', null, null],
    ['a replace', replace(1, 2), { Replace: { Before: 1, After: 2 } }],
    ['a splice', splice(2, 'a', 'b'), { Splice: { Offset: 2, Before: 'a', After: 'b' } }],
    ['an insert', splice(2, '', 'b'), { Splice: { Offset: 2, Before: '', After: 'b' } }],
    ['a delete', splice(2, [1], []), { Splice: { Offset: 2, Before: [1], After: [] } }],
    ['a move', move(2, 3, 4), { Move: { Offset: 2, Count: 3, Distance: 4 } }],
    ['a move to the left', move(6, 3, -4), { Move: { Offset: 6, Count: 3, Distance: -4 } }],
    ['a run', run(1, 2, increment(3)), { Run: { Offset: 1, Count: 2, Change: { Increment: 3 } } }],
    [
      'a path',
      pathChange(['a', 0, 'b'], increment(1)),
      { PathChange: { Path: ['a', 0, 'b'], Change: { Increment: 1 } } },
    ],
    [
      'a set',
      changeSet([splice(0, '', 'a'), splice(3, 'b', '')]),
      {
        ChangeSet: [
          { Splice: { Offset: 0, Before: '', After: 'a' } },
          { Splice: { Offset: 3, Before: 'b', After: '' } },
        ],
      },
    ],
    ['a note', meta('ann', increment(1)), { Meta: { Data: 'ann', Change: { Increment: 1 } } }],
    ['a custom change', new Award(1), { Custom: new Award(1) }],
  ])('[CHG18] %s', (_name, change, dot) => {
    expect(toDot(change)).toEqual(dot)
    expect(fromDot(dot)).toEqual(change)
  })

  test('[CHG18] an unknown form is refused', () => {
    expect(codeOf(() => fromDot({ Rename: 1 } as unknown as Dot))).toBe('UNKNOWN_CHANGE')
  })
})

test('[CHG16, CHG25] containers of references and their updates', () => {
  const refs = new Map<string, Ref>([
    ['p', pathRef(['a', 0])],
    ['c', caret(['t'], 2, 'left')],
    ['r', range(['t'], 1, 3)],
  ])
  const container = new RefContainer({ a: [1], t: 'text' }, refs)
  expect(codec.decodeData(throughText(codec.encodeData(container)))).toEqual(container)
  const update = new RefUpdate('p', pathRef(['a', 0]), undefined)
  expect(codec.decodeChange(throughText(codec.encodeChange(update)))).toEqual(update)
})

test.each<[Json]>([
  [1],
  [[]],
  [['k', [1], []]],
  [['k', [{ kind: 'path', path: [-1] }], []]],
  [['k', [], [{ kind: 'caret', path: [], index: 0.5, side: 'left' }]]],
  [['k', [], [{ kind: 'range', start: 1, end: 2 }]]],
])('[CHG17] %j is no update of a reference', (json) => {
  expect(codeOf(() => codec.decodeChange({ x: ['ref-update', json] }))).toBe('BAD_VALUE')
  expect(codeOf(() => codec.decodeData({ $custom: ['ref-container', json] }))).toBe('BAD_VALUE')
})

test('[CHG16] rich text is told apart by what it shows, not by how it was made', () => {
  const spans = [
    { text: 'a', attrs: {} },
    { text: 'b', attrs: {} },
  ]
  expect(RichText.of(spans)).toEqual(RichText.of([{ text: 'ab', attrs: {} }]))
})
