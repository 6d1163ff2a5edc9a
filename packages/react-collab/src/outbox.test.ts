import {
  type ErrorCode,
  type Event,
  formatStamp,
  limits,
  msOf,
  type Replica,
  type Stamp,
  StorageError,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Edit } from './edit.js'
import { ofGone } from './gone-rows.js'
import { createOutbox, type Outbox } from './outbox.js'
import { createServerClock } from './server-clock.js'
import { createScriptedConnection, type ScriptedConnection } from './testing/scripted-connection.js'
import {
  createTestReplica,
  eventOf,
  object,
  replicaOf,
  set,
  type TestReplica,
} from './testing/test-replica.js'

let at: TestReplica
let line: ScriptedConnection
let outbox: Outbox
let told: string[]
let retired: ReadonlyMap<Replica, Replica>
let diskFault: StorageError | undefined
/** Rows that are gone. */
let gone: string[]

beforeEach(async () => {
  diskFault = undefined
  gone = []
  at = await createTestReplica({
    crashPoint: ({ tables }) => (tables.includes('rejected') ? diskFault : undefined),
  })
  line = createScriptedConnection()
  told = []
  retired = new Map()
  const lead = await at.store.lead()
  outbox = createOutbox(object, at.replica, {
    platform: at.platform,
    store: at.store,
    connection: line,
    lead,
    clock: createServerClock(at.platform),
    rejected: () => undefined,
    rejoin: () => told.push('rejoin'),
    retired: () => retired,
    lostAmong: (edits) =>
      edits
        .filter(({ patches }) => patches.some(([, key]) => gone.includes(key)))
        .map((edit) => ({ edit, ...ofGone })),
    fork: async () => void told.push('fork'),
    fenced: () => told.push('fenced'),
    rewritten: (why) => told.push(why),
    changed: () => undefined,
  })
  at.replica.queued = outbox.wake
  at.saved = (edits) => {
    at.replica.saved(edits)
  }
})

const start = (vv: Record<string, number> = {}, session = 1): void =>
  outbox.start({ term: 't', session, vv })

/** Makes edits of rows that do not depend on each other; each is on disk before the next. */
async function write(...names: string[]): Promise<Edit[]> {
  const edits: Edit[] = []
  for (const name of names) edits.push(await at.write(set(name, name, 1)))
  return edits
}

/** The numbers that each push without an answer holds. */
const inFlight = (): number[][] =>
  line.asked.map(({ message }) => (message['events'] as [number][]).map(([n]) => n))

const rounds = (): unknown[] => line.asked.map(({ message }) => message['round'])

const rejected = async (): Promise<[number, string][]> =>
  (await at.store.rejected()).map(({ event, code }) => [event[0], code])

const numbersIn = async (): Promise<number[]> =>
  (await at.store.pending(object)).flatMap(({ events }) => events.map(([n]) => n))

describe('sending', () => {
  it('[OUT1] sends nothing before the join, then everything in order', async () => {
    await write('1', '2', '3')
    expect(inFlight()).toEqual([])
    start()
    expect(inFlight()).toEqual([[1, 2, 3]])
    const { message, event } = line.asked[0]!
    expect(event).toBe('push')
    expect(message).toMatchObject({ object, session: 1, term: 't', round: 0 })
    expect(message['prev']).toEqual({ [replicaOf('a')]: 0 })
  })

  it('[OUT1] sends nothing that is not on disk', async () => {
    start()
    at.replica.edit([set('1', 'f', 1)])
    expect(inFlight()).toEqual([])
    await at.flushed()
    expect(inFlight()).toEqual([[1]])
  })

  it('[OUT1] keeps two pushes in flight; what comes meanwhile goes as one', async () => {
    start()
    await write('1', '2', '3', '4', '5')
    expect(inFlight()).toEqual([[1], [2]])
    line.asked[0]!.accept()
    await at.platform.settle()
    expect(inFlight()).toEqual([[2], [3, 4, 5]])
    expect(line.asked.map(({ message }) => message['prev'])).toEqual([
      { [replicaOf('a')]: 1 },
      { [replicaOf('a')]: 2 },
    ])
  })

  it('[OUT1] marks as accepted what the server took, and keeps it until it is seen', async () => {
    start()
    const [edit] = await write('1')
    line.asked[0]!.accept()
    await at.platform.settle()
    expect(edit!.accepted).toBe(true)
    expect(at.replica.visible.pending.size).toBe(1)
    start({ [replicaOf('a')]: 1 })
    expect(inFlight()).toEqual([])
  })

  it('[OUT12] sends what other tabs wrote in the order of the disk, whoever tells first', async () => {
    start()
    await write('1', '2')
    const others = await Promise.all(
      ['b', 'c'].map(async (letter, i) => {
        const stamp = formatStamp({ ms: i, counter: 0, replica: replicaOf(letter) })
        const row = { object, events: [[1, stamp, [set(letter, 'f', 1)]]] as never, at: 0 }
        const [key] = await at.store.append([
          { object, slot: i + 1, counter: { n: 1, stamp }, row },
        ])
        return { ...row, key: key! }
      }),
    )
    // The later row is told of first.
    for (const row of others.reverse()) at.replica.addRows([row])
    line.asked[0]!.accept()
    await at.platform.settle()
    const [, push] = line.asked
    const events = push!.message['events'] as [number, string][]
    expect(events.map(([, stamp]) => stamp.slice(-1))).toEqual(['b', 'c'])
  })
})

