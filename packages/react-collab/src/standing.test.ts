import { contentHash, type Event, type Joined, type Replica, type Stamp } from '@react-collab/core'
import { expect, it } from 'vitest'
import { createStanding, findLost } from './standing.js'

const me = 'aaaaaaaa' as Replica

const event = (n: number): Event => [
  n,
  `0000000000${n}0${me}`.slice(-20) as Stamp,
  [['=', '' as never, `f${n}`, n]],
]

/** The answer to a join of a log that has events 1 and 2, which was asked about those from `first` on. */
const joinedFrom = (first: number): Joined => ({
  session: 1,
  now: 0,
  term: 't',
  head: 2,
  reset: false,
  vv: { [me]: 2 },
  hashes: {
    [me]: [1, 2]
      .filter((n) => n >= first)
      .map((n) => [n, contentHash(event(n), JSON.stringify(event(n)))]),
  },
})

it('[FORK10] a number that was not asked about, as it was seen in the log, betrays no other copy', () => {
  const row = { key: 1, object: 'o' as never, at: 0, events: [event(1), event(2), event(3)] }
  const lost = (first: number, asked: Record<string, number>) =>
    findLost([], [row], createStanding(joinedFrom(first), new Map(), asked)).isForked
  expect(lost(2, { [me]: 2 })).toBe(false)
  // It is missing in the log.
  expect(lost(2, { [me]: 1 })).toBe(true)
  expect(lost(1, { [me]: 1 })).toBe(false)
})
