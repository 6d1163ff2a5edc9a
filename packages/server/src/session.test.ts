import {
  type Ack,
  type Cursor,
  defineSchema,
  type Event,
  type Failure,
  type Joined,
  PROTOCOL_VERSION,
} from '@react-collab/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHost, type Host } from './host.js'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { makeEvent } from './loopback.contract.js'
import { allowAll, type HostOptions } from './options.js'
import { nodePlatform } from './platform.js'
import { createMemoryHub, type TestPeer } from './testing/index.js'

const errors: unknown[] = []
const hosts: Host[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
  errors.length = 0
})

/** A host on real time; peers are connected by name. */
function start(options: Partial<HostOptions> = {}) {
  const platform = nodePlatform((error) => errors.push(error))
  const log = createMemoryEventLog(platform)
  const hub = createMemoryHub()
  const host = createHost({ log, platform, hub, options: { authorize: allowAll, ...options } })
  hosts.push(host)
  const hello = { protocol: PROTOCOL_VERSION, secret: 's' }
  const connect = (client: string, more: object = {}): TestPeer =>
    hub.connect(host, { ...hello, client, ...more })
  return { host, log, connect }
}

const pause = (ms = 2): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
/** The token of the next connect. */
const codeOf = ([failure]: Ack<unknown>): string => failure?.code ?? 'ok'

async function join(peer: TestPeer, object = 'o', cursor?: Cursor): Promise<Joined> {
  const [failure, joined] = await peer.ask('join', { object, cursor, replicas: {} })
  if (failure !== null) throw new Error(failure.code)
  return joined as Joined
}

const pushOf = (joined: Joined, events: readonly Event[], more: object = {}): object => ({
  object: 'o',
  term: joined.term,
  round: 0,
  prev: {},
  events,
  ...more,
})
// oxlint-disable-next-line eslint/max-params -- a table of what a push is made of
const write = (peer: TestPeer, joined: Joined, replica: string, n: number, more?: object) =>
  peer.ask('push', pushOf(joined, [makeEvent(replica, n)], { prev: prev(replica, n - 1), ...more }))
const prev = (replica: string, n: number): object => ({ [replica.padEnd(8, '0')]: n })

