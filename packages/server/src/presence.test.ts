import { type Ack, type PresenceDown, PROTOCOL_VERSION } from '@react-collab/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHost, type Host } from './host.js'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { allowAll, type HostOptions } from './options.js'
import { nodePlatform } from './platform.js'
import { createMemoryHub, type TestPeer } from './testing/index.js'

const hosts: Host[] = []
const errors: unknown[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
  vi.useRealTimers()
  expect(errors.splice(0)).toEqual([])
})

function start(options: Partial<HostOptions> = {}) {
  const platform = nodePlatform((error) => errors.push(error))
  const log = createMemoryEventLog(platform)
  const hub = createMemoryHub()
  const host = createHost({ log, platform, hub, options: { authorize: allowAll, ...options } })
  hosts.push(host)
  /** Someone who has joined the object. */
  const joined = async (client: string, more: object = {}): Promise<TestPeer> => {
    const peer = hub.connect(host, { protocol: PROTOCOL_VERSION, secret: 's', client, ...more })
    await peer.ask('join', { object: 'o', replicas: {} })
    await pause()
    return peer
  }
  return { log, joined }
}

const pause = (ms = 40): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const show = (peer: TestPeer, states: object, more: object = {}): Promise<Ack<unknown>> =>
  peer.ask('presence', { object: 'o', states, ...more })
const codeOf = ([failure]: Ack<unknown>): string => failure?.code ?? 'ok'
const toldTo = (peer: TestPeer): PresenceDown[] =>
  peer.received.flatMap((one) => (one.event === 'presence' ? [one.message] : []))

/** Who is there, as one who hears all sees it. */
function seenBy(peer: TestPeer): Record<string, unknown> {
  const seen = new Map<string, unknown>()
  for (const { whole, peers } of toldTo(peer)) {
    if (whole === true) seen.clear()
    for (const { principal, tab, state } of peers) {
      if (state === null) seen.delete(`${principal}/${tab}`)
      else seen.set(`${principal}/${tab}`, state)
    }
  }
  return Object.fromEntries(seen)
}

const authenticate = (token: string | undefined) => token ?? null

describe('[PRE1] what a tab shows of itself', () => {
  it('reaches the others, with who the server knows it is', async () => {
    const { joined } = start({ authenticate })
    const [a, b] = [await joined('a', { token: 'ann' }), await joined('b', { token: 'bob' })]
    expect(codeOf(await show(a, { t1: { x: 1 }, t2: { x: 2 } }))).toBe('ok')
    await pause()
    expect(seenBy(b)).toEqual({ 'ann/t1': { x: 1 }, 'ann/t2': { x: 2 } })
    await show(a, { t1: { x: 3 } })
    await pause()
    expect(seenBy(b)).toEqual({ 'ann/t1': { x: 3 }, 'ann/t2': { x: 2 } })
  })

  it('is told to who joins later, and to nobody who has not joined', async () => {
    const { joined } = start({ authenticate, authorize: ({ principal }) => principal !== 'eve' })
    const a = await joined('a', { token: 'ann' })
    const eve = await joined('e', { token: 'eve' })
    await show(a, { t: { x: 1 } })
    await pause()
    expect(seenBy(await joined('b', { token: 'bob' }))).toEqual({ 'ann/t': { x: 1 } })
    expect(codeOf(await show(eve, { t: {} }))).toBe('NOT_JOINED')
    expect(toldTo(eve)).toEqual([])
  })

  it('does not tell the id that its browser signs in with', async () => {
    const { joined } = start()
    const [a, b] = [await joined('secret-a'), await joined('b')]
    await show(a, { t: {} })
    await pause()
    expect(Object.keys(seenBy(b))).toHaveLength(1)
    expect(JSON.stringify(toldTo(b))).not.toContain('secret-a')
  })

  it('belongs to who is signed in: one browser with another account is somebody else', async () => {
    const { joined } = start({ authenticate })
    const b = await joined('b', { token: 'bob' })
    const ann = await joined('a', { token: 'ann' })
    await show(ann, { t: {} })
    await pause()
    ann.disconnect()
    await show(await joined('a', { token: 'amy', generation: ann.generation }), { t: {} })
    await pause()
    expect(seenBy(b)).toEqual({ 'amy/t': {} })
  })

  it('belongs to the newest session of a browser: an older one that ends takes nothing along', async () => {
    const { joined } = start()
    const [b, old] = [await joined('b'), await joined('a')]
    await show(old, { t: { x: 1 } })
    const fresh = await joined('a', { generation: old.generation })
    await show(fresh, { t: { x: 2 } }, { whole: true })
    old.disconnect()
    await pause()
    expect(Object.values(seenBy(b))).toEqual([{ x: 2 }])
  })
})

