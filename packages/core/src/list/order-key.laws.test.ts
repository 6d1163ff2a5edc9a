import fc from 'fast-check'
import { expect, test } from 'vitest'
import { replicas } from '../testing/index.js'
import { counterText, readCounter } from './counter.js'
import {
  between,
  isOrderKey,
  keysBetween,
  type OrderKey,
  writerTag,
  type WriterTag,
} from './order-key.js'

const tag = (writer: number): WriterTag => `tag${writer}` as WriterTag

/** Puts a key at an index of sorted keys. */
function insert(keys: OrderKey[], at: number, writer: WriterTag): OrderKey {
  const key = between(keys[at - 1], keys[at], writer)
  keys.splice(at, 0, key)
  return key
}

const steps = fc.array(fc.tuple(fc.nat(), fc.nat(3)), { minLength: 1, maxLength: 80 })

test('[LIST1] a key lies strictly between any two, and sorts as text', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const keys: OrderKey[] = []
      for (const [at, writer] of list) insert(keys, at % (keys.length + 1), tag(writer))
      expect(keys.toSorted()).toEqual(keys)
      expect(new Set(keys).size).toBe(keys.length)
      expect(keys.every(isOrderKey)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

/** Keys as anyone may send them: well formed, and otherwise whatever. */
const anyKey = fc
  .array(
    fc.tuple(fc.constantFrom('aaaa', 'aaab', 'tag0', 'tag1'), fc.integer({ min: -70, max: 70 })),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.map(([bunch, n]) => bunch + counterText(n)).join('') as OrderKey)

test('[LIST1] also between two that no writer has made', () => {
  fc.assert(
    fc.property(anyKey, anyKey, fc.nat(2), (one, other, writer) => {
      fc.pre(one !== other)
      const [lo, hi] = one < other ? [one, other] : [other, one]
      const key = between(lo, hi, tag(writer))
      expect(lo < key && key < hi).toBe(true)
      expect(isOrderKey(key)).toBe(true)
      expect(between(undefined, lo, tag(writer)) < lo).toBe(true)
      expect(between(hi, undefined, tag(writer)) > hi).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

test('[LIST1] a block lies strictly between the two, in its order', () => {
  fc.assert(
    fc.property(
      fc.option(anyKey),
      fc.option(anyKey),
      fc.integer({ min: 1, max: 40 }),
      (a, b, count) => {
        fc.pre(a === null || b === null || a !== b)
        const [lo, hi] = a !== null && b !== null && a > b ? [b, a] : [a, b]
        const all = [lo, ...keysBetween(lo ?? undefined, hi ?? undefined, count, tag(0)), hi]
        const keys = all.filter((key) => key !== null)
        expect(keys.toSorted()).toEqual(keys)
        expect(new Set(keys).size).toBe(keys.length)
      },
    ),
  )
})

test('[LIST1] counters sort as text', () => {
  const counters = fc.oneof(fc.integer({ min: -4000, max: 4000 }), fc.integer())
  fc.assert(
    fc.property(counters, counters, (a, b) => {
      expect(counterText(a) < counterText(b)).toBe(a < b)
      expect(readCounter(counterText(a), 0)).toBe(a)
    }),
  )
})

test('[LIST1] a tag is 4 characters, whoever the writer is', () => {
  fc.assert(fc.property(replicas, (replica) => /^[0-9A-Za-z]{4}$/.test(writerTag(replica))))
})

/** What three writers put, each alone, into one gap of a list that they share. */
const gaps = fc.record({
  base: fc.array(fc.tuple(fc.nat(), fc.nat(2)), { maxLength: 5 }),
  at: fc.nat(),
  counts: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)),
})

test('[LIST3] runs that several writers put forward into one gap do not interleave', () => {
  fc.assert(
    fc.property(gaps, ({ base, at, counts }) => {
      const shared: OrderKey[] = []
      for (const [where, writer] of base) insert(shared, where % (shared.length + 1), tag(writer))
      const gap = at % (shared.length + 1)
      const owners = new Map<OrderKey, number>()
      counts.forEach((count, writer) => {
        const own = [...shared]
        for (let i = 0; i < count; i++) owners.set(insert(own, gap + i, tag(writer)), writer)
      })
      const order = [...owners.keys()].sort().map((key) => owners.get(key))
      const runs = order.filter((writer, i) => writer !== order[i - 1])
      expect(order).toHaveLength(counts[0] + counts[1] + counts[2])
      expect(new Set(runs).size).toBe(runs.length)
    }),
    { numRuns: 3000 },
  )
})
