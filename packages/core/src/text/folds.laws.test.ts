import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type HiddenRange,
  hiddenIndex,
  rangeAfter,
  shownEdit,
  shownIndex,
  withHidden,
} from './folds.js'
import type { TextEdit } from './ops.js'
import { lawFactor } from '../testing/factor.laws.js'

const apply = (text: string, { index, removed, inserted }: TextEdit): string => {
  expect(text.slice(index, index + removed.length)).toBe(removed)
  return text.slice(0, index) + inserted + text.slice(index + removed.length)
}

/** Each letter stands once in a text. */
const letters = (first: number, count: number): string =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(0x4e00 + first + i)).join('')

/** Ranges in order that do not overlap, made of any numbers; some touch. */
function rangesOf(length: number, cuts: readonly number[]): HiddenRange[] {
  const places = cuts.map((cut) => cut % (length + 1)).sort((a, b) => a - b)
  const ranges: HiddenRange[] = []
  for (let i = 0; i + 1 < places.length; i += 2) {
    const from = Math.max(places[i] as number, ranges.at(-1)?.to ?? 0)
    const to = places[i + 1] as number
    if (from < to) ranges.push({ from, to, placeholder: '…'.repeat((i % 3) + 1) })
  }
  return ranges
}

const edit = fc.record({ at: fc.nat(40), count: fc.nat(8), inserted: fc.nat(4) })

test('[FOLD1] what is hidden is never shown, and all else is, whatever is edited', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.array(edit, { maxLength: 12 }),
      (cuts, edits) => {
        let text = letters(0, 24)
        let ranges: readonly HiddenRange[] = rangesOf(text.length, cuts)
        let shown = withHidden(text, ranges)
        const hidden = new Set(ranges.flatMap(({ from, to }) => Array.from(text.slice(from, to))))
        edits.forEach(({ at, count, inserted }, turn) => {
          const index = at % (text.length + 1)
          const removed = text.slice(index, index + count)
          const one = { index, removed, inserted: letters(100 + 10 * turn, inserted) }
          const isWithin = ranges.some(
            ({ from, to }) =>
              (index > from && index < to) ||
              (index === from && index + removed.length <= to && removed !== ''),
          )
          const after = ranges.flatMap((range) => rangeAfter(range, one) ?? [])
          const told = shownEdit(one, ranges, after)
          if (told !== undefined) {
            expect(told.removed !== told.inserted).toBe(true)
            shown = apply(shown, told)
          }
          text = apply(text, one)
          ranges = after
          expect(shown).toBe(withHidden(text, ranges))
          // What is typed within a range, and not beyond its end, is hidden as well.
          if (isWithin) {
            for (const letter of one.inserted) if (!shown.includes(letter)) hidden.add(letter)
          }
          const bare = [...text].filter((letter) => !hidden.has(letter)).join('')
          expect(shown.replaceAll('…', '')).toBe(bare)
          const isInOrder = ranges.every(
            ({ from, to }, i) => from < to && from >= (ranges[i - 1]?.to ?? 0) && to <= text.length,
          )
          expect(isInOrder).toBe(true)
        })
        expect(withHidden(text, [])).toBe(text)
      },
    ),
    { numRuns: 1500 * lawFactor },
  )
})

test('[FOLD1] typed at an edge of what is hidden is shown, typed within is not', () => {
  const range = { from: 2, to: 5, placeholder: '…' }
  const type = (index: number) => rangeAfter(range, { index, removed: '', inserted: 'x' })
  expect(type(2)).toMatchObject({ from: 3, to: 6 })
  expect(type(5)).toMatchObject({ from: 2, to: 5 })
  expect(type(3)).toMatchObject({ from: 2, to: 6 })
  const cut = (index: number, removed: string) =>
    rangeAfter(range, { index, removed, inserted: '' })
  expect(cut(2, 'cde')).toBeUndefined()
  expect(cut(0, 'abc')).toMatchObject({ from: 0, to: 2 })
  expect(cut(4, 'efg')).toMatchObject({ from: 2, to: 4 })
})

test('[FOLD2] a place is found in what is shown, and there in the text', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 6 }), fc.nat(24), (cuts, index) => {
      const text = letters(0, 24)
      const ranges = rangesOf(text.length, cuts)
      const shown = withHidden(text, ranges)
      const isHidden = ranges.some(({ from, to }) => index > from && index < to)
      for (const side of ['before', 'after'] as const) {
        const at = shownIndex(ranges, index, side)
        if (!isHidden) {
          const back = hiddenIndex(ranges, at, side)
          // Between two ranges that touch there is one place.
          expect(shownIndex(ranges, back, side)).toBe(at)
          if (index < 24 && shown[at] === text[index]) expect(back).toBe(index)
        }
        expect(at >= 0 && at <= shown.length).toBe(true)
      }
    }),
    { numRuns: 1000 * lawFactor },
  )
})
