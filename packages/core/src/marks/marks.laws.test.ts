import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sameJson, type Json } from '../json.js'
import type { Stamp } from '../stamp.js'
import { LiveText } from '../text/live-text.js'
import { actText, gossipText, type TextEvent, textPeers, textSteps } from '../testing/index.js'
import type { Mark } from './mark.js'
import { MarkPlaces } from './mark-places.js'
import { paintMarks, type Stroke } from './paint.js'

const strokes = fc
  .array(
    fc.record({
      kind: fc.constantFrom('bold', 'link', 'note'),
      value: fc.constantFrom<Json>(true, null, 'https://a', { to: 1 }),
      at: fc.nat(5),
      from: fc.nat(30),
      size: fc.nat(12),
    }),
    { maxLength: 20 },
  )
  .map((list) =>
    list.map(({ kind, value, at, from, size }, i): Stroke => {
      const stamp = `0mfl2kq3${at}000aaaaaaaa` as Stamp
      return { key: `marks/${i}`, kind, value, stamp, from, to: from + size - 1 }
    }),
  )

/** What one unit is marked with: of each kind the latest stroke over it decides. */
function marksAt(all: readonly Stroke[], unit: number): Record<string, Json> {
  const found = new Map<string, Stroke>()
  for (const stroke of all.filter(({ from, to }) => from <= unit && unit < to)) {
    const best = found.get(stroke.kind)
    const isLater =
      best === undefined ||
      stroke.stamp > best.stamp ||
      (stroke.stamp === best.stamp && stroke.key > best.key)
    if (isLater) found.set(stroke.kind, stroke)
  }
  const shown = [...found.values()].filter(({ value }) => value !== null)
  return Object.fromEntries(shown.map(({ kind, value }) => [kind, value]))
}

test('[MARK2] of each kind the latest mark that covers a unit decides', () => {
  fc.assert(
    fc.property(strokes, (all) => {
      const ranges = paintMarks(all)
      const unitsOf = Array.from({ length: 45 }, (_, unit) => {
        return ranges.find(({ from, to }) => from <= unit && unit < to)?.marks ?? {}
      })
      unitsOf.forEach((marks, unit) => expect(marks).toEqual(marksAt(all, unit)))
    }),
    { numRuns: 2000 },
  )
})

test('[MARK3] marked stretches are in order, do not overlap, and are as long as can be', () => {
  fc.assert(
    fc.property(strokes, fc.infiniteStream(fc.nat()), (all, dice) => {
      const ranges = paintMarks(all)
      ranges.forEach(({ from, to, marks }, i) => {
        const before = ranges[i - 1]
        expect(from).toBeLessThan(to)
        expect(Object.keys(marks).length).toBeGreaterThan(0)
        if (before === undefined) return
        expect(before.to).toBeLessThanOrEqual(from)
        if (before.to === from) expect(sameJson(before.marks as Json, marks as Json)).toBe(false)
      })
      const mixed = all
        .map((stroke) => [dice.next().value as number, stroke] as const)
        .sort(([a], [b]) => a - b)
        .map(([, stroke]) => stroke)
      expect(paintMarks(mixed)).toEqual(ranges)
    }),
    { numRuns: 500 },
  )
})

const acts = fc.array(
  fc.record({ after: fc.nat(60), from: fc.nat(99), size: fc.nat(9), grows: fc.boolean() }),
  { minLength: 1, maxLength: 12 },
)

/** Offsets that part no pair. */
function wholes(text: string): number[] {
  const places = [0]
  for (const letter of text) places.push((places.at(-1) as number) + letter.length)
  return places
}

test('[MARK4] places carried past edits are those looked for anew', () => {
  fc.assert(
    fc.property(textSteps(60), acts, fc.nat(4), (steps, drafts, pause) => {
      const peers = textPeers(3)
      const events: TextEvent[] = []
      for (const step of steps) events.push(...[actText(peers, step) ?? []].flat())
      gossipText(peers)
      const live = new LiveText()
      let marks = new Map<string, Mark>()
      const places = new MarkPlaces()
      peers[0]?.log.forEach(({ replica, ops }, i) => {
        live.apply(replica, ops)
        for (const draft of drafts.filter(({ after }) => after === i)) {
          const all = wholes(String(live.text))
          const from = all[draft.from % all.length] as number
          const to = all[Math.min((draft.from % all.length) + draft.size, all.length - 1)] as number
          marks = new Map(marks).set(`marks/${marks.size}`, {
            kind: 'bold',
            value: true,
            stamp: '' as Stamp,
            from: live.text.anchor(from, 'after'),
            to: live.text.anchor(to, draft.grows ? 'after' : 'before'),
          })
        }
        if (pause > 0 && i % pause > 0) return
        const anew = new MarkPlaces().read(live.view, marks)
        expect(places.read(live.view, marks)).toEqual(anew)
      })
      expect(events.length).toBe(peers[0]?.log.length)
    }),
    { numRuns: 500 },
  )
})
