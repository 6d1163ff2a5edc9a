import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type CompactOp, readCompact } from '../testing/compact.js'

import { isUpstreamMissing, upstreamFolder } from './upstream.contract.js'
import { apply, composeAll, merge } from './algebra.js'
import type { Change } from './change.js'

type Case = readonly [
  input: string,
  final: string,
  left: readonly string[],
  right: readonly string[],
]

/** What sets this algebra's rules apart from upstream's [CHG6]. */
type Class = 'inserted into what is deleted' | 'moved and deleted' | 'moved by both'

interface Range {
  readonly from: number
  readonly to: number
}

const isEmpty = ({ from, to }: Range): boolean => from === to
const overlaps = (a: Range, b: Range): boolean => a.from < b.to && b.from < a.to

const deletedBy = ({ op }: CompactOp): Range[] =>
  op.kind === 'splice' ? [{ from: op.offset, to: op.offset + op.before.length }] : []

const movedBy = ({ op }: CompactOp): Range[] =>
  op.kind === 'move' ? [{ from: op.offset, to: op.offset + op.count }] : []

const insertedBy = (made: CompactOp): Range[] =>
  made.op.kind === 'splice' && made.op.after !== '' ? deletedBy(made) : []

const somePair = (a: readonly Range[], b: readonly Range[], test: typeof overlaps): boolean =>
  a.some((one) => b.some((other) => test(one, other)))

/** Is what one inserts, or all that it replaces, within what the other deletes? */
const isWithin = (inserted: Range, deleted: Range): boolean =>
  isEmpty(inserted)
    ? deleted.from < inserted.from && inserted.from < deleted.to
    : deleted.from <= inserted.from && inserted.to <= deleted.to

/** Decides from two operations alone to which class they belong; undefined for none. */
function classOf(left: CompactOp, right: CompactOp): Class | undefined {
  for (const [a, b] of [
    [left, right],
    [right, left],
  ] as const) {
    if (somePair(insertedBy(a), deletedBy(b), isWithin)) return 'inserted into what is deleted'
    if (somePair(movedBy(a), deletedBy(b), overlaps)) return 'moved and deleted'
  }
  return somePair(movedBy(left), movedBy(right), overlaps) ? 'moved by both' : undefined
}

interface Outcome {
  readonly class: Class | undefined
  readonly isEqual: boolean
  readonly hasConverged: boolean
}

const changeOf = (list: readonly CompactOp[]): Change =>
  composeAll(list.map(({ change }) => change))

function outcomeOf([input, final, left, right]: Case): Outcome {
  const [a, b] = [left.map(readCompact), right.map(readCompact)]
  const [b2, a2] = merge(changeOf(a), changeOf(b))
  const end = apply(apply(input, changeOf(a)), b2)
  return {
    class: classOf(a[0] as CompactOp, b[0] as CompactOp),
    isEqual: end === final,
    hasConverged: end === apply(apply(input, changeOf(b)), a2),
  }
}

const read = (name: string): readonly Case[] =>
  (JSON.parse(readFileSync(`${upstreamFolder}/${name}.json`, 'utf8')) as { test: readonly Case[] })
    .test

/** How many cases the files have in each class, and how many of these end otherwise. */
const expected = {
  splices: { all: 258, none: 202, 'inserted into what is deleted': 56, differ: 47 },
  moves: { all: 1460, none: 966, 'moved by both': 494, differ: 153 },
  splicemoves: { all: 1006, none: 614, 'moved and deleted': 392, differ: 68 },
}

describe.skipIf(isUpstreamMissing)('upstream’s cases', () => {
  test.each(Object.keys(expected))('[CHG5] all of %s converge', (name) => {
    for (const one of read(name)) {
      expect(outcomeOf(one), String(one)).toMatchObject({ hasConverged: true })
    }
  })

  test.each(Object.entries(expected))(
    '[CHG6] outside the three classes %s end as upstream',
    (name, numbers) => {
      const counts: Record<string, number> = { all: 0, none: 0, differ: 0 }
      const count = (key: string): void => void (counts[key] = (counts[key] ?? 0) + 1)
      for (const one of read(name)) {
        const { class: found = 'none', isEqual } = outcomeOf(one)
        if (found === 'none') expect(isEqual, String(one)).toBe(true)
        for (const key of ['all', found, ...(isEqual ? [] : ['differ'])]) count(key)
      }
      expect(counts).toEqual(numbers)
    },
  )
})
