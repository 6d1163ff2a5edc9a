import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeOf, documents, edits } from '../testing/edits.js'
import { lawFactor } from '../testing/factor.laws.js'
import { apply, compose, invert } from './algebra.js'
import type { Change, Items } from './change.js'
import { type Maybe, sameData } from './data.js'
import { difference, listDifference, type NamedItem } from './difference.js'
import { consumed } from './parts-builder.js'
import { changeOfEdits, editsOfParts } from './text-edits.js'

const numRuns = 1000 * lawFactor
const few = fc.array(edits, { minLength: 1, maxLength: 4 })

function expectSame(found: Maybe, expected: Maybe): void {
  if (!sameData(found, expected)) expect(found).toEqual(expected)
}

test('[CHG26] the difference of two values leads from one to the other, and back', () => {
  fc.assert(
    fc.property(documents, few, few, (value, first, second) => {
      const [a, b] = [apply(value, changeOf(value, first)), apply(value, changeOf(value, second))]
      const change = difference(a, b)
      expectSame(apply(a, change), b)
      expectSame(apply(b, invert(change)), a)
      expect(compose(change, invert(change))).toBeNull()
      expect(change === null).toBe(sameData(a, b))
    }),
    { numRuns },
  )
})

test('[CHG26] objects differ by key, lists of one length by item, all else as a whole', () => {
  const before = { a: { b: 1, c: 'x' }, list: [1, { d: 2 }], long: [1, 2] }
  const after = { a: { b: 2, c: 'x' }, list: [1, { d: 3 }], long: [1], new: 'text' }
  const change = difference(before, after)
  const paths = (at: Change, path: string): string[] => {
    if (at?.type === 'fields')
      return [...at.fields].flatMap(([key, c]) => paths(c, `${path}.${key}`))
    if (at?.type !== 'items') return [`${path} ${at?.type}`]
    return at.parts.flatMap((part, i) =>
      part.kind === 'keep' && part.change !== null ? paths(part.change, `${path}[${i}]`) : [],
    )
  }
  expect(paths(change, '')).toEqual([
    '.a.b replace',
    '.list[1].d replace',
    '.long replace',
    '.new replace',
  ])
})

test('[CHG26] of named items only those are moved that have to, and what changed goes along', () => {
  const list = fc.uniqueArray(fc.record({ name: fc.nat(15), value: fc.nat(2) }), {
    selector: ({ name }) => name,
    maxLength: 12,
  })
  fc.assert(
    fc.property(list, list, (olds, news) => {
      const named = (items: typeof olds): NamedItem[] =>
        items.map(({ name, value }) => ({ name: String(name), value: { name, value } }))
      const change = listDifference(named(olds), named(news), (old, now) =>
        difference(old.value, now.value),
      )
      const valuesOf = (items: typeof olds) => named(items).map(({ value }) => value)
      expectSame(apply(valuesOf(olds), change), valuesOf(news))
      const parts = (change as Items | null)?.parts ?? []
      const count = (kind: string): number =>
        parts.reduce((sum, part) => sum + (part.kind === kind ? consumed(part) : 0), 0)
      const both = news.filter(({ name }) => olds.some((old) => old.name === name))
      expect(count('delete')).toBe(olds.length - both.length)
      const order = both.map(({ name }) => olds.findIndex((old) => old.name === name))
      expect(count('take')).toBe(both.length - riseOf(order))
    }),
    { numRuns },
  )
})

/** The length of a longest part that rises, tried out. */
const riseOf = (list: readonly number[]): number =>
  Math.max(
    0,
    ...list.map((first, i) => 1 + riseOf(list.slice(i + 1).filter((next) => next > first))),
  )

test('[CHG27] a change of a text and edits of it tell the same', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 12 }),
      few,
      (text, list) => {
        const change = changeOf(text, list)
        const after = apply(text, change) as string
        if (typeof after !== 'string') return
        const told = change?.type === 'items' ? editsOfParts(text, change.parts) : []
        const shown = told.reduce((now, { index, removed, inserted }) => {
          expect(now.slice(index, index + removed.length)).toBe(removed)
          return now.slice(0, index) + inserted + now.slice(index + removed.length)
        }, text)
        if (change?.type === 'items') expect(shown).toBe(after)
        expect(apply(text, changeOfEdits(told))).toBe(shown)
      },
    ),
    { numRuns },
  )
})
