import type { Placed } from './lists.js'
import { keysBetween, MAX_KEY, type OrderKey, type WriterTag } from './order-key.js'
import type { RowKey } from '../names.js'

/** Keys for a block of rows, and for neighbours that have to get out of its way. */
export interface BlockKeys {
  readonly block: readonly OrderKey[]
  /** Mostly empty. */
  readonly moved: readonly (readonly [RowKey, OrderKey])[]
}

/** Where a block goes: before the row `at` of a list, all that it holds, in order. */
export interface Gap {
  readonly rows: readonly Placed[]
  readonly at: number
  /** Rows that are about to leave their places. */
  readonly leaving: ReadonlySet<RowKey>
}

/**
 * Makes keys for `count` rows that go into a gap, in their order.
 *
 * Between rows with equal keys, and where the keys would be longer than `MAX_KEY`, as many
 * neighbours as it takes get new keys as well: on one side, on the other, on both sides twice as
 * many, and so on.
 */
export function placeBlock(gap: Gap, count: number, tag: WriterTag): BlockKeys {
  const { rows, at } = gap
  let left = stay(gap, at, -1, 1)
  let right = stay(gap, at - 1, 1, 1)
  for (let turn = 0; ; turn++) {
    const before = between(gap, left + 1, at)
    const after = between(gap, at, right)
    const all = before.length + count + after.length
    const keys = keysInside(rows[left]?.order, rows[right]?.order, all, tag)
    if (keys !== undefined) return dealt(keys, before, after)
    const more = 2 ** Math.floor(turn / 2)
    if (turn % 2 === 0) right = stay(gap, right, 1, more)
    else left = stay(gap, left, -1, more)
  }
}

/** Keys inside, if any are and none would be too long. */
function keysInside(
  lo: OrderKey | undefined,
  hi: OrderKey | undefined,
  count: number,
  tag: WriterTag,
): OrderKey[] | undefined {
  if (lo !== undefined && hi !== undefined && lo >= hi) return undefined
  const keys = keysBetween(lo, hi, count, tag)
  return keys.every((key) => key.length <= MAX_KEY) ? keys : undefined
}

/** So many rows further one way, not counting those that leave; at most one beyond the end. */
function stay({ rows, leaving }: Gap, from: number, by: 1 | -1, steps: number): number {
  let at = from
  for (let left = steps; left > 0 && (by > 0 ? at < rows.length : at >= 0); ) {
    at += by
    const row = rows[at]
    if (row === undefined || !leaving.has(row.key)) left -= 1
  }
  return at
}

const between = ({ rows, leaving }: Gap, from: number, to: number): readonly Placed[] =>
  from >= to ? [] : rows.slice(from, to).filter(({ key }) => !leaving.has(key))

function dealt(
  keys: readonly OrderKey[],
  before: readonly Placed[],
  after: readonly Placed[],
): BlockKeys {
  const end = keys.length - after.length
  const moved = [
    ...before.map(({ key }, i) => [key, keys[i] as OrderKey] as const),
    ...after.map(({ key }, i) => [key, keys[end + i] as OrderKey] as const),
  ]
  return { block: keys.slice(before.length, end), moved }
}