describe('refusals', () => {
  it('[OUT4] parks the refused event with its dependents, and sends the rest in a new round', async () => {
    await write('1', '2')
    const dependent = await at.write(set('2', 'g', 1))
    const [last] = await write('3')
    start()
    line.asked[0]!.refuse({
      code: 'REFUSED',
      taken: 1,
      refused: [{ index: 1, code: 'REFUSED', message: 'not that' }],
    })
    await at.platform.settle()
    expect(await rejected()).toEqual([
      [2, 'REFUSED'],
      [3, 'DEPENDS_ON_REFUSED'],
    ])
    expect(await numbersIn()).toEqual([1, 4])
    expect(inFlight()).toEqual([[4]])
    expect(line.asked[0]!.message).toMatchObject({ round: 1, prev: { [replicaOf('a')]: 1 } })
    expect(told).toEqual(['parked'])
    await expect(dependent.server).rejects.toMatchObject({ code: 'DEPENDS_ON_REFUSED' })
    expect(at.replica.visible.row('rows/2' as never)).toBeUndefined()
    expect(last!.stage).toBe('saved')
  })

  it('[OUT4] ignores answers to what it withdrew', async () => {
    start()
    await write('1', '2')
    const [first, second] = [...line.asked]
    first!.refuse({ code: 'REFUSED', refused: [{ index: 0, code: 'REFUSED', message: 'no' }] })
    await at.platform.settle()
    expect(rounds()).toEqual([0, 1])
    second!.refuse({ code: 'STALE_ROUND' })
    await at.platform.settle()
    expect(inFlight()).toEqual([[2]])
    line.asked[0]!.accept()
    await at.platform.settle()
    expect([...at.replica.visible.pending].map(({ accepted }) => accepted)).toEqual([true])
    expect(await rejected()).toEqual([[1, 'REFUSED']])
  })

  it('[OUT4] keeps a late acceptance of an earlier stream from counting', async () => {
    start()
    const [edit] = await write('1')
    const [old] = [...line.asked]
    outbox.stop()
    start({}, 2)
    old!.accept()
    await at.platform.settle()
    expect(edit!.accepted).toBe(false)
    expect(inFlight()).toEqual([[1]])
  })

  it('[OUT7] parks what alone is too large, and never sends it', async () => {
    await write('1')
    const large = 'x'.repeat(limits.eventBytes / 2)
    // Of another tab, whose version had no limit.
    const stamp = formatStamp({ ms: 1, counter: 0, replica: replicaOf('b') })
    const event: Event = [2, stamp, [set('2', 'f', large), set('2', 'g', large)]]
    const row = { object, events: [event], at: 0 }
    const [key] = await at.store.append([{ object, slot: 1, counter: { n: 2, stamp }, row }])
    at.replica.addRows([{ ...row, key: key! }])
    const oversized = [...at.replica.visible.pending].find((edit) => edit.key === key)!
    await write('3')
    start()
    await at.platform.settle()
    expect(await rejected()).toEqual([[2, 'PAYLOAD_TOO_LARGE']])
    await expect(oversized.server).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    const sizes = line.asked.map(({ message }) => JSON.stringify(message).length)
    expect(Math.max(...sizes)).toBeLessThan(limits.eventBytes)
  })

  it.each<ErrorCode>(['TERM_CHANGED', 'OUT_OF_ORDER', 'NOT_JOINED', 'FENCED'])(
    '[OUT10] asks for a new join after %s, and parks nothing',
    async (code) => {
      start()
      await write('1')
      line.asked[0]!.refuse({ code })
      await at.platform.settle()
      expect(told).toEqual(['rejoin'])
      expect(await rejected()).toEqual([])
      expect(await numbersIn()).toEqual([1])
    },
  )

  it('[OUT8] sends the head alone after a push is refused whole, and parks it when that is too', async () => {
    await write('1', '2', '3')
    start()
    line.asked[0]!.refuse({ code: 'BATCH_TOO_LARGE' })
    await at.platform.settle()
    expect(inFlight()).toEqual([[1], [2]])
    line.asked[0]!.refuse({ code: 'BAD_REQUEST' })
    await at.platform.settle()
    expect(await rejected()).toEqual([[1, 'BAD_REQUEST']])
    expect(inFlight().at(-1)).toEqual([3])
  })

  it('[OUT8] does the same when the connection is closed over it', async () => {
    await write('1', '2')
    start()
    outbox.stop('PAYLOAD_TOO_LARGE')
    line.asked.length = 0
    start()
    expect(inFlight()).toEqual([[1], [2]])
    outbox.stop('BAD_VALUE')
    await at.platform.settle()
    line.asked.length = 0
    start()
    expect(await rejected()).toEqual([[1, 'BAD_VALUE']])
    expect(inFlight()).toEqual([[2]])
  })

  it('[OUT8] parks nothing the first time, though a slow line had it go alone', async () => {
    await write('1', '2')
    for (let i = 0; i < 12; i++) {
      start()
      line.asked[0]!.lose()
      await at.platform.settle()
      outbox.stop()
      line.asked.length = 0
    }
    start()
    expect(inFlight()).toEqual([[1], [2]])
    outbox.stop('BAD_VALUE')
    await at.platform.settle()
    expect(await rejected()).toEqual([])
    line.asked.length = 0
    start()
    outbox.stop('BAD_VALUE')
    await at.platform.settle()
    expect(await rejected()).toEqual([[1, 'BAD_VALUE']])
  })

  it.each<ErrorCode | undefined>([undefined, 'SHUTTING_DOWN', 'RATE_LIMITED', 'CLIENT_FORKED'])(
    '[OUT8] blames nothing when it is closed for another reason: %s',
    async (code) => {
      await write('1', '2')
      start()
      for (let i = 0; i < 3; i++) {
        outbox.stop(code)
        line.asked.length = 0
        start()
        expect(inFlight()).toEqual([[1, 2]])
      }
      expect(await rejected()).toEqual([])
    },
  )
})

