import { type Ack, type Event, type Joined, PROTOCOL_VERSION } from '@react-collab/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHost, type Host } from './host.js'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { makeEvent } from './loopback.contract.js'
import { allowAll, type HostOptions } from './options.js'
import { nodePlatform } from './platform.js'
import { createMemoryHub, type TestPeer } from './testing/index.js'

const errors: Error[] = []
const hosts: Host[] = []
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  for (const host of hosts.splice(0)) await host.close()
  errors.length = 0
})

/** Answers of a policy as plain JavaScript may give them. */
type LooseOptions = { readonly [K in keyof HostOptions]?: unknown }

function start(options: LooseOptions) {
  const platform = nodePlatform((error) => errors.push(error as Error))
  const log = createMemoryEventLog(platform)
  const hub = createMemoryHub()
  const all = { authorize: allowAll, ...options } as HostOptions
  const host = createHost({ log, platform, hub, options: all })
  hosts.push(host)
  const connect = (client: string): TestPeer =>
    hub.connect(host, { protocol: PROTOCOL_VERSION, secret: 's', client })
  return { log, connect }
}

const codeOf = ([failure]: Ack<unknown>): string => failure?.code ?? 'ok'
const messages = (): string[] => errors.map(({ message }) => message)

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(1)
}

/** A client that pushes what it was told, in rounds, as an outbox does. */
class Writer {
  readonly peer: TestPeer
  readonly #replica: string
  readonly #object: string
  #joined: Joined | undefined
  #round = 0
  #prev = 0
  queue: Event[] = []

  constructor(peer: TestPeer, replica: string, object = 'o') {
    this.peer = peer
    this.#replica = replica.padEnd(8, '0')
    this.#object = object
  }

