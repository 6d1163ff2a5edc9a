import { describe, expect, test } from 'vitest'
import { UsageError } from '../errors.js'
import { apply, compose, invert, merge } from './algebra.js'
import type { Change } from './change.js'
import {
  changeSet,
  increment,
  meta,
  move,
  moveTo,
  pathChange,
  replace,
  run,
  splice,
} from './constructors.js'
import type { Maybe } from './data.js'

/** The value that two concurrent changes end in; both orders have to agree. */
function merged(value: Maybe, earlier: Change, later: Change): Maybe {
  const [b, a] = merge(earlier, later)
  const end = apply(apply(value, earlier), b)
  expect(apply(apply(value, later), a)).toEqual(end)
  return end
}

function codeOf(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    if (error instanceof UsageError) return error.code
    throw error
  }
  return 'none'
}

describe('what changes do', () => {
  test('[CHG7] a replace creates, changes and deletes', () => {
    const at = (before: Maybe, after: Maybe): Change => pathChange(['a'], replace(before, after))
    expect(apply({}, at(undefined, 1))).toEqual({ a: 1 })
    expect(apply({ a: 1 }, at(1, [2]))).toEqual({ a: [2] })
    expect(apply({ a: 1, b: 2 }, at(1, undefined))).toEqual({ b: 2 })
  })

  test('[CHG7] a splice works on texts and lists, a move goes both ways', () => {
    expect(apply('hello', splice(1, 'el', 'ipp'))).toBe('hipplo')
    expect(apply([1, 2, 3], splice(1, [2], [8, 9]))).toEqual([1, 8, 9, 3])
    expect(apply('abcdef', move(1, 2, 2))).toBe('adebcf')
    expect(apply('abcdef', move(3, 2, -2))).toBe('adebcf')
    expect(apply('abcdef', moveTo(1, 2, 5))).toBe('adebcf')
    expect(apply('abcdef', moveTo(3, 2, 1))).toBe('adebcf')
  })

  test('[CHG7] nested and repeated', () => {
    const value = [
      { n: 1, t: 'ab' },
      { n: 2, t: 'cd' },
    ]
    expect(apply(value, pathChange([1, 't'], splice(1, '', 'x')))).toEqual([
      value[0],
      { n: 2, t: 'cxd' },
    ])
    expect(apply(value, run(0, 2, pathChange(['n'], increment(5))))).toEqual([
      { n: 6, t: 'ab' },
      { n: 7, t: 'cd' },
    ])
    expect(apply('', changeSet([splice(0, '', 'a'), splice(1, '', 'b')]))).toBe('ab')
  })

  test('[CHG7] what changes nothing is null', () => {
    expect([
      splice(3, 'a', 'a'),
      move(1, 0, 3),
      move(1, 2, 0),
      replace([1], [1]),
      increment(0),
      pathChange(['a', 1], null),
      changeSet([]),
      compose(move(0, 2, 3), move(3, 2, -3)),
      compose(splice(0, '', 'a'), splice(0, 'a', '')),
    ]).toEqual(Array.from({ length: 9 }, () => null))
  })

  test('[CHG8] the old value stays as it was, and what is not touched is shared', () => {
    const value = Object.freeze({
      list: Object.freeze([Object.freeze({ a: 1 }), Object.freeze({ b: 2 })]),
      other: Object.freeze({ c: 3 }),
    })
    const after = apply(value, pathChange(['list', 0, 'a'], increment(1))) as typeof value
    expect(value.list[0]).toEqual({ a: 1 })
    expect(after.list[0]).toEqual({ a: 2 })
    expect(after.list[1]).toBe(value.list[1])
    expect(after.other).toBe(value.other)
  })
})