describe('holds', () => {
  it.each<ErrorCode>([
    'FORBIDDEN',
    'AUTH',
    'RATE_LIMITED',
    'LOG_FAILED',
    'POLICY_FAILED',
    'TIMEOUT',
  ])('[OUT6] %s holds the stream, parks nothing, and is tried again', async (code) => {
    await write('1', '2')
    start()
    line.asked[0]!.refuse({ code, message: 'not now' })
    await at.platform.settle()
    expect(outbox.hold).toEqual({ code, message: 'not now' })
    expect(inFlight()).toEqual([])
    await write('3')
    expect(inFlight()).toEqual([])
    await at.platform.pass(500)
    expect(inFlight()).toEqual([[1, 2, 3]])
    expect(rounds()).toEqual([1])
    // A try that is on its way is no news yet.
    expect(outbox.hold).toEqual({ code, message: 'not now' })
    line.asked[0]!.accept({})
    await at.platform.settle()
    expect(outbox.hold).toBeUndefined()
    expect(await rejected()).toEqual([])
  })

  it('[OUT6] waits as long as the server says, or until somebody lifts it', async () => {
    await write('1')
    start()
    line.asked[0]!.refuse({ code: 'RATE_LIMITED', retryAfterMs: 60_000 })
    await at.platform.pass(59_000)
    expect(inFlight()).toEqual([])
    outbox.release()
    expect(inFlight()).toEqual([[1]])
    line.asked[0]!.refuse({ code: 'RATE_LIMITED', retryAfterMs: 60_000 })
    await at.platform.pass(60_001)
    expect(inFlight()).toEqual([[1]])
  })

  it('[OUT6] grows more patient with each hold in a row', async () => {
    await write('1')
    start()
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      line.asked[0]!.refuse({ code: 'FORBIDDEN' })
      await at.platform.settle()
      waits.push(Math.max(...at.platform.delays))
      await at.platform.pass(waits.at(-1)! + 1)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000])
  })

  it('[OUT11] holds when the disk does not take a refusal, and parks it when it does', async () => {
    await write('1')
    start()
    diskFault = new StorageError('QUOTA', 'the disk is full')
    const refusal = { index: 0, code: 'REFUSED' as const, message: 'no' }
    line.asked[0]!.refuse({ code: 'REFUSED', refused: [refusal] })
    await at.platform.settle()
    expect(outbox.hold?.code).toBe('QUOTA')
    expect(at.replica.visible.pending.size).toBe(1)
    diskFault = undefined
    await at.platform.pass(1000)
    line.asked[0]!.refuse({ code: 'REFUSED', refused: [refusal] })
    await at.platform.settle()
    expect(await rejected()).toEqual([[1, 'REFUSED']])
  })

  it('[OUT11] stands down when another tab leads', async () => {
    await write('1')
    start()
    await at.store.lead()
    line.asked[0]!.refuse({
      code: 'REFUSED',
      refused: [{ index: 0, code: 'REFUSED', message: '' }],
    })
    await at.platform.settle()
    expect(told).toEqual(['fenced'])
    expect(await numbersIn()).toEqual([1])
  })
})

