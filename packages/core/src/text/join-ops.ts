import type { Replica } from '../stamp.js'
import {
  type Delete,
  type ElementRef,
  type Insert,
  RIGHT,
  rightOf,
  sameRef,
  sizeOf,
  type TextOps,
} from './ops.js'

/**
 * Joins ops that one replica made one after the other, before they are sent: what comes of them
 * has the effect of all.
 *
 * Typing that goes on becomes one insert, deleted ranges that touch become one. Of own new text
 * that is deleted again only the number of its elements is sent: what was made later may hang
 * there. Cost O(n log n).
 */
export function joinOps(replica: Replica, list: readonly TextOps[]): TextOps {
  const inserts = joinInserts(list.flatMap((ops) => ops.inserts))
  const deletes = joinRanges(list.flatMap((ops) => ops.deletes))
  const own = deletes.filter(([name]) => name === replica)
  const left = deletes.filter(([name]) => name !== replica)
  return {
    inserts: joinInserts(inserts.flatMap((insert) => cutInsert(insert, own))),
    deletes: joinRanges([...left, ...own.flatMap((range) => cutRange(range, inserts))]),
  }
}

/** A run that is joined; its texts are put together once, at its end. */
interface Run {
  readonly head: Insert
  readonly parts: (string | number)[]
  end: number
}

function joinInserts(inserts: readonly Insert[]): Insert[] {
  const runs: Run[] = []
  for (const insert of inserts) {
    const run = runs.at(-1)
    if (run !== undefined && goesOn(run, insert)) run.parts.push(insert[4])
    else runs.push({ head: insert, parts: [insert[4]], end: 0 })
    const last = runs.at(-1) as Run
    last.end = insert[0] + sizeOf(insert)
  }
  return runs.map(({ head, parts }) => {
    if (parts.length === 1) return head
    const [id, parent, side, right] = head
    return [id, parent, side, right, sum(parts)]
  })
}

function sum(parts: readonly (string | number)[]): string | number {
  if (typeof parts[0] === 'string') return parts.join('')
  return (parts as readonly number[]).reduce((a, b) => a + b, 0)
}

const goesOn = ({ head, end }: Run, next: Insert): boolean =>
  next[0] === end &&
  next[1] === end - 1 &&
  next[2] === RIGHT &&
  typeof next[4] === typeof head[4] &&
  sameRef(rightOf(next), rightOf(head))

/** Sorts ranges, and joins those that touch. */
function joinRanges(ranges: readonly Delete[]): Delete[] {
  const joined: [Replica, number, number][] = []
  for (const [name, id, length] of ranges.toSorted(compareRanges)) {
    const last = joined.at(-1)
    if (last?.[0] === name && id <= last[1] + last[2]) {
      last[2] = Math.max(last[2], id + length - last[1])
    } else {
      joined.push([name, id, length])
    }
  }
  return joined
}

const compareRanges = (a: Delete, b: Delete): number =>
  a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? -1 : 1

/** Parts an insert into what is left of it and what is deleted; `gone` is sorted. */
function cutInsert(insert: Insert, gone: readonly Delete[]): Insert[] {
  const [first, , , , text] = insert
  const end = first + sizeOf(insert)
  if (typeof text === 'number') return [insert]
  const pieces: Insert[] = []
  let at = first
  const cut = (to: number, content: string | number): void => {
    if (to > at) pieces.push(pieceOf(insert, at, content))
    at = Math.max(at, to)
  }
  for (let i = firstReaching(gone, first); i < gone.length; i++) {
    const [, id, length] = gone[i] as Delete
    if (id >= end) break
    cut(id, text.slice(at - first, Math.max(0, id - first)))
    const to = Math.min(end, id + length)
    cut(to, to - at)
  }
  cut(end, text.slice(at - first))
  return pieces
}

/** The part of an insert from an element on, which hangs after the one before. */
function pieceOf(insert: Insert, id: number, content: string | number): Insert {
  const [first, parent, side, right] = insert
  if (id === first) return [id, parent, side, right, content]
  const behind: ElementRef = rightOf(insert)
  return [id, id - 1, RIGHT, behind, content]
}

/** Leaves of a range what none of the inserts makes. */
function cutRange(range: Delete, inserts: readonly Insert[]): Delete[] {
  const [name, first, length] = range
  const pieces: Delete[] = []
  let at = first
  for (let i = firstInsertReaching(inserts, first); i < inserts.length; i++) {
    const insert = inserts[i] as Insert
    if (insert[0] >= first + length) break
    if (insert[0] > at) pieces.push([name, at, insert[0] - at])
    at = insert[0] + sizeOf(insert)
  }
  if (at < first + length) pieces.push([name, at, first + length - at])
  return pieces
}

/** The index of the first of some sorted ranges that ends after `id`. */
const firstReaching = (ranges: readonly Delete[], id: number): number =>
  partition(ranges.length, (i) => {
    const [, start, length] = ranges[i] as Delete
    return start + length <= id
  })

const firstInsertReaching = (inserts: readonly Insert[], id: number): number =>
  partition(inserts.length, (i) => {
    const insert = inserts[i] as Insert
    return insert[0] + sizeOf(insert) <= id
  })

/** The first index for which `isBefore` is false; it is true for all below. */
function partition(count: number, isBefore: (i: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
