/** Cases of the kinds that upstream has, written for this project. */
import { describe, expect, test } from 'vitest'
import { readCompact } from '../testing/compact.js'
import { apply, invert, merge } from './algebra.js'

/** The text that two concurrent operations end in; both orders have to agree. */
function merged(left: string, right: string): string {
  const [a, b] = [readCompact(left), readCompact(right)]
  const [late, early] = merge(a.change, b.change)
  const end = apply(apply(a.text, a.change), late)
  expect(apply(apply(b.text, b.change), early), `${left} ${right}`).toBe(end)
  expect(apply(end, invert(late))).toBe(apply(a.text, a.change))
  return end as string
}

describe('as upstream', () => {
  test.each([
    ['a(=X)b', 'a(=Y)b', 'aXYb'],
    ['a(=X)bc', 'ab(=Y)c', 'aXbYc'],
    ['a(b=X)c', 'a(=Y)bc', 'aYXc'],
    ['a(bc=X)d', 'a(b=Y)cd', 'aXYd'],
    ['a(bc=X)d', 'ab(cd=Y)', 'aXY'],
    ['ab(cd=X)e', 'a(bc=Y)de', 'aYXe'],
    ['a(bc=)d', 'ab(c=)d', 'ad'],
    ['a(b=X)cd', 'abc(d=Y)', 'aXcY'],
  ])('[CHG5] %s and %s end as %s', (left, right, end) => {
    expect(merged(left, right)).toBe(end)
  })

  test.each([
    ['(a)b=c', '(a)b=c', 'bac'],
    ['(a)b=cd', 'ab=c(d)', 'bdac'],
    ['(ab)cd=ef', '=abcd(ef)', 'efcdab'],
    ['(ab)cd=', '=abc(d)', 'dcab'],
    ['(ab)c=d', 'a=b(c)d', 'acbd'],
    ['()ab=c', '(a)b=c', 'bac'],
  ])('[CHG5] the moves %s and %s end as %s', (left, right, end) => {
    expect(merged(left, right)).toBe(end)
  })

  test.each([
    ['ab(=X)c', '(a)bc=', 'bXca'],
    ['a(=X)bc', '(ab)c=', 'caXb'],
    ['(=X)abc', '(ab)c=', 'cXab'],
    ['ab(=X)c', '(ab)c=', 'cabX'],
    ['a(b=X)cd', 'ab(c)d=', 'aXdc'],
    ['a(bc=X)d', '(a)b=cd', 'Xad'],
  ])('[CHG5] %s and the move %s end as %s', (left, right, end) => {
    expect(merged(left, right)).toBe(end)
    expect(merged(right, left)).toBe(end)
  })
})

describe('in the three classes', () => {
  test.each([
    ['a(bcd=)e', 'ab(=X)cde', 'aXe'],
    ['a(bcd=X)e', 'ab(c=Y)de', 'aXYe'],
    ['a(b=X)c', 'a(b=Y)c', 'aXYc'],
  ])('[CHG6] what %s and %s insert is kept: %s', (left, right, end) => {
    expect(merged(left, right)).toBe(end)
  })

  test.each([
    ['a(bc=)d', 'a(b)cd=', 'ad'],
    ['a(bc=)d', '(ab)cd=', 'da'],
    ['a(bc=X)d', 'a(bc)d=', 'adX'],
  ])('[CHG6] what %s deletes and %s moves is deleted: %s', (left, right, end) => {
    expect(merged(left, right)).toBe(end)
    expect(merged(right, left)).toBe(end)
  })

  test.each([
    ['(a)bc=', '(a)b=c', 'bac'],
    ['(a)b=c', '(a)bc=', 'bca'],
    ['(ab)cd=', 'a(bc)d=', 'dbca'],
  ])('[CHG6] what %s and %s move follows the later: %s', (left, right, end) => {
    expect(merged(left, right)).toBe(end)
  })
})

describe('all operations on a short text', () => {
  const text = ['\u{1d400}', '\u{1d401}', '\u{1d402}', '\u{1d403}']
  const indexes = [0, 1, 2, 3, 4]
  const part = (from: number, to: number): string => text.slice(from, to).join('')
  const ranges = indexes.flatMap((from) =>
    indexes.filter((to) => to >= from).map((to) => [from, to] as const),
  )
  const splices = (inserted: string): string[] =>
    ranges.flatMap(([from, to]) =>
      ['', inserted].map((after) => `${part(0, from)}(${part(from, to)}=${after})${part(to, 4)}`),
    )
  const moves = ranges.flatMap(([from, to]) =>
    indexes.flatMap((at) => {
      const block = `(${part(from, to)})`
      if (at <= from) return [`${part(0, at)}=${part(at, from)}${block}${part(to, 4)}`]
      return at < to ? [] : [`${part(0, from)}${block}${part(to, at)}=${part(at, 4)}`]
    }),
  )

  test('[CHG3] all pairs end in the same text in both orders', () => {
    const left = [...splices('\u{1d416}'), ...moves]
    const right = [...splices('\u{1d417}'), ...moves]
    for (const a of left) for (const b of right) merged(a, b)
    expect(left.length * right.length).toBeGreaterThan(5000)
  })
})

test('[REG23] any number of items that two insert in one gap are all kept, in one order', () => {
  for (let count = 1; count <= 50; count++) {
    const [x, y] = ['x'.repeat(count), 'y'.repeat(count)]
    expect(merged(`a(=${x})b`, `a(=${y})b`)).toBe(`a${x}${y}b`)
  }
})
