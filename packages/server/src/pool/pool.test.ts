import {
  formatStamp,
  hashText,
  type ObjectId,
  type Pool as PoolMessage,
  PROTOCOL_VERSION,
  type Replica,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { createHost, type Host } from '../host.js'
import { createMemoryEventLog } from '../log/memory-event-log.js'
import { allowAll, type HostOptions } from '../options.js'
import type { Platform } from '../platform.js'
import { createMemoryHub, type TestPeer } from '../testing/index.js'
import { createMemoryPoolStore } from './memory-pool-store.js'
import type { PoolStore } from './pool-store.js'

const o = 'o' as ObjectId
const DAY = 86_400_000
const BEAT = 5_000

/** Time that a test moves; timers fire in their order. */
class Time {
  now = 1_700_000_000_000
  errors: unknown[] = []
  #ids = 0
  #timers = new Set<{ readonly at: number; readonly run: () => void }>()

  get platform(): Platform {
    return {
      digest: (text: string) => text,
      now: () => this.now,
      random: () => 0.5,
      id: () => `id${++this.#ids}`,
      report: (error) => void this.errors.push(error),
      timer: (ms, run) => {
        const timer = { at: this.now + ms, run }
        this.#timers.add(timer)
        return () => void this.#timers.delete(timer)
      },
    }
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms
    for (;;) {
      for (let i = 0; i < 30; i++) await Promise.resolve()
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers.delete(next)
      this.now = Math.max(this.now, next.at)
      next.run()
    }
    this.now = until
  }

  /** A process that has ended fires no timers. */
  stop(): void {
    this.#timers.clear()
  }
}

interface Stage {
  readonly time: Time
  readonly host: Host
  readonly store: PoolStore
  readonly log: ReturnType<typeof createMemoryEventLog>
  /** Someone who has joined the object. */
  join(client: string, more?: object, hello?: object): Promise<TestPeer>
}

function start(options: Partial<HostOptions> = {}, before?: Stage, kept?: PoolStore): Stage {
  const time = before?.time ?? new Time()
  const { platform } = time
  const store = kept ?? before?.store ?? createMemoryPoolStore()
  const log = Object.assign(
    createMemoryEventLog({ ...platform, ...(before && { from: before.log.snapshot() }) }),
    { pools: store },
  )
  const hub = createMemoryHub()
  const host = createHost({ log, platform, hub, options: { authorize: allowAll, ...options } })
  /** The tokens that clients have saved. */
  const saved = new Map<string, string>()
  const join = async (client: string, more: object = {}, hello: object = {}) => {
    const generation = saved.get(client)
    const auth = { protocol: PROTOCOL_VERSION, secret: 's', client, generation, ...hello }
    const peer = hub.connect(host, auth)
    const joined = peer.ask('join', { object: o, replicas: {}, pool: true, ...more })
    await time.pass(0)
    await joined
    for (const one of peer.received)
      if (one.event === 'welcome') saved.set(client, one.message.generation)
    return peer
  }
  return { time, host, store, log, join }
}

const nameOf = (client: string): string => hashText(client)
const toldTo = (peer: TestPeer): PoolMessage[] =>
  peer.received.flatMap((one) => (one.event === 'pool' ? [one.message] : []))

/** The pool as one who hears all sees it, by what each signs in with. */
function seenBy(peer: TestPeer, clients = ['a', 'b', 'c', 'd']) {
  const seen = new Map<string, PoolMessage['clients'][number]>()
  for (const { whole, clients: told, gone = [] } of toldTo(peer)) {
    if (whole === true) seen.clear()
    for (const one of told) seen.set(one.client, one)
    for (const name of gone) seen.delete(name)
  }
  const ids = new Map(clients.map((client) => [nameOf(client), client]))
  return Object.fromEntries([...seen].map(([name, one]) => [ids.get(name) ?? name, one]))
}

const connectedOf = (pool: ReturnType<typeof seenBy>): Record<string, boolean> =>
  Object.fromEntries(Object.entries(pool).map(([client, { connected }]) => [client, connected]))

/** Tells how far a client is; the answer to a heartbeat. */
const tell = (peer: TestPeer, seq: number) =>
  peer.ask('seen', { object: o, cursor: { term: 't', seq } })

const eventOf = (replica: string, n: number, ms: number): unknown => [
  n,
  formatStamp({ ms, counter: 0, replica: replica.padEnd(8, '0') as Replica }),
  [['=', '', 'x', n]],
]

async function push({ time }: Stage, peer: TestPeer, replica: string, n: number): Promise<void> {
  const heads = await peer.ask('join', { object: o, replicas: {}, cursor: undefined, pool: true })
  const { term } = heads[1] as { term: string }
  const prev = { [replica.padEnd(8, '0')]: n - 1 }
  const events = [eventOf(replica, n, time.now)]
  const answer = peer.ask('push', { object: o, term, round: 0, prev, events })
  await time.pass(10)
  expect((await answer)[0]).toBeNull()
}

/** Lets heartbeats go by, each answered by these peers. */
async function live(time: Time, ms: number, peers: readonly TestPeer[], seq: number) {
  for (let passed = 0; passed < ms; passed += BEAT) {
    await time.pass(BEAT)
    for (const peer of peers) void tell(peer, seq)
  }
  await time.pass(0)
}

describe('[POOL1] the clients of an object', () => {
  it('are told to who asks: all at the join, then what is new, at most once a second', async () => {
    const stage = start()
    const a = await stage.join('a')
    expect(toldTo(a)).toMatchObject([{ object: o, whole: true, staleAfterMs: 7 * DAY }])
    expect(connectedOf(seenBy(a))).toEqual({ a: true })
    const b = await stage.join('b', { pool: false })
    await stage.join('c')
    await stage.time.pass(900)
    expect(toldTo(a)).toHaveLength(1)
    await stage.time.pass(200)
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: true, c: true })
    expect(toldTo(a)).toHaveLength(2)
    expect(toldTo(b)).toEqual([])
  })

  it('are named as presence names them, never by the id that they sign in with', async () => {
    const stage = start({ authenticate: (token) => token ?? null })
    const a = await stage.join('secret-a', {}, { token: 'ann' })
    const plain = start()
    const b = await plain.join('secret-b')
    await plain.time.pass(2_000)
    expect(JSON.stringify([toldTo(a), toldTo(b)])).not.toContain('secret')
    expect(toldTo(a)[0]?.clients).toMatchObject([{ client: nameOf('secret-a'), principal: 'ann' }])
    const name = nameOf('secret-b')
    expect(toldTo(b)[0]?.clients).toMatchObject([{ client: name, principal: name }])
  })

  it('say how far they have the log, and when they last had all of it', async () => {
    const stage = start()
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    const startedAt = stage.time.now
    await push(stage, a, 'ra', 1)
    const pushedAt = stage.time.now
    void tell(a, 1)
    await stage.time.pass(2_000)
    expect(seenBy(b)['a']).toMatchObject({ seq: 1, syncedAt: pushedAt, seenAt: pushedAt })
    expect(seenBy(b)['b']).toMatchObject({ seq: 0, syncedAt: startedAt })
    void tell(b, 99)
    await stage.time.pass(2_000)
    expect(seenBy(a)['b']).toMatchObject({ seq: 1 })
  })

  it('are told later, and then all of them, to who is busy', async () => {
    const stage = start()
    const a = await stage.join('a')
    a.unsent = 50_000
    await stage.join('b')
    await stage.time.pass(3_000)
    expect(connectedOf(seenBy(a))).toEqual({ a: true })
    a.unsent = 0
    await stage.time.pass(2_000)
    expect(toldTo(a).at(-1)?.whole).toBe(true)
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: true })
  })

  it('are not told to who may not read the object', async () => {
    const stage = start({ authorize: ({ client }) => client !== 'b' })
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    await stage.time.pass(2_000)
    expect(toldTo(b)).toEqual([])
    expect(connectedOf(seenBy(a))).toEqual({ a: true })
  })
})

