import { describe, expect, test } from 'vitest'
import { Award, Stars } from '../testing/stars.js'
import { apply, compose, invert, merge } from './algebra.js'
import type { Change } from './change.js'
import { changeSet, increment, move, pathChange, replace, run, splice } from './constructors.js'
import { type Maybe, sameData } from './data.js'
import { RichText, setAttr } from './rich-text.js'
import { Union } from './union.js'

/** The value that two concurrent changes end in; both orders have to agree. */
function merged(value: Maybe, earlier: Change, later: Change): Maybe {
  const [b, a] = merge(earlier, later)
  const end = apply(apply(value, earlier), b)
  expect(sameData(apply(apply(value, later), a), end)).toBe(true)
  expect(sameData(apply(end, invert(b)), apply(value, earlier))).toBe(true)
  return end
}

describe('custom values and changes', () => {
  const two = changeSet([new Award(1), new Award(2)])

  test('[CHG19] what cannot be made one stays two, in order', () => {
    expect(two).toMatchObject({ type: 'steps', steps: [{ by: 1 }, { by: 2 }] })
    expect(apply(new Stars(0), two)).toEqual(new Stars(3))
    expect(apply(apply(new Stars(0), two), invert(two))).toEqual(new Stars(0))
    expect(invert(invert(two))).toEqual(two)
    const three = [
      compose(two, new Award(3)),
      compose(new Award(1), changeSet([new Award(2), new Award(3)])),
    ]
    expect(three[0]).toEqual(three[1])
  })

  test('[CHG19] they merge with each other, with replaces, and nested in known changes', () => {
    expect(merged(new Stars(0), two, new Award(5))).toEqual(new Stars(8))
    expect(merged(new Stars(0), replace(new Stars(0), null), two)).toBe(null)
    expect(merged(new Stars(0), two, replace(new Stars(0), null))).toBe(null)
    const list = [new Stars(0), new Stars(1)]
    const all = run(0, 2, two)
    expect(merged(list, all, move(0, 1, 1))).toEqual([new Stars(4), new Stars(3)])
    expect(merged(list, all, splice(0, [new Stars(0)], []))).toEqual([new Stars(4)])
    expect(merged(list, all, pathChange([1], new Award(5)))).toEqual([new Stars(3), new Stars(9)])
  })

  test('[CHG19] a change that does not fit is refused', () => {
    expect(() => apply(1, new Award(1))).toThrow('BAD_CHANGE')
    expect(() => apply(new Stars(1), increment(1))).toThrow('BAD_CHANGE')
  })

  test('[CHG20] a union changes as what it is, and turning into another wins over that', () => {
    const circle = new Union('circle', { radius: 1 })
    const square = new Union('square', { side: 2 })
    const grow = pathChange(['circle', 'radius'], increment(1))
    expect(apply(circle, grow)).toEqual(new Union('circle', { radius: 2 }))
    expect(() => apply(square, grow)).toThrow('BAD_CHANGE')
    expect(merged(circle, grow, pathChange(['circle', 'radius'], increment(3)))).toEqual(
      new Union('circle', { radius: 5 }),
    )
    for (const [earlier, later] of [
      [grow, replace(circle, square)],
      [replace(circle, square), grow],
    ] as const) {
      expect(merged(circle, earlier, later)).toBe(square)
    }
    expect(merged(circle, replace(circle, square), replace(circle, null))).toBe(null)
  })
})

/** Bold between `*`, plain elsewhere. */
const rich = (written: string): RichText =>
  RichText.of(
    written.split('*').map((text, i) => ({ text, attrs: i % 2 === 1 ? { bold: true } : {} })),
  )
const written = (value: Maybe): string =>
  (value as RichText).spans
    .map(({ text, attrs }) => (Object.hasOwn(attrs, 'bold') ? `*${text}*` : text))
    .join('')

describe('rich text', () => {
  const hello = rich('hello world')
  const bold = setAttr(hello, [3, 8], 'bold', true)

  test('[CHG21] an attribute is set on a range, removed, and brought back', () => {
    expect(written(apply(hello, bold))).toBe('hel*lo wo*rld')
    expect(apply(apply(hello, bold), invert(bold))).toEqual(hello)
    const half = rich('a*b*c')
    const all = setAttr(half, [0, 3], 'bold', true)
    expect(written(apply(half, all))).toBe('*abc*')
    expect(apply(apply(half, all), invert(all))).toEqual(half)
    expect(written(apply(half, setAttr(half, [0, 3], 'bold', undefined)))).toBe('abc')
  })

  test.each<[string, Change, string]>([
    ['inside takes the attribute', splice(4, rich('o'), rich('---')), 'hel*l--- wo*rld'],
    ['inserted inside takes it too', splice(5, rich(''), rich('X')), 'hel*loX wo*rld'],
    ['at the edge does not', splice(3, rich(''), rich('X')), 'helX*lo wo*rld'],
    ['over the edge does not', splice(2, rich('ll'), rich('X')), 'heX*o wo*rld'],
    ['outside shifts it', splice(0, rich('he'), rich('')), 'l*lo wo*rld'],
    ['around it removes it', splice(2, rich('llo wor'), rich('')), 'held'],
  ])('[CHG21] a splice %s', (_what, change, expected) => {
    expect(written(merged(hello, bold, change))).toBe(expected)
    expect(written(merged(hello, change, bold))).toBe(expected)
  })

  test.each<[string, Change, string]>([
    ['of a part leaves it on both', move(0, 4, 4), '*o wo*hel*l*rld'],
    ['of all of it', move(3, 5, 3), 'helrld*lo wo*'],
    ['into it stays plain', move(0, 2, 4), 'l*lo *he*wo*rld'],
  ])('[CHG21] a move %s', (_what, change, expected) => {
    expect(written(merged(hello, bold, change))).toBe(expected)
    expect(written(merged(hello, change, bold))).toBe(expected)
  })

  test('[CHG21] of one attribute the later wins where both set it; others are independent', () => {
    const size = (value: number): Change => setAttr(hello, [0, 4], 'size', value)
    const sizes = merged(hello, size(1), setAttr(hello, [2, 6], 'size', 2)) as RichText
    expect(sizes.spans.map(({ text, attrs }) => [text, attrs['size']])).toEqual([
      ['he', 1],
      ['llo ', 2],
      ['world', undefined],
    ])
    const both = merged(hello, size(1), setAttr(hello, [0, 4], 'bold', true)) as RichText
    expect(both.spans[0]).toEqual({ text: 'hell', attrs: { size: 1, bold: true } })
  })
})
