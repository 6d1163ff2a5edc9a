import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Patch } from './event.js'
import { canonicalJson } from './json.js'
import { rowKey } from './names.js'
import { applyPatch, applyToRow, emptyRow, type Row } from './row.js'
import type { Stamp } from './stamp.js'
import { fewStamps } from './testing/index.js'

const key = rowKey('todos', 'a')
const value = fc.constantFrom(0, 1, 'a', null, true, { a: 1 }, [1])

const patch: fc.Arbitrary<Patch> = fc.oneof(
  fc.tuple(fc.constant('=' as const), fc.constant(key), fc.constantFrom('f', 'g'), value),
  fc.tuple(fc.constant('x' as const), fc.constant(key), fc.constantFrom('f', 'g')),
  fc.tuple(fc.constant('=' as const), fc.constant(key), fc.constant('$del'), fc.boolean()),
)
const write = fc.tuple(patch, fewStamps)
const writes = fc.array(write, { maxLength: 8 })

const applyAll = (list: readonly (readonly [Patch, Stamp])[], from: Row = emptyRow): Row =>
  list.reduce((row, [item, stamp]) => applyPatch(row, item, stamp), from)

const textOf = (row: Row): string => canonicalJson([row.values, row.stamps])

test('[LWW1] commutative: two writes in either order give the same', () => {
  fc.assert(
    fc.property(writes, write, write, (before, a, b) => {
      const row = applyAll(before)
      expect(textOf(applyAll([a, b], row))).toBe(textOf(applyAll([b, a], row)))
    }),
    { numRuns: 2000 },
  )
})

test('[LWW1] associative: writes shuffled as a whole give the same', () => {
  const shuffled = writes.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  )
  fc.assert(
    fc.property(shuffled, ([list, other]) => {
      expect(textOf(applyAll(other))).toBe(textOf(applyAll(list)))
    }),
    { numRuns: 1000 },
  )
})

test('[LWW1, ROW6] idempotent: writes that are there already give back the same row', () => {
  fc.assert(
    fc.property(writes, (list) => {
      const row = applyAll(list)
      expect(applyAll(list, row)).toBe(row)
    }),
    { numRuns: 1000 },
  )
})

test('[ROW7] patches written together give what they give one by one', () => {
  fc.assert(
    fc.property(writes, fc.array(patch, { maxLength: 6 }), fewStamps, (before, patches, stamp) => {
      const row = applyAll(before)
      const text = textOf(row)
      const oneByOne = applyAll(
        patches.map((item) => [item, stamp] as const),
        row,
      )
      const together = applyToRow(row, patches, stamp)
      expect(textOf(together)).toBe(textOf(oneByOne))
      expect(together === row).toBe(oneByOne === row)
      expect(textOf(row)).toBe(text)
    }),
    { numRuns: 1000 },
  )
})

test('[LWW2, SEM204] of each field the greatest stamp is kept', () => {
  fc.assert(
    fc.property(writes, (list) => {
      const row = applyAll(list)
      for (const field of ['f', 'g', '$del']) {
        const all = list.filter(([item]) => item[2] === field).map(([, stamp]) => stamp)
        expect(row.stamps[field]).toBe(all.toSorted().at(-1))
      }
    }),
  )
})

test('[ROW4] a register holds a value that was written with its stamp', () => {
  fc.assert(
    fc.property(writes, (list) => {
      const row = applyAll(list)
      for (const [field, stamp] of Object.entries(row.stamps)) {
        const together = list
          .filter(([item, at]) => item[2] === field && at === stamp)
          .map(([item]) => (item[0] === '=' ? item[3] : undefined))
        expect(together).toContain(Object.hasOwn(row.values, field) ? row.values[field] : undefined)
      }
    }),
  )
})