describe('a clock that is ahead', () => {
  it('[OUT5] stamps all that is not accepted anew, in order, n kept', async () => {
    const now = at.platform.time
    await write('1')
    start()
    line.asked[0]!.accept()
    at.platform.time += 86_400_000
    const edits = await write('2', '3', '4')
    const before = edits.map((edit) => eventOf(edit)[1])
    at.platform.time -= 86_400_000
    line.asked[0]!.refuse({ code: 'CLOCK_AHEAD', now })
    await at.platform.settle()
    expect(told).toEqual(['restamped'])
    const push = line.asked.at(-1)!.message
    const stamps = (push['events'] as [number, string][]).map(([, stamp]) => stamp)
    expect(inFlight().at(-1)).toEqual([2, 3, 4])
    expect([...stamps].sort()).toEqual(stamps)
    expect(stamps.every((stamp, i) => stamp < before[i]!)).toBe(true)
    expect((await numbersIn())[0]).toBe(1)
    expect(edits.map((edit) => eventOf(edit)[1])).toEqual(stamps)
    expect(push['round']).toBeGreaterThan(0)
  })

  it('[OUT5] holds, and says so, when that does not help', async () => {
    await write('1')
    start()
    for (let i = 0; i < 3; i++) {
      line.asked[0]!.refuse({ code: 'CLOCK_AHEAD', message: 'still', now: 1 })
      await at.platform.settle()
    }
    expect(told).toEqual(['restamped', 'restamped', 'restamped'])
    line.asked[0]!.refuse({ code: 'CLOCK_AHEAD', message: 'still', now: 1 })
    await at.platform.settle()
    expect(outbox.hold).toEqual({ code: 'CLOCK_AHEAD', message: 'still' })
    expect(await rejected()).toEqual([])
  })

  it('[OUT5] forgets the greatest stamp of rows on disk when what follows it is refused', async () => {
    const now = at.platform.time
    await write('1')
    start()
    const ahead = { ms: now + 86_400_000, counter: 0, replica: replicaOf('z') }
    at.replica.held.see(formatStamp(ahead))
    const stampOf = (): number => {
      const [[, stamp]] = line.asked.at(-1)!.message['events'] as [[number, Stamp]]
      return msOf(stamp) - now
    }
    line.asked[0]!.refuse({ code: 'CLOCK_AHEAD', now })
    await at.platform.settle()
    expect(stampOf()).toBe(86_400_000)
    line.asked.at(-1)!.refuse({ code: 'CLOCK_AHEAD', now })
    await at.platform.settle()
    expect(stampOf()).toBeLessThan(60_000)
  })

  it('[OUT5] stamps anew once more at each later try: the clock that was wrong may be the server’s', async () => {
    const { platform } = at
    const now = platform.time
    await write('1')
    start()
    for (let i = 0; i < 4; i++) {
      line.asked[0]!.refuse({ code: 'CLOCK_AHEAD', message: 'still', now: now + 86_400_000 })
      await platform.settle()
    }
    expect(outbox.hold?.code).toBe('CLOCK_AHEAD')
    // The server was mended.
    await platform.pass(5_000)
    line.asked.at(-1)!.refuse({ code: 'CLOCK_AHEAD', message: 'mended', now })
    await platform.settle()
    expect(told).toHaveLength(4)
    const [[, stamp]] = line.asked.at(-1)!.message['events'] as [[number, Stamp]]
    expect(msOf(stamp) - now).toBeLessThan(60_000)
    line.asked.at(-1)!.accept()
    await platform.settle()
    expect(outbox.hold).toBeUndefined()
  })
})

