import { parseRowKey, rowKey, TOMBSTONE } from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { byField, type Compare, createSortedRows, type RowView, viewOf } from './sorted-rows.js'
import { createTestReplica } from './testing/test-replica.js'

const value = fc.constantFrom(1, 2, 10, 'a', 'B', 'a10', 'a9', null, true, false)
// Above 32 changes at a time others are sorted in.
const id = fc.integer({ min: 0, max: 60 }).map((n) => `${n}`)
const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ id, field: fc.constantFrom('f', 'g'), value }) },
  { weight: 1, arbitrary: fc.record({ id, field: fc.constant(TOMBSTONE), value: fc.boolean() }) },
)
const turns = fc.array(
  fc.oneof(
    fc.array(change, { minLength: 1, maxLength: 40 }),
    fc.array(change, { minLength: 60, maxLength: 90 }),
  ),
  { maxLength: 12 },
)

const orders: readonly (readonly [string, Compare | undefined])[] = [
  ['no order', undefined],
  ['a field', byField('f', false)],
  ['a field, descending', byField('f', true)],
  ['a comparison that is none', (a, b) => (a['f'] === b['f'] ? 0 : 1)],
  ['everything is equal', () => 0],
]

it.each(
  orders.flatMap(([name, compare]) =>
    [false, true].map((deleted) => [name, compare, deleted] as const),
  ),
)('[REP14] keeps rows as sorting them all would: %s, %s', async (_, compare, deleted) => {
  const isConsistent = compare === undefined || compare.length < 2 || compare({ f: 1 }, {}) <= 0
  await fc.assert(
    fc.asyncProperty(turns, fc.boolean(), async (list, isHeard) => {
      const { replica } = await createTestReplica()
      const sorted = createSortedRows(replica, 'c', compare, deleted)
      if (isHeard) sorted.subscribe(() => undefined)
      for (const changes of list) {
        const before = sorted.read()
        for (const one of changes) replica.edit([['=', rowKey('c', one.id), one.field, one.value]])
        const after = sorted.read()
        const should = all(replica.visible, compare, deleted)
        if (isConsistent) expect(after).toEqual(should)
        else expect(new Set(after)).toEqual(new Set(should))
        // The same rows in the same order are the same array, and the same row the same view.
        const isSame = before.length === after.length && before.every((row, i) => row === after[i])
        if (isSame) expect(after).toBe(before)
      }
    }),
    { numRuns: 60 },
  )
})

type Visible = Awaited<ReturnType<typeof createTestReplica>>['replica']['visible']

function all(visible: Visible, compare: Compare | undefined, deleted: boolean): RowView[] {
  const rows: RowView[] = []
  for (const key of [...visible.keys('c/')].toSorted((a, b) => (a < b ? -1 : 1))) {
    const view = viewOf(visible.row(key), key, deleted)
    if (view !== undefined) rows.push(view)
  }
  return rows.toSorted(compare ?? (() => 0))
}

it('[REP14] names rows by their id, and orders equal ones by it', async () => {
  const { replica } = await createTestReplica()
  for (const one of ['b', 'a', 'c/d']) replica.edit([['=', rowKey('c', one), 'f', 1]])
  const rows = createSortedRows(replica, 'c', byField('f', false)).read()
  expect(rows.map((row) => row['id'])).toEqual(['a', 'b', 'c/d'])
  expect(parseRowKey(rowKey('c', 'c/d')).id).toBe('c/d')
})