  async join(): Promise<this> {
    const [, joined] = await this.peer.ask('join', { object: this.#object, replicas: {} })
    this.#joined = joined as Joined
    return this
  }

  add(n: number, value: unknown = n): this {
    this.queue.push(makeEvent(this.#replica, n, value))
    return this
  }

  /** Pushes all that waits; what was taken or refused waits no more. */
  async push(): Promise<Ack<unknown>> {
    const { term } = this.#joined ?? { term: 'none' }
    const prev = { [this.#replica]: this.#prev }
    const push = { object: this.#object, term, round: this.#round, prev, events: this.queue }
    const answer = await this.peer.ask('push', push)
    const [failure] = answer
    const taken = failure === null ? this.queue.length : (failure.taken ?? 0)
    if (failure !== null) this.#round += 1
    this.#prev = this.queue[taken - 1]?.[0] ?? this.#prev
    const refused = new Set(failure?.refused?.map(({ index }) => index))
    this.queue = this.queue.filter((_, i) => i >= taken && !refused.has(i))
    return answer
  }
}

const valueOf = ([, , [patch]]: Event): unknown => patch?.[3]
const poison = ((event: Event) => {
  if (valueOf(event) === 'poison') throw new RangeError('no such thing')
}) as HostOptions['guard']

describe('a policy that fails', () => {
  it('[SES11] in authorize is POLICY_FAILED, logged with what it was asked and why', async () => {
    let isBroken = true
    const authorize = () => (isBroken ? expect.fail('the database is away') : true)
    const { connect } = start({ authorize })
    const peer = connect('ann')
    expect(codeOf(await peer.ask('join', { object: 'o', replicas: {} }))).toBe('POLICY_FAILED')
    expect(messages()).toEqual(['authorize failed: the database is away; read of object o by ann'])
    expect(errors[0]?.cause).toMatchObject({ message: 'the database is away' })
    isBroken = false
    const writer = await new Writer(peer, 'a').join()
    isBroken = true
    expect(codeOf(await writer.add(1).push())).toBe('POLICY_FAILED')
    isBroken = false
    expect(codeOf(await writer.push())).toBe('ok')
  })

  it('[SES11] by rejecting is the same', async () => {
    let isBroken = false
    const authorize = async () => (isBroken ? Promise.reject(new Error('away')) : true)
    const { connect } = start({ authorize })
    const writer = await new Writer(connect('ann'), 'a').join()
    isBroken = true
    expect(codeOf(await writer.add(1).push())).toBe('POLICY_FAILED')
    expect(messages()).toEqual(['authorize failed: away; write of object o by ann'])
  })

  it('[SES11] in authenticate closes the connection for now, not for good', async () => {
    const { connect } = start({ authenticate: () => Promise.reject(new Error('away')) })
    const peer = connect('ann')
    await until(() => peer.isClosed)
    expect(peer.fatal?.code).toBe('POLICY_FAILED')
    expect(messages()).toEqual(['authenticate failed: away; client ann'])
  })

  it('[SES11] on one object stops no other, and no other client', async () => {
    const authorize = ({ object, client }: { object: string; client: string }) =>
      object === 'bad' && client === 'ann' ? new Promise(() => {}) : true
    const { connect } = start({ authorize, policyTimeoutMs: 20 })
    const ann = connect('ann')
    const stuck = ann.ask('join', { object: 'bad', replicas: {} })
    const fine = await Promise.all([
      new Writer(ann, 'a').join(),
      new Writer(connect('bob'), 'b', 'bad').join(),
    ])
    for (const writer of fine) expect(codeOf(await writer.add(1).push())).toBe('ok')
    expect(codeOf(await stuck)).toBe('TIMEOUT')
  })
})

describe('a policy that never settles', () => {
  it('[SES11] 83: is TIMEOUT after 5 s, in authenticate and authorize', async () => {
    vi.useFakeTimers()
    const never = () => new Promise(() => {})
    const [one, two] = [start({ authenticate: never }), start({ authorize: never })]
    const peer = one.connect('ann')
    const joining = two.connect('ann').ask('join', { object: 'o', replicas: {} })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(peer.isClosed).toBe(false)
    await vi.advanceTimersByTimeAsync(2)
    expect(peer.fatal?.code).toBe('TIMEOUT')
    expect(codeOf(await joining)).toBe('TIMEOUT')
    expect(messages()).toEqual([
      'authenticate did not answer within 5000 ms; client ann',
      'authorize did not answer within 5000 ms; read of object o by ann',
    ])
  })

  it('[SES11, SES12] is TIMEOUT in the guard; what came before is taken', async () => {
    const guard = (event: Event) =>
      valueOf(event) === 'slow' ? new Promise(() => {}) : Promise.resolve(undefined)
    const { connect, log } = start({ guard, policyTimeoutMs: 20 })
    const writer = await new Writer(connect('ann'), 'a').join()
    const [failure] = await writer.add(1).add(2, 'slow').add(3).push()
    expect(failure).toMatchObject({ code: 'TIMEOUT', taken: 1 })
    expect(failure?.refused).toBeUndefined()
    expect((await log.head('o' as never)).seq).toBe(1)
  })

  it('[SES11] has one time for all events of a push', async () => {
    const guard = () => pause(15)
    const { connect } = start({ guard, policyTimeoutMs: 100 })
    const writer = await new Writer(connect('ann'), 'a').join()
    for (let n = 1; n <= 20; n++) writer.add(n)
    const [failure] = await writer.push()
    expect(failure).toMatchObject({ code: 'TIMEOUT' })
    expect(failure?.taken).toBeGreaterThan(1)
    while (writer.queue.length > 0) await writer.push()
  })

  it('[SES11] and rejects when nobody waits any more, disturbs nobody', async () => {
    const authorize = () => pause(30).then(() => Promise.reject(new Error('too late')))
    const { connect } = start({ authorize, policyTimeoutMs: 5 })
    const answer = await connect('ann').ask('join', { object: 'o', replicas: {} })
    expect(codeOf(answer)).toBe('TIMEOUT')
    await pause(60)
    expect(messages()[1]).toContain('too late')
  })
})

describe('an answer of the wrong type', () => {
  const odd: readonly (readonly [unknown, string])[] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [1, 'a number'],
    ['yes', 'a string'],
    [{}, 'an object'],
    [[true], 'an array'],
    [Promise.resolve('yes'), 'a string'],
  ]
  it.each(odd)('[SES11] of authorize denies: %j', async (answer, type) => {
    const { connect } = start({ authorize: () => answer })
    const join = await connect('ann').ask('join', { object: 'o', replicas: {} })
    expect(codeOf(join)).toBe('FORBIDDEN')
    expect(messages()).toEqual([
      `authorize returned ${type}, not true or false: denied; read of object o by ann`,
    ])
  })

  it.each([
    [undefined, 'undefined'],
    [true, 'a boolean'],
    [7, 'a number'],
    ['', 'an empty text'],
    [{ id: 'ann' }, 'an object'],
  ])('[SES11] of authenticate denies: %j', async (answer, type) => {
    const { connect } = start({ authenticate: () => answer })
    const peer = connect('ann')
    await until(() => peer.isClosed)
    expect(peer.fatal?.code).toBe('AUTH')
    expect(messages()[0]).toContain(`authenticate returned ${type}, not a principal`)
  })

  it.each([
    [null, 'null'],
    [false, 'a boolean'],
    [Promise.resolve(5), 'a number'],
  ])('[SES11] of the guard lets nothing pass: %j', async (answer, type) => {
    const { connect } = start({ guard: () => answer })
    const writer = await new Writer(connect('ann'), 'a').join()
    expect(codeOf(await writer.add(1).push())).toBe('POLICY_FAILED')
    expect(messages()[0]).toBe(
      `guard returned ${type}, not a reason (a text) or undefined; event 1 of replica a0000000 in object o`,
    )
  })
})

describe('a guard', () => {
  it('[SES7] may take its time', async () => {
    const guard = async ([n]: Event) => pause(1).then(() => (n === 2 ? 'not this' : undefined))
    const { connect, log } = start({ guard })
    const writer = await new Writer(connect('ann'), 'a').join()
    const [failure] = await writer.add(1).add(2).add(3).push()
    expect(failure?.refused).toEqual([{ index: 1, code: 'REFUSED', message: 'not this' }])
    expect(codeOf(await writer.push())).toBe('ok')
    expect((await log.head('o' as never)).seq).toBe(2)
  })

  it('[SES12] that cannot stand one event holds it eight times, then refuses it alone', async () => {
    const { connect, log } = start({ guard: poison })
    const writer = await new Writer(connect('ann'), 'a').join()
    writer.add(1).add(2, 'poison').add(3)
    for (let i = 1; i <= 7; i++) {
      const [failure] = await writer.push()
      expect(failure).toMatchObject({ code: 'POLICY_FAILED', taken: i === 1 ? 1 : 0 })
      expect(failure?.refused).toBeUndefined()
    }
    const [failure] = await writer.push()
    expect(failure?.refused).toMatchObject([{ index: 0, code: 'POLICY_FAILED' }])
    expect(codeOf(await writer.push())).toBe('ok')
    expect((await log.head('o' as never)).seq).toBe(2)
    expect(messages()[0]).toBe(
      'guard failed: no such thing; event 2 of replica a0000000 in object o',
    )
  })

  it('[SES12] that fails on everything refuses nothing, however long', async () => {
    let isAway = true
    const guard = () => (isAway ? expect.fail('away') : undefined)
    const { connect } = start({ guard })
    const writer = await new Writer(connect('ann'), 'a').join()
    writer.add(1).add(2)
    for (let i = 0; i < 30; i++) expect((await writer.push())[0]?.refused).toBeUndefined()
    isAway = false
    expect(codeOf(await writer.push())).toBe('ok')
  })

  it('[SES12] is known to work from events of any object', async () => {
    const { connect } = start({ guard: poison })
    const [ann, elsewhere] = await Promise.all([
      new Writer(connect('ann'), 'a').join(),
      new Writer(connect('eve'), 'e', 'other').join(),
    ])
    ann.add(1, 'poison')
    for (let n = 1; n <= 7; n++) {
      expect((await ann.push())[0]?.refused).toBeUndefined()
      expect(codeOf(await elsewhere.add(n).push())).toBe('ok')
    }
    expect((await ann.push())[0]?.refused).toHaveLength(1)
  })

  it('[SES12] is asked again about what it let pass: an edit with nothing behind it is refused too', async () => {
    const { connect, log } = start({ guard: poison })
    const writer = await new Writer(connect('ann'), 'a').join()
    await writer.add(1).push()
    writer.add(2, 'poison')
    for (let i = 1; i <= 7; i++) expect((await writer.push())[0]?.refused).toBeUndefined()
    expect((await writer.push())[0]?.refused).toMatchObject([{ index: 0, code: 'POLICY_FAILED' }])
    expect(codeOf(await writer.add(3).push())).toBe('ok')
    expect((await log.head('o' as never)).seq).toBe(2)
  })

  it.each(['behind it', 'before it'])(
    '[SES12] may hang on an event, with a good one %s',
    async (place) => {
      const guard = (event: Event) =>
        valueOf(event) === 'slow' ? new Promise(() => {}) : undefined
      const { connect, log } = start({ guard, policyTimeoutMs: 5 })
      const writer = await new Writer(connect('ann'), 'a').join()
      if (place === 'before it') await writer.add(1).push()
      writer.add(2, 'slow')
      if (place === 'behind it') writer.add(3)
      for (let i = 1; i <= 7; i++) {
        const [failure] = await writer.push()
        expect(failure).toMatchObject({ code: 'TIMEOUT', taken: 0 })
        expect(failure?.refused).toBeUndefined()
      }
      expect((await writer.push())[0]?.refused).toHaveLength(1)
      expect(codeOf(await writer.push())).toBe('ok')
      expect((await log.head('o' as never)).seq).toBe(1)
    },
  )

  it('[SES12] is given up for many bad events at once, not for one after the other', async () => {
    const { connect } = start({ guard: poison })
    const writer = await new Writer(connect('ann'), 'a').join()
    await writer.add(1).push()
    for (let n = 2; n <= 12; n++) writer.add(n, 'poison')
    for (let i = 1; i <= 10; i++) await writer.push()
    expect(writer.queue.length).toBe(0)
  })

  it('[SES12] that answers for others is asked again within 3 s, else as seldom as the client likes', async () => {
    let isAway = true
    const guard = (event: Event) =>
      isAway || valueOf(event) === 'poison' ? expect.fail('away') : undefined
    const { connect } = start({ guard })
    const writer = await new Writer(connect('ann'), 'a').join()
    writer.add(1, 'poison').add(2)
    const waits: unknown[] = []
    const push = async () => waits.push((await writer.push())[0]?.retryAfterMs)
    await push()
    await push()
    isAway = false
    for (let i = 1; i <= 7; i++) await push()
    expect(waits).toEqual([
      // Nothing answers yet.
      undefined,
      undefined,
      undefined,
      1_000,
      2_000,
      3_000,
      3_000,
      3_000,
      3_000,
    ])
  })

  it('[SES11] that fails all the time does not flood the log', async () => {
    const { connect } = start({ guard: () => expect.fail('away') })
    const writer = await new Writer(connect('ann'), 'a').join()
    writer.add(1)
    for (let i = 0; i < 50; i++) await writer.push()
    expect(errors.length).toBe(5)
    const later = performance.now() + 10_500
    vi.spyOn(performance, 'now').mockReturnValue(later)
    await writer.push()
    expect(messages()[5]).toContain('(and 45 more like it)')
  })
})
