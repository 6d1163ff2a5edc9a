import { type Event, type Failure, formatStamp, hashText, type ObjectId } from '@react-collab/core'
import type { Refusal, Replica } from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import type { AppendItem } from './event-log.js'
import { OriginIndex } from './origins.js'
import { judge, type JudgedHead, type Stream } from './judge.js'

const a = 'aaaaaaaa' as Replica
const b = 'bbbbbbbb' as Replica
const c = 'cccccccc' as Replica
const now = 1_000_000
const maxDriftMs = 5_000

const event = (replica: Replica, n: number, value = n, ms = now): Event => [
  n,
  formatStamp({ ms, counter: 0, replica }),
  [['=', '' as never, 'x', value]],
]
const hashOf = (one: Event): string => hashText(JSON.stringify(one))

/** Replica a, of client A, has logged 1 and 3; number 2 was refused. */
const logged = [event(a, 1), event(a, 3)]
const head: JudgedHead = {
  term: 't1',
  greatestMs: now,
  writers: new Map([
    [
      a,
      {
        client: 'A',
        n: 3,
        recent: new Map(logged.map((one) => [one[0], hashOf(one)])),
        forgotten: 0,
      },
    ],
  ]),
  origins: new OriginIndex([{ replica: a, n: 8, hash: hashOf(event(a, 8)), under: b }]),
}

/** An event of another copy of the disk of replica a, under replica c. */
const moved = (one: Event, h = hashOf(one)): Event => [
  one[0],
  formatStamp({ ms: now, counter: 0, replica: c }),
  one[2],
  { o: [a, one[0]], h },
]

interface Case {
  readonly title: string
  readonly push: Partial<Omit<AppendItem, 'events'>> & { readonly events: readonly unknown[] }
  readonly stream?: Stream | undefined
  /** Indexes of `push.events`. */
  readonly fresh: readonly number[]
  readonly code?: Failure['code']
  readonly refused?: readonly number[]
}

const wrong = (index: number): Refusal => ({ index, code: 'REFUSED', message: '' })
const forbidden: Failure = { code: 'FORBIDDEN', message: '' }
const after = (n: number): AppendItem['prev'] => ({ [a]: n }) as AppendItem['prev']
const far = now + maxDriftMs + 1