describe('what wins', () => {
  test('[CHG9] the later replace, also over a deletion and with a deletion', () => {
    const at = (after: Maybe): Change => pathChange(['a'], replace(1, after))
    expect(merged({ a: 1 }, at(2), at(3))).toEqual({ a: 3 })
    expect(merged({ a: 1 }, at(undefined), at(3))).toEqual({ a: 3 })
    expect(merged({ a: 1 }, at(2), at(undefined))).toEqual({})
    expect(merge(at(undefined), at(undefined))).toEqual([null, null])
  })

  test('[CHG9] a replace over all that changes its value, and its inverse brings that back', () => {
    const whole = replace('abc', 'x')
    for (const other of [splice(1, 'b', 'y'), move(0, 1, 1)]) {
      expect(merged('abc', whole, other)).toBe('x')
      expect(merged('abc', other, whole)).toBe('x')
      const [late] = merge(other, whole)
      expect(apply('x', invert(late))).toBe(apply('abc', other))
    }
  })

  test('[CHG9] changes of different keys and items are independent', () => {
    const a = pathChange(['a'], replace(1, 2))
    const b = pathChange(['b'], replace(undefined, 3))
    expect(merged({ a: 1 }, a, b)).toEqual({ a: 2, b: 3 })
    const first = pathChange([0], increment(1))
    expect(merged([1, 2], first, pathChange([1], increment(1)))).toEqual([2, 3])
    expect(merged([1, 2], first, splice(0, [], [9]))).toEqual([9, 2, 2])
    expect(merged([1, 2], first, move(0, 1, 1))).toEqual([2, 2])
    expect(merged([1, 2], first, splice(0, [1], []))).toEqual([2])
  })

  test('[CHG10] in one gap: blocks before inserts, the later block first, the earlier insert first', () => {
    expect(merged('ab', splice(1, '', 'X'), splice(1, '', 'Y'))).toBe('aXYb')
    expect(merged('ab', splice(1, 'b', 'X'), splice(1, '', 'Y'))).toBe('aYX')
    expect(merged('abcd', move(0, 1, 1), move(3, 1, -1))).toBe('bdac')
    expect(merged('abc', splice(2, '', 'X'), move(0, 1, 1))).toBe('baXc')
  })

  test('[CHG11] what is inserted in or at the edge of a moved block travels with it', () => {
    expect(merged('abcd', move(0, 2, 2), splice(1, '', 'X'))).toBe('cdaXb')
    expect(merged('abcd', splice(2, '', 'X'), move(0, 2, 2))).toBe('cdabX')
    expect(merged('abcd', move(0, 2, 2), splice(0, 'a', 'X'))).toBe('cdXb')
    expect(merged('abcdef', move(0, 3, 3), move(5, 1, -4))).toBe('deafbc')
  })

  test('[CHG12] increments all count', () => {
    const count = changeSet([increment(2), increment(-3)])
    expect(merged(5, count, changeSet([increment(44), increment(-42)]))).toBe(6)
    expect(merged(5, count, replace(5, 7))).toBe(7)
    expect(invert(increment(3))).toEqual(increment(-3))
  })

  test('[CHG13] a run does not reach what is inserted meanwhile', () => {
    const doubled = run(0, 3, increment(10))
    expect(merged([1, 2, 3], doubled, splice(1, [], [0]))).toEqual([11, 0, 12, 13])
    expect(merged([1, 2, 3], doubled, splice(1, [2], []))).toEqual([11, 13])
    expect(merged([1, 2, 3], doubled, move(0, 1, 2))).toEqual([12, 13, 11])
  })

  test('[CHG14] notes stay with their change', () => {
    const noted = meta({ by: 'ann' }, splice(0, '', 'a'))
    const [late, early] = merge(splice(0, '', 'b'), noted)
    expect(late).toMatchObject({ type: 'meta', notes: [{ by: 'ann' }] })
    expect(early).not.toHaveProperty('notes')
    expect(apply('', noted)).toBe('a')
    expect(invert(invert(noted))).toEqual(noted)
    const other = meta({ by: 'bob' }, splice(1, '', 'b'))
    expect(compose(compose(noted, noted), other)).toMatchObject({
      notes: [{ by: 'ann' }, { by: 'bob' }],
    })
    expect(pathChange(['t'], noted)).toMatchObject({ type: 'meta', change: { type: 'fields' } })
  })
})

