import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Event } from './event.js'
import { applyEvent, applyPatches, canonicalState, createObjectState } from './object-state.js'
import { packRows, type RowPage, unpackRows } from './row-page.js'
import { histories, picks, weave } from './testing/index.js'

function stateOf(events: readonly Event[]): string {
  const state = createObjectState()
  for (const event of events) applyEvent(state, event)
  return canonicalState(state)
}

test('[LWW5, SEM401] replicas converge, however their events are interleaved and repeated', () => {
  fc.assert(
    fc.property(histories, picks, picks, (history, left, right) => {
      const one = weave(history, left)
      const other = weave(history, right)
      expect(stateOf(one)).toBe(stateOf(other))
      expect(stateOf(one)).toBe(stateOf(history.flat()))
    }),
    { numRuns: 1000 },
  )
})

test('[LWW5, SEM203] without their numbers, writes of registers converge in any order at all', () => {
  const shuffled = histories.chain((history) => {
    const events = history
      .flat()
      .map(([n, stamp, patches]): Event => [n, stamp, patches.filter(([kind]) => kind !== '+')])
    return fc.tuple(
      fc.constant(events),
      fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
    )
  })
  const textOf = (events: readonly Event[]): string => {
    const state = createObjectState()
    for (const [, stamp, patches] of events) applyPatches(state.rows, patches, stamp)
    return canonicalState(state)
  }
  fc.assert(
    fc.property(shuffled, ([events, other]) => {
      expect(textOf(other)).toBe(textOf(events))
    }),
    { numRuns: 500 },
  )
})

test('[LWW5, REG13, SEM414] regression 13: state carried over in pages at any point gives the same', () => {
  fc.assert(
    fc.property(
      histories,
      picks,
      fc.array(fc.nat(60), { maxLength: 4 }),
      (history, order, cuts) => {
        const events = weave(history, order)
        let state = createObjectState()
        events.forEach((event, i) => {
          applyEvent(state, event)
          if (!cuts.includes(i)) return
          // A replica that joins here: it gets the rows so far, then the events.
          const page = JSON.parse(JSON.stringify(packRows(state.rows))) as RowPage
          const next = createObjectState()
          unpackRows(page, (key, row) => next.rows.set(key, row))
          for (const [replica, n] of state.vv) next.vv.set(replica, n)
          state = next
        })
        expect(canonicalState(state)).toBe(stateOf(events))
      },
    ),
    { numRuns: 500 },
  )
})

test('[EVT2] what was applied before changes nothing and tells nobody', () => {
  fc.assert(
    fc.property(histories, picks, (history, order) => {
      const events = weave(history, order)
      const state = createObjectState()
      for (const event of events) applyEvent(state, event)
      const text = canonicalState(state)
      for (const event of events) {
        expect(applyEvent(state, event, () => expect.fail('a row changed'))).toBe(false)
      }
      expect(canonicalState(state)).toBe(text)
    }),
  )
})

test('[ROW1, ROW6, SEM204] rows only come, and change exactly when it is told', () => {
  fc.assert(
    fc.property(histories, picks, (history, order) => {
      const state = createObjectState()
      for (const event of weave(history, order)) {
        const before = new Map(state.rows)
        const changed = new Set<string>()
        applyEvent(state, event, (key) => changed.add(key))
        for (const key of before.keys()) expect(state.rows.has(key)).toBe(true)
        for (const [key, row] of state.rows) expect(row !== before.get(key)).toBe(changed.has(key))
      }
    }),
  )
})