describe('hello', () => {
  const schema = defineSchema({}, { version: 3 })
  const cases: readonly [string, object, string][] = [
    ['protocol 999', { protocol: 999 }, 'PROTOCOL_UNSUPPORTED'],
    ['protocol -1', { protocol: -1 }, 'PROTOCOL_UNSUPPORTED'],
    ['protocol "1"', { protocol: '1' }, 'PROTOCOL_UNSUPPORTED'],
    ['no protocol', { protocol: undefined }, 'PROTOCOL_UNSUPPORTED'],
    ['a newer schema', { schema: 4 }, 'SERVER_TOO_OLD'],
    ['a schema that is too old', { schema: 1 }, 'CLIENT_TOO_OLD'],
    ['no schema', { schema: undefined }, 'CLIENT_TOO_OLD'],
    ['no client', { client: undefined }, 'BAD_REQUEST'],
    ['a client that is no token', { client: 'a b' }, 'BAD_REQUEST'],
    ['no secret', { secret: 7 }, 'BAD_REQUEST'],
  ]
  it.each(cases)('[SES5] 88, 89: closes a connection with %s', async (_, hello, code) => {
    const { connect } = start({ schema, schemaFloor: 2 })
    const peer = connect('a', hello)
    await pause()
    expect(peer.fatal?.code).toBe(code)
  })

  it('[SES5] names both versions where the client has the newer schema', async () => {
    const peer = start({ schema }).connect('a', { schema: 4 })
    await pause()
    expect(peer.fatal?.message).toMatch(/version 4 .* version 3/)
  })

  it('[OPT4] a client without a schema is below any floor, and takes part where there is none', async () => {
    const hear = async (options: Parameters<typeof start>[0]): Promise<string | undefined> => {
      const peer = start(options).connect('a')
      await pause()
      return peer.fatal?.message ?? peer.received[0]?.event
    }
    expect(await hear({ schemaFloor: 1 })).toMatch(/below version 1 .* has no schema/)
    expect(await hear({ schema, schemaFloor: 3 })).toMatch(/below version 3 .* has no schema/)
    expect(await hear({ schema })).toBe('welcome')
  })

  it('[SES5] says who is there, what time it is, and gives a new generation each time', async () => {
    const { connect } = start({ schema, heartbeatMs: 1_000 })
    const peers = [connect('a', { schema: 3 }), connect('a')]
    await pause()
    const welcomes = peers.map(({ received }) => received[0])
    expect(welcomes[0]).toMatchObject({
      event: 'welcome',
      message: { protocol: PROTOCOL_VERSION, principal: 'a', heartbeatMs: 1_000 },
    })
    const tokens = welcomes.map((one) => (one?.event === 'welcome' ? one.message.generation : ''))
    expect(tokens[0]).toMatch(/^1-[\w-]{22}$/)
    expect(tokens[0]).not.toBe(tokens[1])
  })

  it('[SES6] asks authenticate who it is, and closes when that says nobody', async () => {
    const authenticate = async (token: string | undefined) => (token === 'good' ? 'ann' : null)
    const { connect } = start({ authenticate })
    const [ann, nobody] = [connect('a', { token: 'good' }), connect('b', { token: 'bad' })]
    await join(ann)
    await pause()
    expect(ann.received[0]).toMatchObject({ message: { principal: 'ann' } })
    expect(nobody.fatal?.code).toBe('AUTH')
  })

  it('[SES6] 83: closes a connection whose authentication takes too long', async () => {
    vi.useFakeTimers()
    const { connect } = start({ authenticate: () => new Promise(() => {}) })
    const peer = connect('a')
    await vi.advanceTimersByTimeAsync(5_001)
    vi.useRealTimers()
    expect(peer.fatal?.code).toBe('TIMEOUT')
  })

  it('[SES6] takes a new token of the same principal, and closes for any other', async () => {
    const authenticate = (token: string | undefined) => token?.split('-')[0] ?? null
    const { connect } = start({ authenticate })
    const [a, b] = [connect('a', { token: 'ann-1' }), connect('b', { token: 'bob-1' })]
    expect(codeOf(await a.ask('auth', { token: 'ann-2' }))).toBe('ok')
    expect(codeOf(await b.ask('auth', { token: 'ann-2' }))).toBe('AUTH')
    expect([a.isClosed, b.fatal?.code]).toEqual([false, 'AUTH'])
  })

  it('[SES6] holds what comes before authentication is done, in order', async () => {
    const { connect } = start({ authenticate: () => pause(10).then(() => 'ann') })
    const peer = connect('a')
    const joining = join(peer)
    const answer = await peer.ask('leave', { object: 'o' })
    expect([(await joining).head, codeOf(answer)]).toEqual([0, 'ok'])
  })
})

