import { base36, counterOf, MAX_COUNTER, MAX_MS, msOf, type Replica, type Stamp } from './stamp.js'
import { ClockError } from './errors.js'

/**
 * A hybrid logical clock: one per object and replica.
 *
 * Laws    each stamp is greater than all made or seen before [CLK2], whatever the wall clock does
 * Source  Kulkarni et al. 2014, Logical Physical Clocks
 */
export interface Clock {
  /** Makes the next stamp. */
  tick(): Stamp
  /** Takes note of a stamp made elsewhere, so that the next own one is greater. */
  see(stamp: Stamp): void
  /** Goes back to just after `stamp`, or to the wall clock: the one exception to rising (R4). */
  rewind(stamp: Stamp | undefined): void
}

/**
 * Makes a clock for `replica` that has already seen `last`.
 *
 * `now` returns ms since the Unix epoch and may step back or stand still. A counter that
 * overflows moves the millisecond, so stamps rise even when the wall clock is stuck.
 */
export function createClock(replica: Replica, now: () => number, last?: Stamp): Clock {
  let ms = 0
  let counter = 0
  let prefix = ''

  function moveTo(nextMs: number, nextCounter: number): void {
    if (nextMs !== ms || prefix === '') {
      if (!(nextMs <= MAX_MS)) throw new ClockError('CLOCK_RANGE', 'the clock has run out')
      ms = nextMs
      prefix = base36(ms, 9)
    }
    counter = nextCounter
  }

  function tick(): Stamp {
    const wall = Math.floor(now())
    if (wall > ms) moveTo(wall, 0)
    else if (counter < MAX_COUNTER) moveTo(ms, counter + 1)
    else moveTo(ms + 1, 0)
    return (prefix + base36(counter, 3) + replica) as Stamp
  }

  function see(stamp: Stamp): void {
    const seenMs = msOf(stamp)
    const seenCounter = counterOf(stamp)
    if (seenMs > ms || (seenMs === ms && seenCounter > counter)) moveTo(seenMs, seenCounter)
  }

  function rewind(stamp: Stamp | undefined): void {
    moveTo(0, 0)
    if (stamp !== undefined) see(stamp)
  }

  if (last !== undefined) see(last)
  return { tick, see, rewind }
}
