import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClock } from './clock.js'
import { MAX_MS, type Replica, type Stamp } from './stamp.js'
import { stampFromSpacedrive, stampToSpacedrive } from './stamp-formats.js'
import { stampMs, stamps } from './testing/index.js'

/** Far enough from the end of time that no run reaches it. */
const early = (ms: number): number => Math.min(ms, MAX_MS - 1000)
const me = 'mmmmmmmm' as Replica

const acts = fc.array(
  fc.oneof(
    fc.record({ wallMs: stampMs.map(early) }),
    fc.record({ stepMs: fc.constantFrom(-600_000, -1, 0, 1, 31_536_000_000) }),
    fc.record({ seen: fc.array(stamps, { maxLength: 4 }) }),
    fc.constant({ restart: true }),
  ),
  { maxLength: 60 },
)

test('[CLK2, CLK5, SEM207, SEM412] each stamp is greater than all made or seen, over any life of a clock', () => {
  fc.assert(
    fc.property(acts, (life) => {
      let wallMs = 1_700_000_000_000
      let greatest = '' as Stamp
      let clock = createClock(me, () => wallMs)
      const note = (stamp: Stamp): void => {
        if (stamp > greatest) greatest = stamp
      }
      for (const act of life) {
        if ('wallMs' in act) wallMs = act.wallMs
        if ('stepMs' in act) wallMs = early(wallMs + act.stepMs)
        if ('seen' in act) {
          const seen = act.seen.filter((stamp) => stamp < 'zzzz')
          for (const stamp of seen) {
            clock.see(stamp)
            note(stamp)
          }
        }
        if ('restart' in act) {
          clock = createClock(me, () => wallMs, greatest === '' ? undefined : greatest)
        }
        const stamp = clock.tick()
        expect(stamp > greatest).toBe(true)
        note(stamp)
      }
    }),
    { numRuns: 500 },
  )
})

test('[CLK9] after a rewind the clock rises again', () => {
  fc.assert(
    fc.property(stamps, stamps, stampMs.map(early), (last, back, wallMs) => {
      fc.pre(back < 'zzzz')
      const clock = createClock(me, () => wallMs, last)
      clock.rewind(back)
      const first = clock.tick()
      expect(first > back).toBe(true)
      expect(clock.tick() > first).toBe(true)
    }),
  )
})

test('[CLK2, CLK8, SEM411] four clocks that make 10,000 stamps each never repeat one, and each prints and reads', () => {
  const wall = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(wall, (steps) => {
      let wallMs = 1_700_000_000_000
      const clocks = ['aaaaaaaa', 'bbbbbbbb', 'yyyyyyyy', 'zzzzzzzz'].map((replica) =>
        createClock(replica as Replica, () => wallMs),
      )
      const made = clocks.map((): Stamp[] => [])
      for (let i = 0; i < 10_000; i++) {
        wallMs += steps[i % steps.length] ?? 0
        clocks.forEach((clock, k) => made[k]?.push(clock.tick()))
      }
      for (const own of made)
        expect(own.every((stamp, i) => i === 0 || stamp > own[i - 1]!)).toBe(true)
      const all = made.flat()
      expect(new Set(all).size).toBe(40_000)
      for (const stamp of all) {
        if (stampFromSpacedrive(stampToSpacedrive(stamp)) !== stamp) expect.fail(stamp)
      }
    }),
    { numRuns: 3 },
  )
})