describe('permission', () => {
  it('[SES7] 76: lets read who may read, and write who may write', async () => {
    const authorize: HostOptions['authorize'] = ({ client, action, object }) =>
      object !== 'secret' && (action === 'read' || client === 'writer')
    const { connect } = start({ authorize })
    const [writer, reader] = [connect('writer'), connect('reader')]
    const [one, two] = [await join(writer), await join(reader)]
    const [failure] = await write(reader, two, 'r', 1)
    expect(failure).toMatchObject({ code: 'FORBIDDEN' })
    expect(failure?.refused).toBeUndefined()
    expect(codeOf(await write(writer, one, 'w', 1))).toBe('ok')
    expect(codeOf(await writer.ask('join', { object: 'secret', replicas: {} }))).toBe('FORBIDDEN')
    await pause()
    expect(reader.entries().length).toBe(1)
  })

  it('[SES7] asks at each push, and keeps the order of pushes while it waits', async () => {
    let isAllowed = true
    let delayMs = 10
    const authorize = async (): Promise<boolean> => {
      await pause((delayMs -= 3))
      return isAllowed
    }
    const { connect, log } = start({ authorize })
    const a = connect('a')
    const joined = await join(a)
    const pushes = await Promise.all([write(a, joined, 'a', 1), write(a, joined, 'a', 2)])
    expect(pushes.map(codeOf)).toEqual(['ok', 'ok'])
    isAllowed = false
    expect(codeOf(await write(a, joined, 'a', 3))).toBe('FORBIDDEN')
    expect((await log.head('o' as never)).seq).toBe(2)
  })

  it('[SES7] lets the guard refuse single events, with its reason', async () => {
    const guard: HostOptions['guard'] = ([n], { principal, object }) =>
      n === 2 ? `${principal} may not do that in ${object}` : undefined
    const { connect } = start({ guard })
    const a = connect('a')
    const joined = await join(a)
    const events = [1, 2, 3].map((n) => makeEvent('a', n))
    const [failure] = await a.ask('push', pushOf(joined, events))
    expect(failure).toMatchObject({
      code: 'REFUSED',
      refused: [{ index: 1, code: 'REFUSED', message: 'a may not do that in o' }],
    })
    await pause()
    expect(a.entries()[0]?.events.length).toBe(1)
  })
})

describe('identity', () => {
  it('[IDN1] 65: a client id with another secret is FORGED_CLIENT and closed', async () => {
    const { connect } = start()
    const own = connect('a')
    const joined = await join(own)
    const forged = connect('a', { secret: 'guessed' })
    await pause()
    expect(forged.fatal?.code).toBe('FORGED_CLIENT')
    expect(codeOf(await write(own, joined, 'a', 1))).toBe('ok')
  })

  it('[IDN2] 79: a captured generation token, used twice, is CLIENT_FORKED and closed', async () => {
    const { connect } = start()
    const own = connect('a')
    await join(own)
    const token = own.generation
    const next = connect('a', { generation: token })
    await join(next)
    const thief = connect('a', { generation: token })
    await pause()
    // Until the next token was used the one before it counts: it may not have been saved.
    expect(thief.fatal?.code).toBe('CLIENT_FORKED')
    expect(next.isClosed).toBe(false)
  })

  it('[IDN4] of two sessions with one token the second to join is CLIENT_FORKED and closed', async () => {
    const { connect } = start()
    const own = connect('a')
    await join(own)
    const generation = own.generation
    const [one, two] = [connect('a', { generation }), connect('a', { generation })]
    await join(two)
    void one.ask('join', { object: 'o', replicas: {} })
    await pause()
    expect(one.fatal?.code).toBe('CLIENT_FORKED')
    expect(two.isClosed).toBe(false)
  })

  it('[IDN7] is told the owner ids of its client and of its principal', async () => {
    const { connect } = start({ authenticate: (token) => token ?? null })
    const ids = { client: 'oc', principal: 'op' }
    const peers = [
      connect('a', { token: 'ann', secret: 's1', owners: ids }),
      connect('b', { token: 'ann', secret: 's2', owners: { client: 'oc2', principal: 'op2' } }),
      connect('c', { token: 'ben', secret: 's3', owners: ids }),
    ]
    await pause()
    const owners = peers.map(({ received }) =>
      received.flatMap((one) => (one.event === 'welcome' ? [one.message.owners] : [])),
    )
    expect(owners).toEqual([
      [{ client: ['oc'], principal: ['op'] }],
      [{ client: ['oc2'], principal: ['op', 'op2'] }],
      [{ client: [], principal: [] }],
    ])
  })

  it('[IDN7] authorize and guard are not told owner ids', async () => {
    const asked: object[] = []
    const { connect } = start({ authorize: (request) => asked.push(request) > 0 })
    await join(connect('a', { owners: { client: 'oc', principal: 'op' } }))
    expect(asked).toEqual([{ client: 'a', principal: 'a', object: 'o', action: 'read' }])
  })

  it('[LOG10] 64: events of another client’s replica are REPLICA_TAKEN, and are not stored', async () => {
    const { connect, log } = start()
    const [a, b] = [connect('a'), connect('b')]
    await write(a, await join(a), 'a', 1)
    const [failure] = await write(b, await join(b), 'a', 2)
    expect(failure?.refused).toMatchObject([{ index: 0, code: 'REPLICA_TAKEN' }])
    expect((await log.head('o' as never)).seq).toBe(1)
  })

  it('[LOG4] 71: a number used again with other content is NUMBER_REUSED, and is not stored', async () => {
    const { connect, log } = start()
    const a = connect('a')
    const joined = await join(a)
    await write(a, joined, 'a', 1)
    const [n, stamp] = makeEvent('a', 1)
    const other = [n, stamp, [['=', '', 'x', 'other']]]
    const [failure] = await a.ask('push', pushOf(joined, [other as never]))
    expect(failure?.refused).toMatchObject([{ index: 0, code: 'NUMBER_REUSED' }])
    expect((await log.head('o' as never)).seq).toBe(1)
  })
})

