import {
  applyEvent,
  contentHash,
  createObjectState,
  type Event,
  type Joined,
  type Replica,
  type RowKey,
  type Stamp,
} from '@react-collab/core'
import { expect, it } from 'vitest'
import { createStanding, findLost } from './standing.js'
import { createTestLink } from './testing/test-link.js'
import { createTestReplica, eventOf, object, set } from './testing/test-replica.js'

const me = 'aaaaaaaa' as Replica
const other = 'bbbbbbbb' as Replica

const event = (n: number, value = n): Event => [
  n,
  `0000000000${n}0${me}`.slice(-20) as Stamp,
  [['=', '' as never, `f${n}`, value]],
]

const hashOf = (of: Event): string => contentHash(of, JSON.stringify(of))

/** The answer to a join of a log that has events 1 and 2, which was asked about those from `first` on. */
const joinedFrom = (first: number): Joined => ({
  session: 1,
  now: 0,
  term: 't',
  head: 2,
  reset: false,
  vv: { [me]: 2 },
  hashes: {
    [me]: [1, 2].filter((n) => n >= first).map((n) => [n, hashOf(event(n))]),
  },
})

it('[FORK10] a number that was not asked about, as it was seen in the log, betrays no other copy', () => {
  const row = { key: 1, object: 'o' as never, at: 0, events: [event(1), event(2), event(3)] }
  const lost = (first: number, asked: Record<string, number>) =>
    findLost(
      [],
      [row],
      createStanding(joinedFrom(first), new Map(), {
        held: row.events,
        asked,
        state: createObjectState(),
      }),
    ).isForked
  expect(lost(2, { [me]: 2 })).toBe(false)
  // It is missing in the log.
  expect(lost(2, { [me]: 1 })).toBe(true)
  expect(lost(1, { [me]: 1 })).toBe(false)
})

it('[FORK10] takes for its own what a join tells of a row of which it had seen a part', async () => {
  const at = await createTestReplica()
  const { line, link, join, joined, entries, page, settle } = await createTestLink(at)
  await join()
  at.replica.edit([set('1', 'f', 1)])
  at.replica.edit([set('2', 'f', 2)])
  await at.flushed()
  const [first, second] = [...at.replica.visible.pending].map(eventOf) as [Event, Event]
  entries(1, first)
  await settle()
  link.disconnect()
  line.asked.length = 0
  link.connect()
  await settle()
  expect(line.asked[0]!.message).toMatchObject({ replicas: { [first[1].slice(-8)]: 2 } })
  // Rows come first: what of it the log has is no sign of another copy.
  const writer = first[1].slice(-8)
  const hashes = { [writer]: [[2, hashOf(second)] as const] }
  await joined({ head: 2, vv: { [writer]: 2 }, hashes, state: 1 })
  const rows = [first, second].map(
    ([n, stamp]) => [`rows/${n}` as RowKey, { values: { f: n }, stamps: { f: stamp } }] as const,
  )
  page(1, rows, { end: { seq: 2, vv: { [writer]: 2 } } })
  await settle()
  expect(at.replica.visible.pending.size).toBe(0)
  expect(await at.store.pending(object)).toEqual([])
})

it('[FORK9] a number above all that wait betrays another copy: what it has forgotten goes out again', () => {
  const held = [event(1), event(2)]
  const kinds = (greatest: number) => {
    const joined = { ...joinedFrom(3), vv: { [me]: greatest }, forgotten: { [me]: 2 } }
    const standing = createStanding(joined, new Map(), { held, state: createObjectState() })
    return held.map((one) => standing(one).kind)
  }
  expect(kinds(2)).toEqual(['logged', 'logged'])
  expect(kinds(3)).toEqual(['forked', 'forked'])
})

it('[FORK11] what the log has of a number proves what it has forgotten before it, also after a fork', () => {
  const joined: Joined = {
    ...joinedFrom(3),
    vv: { [me]: 4 },
    forgotten: { [me]: 2 },
    hashes: { [me]: [[3, hashOf(event(3))]] },
  }
  const held = [event(1), event(2), event(3), event(4, 5)]
  const kinds = (events: readonly Event[], state = createObjectState()) => {
    const standing = createStanding(joined, new Map([[me, other]]), { held: events, state })
    return events.map((one) => standing(one).kind)
  }
  expect(kinds(held)).toEqual(['logged', 'logged', 'logged', 'moving'])
  // What the log came to tells it as well.
  const state = createObjectState()
  applyEvent(state, event(2))
  expect(kinds(held.slice(0, 2), state)).toEqual(['logged', 'logged'])
  // Nothing tells whose these are: rather twice than never.
  expect(kinds(held.slice(0, 2))).toEqual(['moving', 'moving'])
})