describe('what is refused', () => {
  test.each([NaN, -1, 0.5, Infinity])('[CHG15] the offset %s', (offset) => {
    expect(codeOf(() => splice(offset, '', 'a'))).toBe('BAD_OFFSET')
    expect(codeOf(() => move(offset, 1, 1))).toBe('BAD_OFFSET')
    expect(codeOf(() => run(0, offset, increment(1)))).toBe('BAD_OFFSET')
    expect(codeOf(() => pathChange([offset], increment(1)))).toBe('BAD_OFFSET')
  })

  test('[CHG15] offsets beyond the end, and a move over the start', () => {
    expect(codeOf(() => apply('abc', splice(4, '', 'x')))).toBe('BAD_OFFSET')
    expect(codeOf(() => apply('abc', move(1, 2, 1)))).toBe('BAD_OFFSET')
    expect(codeOf(() => apply([1], pathChange([1], increment(1))))).toBe('BAD_OFFSET')
    expect(codeOf(() => move(1, 1, -2))).toBe('BAD_OFFSET')
    expect(codeOf(() => move(1, 1, NaN))).toBe('BAD_OFFSET')
  })

  test('[CHG15, REG24] offsets inside a surrogate pair', () => {
    const text = 'a\u{1d400}b'
    expect(codeOf(() => apply(text, splice(2, '', 'x')))).toBe('BAD_OFFSET')
    expect(codeOf(() => apply(text, splice(1, '\ud835', '')))).toBe('BAD_OFFSET')
    expect(codeOf(() => apply(text, move(0, 2, 1)))).toBe('BAD_OFFSET')
    expect(apply(text, splice(1, '\u{1d400}', ''))).toBe('ab')
  })

  test('[CHG15] a splice or replace of what is not there, and a move into itself', () => {
    expect(codeOf(() => apply('abc', splice(0, 'x', '')))).toBe('BAD_CHANGE')
    expect(codeOf(() => apply([1], splice(0, [2], [])))).toBe('BAD_CHANGE')
    expect(codeOf(() => apply({ a: 1 }, pathChange(['a'], replace(2, 3))))).toBe('BAD_CHANGE')
    expect(codeOf(() => moveTo(1, 3, 2))).toBe('BAD_CHANGE')
  })

  test('[CHG15] what does not fit its value, or another change', () => {
    expect(codeOf(() => splice(0, 'a', [1]))).toBe('BAD_CHANGE')
    expect(codeOf(() => apply([1], splice(0, '', 'a')))).toBe('BAD_CHANGE')
    expect(codeOf(() => apply({}, splice(0, '', 'a')))).toBe('BAD_CHANGE')
    expect(codeOf(() => apply('a', pathChange(['b'], increment(1))))).toBe('BAD_CHANGE')
    expect(codeOf(() => apply('abc', run(0, 1, increment(1))))).toBe('BAD_CHANGE')
    expect(codeOf(() => apply([1], pathChange([0], replace(1, undefined))))).toBe('BAD_CHANGE')
    expect(codeOf(() => merge(increment(1), splice(0, '', 'a')))).toBe('BAD_CHANGE')
    expect(codeOf(() => compose(increment(1), splice(0, '', 'a')))).toBe('BAD_CHANGE')
  })

  test('[CHG15] numbers that are not exact, and a prototype', () => {
    expect(codeOf(() => increment(0.5))).toBe('UNSAFE_INTEGER')
    expect(codeOf(() => apply(Number.MAX_SAFE_INTEGER, increment(1)))).toBe('UNSAFE_INTEGER')
    expect(codeOf(() => pathChange(['__proto__', 'a'], increment(1)))).toBe('RESERVED_NAME')
    expect(apply({}, pathChange(['toString'], replace(undefined, 1)))).toEqual({ toString: 1 })
  })
})
