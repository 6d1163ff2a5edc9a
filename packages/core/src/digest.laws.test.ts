import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createDigests,
  differingBuckets,
  digestBucket,
  digestOfWords,
  digestRow,
  digestRows,
  digestsOf,
  digestWords,
  exchangeDigest,
} from './digest.js'
import type { RowKey } from './names.js'
import { applyEvent, createObjectState } from './object-state.js'
import type { Row } from './row.js'
import { packRows, unpackRows } from './row-page.js'
import { histories, picks, weave } from './testing/index.js'

test('[DIG1] equal rows have equal digests, in whatever order they were written, or when read again', () => {
  fc.assert(
    fc.property(histories, picks, picks, (history, left, right) => {
      const [one, other] = [left, right].map((order) => {
        const state = createObjectState()
        for (const event of weave(history, order)) applyEvent(state, event)
        return state.rows
      }) as [Map<RowKey, Row>, Map<RowKey, Row>]
      const again = new Map<RowKey, Row>()
      unpackRows(packRows([...one].toReversed()), (key, row) => again.set(key, row))
      expect(digestRows(other)).toEqual(digestRows(one))
      expect(digestRows(again)).toEqual(digestRows(one))
    }),
    { numRuns: 300 },
  )
})

test('[DIG2] digests that follow each change are those from scratch', () => {
  fc.assert(
    fc.property(histories, picks, (history, order) => {
      const state = createObjectState()
      const known = new Map<RowKey, number>()
      let words = digestWords(createDigests())
      for (const event of weave(history, order)) {
        const changed = new Set(event[2].map(([, key]) => key))
        applyEvent(state, event)
        const digests = digestsOf(words)
        for (const key of changed) {
          const row = state.rows.get(key)
          const after = row === undefined ? 0 : digestRow(key, row)
          exchangeDigest(digests, key, known.get(key) ?? 0, after)
          known.set(key, after)
        }
        words = digestWords(digests)
      }
      expect(words).toEqual(digestWords(digestRows(state.rows)))
    }),
    { numRuns: 300 },
  )
})

test('[DIG3] a cell that is another changes the digest of its bucket, and of no other', () => {
  fc.assert(
    fc.property(histories, picks, fc.nat(), (history, order, pick) => {
      const state = createObjectState()
      for (const event of weave(history, order)) applyEvent(state, event)
      const before = digestWords(digestRows(state.rows))
      const found = [...state.rows].flatMap(([key, row]) =>
        Object.keys(row.stamps).map((field) => [key, row, field] as const),
      )
      fc.pre(found.length > 0)
      const [key, row, field] = found[pick % found.length]!
      state.rows.set(key, { ...row, values: { ...row.values, [field]: 'something else' } })
      const after = digestWords(digestRows(state.rows))
      expect(differingBuckets(before, after)).toEqual([digestBucket(key)])
      expect(digestOfWords(after)).not.toBe(digestOfWords(before))
    }),
    { numRuns: 300 },
  )
})
