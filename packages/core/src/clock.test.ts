import { describe, expect, test } from 'vitest'
import { type Clock, createClock } from './clock.js'
import {
  formatStamp,
  MAX_COUNTER,
  MAX_MS,
  msOf,
  parseStamp,
  type Replica,
  type Stamp,
} from './stamp.js'

const me = 'mmmmmmmm' as Replica
const high = 'zzzzzzzz' as Replica
const minuteMs = 60_000
const yearMs = 365 * 24 * 60 * minuteMs

const at = (ms: number, counter = 0, replica = high): Stamp => formatStamp({ ms, counter, replica })

function setUp(startMs: number, last?: Stamp) {
  const wall = { ms: startMs }
  return { wall, clock: createClock(me, () => wall.ms, last) }
}

const parts = (clock: Clock): [number, number] => {
  const { ms, counter } = parseStamp(clock.tick())
  return [ms, counter]
}

describe('tick', () => {
  test('[CLK3] takes the wall clock when it is ahead, with counter 0', () => {
    const { wall, clock } = setUp(1000)
    expect(parts(clock)).toEqual([1000, 0])
    expect(parts(clock)).toEqual([1000, 1])
    wall.ms = 1001
    expect(parts(clock)).toEqual([1001, 0])
  })

  test('[CLK3] rounds a wall clock with fractions down', () => {
    const { wall, clock } = setUp(1000.9)
    expect(parts(clock)).toEqual([1000, 0])
    wall.ms = 1000.95
    expect(parts(clock)).toEqual([1000, 1])
  })

  test('[CLK3] names its replica', () => {
    expect(parseStamp(setUp(5).clock.tick()).replica).toBe(me)
  })

  test('[CLK2] rises from the first stamp on, even at a wall clock of 0, below, or none', () => {
    for (const ms of [0, -5, Number.NaN]) {
      const { clock } = setUp(ms)
      expect([parts(clock), parts(clock)]).toEqual([
        [0, 1],
        [0, 2],
      ])
    }
  })

  test('[CLK2, REG7] regression 7: a wall clock that steps back by minutes stops nothing', () => {
    const { wall, clock } = setUp(10 * yearMs)
    const before = clock.tick()
    wall.ms -= 10 * minuteMs
    const after = clock.tick()
    expect(after > before).toBe(true)
    expect(msOf(after)).toBe(10 * yearMs)
  })

  test('[CLK3] a full counter moves the millisecond, and the order of strings holds', () => {
    const { clock } = setUp(1000, at(1000, MAX_COUNTER - 1))
    const stamps = [clock.tick(), clock.tick(), clock.tick()]
    expect(stamps.map((stamp) => [parseStamp(stamp).ms, parseStamp(stamp).counter])).toEqual([
      [1000, MAX_COUNTER],
      [1001, 0],
      [1001, 1],
    ])
    expect(stamps.toSorted()).toEqual(stamps)
  })

  test('[CLK2] rises through 100,000 stamps under a stuck wall clock', () => {
    const { clock } = setUp(1000)
    let last = clock.tick()
    for (let i = 0; i < 100_000; i++) {
      const next = clock.tick()
      if (!(next > last)) expect.fail(`${next} after ${last}`)
      last = next
    }
    expect(msOf(last)).toBe(1002)
  })

  test('[CLK4] a wall clock beyond the range is refused and changes nothing', () => {
    const { wall, clock } = setUp(1000)
    clock.tick()
    for (const ms of [MAX_MS + 1, 2 ** 53, Number.POSITIVE_INFINITY]) {
      wall.ms = ms
      expect(() => clock.tick()).toThrow(expect.objectContaining({ code: 'CLOCK_RANGE' }))
    }
    wall.ms = 1000
    expect(parts(clock)).toEqual([1000, 1])
  })

  test('[CLK4] after the last stamp of all there is none', () => {
    const { clock } = setUp(1000, at(MAX_MS, MAX_COUNTER - 1))
    expect(parts(clock)).toEqual([MAX_MS, MAX_COUNTER])
    expect(() => clock.tick()).toThrow('CLOCK_RANGE')
    expect(() => clock.tick()).toThrow('CLOCK_RANGE')
  })
})

describe('see', () => {
  test('[CLK2, REG6] regression 6: after a stamp of the future, and a step back, the next is greater', () => {
    const { wall, clock } = setUp(1000)
    const future = at(1000 + yearMs, 7)
    clock.see(future)
    const first = clock.tick()
    wall.ms = 500
    const second = clock.tick()
    expect(first > future).toBe(true)
    expect(second > first).toBe(true)
  })

  test('[CLK2, REG5] regression 5: a batch moves the clock past its greatest stamp, not its last', () => {
    const { clock } = setUp(1000)
    const batch = [at(1001, 3), at(5000, 9), at(1002), at(4999, MAX_COUNTER)]
    for (const stamp of batch) clock.see(stamp)
    expect(parts(clock)).toEqual([5000, 10])
  })

  test('[CLK2] of equal milliseconds the greater counter counts', () => {
    const { clock } = setUp(1000)
    clock.see(at(2000, 5))
    clock.see(at(2000, 3))
    expect(parts(clock)).toEqual([2000, 6])
    clock.see(at(2000, 6))
    expect(parts(clock)).toEqual([2000, 7])
  })

  test('[CLK3] a stamp of the past moves nothing', () => {
    const { clock } = setUp(1000)
    clock.tick()
    clock.see(at(999, MAX_COUNTER))
    expect(parts(clock)).toEqual([1000, 1])
  })
})

describe('after a restart', () => {
  test('[CLK5, REG4] regression 4: the clock goes on after its last stamp, in the same form', () => {
    const last = at(9000, MAX_COUNTER, me)
    const stamp = createClock(me, () => 1000, last).tick()
    expect(stamp > last).toBe(true)
    expect(stamp).toBe(at(9001, 0, me))
  })

  test('[CLK5] a wall clock that went on is taken', () => {
    expect(parts(createClock(me, () => 9500, at(9000, 3, me)))).toEqual([9500, 0])
  })
})

describe('rewind', () => {
  test('[CLK9] goes back to just after the stamp given', () => {
    const { clock } = setUp(1000, at(9000))
    clock.rewind(at(2000, 4))
    expect(parts(clock)).toEqual([2000, 5])
  })

  test('[CLK9] a wall clock ahead of the stamp given is taken', () => {
    const { clock } = setUp(3000, at(9000))
    clock.rewind(at(2000, 4))
    expect(parts(clock)).toEqual([3000, 0])
  })

  test('[CLK9] without a stamp it goes back to the wall clock', () => {
    const { clock } = setUp(1000, at(9000))
    clock.rewind(undefined)
    expect(parts(clock)).toEqual([1000, 0])
    expect(parts(clock)).toEqual([1000, 1])
  })
})