describe('the stream', () => {
  it('[SES8] 75: takes pushes to joined objects only', async () => {
    const { connect } = start()
    const a = connect('a')
    const joined = await join(a)
    const push = pushOf(joined, [makeEvent('a', 1)], { object: 'p' })
    expect(codeOf(await a.ask('push', push))).toBe('NOT_JOINED')
    await a.ask('leave', { object: 'o' })
    expect(codeOf(await write(a, joined, 'a', 1))).toBe('NOT_JOINED')
  })

  it('[SES8] 72: answers the same push alike however often it comes', async () => {
    const { connect, log } = start()
    const a = connect('a')
    const joined = await join(a)
    const push = pushOf(joined, [makeEvent('a', 1)])
    const answers = await Promise.all(Array.from({ length: 900 }, () => a.ask('push', push)))
    expect(new Set(answers.map(codeOf))).toEqual(new Set(['ok']))
    expect((await log.head('o' as never)).seq).toBe(1)
  })

  it('[SES8] 73: wants pushes in order, and after a refusal a later round', async () => {
    const { connect } = start()
    const a = connect('a')
    const joined = await join(a)
    const codes = [
      await write(a, joined, 'a', 1),
      await write(a, joined, 'a', 3),
      await write(a, joined, 'a', 2),
      await write(a, joined, 'a', 2, { round: 1 }),
    ].map(codeOf)
    expect(codes).toEqual(['ok', 'OUT_OF_ORDER', 'STALE_ROUND', 'ok'])
  })

  it('[SES8] fences the session before, when a client joins again', async () => {
    const { connect } = start()
    const old = connect('a')
    const first = await join(old)
    await write(old, first, 'a', 1)
    const newer = connect('a', { generation: old.generation })
    const second = await join(newer)
    expect(codeOf(await write(old, first, 'a', 2))).toBe('FENCED')
    expect(codeOf(await write(newer, second, 'a', 2))).toBe('ok')
    old.disconnect()
    expect(codeOf(await write(newer, second, 'a', 3))).toBe('ok')
  })

  it('[SES8] 86: refuses what is no cursor, and resets one that it never gave', async () => {
    const { connect } = start()
    const a = connect('a')
    const joined = await join(a)
    await write(a, joined, 'a', 1)
    for (const seq of [-1, 1.5, 2 ** 53, '0', null]) {
      const cursor = { term: joined.term, seq }
      expect(codeOf(await a.ask('join', { object: 'o', cursor, replicas: {} }))).toBe('BAD_CURSOR')
    }
    expect((await join(a, 'o', { term: joined.term, seq: 9 })).reset).toBe(true)
    expect((await join(a, 'o', { term: 'other', seq: 1 })).reset).toBe(true)
    expect((await join(a, 'o', { term: joined.term, seq: 1 })).reset).toBe(false)
  })

  it('[SES8] feeds a reset client from the beginning, a left one no more', async () => {
    const { connect } = start()
    const [a, b] = [connect('a'), connect('b')]
    const joined = await join(a)
    await write(a, joined, 'a', 1)
    await join(b, 'o', { term: 'other', seq: 5 })
    await pause(10)
    expect(b.entries().map(({ seq }) => seq)).toEqual([1])
    await b.ask('leave', { object: 'o' })
    await write(a, joined, 'a', 2)
    await pause(10)
    expect(b.entries().length).toBe(1)
  })
})