describe('[PRE2] a tab is gone', () => {
  it.each<readonly [string, (peer: TestPeer) => unknown]>([
    ['when it says so', (peer) => show(peer, { t: null })],
    ['when all that is told is without it', (peer) => show(peer, {}, { whole: true })],
    ['when its session leaves', (peer) => peer.ask('leave', { object: 'o' })],
    ['when its connection ends', (peer) => peer.disconnect()],
  ])('%s', async (_, go) => {
    const { joined } = start()
    const [a, b] = [await joined('a'), await joined('b')]
    await show(a, { t: {} })
    await pause()
    expect(Object.keys(seenBy(b))).toHaveLength(1)
    await go(a)
    await pause()
    expect(seenBy(b)).toEqual({})
  })

  it('not when its session joins again', async () => {
    const { joined } = start()
    const [a, b] = [await joined('a'), await joined('b')]
    await show(a, { t: {} })
    await a.ask('join', { object: 'o', replicas: {} })
    await pause()
    expect(Object.keys(seenBy(b))).toHaveLength(1)
  })

  it('when nobody told of it for six heartbeats', async () => {
    const { joined } = start({ heartbeatMs: 50 })
    const [a, b] = [await joined('a'), await joined('b')]
    await show(a, { t: {} })
    for (let i = 0; i < 14; i++) {
      await pause(25)
      await show(a, { t: {} }, { whole: true })
    }
    expect(Object.keys(seenBy(b))).toHaveLength(1)
    await vi.waitFor(() => expect(seenBy(b)).toEqual({}), 2_000)
  })
})

describe('[PRE3] what is told of a room', () => {
  it('goes out as one message when it comes at once, and an equal state is no news', async () => {
    const { joined } = start()
    const [a, b] = [await joined('a'), await joined('b')]
    for (let x = 0; x < 10; x++) void show(a, { t: { x } })
    await pause()
    await show(a, { t: { x: 9 } }, { whole: true })
    await pause()
    expect(toldTo(b).map(({ n, peers }) => [n, peers.length])).toEqual([[1, 1]])
    expect(Object.values(seenBy(b))).toEqual([{ x: 9 }])
  })

  it('goes out in parts when it is much: what comes after it does not wait for long', async () => {
    const { joined } = start()
    const [a, b] = [await joined('a'), await joined('b')]
    const large = 'x'.repeat(4_000)
    const states = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`t${i}`, { large }]))
    await show(a, states)
    await vi.waitFor(() => expect(Object.keys(seenBy(b))).toHaveLength(40), 2_000)
    expect(toldTo(b).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5])
    const sizes = toldTo(b).map((told) => JSON.stringify(told).length)
    expect(Math.max(...sizes)).toBeLessThan(40_000)
  })

  it('is counted, so that who missed something asks and is told all', async () => {
    const { joined } = start({ heartbeatMs: 30 })
    const [a, b] = [await joined('a'), await joined('b')]
    b.unsent = 20_000
    await show(a, { t: { x: 1 } })
    await pause()
    expect(toldTo(b)).toEqual([])
    expect(Object.values(seenBy(a))).toEqual([{ x: 1 }])
    b.unsent = 0
    await vi.waitFor(() => expect(toldTo(b).at(-1)).toMatchObject({ n: 1, peers: [] }), 2_000)
    await b.ask('presence', { object: 'o', ask: true })
    expect(Object.values(seenBy(b))).toEqual([{ x: 1 }])
  })

  it('leaves nothing in the log, and nothing for a room that is opened again', async () => {
    const { joined, log } = start()
    const a = await joined('a')
    await show(a, { t: { x: 1 } })
    expect((await log.head('o' as never)).seq).toBe(0)
    a.disconnect()
    await pause()
    expect(toldTo(await joined('b'))).toEqual([])
  })
})