const cases: readonly Case[] = [
  { title: '[LOG1] takes new events', push: { prev: after(3), events: [event(a, 4)] }, fresh: [0] },
  {
    title: '[LOG1] takes numbers with gaps',
    push: { prev: after(3), events: [event(a, 6), event(a, 9)] },
    fresh: [0, 1],
  },
  {
    title: '[LOG3] passes over duplicates among new events',
    push: { events: [event(a, 1), event(a, 3), event(a, 4)] },
    fresh: [2],
  },
  {
    title: '[LOG3] accepts duplicates whatever else is wrong with the push',
    push: { events: logged, term: 'old', failure: forbidden, fence: 1 },
    fresh: [],
  },
  {
    title: '[LOG3] accepts a duplicate that the guard would refuse by now',
    push: { events: [event(a, 1), event(a, 3), event(a, 4)], refused: [wrong(0)] },
    fresh: [2],
  },
  {
    title: '[LOG3] accepts an event that comes twice in one push',
    push: { prev: after(3), events: [event(a, 4), event(a, 4), event(a, 5)] },
    fresh: [0, 2],
  },
  {
    title: '[FORK4] answers an event that is logged as another copy’s with a new join',
    push: { prev: after(3), events: [event(a, 4), event(a, 8), event(a, 9)] },
    fresh: [0],
    code: 'OUT_OF_ORDER',
  },
  {
    title: '[FORK4] takes what only has the same number as an event of another copy',
    push: { prev: after(3), events: [event(a, 8, 99)] },
    fresh: [0],
  },
  {
    title: '[FORK4] answers a copy’s event whose first form is logged with a new join',
    push: { prev: {} as never, events: [moved(event(a, 2)), moved(event(a, 3))] },
    fresh: [0],
    code: 'OUT_OF_ORDER',
  },
  {
    title: '[FORK4] takes a copy’s event that only began with a number that is logged',
    push: { prev: {} as never, events: [moved(event(a, 3, 99))] },
    fresh: [0],
  },
  {
    title: '[FORK4] answers an event that two further copies have',
    push: { prev: {} as never, events: [moved(event(a, 8))] },
    fresh: [],
    code: 'OUT_OF_ORDER',
  },
  {
    title: '[FORK5] knows an event again whose stamp was made anew',
    push: {
      events: [
        [
          3,
          formatStamp({ ms: now + 9, counter: 0, replica: a }),
          event(a, 3)[2],
          { o: [a, 3], h: hashOf(event(a, 3)) },
        ],
        event(a, 4),
      ],
    },
    fresh: [1],
  },
  {
    title: '[LOG4] refuses a logged number with other content',
    push: { events: [event(a, 3, 99), event(a, 4)] },
    fresh: [],
    code: 'NUMBER_REUSED',
    refused: [0],
  },
  {
    title: '[LOG4] refuses a number that was refused before',
    push: { events: [event(a, 2)] },
    fresh: [],
    code: 'NUMBER_REUSED',
    refused: [0],
  },
  {
    title: '[LOG4] refuses a number used twice in one push',
    push: { prev: after(3), events: [event(a, 4), event(a, 4, 99)] },
    fresh: [0],
    code: 'NUMBER_REUSED',
    refused: [1],
  },
  {
    title: '[LOG5] refuses the stream of an older session',
    push: { prev: after(3), events: [event(a, 4)], fence: 1 },
    fresh: [],
    code: 'FENCED',
  },
  {
    title: '[LOG5] refuses a client that has not joined',
    push: { prev: after(3), events: [event(a, 4)] },
    stream: undefined,
    fresh: [],
    code: 'FENCED',
  },
  {
    title: '[LOG5] judges the fence before permission',
    push: { prev: after(3), events: [event(a, 4)], fence: 1, failure: forbidden },
    fresh: [],
    code: 'FENCED',
  },
  {
    title: '[LOG6] refuses the whole push for a reason from outside, before the term',
    push: { prev: after(3), events: [event(a, 4)], failure: forbidden, term: 'old' },
    fresh: [],
    code: 'FORBIDDEN',
  },
  {
    title: '[LOG6] takes what comes before the event that a reason from outside begins with',
    push: {
      prev: after(3),
      events: [event(a, 4), event(a, 5), event(a, 6)],
      failure: forbidden,
      failsFrom: 1,
    },
    fresh: [0],
    code: 'FORBIDDEN',
  },
  {
    title: '[LOG6] refuses a push that was not even read',
    push: { events: [], failure: { code: 'PAYLOAD_TOO_LARGE', message: '' } },
    fresh: [],
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    title: '[LOG7] refuses another term, before the order',
    push: { prev: after(1), events: [event(a, 4)], term: 'old' },
    fresh: [],
    code: 'TERM_CHANGED',
  },
  {
    title: '[LOG8] refuses an old round',
    push: { prev: after(3), events: [event(a, 4)], round: 6 },
    fresh: [],
    code: 'STALE_ROUND',
  },
  {
    title: '[LOG8] takes a later round',
    push: { prev: after(3), events: [event(a, 4)], round: 8 },
    fresh: [0],
  },
  {
    title: '[LOG9] refuses a push that does not follow the log',
    push: { prev: after(1), events: [event(a, 4)] },
    fresh: [],
    code: 'OUT_OF_ORDER',
  },
  {
    title: '[LOG9] refuses a push that follows what is not in the log',
    push: { prev: after(4), events: [event(a, 5)] },
    fresh: [],
    code: 'OUT_OF_ORDER',
  },
  {
    title: '[LOG9] takes a new replica from its beginning only',
    push: { prev: { [b]: 1 } as AppendItem['prev'], events: [event(b, 2)] },
    fresh: [],
    code: 'OUT_OF_ORDER',
  },
  {
    title: '[LOG9] judges each replica by itself, keeping what came before',
    push: { prev: after(1), events: [event(b, 1), event(a, 4)] },
    fresh: [0],
    code: 'OUT_OF_ORDER',
  },
  {
    title: '[LOG10] refuses a replica of another client',
    push: { client: 'B', prev: after(3), events: [event(b, 1), event(a, 4), event(a, 5)] },
    fresh: [0],
    code: 'REPLICA_TAKEN',
    refused: [1, 2],
  },
  {
    title: '[LOG11] takes a stamp as far ahead as is allowed',
    push: { prev: after(3), events: [event(a, 4, 4, now + maxDriftMs)] },
    fresh: [0],
  },
  {
    title: '[LOG11] refuses a stamp further ahead, and keeps what came before',
    push: { prev: after(3), events: [event(a, 4), event(a, 5, 5, far)] },
    fresh: [0],
    code: 'CLOCK_AHEAD',
  },
  {
    title: '[LOG11] takes any stamp up to one ms after the greatest',
    push: { prev: after(3), events: [event(a, 4, 4, now + 5000), event(a, 5, 5, now + 5001)] },
    fresh: [0, 1],
  },
  {
    title: '[LOG11] takes stamps however old',
    push: { prev: after(3), events: [event(a, 4, 4, 0)] },
    fresh: [0],
  },
  {
    title: '[LOG11] judges the clock before what is wrong with the event itself',
    push: { prev: after(3), events: [event(a, 4, 4, far)], refused: [wrong(0)] },
    fresh: [],
    code: 'CLOCK_AHEAD',
  },
  {
    title: '[LOG12] takes what comes before a refused event and nothing after it',
    push: { prev: after(3), events: [4, 5, 6].map((n) => event(a, n)), refused: [wrong(1)] },
    fresh: [0],
    code: 'REFUSED',
    refused: [1],
  },
  {
    title: '[LOG12] lists every failing event, with the code of the first',
    push: {
      prev: after(3),
      events: [event(a, 4), 'no event', event(a, 3, 99), event(a, 5), event(a, 6)],
      refused: [{ index: 1, code: 'BAD_EVENT', message: '' }, wrong(4)],
    },
    fresh: [0],
    code: 'BAD_EVENT',
    refused: [1, 2, 4],
  },
  {
    title: '[LOG12] judges the stream before an event that cannot be read',
    push: { events: ['no event'], refused: [wrong(0)], fence: 1 },
    fresh: [],
    code: 'FENCED',
  },
  {
    title: '[LOG12] does not judge order and clock after a refused event',
    push: { prev: after(3), events: [event(a, 4), event(b, 7, 7, far)], refused: [wrong(0)] },
    fresh: [],
    code: 'REFUSED',
    refused: [0],
  },
]

const joined = {
  object: 'o' as ObjectId,
  client: 'A',
  fence: 2,
  term: 't1',
  round: 7,
  prev: {},
}

describe('judge', () => {
  it.each(cases)('$title', ({ push, fresh, code, refused, ...one }) => {
    const events = push.events as readonly Event[]
    const item: AppendItem = {
      ...joined,
      refused: [],
      ...push,
      events,
      texts: events.map((one) => JSON.stringify(one)),
    }
    const stream = 'stream' in one ? one.stream : { fence: 2, round: 7 }
    const judged = judge(item, { head, stream, now, maxDriftMs })
    expect(judged.fresh.map((one) => events.indexOf(one.event))).toEqual(fresh)
    expect(judged.failure?.code).toBe(code)
    expect(judged.failure?.refused?.map(({ index }) => index)).toEqual(refused)
  })

  it('[LOG11] tells a client whose clock is ahead what time it is', () => {
    const events = [event(b, 1, 1, far)]
    const item: AppendItem = {
      ...joined,
      events,
      texts: events.map((one) => JSON.stringify(one)),
      refused: [],
    }
    const { failure } = judge(item, { head, stream: { fence: 2, round: 7 }, now, maxDriftMs })
    expect(failure?.now).toBe(now)
  })
})