describe('no answer', () => {
  it('[OUT9] reconnects and halves the push, down to one event; grows again as it goes through', async () => {
    await write(...Array.from({ length: 10 }, (_, i) => `${i}`))
    start()
    for (let i = 1; i <= 12; i++) {
      line.asked[0]!.lose()
      await at.platform.settle()
      expect(line.restarts).toBe(i)
      outbox.stop()
      line.asked.length = 0
      start()
    }
    expect(inFlight()).toEqual([[1], [2]])
    line.asked[0]!.accept()
    await at.platform.settle()
    line.asked[0]!.accept()
    await at.platform.settle()
    expect(inFlight()[1]!.length).toBeGreaterThan(1)
  })
})

describe('[LINK12] an echo', () => {
  const stamps = (first: Edit, last: Edit) => ({ first: eventOf(first)[1], last: eventOf(last)[1] })
  const named = (...ends: [Edit, Edit]): number[] | undefined => {
    const [first, last] = ends.map((edit) => eventOf(edit)[0]) as [number, number]
    return outbox.sent({ ...stamps(...ends), count: last - first + 1 })?.map(([n]) => n)
  }

  it('stands for what was sent after each other', async () => {
    const [a, b] = (await write('1', '2')) as [Edit, Edit]
    start()
    const [c] = (await write('3')) as [Edit]
    expect([named(a, b), named(a, c), named(c, c)]).toEqual([[1, 2], [1, 2, 3], [3]])
    expect(outbox.sent({ ...stamps(a, c), count: 2 })).toBeUndefined()
  })

  it('of what was withdrawn is not taken for what was sent since', async () => {
    const [a, b] = (await write('1', '2')) as [Edit, Edit]
    start()
    await at.write(set('2', '2', 2))
    line.asked[1]!.refuse({ code: 'LOG_FAILED', retryAfterMs: 1 })
    await at.platform.pass(2)
    // The second edit is left out by now: the third writes all that it writes.
    expect(inFlight().at(-1)).toEqual([1, 3])
    expect(named(a, b)).toBeUndefined()
  })

  it('that an answer has overtaken is not taken for what was sent since', async () => {
    start()
    const [a, b] = (await write('1', '2')) as [Edit, Edit]
    line.asked[1]!.accept({})
    await write('3')
    await at.platform.settle()
    expect(inFlight()).toEqual([[1], [3]])
    expect(named(a, b)).toBeUndefined()
  })
})

it('[PUR7] what a tab wrote that had not heard of what is gone is parked, and never sent', async () => {
  const [a, b] = (await write('1', '2')) as [Edit, Edit]
  const refused = a.server.catch(({ code }: { code: string }) => code)
  gone = (a.event as Event)[2].map(([, key]) => key)
  start()
  expect(inFlight()).toEqual([])
  await at.platform.settle()
  expect([await refused, told]).toEqual(['BASE_LOST', ['parked']])
  expect(inFlight()).toEqual([[2]])
  expect((await at.store.rejected()).map(({ event }) => event)).toEqual([a.event])
  expect([...at.replica.visible.pending]).toEqual([b])
})