describe('[POOL3] a client is connected', () => {
  it('until its line is cut or it leaves, and when it was last heard of is kept', async () => {
    const stage = start()
    const peers = [await stage.join('a'), await stage.join('b'), await stage.join('c')] as const
    const [a, b, c] = peers
    await live(stage.time, 30_000, peers, 0)
    const heardAt = stage.time.now
    await stage.time.pass(1_000)
    b.disconnect()
    const left = c.ask('leave', { object: o })
    const leftAt = stage.time.now
    await stage.time.pass(1_500)
    await left
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: false, c: false })
    expect(seenBy(a)['b']?.seenAt).toBe(heardAt)
    expect(seenBy(a)['c']?.seenAt).toBe(leftAt)
  })

  it('no longer than it answers heartbeats, whatever its socket says', async () => {
    const stage = start()
    const [a, b, c] = [await stage.join('a'), await stage.join('b'), await stage.join('c')]
    await live(stage.time, 20_000, [a, c], 0)
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: true, c: true })
    await live(stage.time, 10_000, [a, c], 0)
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: false, c: true })
    expect(connectedOf(seenBy(c))).toEqual(connectedOf(seenBy(a)))
    await live(stage.time, 10_000, [a, b, c], 0)
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: true, c: true })
  })

  it('though it says nothing, where its protocol did not ask for an answer', async () => {
    const stage = start()
    const a = await stage.join('a')
    await stage.join('b', {}, { protocol: 4 })
    await live(stage.time, 60_000, [a], 0)
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: true })
    await live(stage.time, 8 * DAY, [], 0)
    expect(await stage.host.acknowledged(o)).toBe(0)
  })

  it('when its newest line is: the end of an older one changes nothing', async () => {
    const stage = start()
    const a = await stage.join('a')
    const old = await stage.join('b')
    await stage.join('b')
    old.disconnect()
    await stage.time.pass(2_000)
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: true })
  })
})

