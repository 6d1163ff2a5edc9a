import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeOf, documents, type Edit, edits } from '../testing/edits.js'
import { apply, compose, invert, merge } from './algebra.js'
import type { Change } from './change.js'
import { move, splice } from './constructors.js'
import { type Maybe, sameData } from './data.js'
import { lawFactor } from '../testing/factor.laws.js'

const numRuns = 2000 * lawFactor

const few = fc.array(edits, { minLength: 1, maxLength: 4 })

function expectSame(found: Maybe, expected: Maybe): void {
  if (!sameData(found, expected)) expect(found).toEqual(expected)
}

describe('of any values', () => {
  test('[CHG1] a change and its inverse give the value back, and inverting twice the change', () => {
    fc.assert(
      fc.property(documents, few, (value, list) => {
        const change = changeOf(value, list)
        expectSame(apply(apply(value, change), invert(change)), value)
        expect(invert(invert(change))).toEqual(change)
      }),
      { numRuns },
    )
  })

  test('[CHG2] composing is applying one after the other, and associative', () => {
    fc.assert(
      fc.property(documents, few, few, few, (value, first, second, third) => {
        const a = changeOf(value, first)
        const afterA = apply(value, a)
        const b = changeOf(afterA, second)
        const afterB = apply(afterA, b)
        const c = changeOf(afterB, third)
        const left = compose(compose(a, b), c)
        const right = compose(a, compose(b, c))
        const end = apply(afterB, c)
        expectSame(apply(value, left), end)
        expectSame(apply(value, right), end)
        expectSame(apply(end, invert(left)), value)
        expectSame(apply(end, invert(right)), value)
      }),
      { numRuns },
    )
  })

  test('[CHG3] merged changes end in the same value in both orders, composed or not', () => {
    fc.assert(
      fc.property(documents, few, few, (value, first, second) => {
        const a = changeOf(value, first)
        const b = changeOf(value, second)
        const [b2, a2] = merge(a, b)
        const end = apply(apply(value, a), b2)
        expectSame(apply(apply(value, b), a2), end)
        expectSame(apply(value, compose(a, b2)), end)
        expectSame(apply(value, compose(b, a2)), end)
        expectSame(apply(end, invert(b2)), apply(value, a))
        expectSame(apply(end, invert(a2)), apply(value, b))
      }),
      { numRuns },
    )
  })
})

describe('of texts and lists whose items are all different', () => {
  /** Each character stands once in the value, and what is inserted is new. */
  const size = fc.nat(8)
  const plain = fc.array(edits, { minLength: 1, maxLength: 3 })
  const letterAt = (index: number): string => String.fromCodePoint(0x4e00 + index)

  function plainChange(source: string, list: readonly Edit[], firstNew: number) {
    let text = source
    let change: Change = null
    let next = firstNew
    for (const { kind, at, count, to, fresh } of list) {
      const from = at % (text.length + 1)
      const end = Math.min(text.length, from + count)
      const inserted = Array.from({ length: fresh % 3 }, () => letterAt(next++)).join('')
      const step =
        kind < 4
          ? move(from, end - from, (to % (text.length - (end - from) + 1)) - from)
          : splice(from, kind % 2 ? text.slice(from, end) : '', inserted)
      change = compose(change, step)
      text = apply(text, step) as string
    }
    return { change, text }
  }

  test('[CHG4] what is inserted is there once, what is deleted is not, the rest keeps its order', () => {
    fc.assert(
      fc.property(size, plain, plain, (length, first, second) => {
        const source = Array.from({ length }, (_, i) => letterAt(i)).join('')
        const a = plainChange(source, first, 100)
        const b = plainChange(source, second, 200)
        const end = apply(a.text, merge(a.change, b.change)[0]) as string
        const isIn = (text: string) => (letter: string) => text.includes(letter)
        const inserted = [...a.text, ...b.text].filter((letter) => !source.includes(letter))
        const kept = [...source].filter(isIn(a.text)).filter(isIn(b.text))
        expect([...end].toSorted()).toEqual([...kept, ...inserted].toSorted())
        expectOrderKept(source, a.text, b.text, end)
      }),
      { numRuns },
    )
  })

  /** Neighbours that stand in one order for everyone keep it. */
  function expectOrderKept(source: string, a: string, b: string, end: string): void {
    const hasMoves = [a, b].some((text) => {
      const kept = [...source].filter((letter) => text.includes(letter)).join('')
      return [...text].filter((letter) => source.includes(letter)).join('') !== kept
    })
    if (hasMoves) return
    const kept = [...source].filter((letter) => end.includes(letter)).join('')
    expect([...end].filter((letter) => source.includes(letter)).join('')).toBe(kept)
    for (const text of [a, b]) {
      const mine = [...text].filter((letter) => end.includes(letter)).join('')
      expect([...end].filter((letter) => text.includes(letter)).join('')).toBe(mine)
    }
  }

  test('[CHG4] lists change as texts do', () => {
    fc.assert(
      fc.property(size, plain, plain, (length, first, second) => {
        const source = Array.from({ length }, (_, i) => letterAt(i)).join('')
        const [a, b] = [plainChange(source, first, 100), plainChange(source, second, 200)]
        const text = apply(a.text, merge(a.change, b.change)[0]) as string
        const [listA, listB] = [listChange(a.change), listChange(b.change)]
        expect(apply(apply([...source], listA), merge(listA, listB)[0])).toEqual([...text])
      }),
      { numRuns },
    )
  })

  function listChange(change: Change): Change {
    if (change?.type !== 'items') return change
    const parts = change.parts.map((part) =>
      part.kind === 'insert' || part.kind === 'delete'
        ? { ...part, content: [...(part.content as string)] }
        : part,
    )
    return { type: 'items', parts }
  }
})
