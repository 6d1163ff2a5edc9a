import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { apply } from '../change/algebra.js'
import type { Change } from '../change/change.js'
import { isUpstreamMissing, upstreamFolder } from '../change/upstream.contract.js'
import { readCompact } from '../testing/compact.js'
import { createJournal, type Operation, type Rebased } from './journal.js'

interface Suite {
  readonly journal: readonly (readonly [id: string, basis: string, parent: string, op: string])[]
  readonly rebased: readonly string[]
  readonly mergeChains: readonly (readonly string[])[]
}

function operationsOf({ journal }: Suite): Operation[] {
  const versions = new Map(journal.map(([id], version) => [id, version]))
  return journal.map(([id, basis, parent, written]) => ({
    id,
    parent: parent === '' ? null : parent,
    basis: versions.get(basis) ?? -1,
    change: readCompact(written).change,
  }))
}

/** Do two operations that had not seen each other replace the same character? */
function isClassOne({ journal }: Suite): boolean {
  const replaced = journal.map(([id, , , written]) => {
    const { op } = readCompact(written)
    return { client: id[0], letters: op.kind === 'splice' && op.after ? op.before : '' }
  })
  return replaced.some((a) =>
    replaced.some(
      (b) => a.client !== b.client && [...a.letters].some((c) => b.letters.includes(c)),
    ),
  )
}

/** Tells what a change makes of the text that upstream's form of it was written for. */
function expectLike(change: Change, written: string): void {
  const upstream = readCompact(written)
  expect(apply(upstream.text, change)).toBe(apply(upstream.text, upstream.change))
}

const read = (): Readonly<Record<string, Suite>> =>
  (
    JSON.parse(readFileSync(`${upstreamFolder}/journal_suite.json`, 'utf8')) as {
      test: Record<string, Suite>
    }
  ).test

function rebased(suite: Suite): readonly Rebased[] {
  const journal = createJournal()
  journal.append(operationsOf(suite))
  return journal.since(0)
}

describe.skipIf(isUpstreamMissing)('upstream’s journals', () => {
  test('[STR18] are rebased as upstream does, merge chains too, outside of the three classes', () => {
    const counts = { journals: 0, operations: 0, inClassOne: 0 }
    for (const suite of Object.values(read())) {
      counts.journals++
      counts.operations += suite.journal.length
      if (isClassOne(suite)) counts.inClassOne++
      else {
        rebased(suite).forEach(({ change, mergeChain }, i) => {
          expectLike(change, suite.rebased[i] as string)
          const chain = suite.mergeChains[i] as readonly string[]
          expect(mergeChain.length).toBe(chain.length)
          mergeChain.forEach((one, j) => expectLike(one, chain[j] as string))
        })
      }
    }
    expect(counts).toEqual({ journals: 4, operations: 17, inClassOne: 1 })
  })

  test('[STR18] end alike for the journal and for every author', () => {
    for (const suite of Object.values(read())) {
      const start = readCompact((suite.journal[0] as readonly string[])[3] as string).text
      const all = rebased(suite)
      const end = all.reduce<unknown>((text, { change }) => apply(text as string, change), start)
      const last = all.at(-1) as Rebased
      const own = suite.journal.at(-1) as Suite['journal'][number]
      const { text, change } = readCompact(own[3])
      expect(
        [change, ...last.mergeChain].reduce<unknown>((t, c) => apply(t as string, c), text),
      ).toBe(end)
    }
  })

  test('[STR18] come out the same op by op as all at once', () => {
    for (const suite of Object.values(read())) {
      const journal = createJournal()
      const one = operationsOf(suite).flatMap((operation, version) => {
        journal.append([operation])
        return journal.since(version, 1)
      })
      expect(one).toEqual(rebased(suite))
    }
  })
})