describe('[POOL2] the pool is kept', () => {
  it('over a restart, also a crash, which loses no more than a heartbeat', async () => {
    const stage = start()
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    await push(stage, a, 'ra', 1)
    await live(stage.time, 20_000, [a, b], 1)
    const heardAt = stage.time.now
    await stage.time.pass(BEAT + 100)
    stage.time.stop()
    stage.time.now += DAY
    const next = start({}, stage)
    const c = await next.join('c')
    await next.time.pass(2_000)
    expect(connectedOf(seenBy(c))).toEqual({ a: false, b: false, c: true })
    for (const client of ['a', 'b']) expect(seenBy(c)[client]).toMatchObject({ seq: 1 })
    expect(heardAt - (seenBy(c)['b']?.seenAt ?? 0)).toBeLessThanOrEqual(60_000)
  })

  it('when the server closes, to the moment', async () => {
    const stage = start()
    const [a] = [await stage.join('a')]
    await live(stage.time, 20_000, [a], 0)
    const heardAt = stage.time.now
    const closing = stage.host.close()
    await stage.time.pass(10_000)
    await closing
    expect(await stage.store.load(o)).toMatchObject([{ client: 'a', seenAt: heardAt, seq: 0 }])
  })

  it('when the last one has left, and is let go of', async () => {
    const stage = start()
    const a = await stage.join('a')
    a.disconnect()
    await stage.time.pass(10)
    expect(await stage.store.load(o)).toMatchObject([{ client: 'a' }])
  })

  it('[POOL5] when the disk takes it again; until then everything else goes on', async () => {
    const real = createMemoryPoolStore()
    let isFull = true
    const store: PoolStore = {
      load: (object) => (isFull ? Promise.reject(new Error('full')) : real.load(object)),
      save: (changes) => (isFull ? Promise.reject(new Error('full')) : real.save(changes)),
    }
    const stage = start({}, undefined, store)
    const a = await stage.join('a')
    await push(stage, a, 'ra', 1)
    await live(stage.time, 10_000, [a], 1)
    expect(stage.time.errors.length).toBeGreaterThan(0)
    expect(toldTo(a)).toEqual([])
    expect(await stage.host.acknowledged(o)).toBe(0)
    isFull = false
    await live(stage.time, 10_000, [a], 1)
    expect(await real.load(o)).toMatchObject([{ client: 'a', seq: 1 }])
    expect(connectedOf(seenBy(a))).toEqual({ a: true })
    expect(await stage.host.acknowledged(o)).toBe(1)
  })

  it('[POOL5] without a write for each message', async () => {
    const real = createMemoryPoolStore()
    let saves = 0
    const save: PoolStore['save'] = (changes) => {
      saves += 1
      return real.save(changes)
    }
    const stage = start({}, undefined, { load: real.load, save })
    const a = await stage.join('a')
    for (let seq = 0; seq < 1_000; seq++) void tell(a, 0)
    await live(stage.time, 60_000, [a], 0)
    expect(saves).toBeLessThanOrEqual(3)
  })
})