describe('limits', () => {
  it('[SES9] 84: joins 100 objects and no more, joining one again is free', async () => {
    const { connect } = start()
    const a = connect('a')
    for (let i = 0; i < 100; i++) await join(a, `o${i}`)
    const [failure] = await a.ask('join', { object: 'more', replicas: {} })
    expect(failure).toMatchObject({
      code: 'JOIN_LIMIT',
      message: expect.stringContaining('the 100 that one client may have open'),
    })
    await join(a, 'o7')
    await a.ask('leave', { object: 'o7' })
    await join(a, 'more')
  })

  it('[SES9] 92: delays the answers of those who write too fast, and refuses nothing', async () => {
    const { connect } = start({ limits: { eventsPerSecond: 1_000, eventBurst: 100 } })
    const a = connect('a')
    const joined = await join(a)
    const started = performance.now()
    for (let n = 1; n <= 201; n += 100) {
      const events = Array.from({ length: 100 }, (_, i) => makeEvent('a', n + i))
      expect(codeOf(await a.ask('push', pushOf(joined, events, { prev: prev('a', n - 1) })))).toBe(
        'ok',
      )
    }
    expect(performance.now() - started).toBeGreaterThan(150)
  })

  it('[SES9] closes who sends what no honest client sends, 20 times in a minute', async () => {
    const { connect } = start()
    const [a, b] = [connect('a'), connect('b')]
    const joined = await join(b)
    for (let i = 0; i < 20; i++) expect(codeOf(await a.ask('teleport', {}))).toBe('UNKNOWN_EVENT')
    expect(a.isClosed).toBe(false)
    await a.ask('teleport', {})
    expect(a.fatal?.code).toBe('RATE_LIMITED')
    const wrong = makeEvent('b', 1, 1).with(2, []) as unknown as Event
    for (let i = 0; i < 30; i++) {
      const answer = await b.ask('push', pushOf(joined, [wrong], { round: i }))
      expect(codeOf(answer)).toBe('BAD_EVENT')
    }
    expect(b.isClosed).toBe(false)
  })

  it('[SES9] 85: closes who tries the names of objects', async () => {
    const { connect } = start({ authorize: () => false })
    const a = connect('a')
    const failures: (Failure | null)[] = []
    for (let i = 0; i < 200 && !a.isClosed; i++) {
      void a.ask('join', { object: `guess-${i}`, replicas: {} }).then(([f]) => failures.push(f))
      await pause(0)
    }
    expect(new Set(failures.map((failure) => JSON.stringify(failure))).size).toBe(1)
    expect(a.fatal?.code).toBe('RATE_LIMITED')
  })

  it('[SES9] bounds what waits for an answer', async () => {
    const { connect } = start({ authorize: () => new Promise(() => {}) })
    const a = connect('a')
    for (let i = 0; i < 1_001; i++) void a.ask('join', { object: 'o', replicas: {} })
    await pause()
    expect(a.fatal?.code).toBe('RATE_LIMITED')
  })
})
