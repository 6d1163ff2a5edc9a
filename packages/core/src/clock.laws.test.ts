import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClock } from './clock.js'
import { MAX_MS, type Replica, type Stamp } from './stamp.js'
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

test('[CLK2, CLK5] each stamp is greater than all made or seen, over any life of a clock', () => {
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