describe('[POOL4] what all have who are not stale', () => {
  it('is the least that any of them told of, and all when they have all', async () => {
    const stage = start()
    expect(await stage.host.acknowledged(o)).toBeUndefined()
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    for (let n = 1; n <= 3; n++) await push(stage, a, 'ra', n)
    void tell(a, 3)
    void tell(b, 1)
    expect(await stage.host.acknowledged(o)).toBe(1)
    void tell(b, 3)
    expect(await stage.host.acknowledged(o)).toBe(3)
    await stage.join('c')
    expect(await stage.host.acknowledged(o)).toBe(0)
  })

  it('is held back by a client that is away for seven days, and no longer', async () => {
    const stage = start()
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    await push(stage, a, 'ra', 1)
    void tell(a, 1)
    b.disconnect()
    await live(stage.time, 7 * DAY - BEAT, [a], 1)
    expect(await stage.host.acknowledged(o)).toBe(0)
    await live(stage.time, 3 * BEAT, [a], 1)
    expect(await stage.host.acknowledged(o)).toBe(1)
    // When it comes back it counts again, from where it says it is.
    await stage.join('b', { cursor: { term: 'x', seq: 0 } })
    expect(await stage.host.acknowledged(o)).toBe(0)
  })

  it('is known of an object that nobody has open, also over a restart', async () => {
    const stage = start({ staleAfterMs: DAY })
    const a = await stage.join('a')
    await push(stage, a, 'ra', 1)
    void tell(a, 1)
    a.disconnect()
    await stage.time.pass(10)
    const next = start({ staleAfterMs: DAY }, stage)
    expect(await next.host.acknowledged(o)).toBe(1)
    await next.time.pass(DAY + 1)
    expect(await next.host.acknowledged(o)).toBeUndefined()
  })

  it('a client that was away for 400 days is forgotten', async () => {
    const stage = start()
    const b = await stage.join('b')
    b.disconnect()
    await stage.time.pass(10)
    stage.time.stop()
    stage.time.now += 399 * DAY
    const next = start({}, stage)
    const a = await next.join('a')
    await live(next.time, 2 * BEAT, [a], 0)
    expect(connectedOf(seenBy(a))).toEqual({ a: true, b: false })
    next.time.now += 2 * DAY
    await live(next.time, 120_000, [a], 0)
    expect(connectedOf(seenBy(a))).toEqual({ a: true })
    expect(await next.store.load(o)).toMatchObject([{ client: 'a' }])
  })

  it('of more than 10,000 clients those are forgotten that were away for longest', async () => {
    const store = createMemoryPoolStore()
    const seenAt = 1_699_999_000_000
    const clients = Array.from({ length: 10_050 }, (_, i) => {
      return { client: `c${i}`, principal: 'p', seenAt: seenAt + i, syncedAt: undefined, seq: 0 }
    })
    await store.save([{ object: o, clients, gone: [] }])
    const stage = start({}, undefined, store)
    const a = await stage.join('a')
    await live(stage.time, 2 * BEAT, [a], 0)
    const kept = await store.load(o)
    expect(kept).toHaveLength(10_000)
    expect(kept.map(({ client }) => client)).toContain('c10049')
    expect(kept.map(({ client }) => client)).not.toContain('c50')
  })
})