describe('[PRE4] limits', () => {
  it('refuse a state or message that is too large, and what is no state', async () => {
    const { joined } = start()
    const a = await joined('a')
    expect(codeOf(await show(a, { t: { x: 'x'.repeat(4_100) } }))).toBe('VALUE_TOO_LARGE')
    const messages = [{ tab: 't', message: 'x'.repeat(4_100) }]
    expect(codeOf(await show(a, {}, { messages }))).toBe('VALUE_TOO_LARGE')
    expect(codeOf(await show(a, { t: 'here' }))).toBe('BAD_REQUEST')
    expect(codeOf(await show(a, { 'a b': {} }))).toBe('BAD_ID')
  })

  it('refuse what comes too fast, and say when to come again', async () => {
    const { joined } = start({ limits: { presencePerSecond: 5 } })
    const [a, b] = [await joined('a'), await joined('b')]
    const answers = await Promise.all(Array.from({ length: 14 }, (_, x) => show(a, { t: { x } })))
    expect(answers.slice(0, 10).map(codeOf)).toEqual(Array.from({ length: 10 }, () => 'ok'))
    const [failure] = answers[13]!
    expect(failure).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) })
    await pause()
    expect(Object.values(seenBy(b))).toEqual([{ x: 9 }])
    expect(a.isClosed).toBe(false)
  })

  it('bound the tabs of one session, over all objects', async () => {
    const { joined } = start({ limits: { presences: 3 } })
    const a = await joined('a')
    await a.ask('join', { object: 'p', replicas: {} })
    expect(codeOf(await show(a, { t1: {}, t2: {} }))).toBe('ok')
    expect(codeOf(await a.ask('presence', { object: 'p', states: { t1: {} } }))).toBe('ok')
    expect(codeOf(await show(a, { t3: {} }))).toBe('PRESENCE_LIMIT')
    expect(codeOf(await show(a, { t1: null, t3: {} }))).toBe('ok')
  })
})

it('[PRE5] a message reaches everybody in the room, once and in order, and is kept nowhere', async () => {
  const { joined } = start({ authenticate })
  const [a, b] = [await joined('a', { token: 'ann' }), await joined('b', { token: 'bob' })]
  const say = (message: unknown) => show(a, {}, { messages: [{ tab: 't', message }] })
  void say('one')
  void say({ two: 2 })
  await pause()
  const said = toldTo(b).flatMap(({ messages = [] }) => messages)
  expect(said.map(({ principal, message }) => [principal, message])).toEqual([
    ['ann', 'one'],
    ['ann', { two: 2 }],
  ])
  expect(
    toldTo(await joined('c', { token: 'cy' })).flatMap(({ messages = [] }) => messages),
  ).toEqual([])
})

it('[PRE5] of more messages than a room can pass on the oldest are dropped', async () => {
  const { joined } = start()
  const peers = await Promise.all(['a', 'b', 'c', 'd'].map((client) => joined(client)))
  const [hearer, ...others] = peers as [TestPeer, ...TestPeer[]]
  const all = others.flatMap((peer) => [peer, peer])
  const messages = (round: number): object[] =>
    Array.from({ length: 60 }, (_, i) => ({ tab: 't', message: 60 * round + i }))
  await Promise.all(all.map((peer, round) => show(peer, {}, { messages: messages(round) })))
  await vi.waitFor(() => expect(heardBy(hearer).at(-1)).toBe(359), { timeout: 5000 })
  expect(heardBy(hearer)).toEqual(Array.from({ length: 256 }, (_, i) => 104 + i))
})

const heardBy = (peer: TestPeer): unknown[] =>
  toldTo(peer).flatMap(({ messages = [] }) => messages.map(({ message }) => message))
