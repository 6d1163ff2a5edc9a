import { describe, expect, test } from 'vitest'
import { type RowKey, rowKey } from '../names.js'
import type { Stamp } from '../stamp.js'
import { placeBlock } from './block.js'
import { comparePlaced, type Placed } from './lists.js'
import { between, keysBetween, MAX_KEY, type OrderKey, type WriterTag } from './order-key.js'

const ann = 'anna' as WriterTag
const ben = 'benn' as WriterTag
const nobody: ReadonlySet<RowKey> = new Set()

const placed = (id: string, order: OrderKey): Placed => ({
  key: rowKey('c', id),
  list: '',
  order,
  stamp: '' as Stamp,
})

const listOf = (keys: readonly OrderKey[]): Placed[] => keys.map((key, i) => placed(`${i}`, key))

/** What the list is when the block has been written. */
function written(rows: readonly Placed[], at: number, count: number, leaving = nobody): string[] {
  const { block, moved } = placeBlock({ rows, at, leaving }, count, ann)
  const orders = new Map(moved)
  const kept = rows
    .filter(({ key }) => !leaving.has(key))
    .map((row) => ({ ...row, order: orders.get(row.key) ?? row.order }))
  const put = block.map((order, i) => placed(`new ${i}`, order))
  return [...kept, ...put].sort(comparePlaced).map(({ key }) => decodeURIComponent(key.slice(2)))
}

describe('[LIST1] a block', () => {
  const rows = listOf(keysBetween(undefined, undefined, 4, ben))

  test.each([
    [0, ['new 0', 'new 1', '0', '1', '2', '3']],
    [2, ['0', '1', 'new 0', 'new 1', '2', '3']],
    [4, ['0', '1', '2', '3', 'new 0', 'new 1']],
  ])('goes before the row at %i, in its order', (at, should) => {
    expect(written(rows, at, 2)).toEqual(should)
    expect(placeBlock({ rows, at, leaving: nobody }, 2, ann).moved).toEqual([])
  })

  test('takes the place of rows that leave theirs', () => {
    const leaving = new Set([rowKey('c', '1'), rowKey('c', '2')])
    expect(written(rows, 2, 2, leaving)).toEqual(['0', 'new 0', 'new 1', '3'])
    expect(written(rows, 1, 1, new Set(rows.map(({ key }) => key)))).toEqual(['new 0'])
    // A writer who puts own rows anew counts as if they were not there.
    const own = listOf(keysBetween(undefined, undefined, 3, ann))
    const { block } = placeBlock({ rows: own, at: 2, leaving: new Set([rowKey('c', '1')]) }, 1, ann)
    expect(block).toEqual([own[1]?.order])
  })
})

describe('[LIST4] between rows of equal keys', () => {
  const same = between(undefined, undefined, ben)
  const after = between(same, undefined, ben)

  test('the later ones get keys of their own, and the block stands where it was put', () => {
    const rows = listOf([same, same, same, after])
    expect(written(rows, 1, 2)).toEqual(['0', 'new 0', 'new 1', '1', '2', '3'])
    expect(written(rows, 2, 1)).toEqual(['0', '1', 'new 0', '2', '3'])
    expect(placeBlock({ rows, at: 3, leaving: nobody }, 1, ann).moved).toEqual([])
  })
})

test('[LIST5] where keys would grow beyond 1 KB neighbours are put anew, in the same edit', () => {
  let rows = listOf(keysBetween(undefined, undefined, 2, ann))
  let rewritten = 0
  for (let i = 0; i < 600; i++) {
    const at = Math.floor(rows.length / 2)
    // Two writers in turns, each inside what the other left: the worst there is.
    const { block, moved } = placeBlock({ rows, at, leaving: nobody }, 1, i % 2 ? ann : ben)
    const orders = new Map(moved)
    rewritten += moved.length
    rows = rows.map((row) => ({ ...row, order: orders.get(row.key) ?? row.order }))
    rows.splice(at, 0, placed(`n${i}`, block[0] as OrderKey))
    expect(rows.toSorted(comparePlaced)).toEqual(rows)
  }
  expect(rewritten).toBeGreaterThan(0)
  expect(Math.max(...rows.map(({ order }) => order.length))).toBeLessThanOrEqual(MAX_KEY)
})
