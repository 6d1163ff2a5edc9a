import { type ErrorCode, type Fatal, PROTOCOL_VERSION, type Shape } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { backoffMs } from './backoff.js'
import { type Connection, createConnection } from './connection.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'
import type { SocketBytes, SocketEvents, Transport } from './transport.js'

interface Line {
  readonly hello: unknown
  readonly events: SocketEvents
  readonly up: { event: string; message: unknown; ack: ((answer: unknown) => void) | undefined }[]
  closed: boolean
  bytes: SocketBytes
}

const still: SocketBytes = { received: 0, partial: 0, unsent: 0 }

let platform: ManualPlatform
let lines: Line[]
let told: string[]
let token: () => Promise<string>
let canRenew: boolean
let connection: Connection

const transport: Transport = {
  open(hello, events) {
    const line: Line = { hello, events, up: [], closed: false, bytes: still }
    lines.push(line)
    return {
      emit: (event, message, ack) => void line.up.push({ event, message, ack }),
      close: () => void (line.closed = true),
      bytes: () => line.bytes,
    }
  },
}

function make(chance = 0.5): void {
  platform = createManualPlatform(chance)
  lines = []
  told = []
  token = async () => 'token'
  canRenew = false
  connection = createConnection(transport, {
    platform,
    hello: async () => ({ protocol: 1, client: 'c', secret: 's', token: await token() }),
    canRenew: () => canRenew,
    welcome: () => told.push('welcome'),
    refused: () => undefined,
    ended: (code) => told.push(`ended ${code}`),
    message: (event) => told.push(event),
    changed: () => undefined,
  })
}

beforeEach(() => make())

const welcome = {
  protocol: PROTOCOL_VERSION,
  now: 1,
  generation: 'g',
  principal: 'p',
  heartbeatMs: 5000,
  pushBytes: 1000,
}
const anything: Shape<unknown> = { text: 'anything', read: (value) => value }
const last = (): Line => lines.at(-1)!

async function connect(): Promise<void> {
  connection.want(true)
  await platform.settle()
  last().events.up()
  last().events.message('welcome', welcome)
}

async function end(fatal?: Fatal): Promise<void> {
  if (fatal !== undefined) last().events.message('fatal', fatal)
  last().events.down('gone')
  await platform.settle()
}

describe('[CON1] patience', () => {
  it.each([
    [0, 500],
    [1, 1000],
    [2, 2000],
    [5, 16_000],
    [6, 30_000],
    [60, 30_000],
    [1e9, 30_000],
  ])('try %i waits at most %i ms, at least 100, and anything between', (attempt, most) => {
    expect(backoffMs(attempt, () => 0)).toBe(100)
    expect(backoffMs(attempt, () => 0.999_999_999)).toBe(most)
    expect(backoffMs(attempt, () => 0.5)).toBe(most / 2)
  })

  it('grows while nobody answers, and is short again after a welcome', async () => {
    connection.want(true)
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      await platform.settle()
      await end()
      expect(connection.state).toEqual({ status: 'waiting', message: 'gone' })
      waits.push(...platform.delays)
      await platform.pass(waits.at(-1)!)
    }
    expect(waits).toEqual([250, 500, 1000, 2000])
    last().events.message('welcome', welcome)
    expect(connection.state.status).toBe('online')
    await end()
    expect(platform.delays).toEqual([250])
  })

  it('is what the server says, where it says so', async () => {
    await connect()
    await end({ code: 'SHUTTING_DOWN', message: 'later', retryAfterMs: 77_000 })
    expect(connection.state).toEqual({ status: 'waiting', code: 'SHUTTING_DOWN', message: 'later' })
    expect(platform.delays).toEqual([77_000])
  })

  it('ends when a person or the network comes back', async () => {
    await connect()
    await end()
    connection.retry()
    await platform.settle()
    expect(lines).toHaveLength(2)
    expect(connection.state.status).toBe('connecting')
    connection.retry()
    await platform.settle()
    expect(lines).toHaveLength(2)
  })
})

describe('[CON2] a fatal', () => {
  it('AUTH waits for another token, however long', async () => {
    await connect()
    await end({ code: 'AUTH', message: 'who are you?' })
    expect(connection.state).toEqual({ status: 'needs-auth', message: 'who are you?' })
    expect(told).toEqual(['welcome', 'ended AUTH'])
    await platform.pass(3_600_000)
    expect(lines).toHaveLength(1)
    token = async () => 'another'
    connection.renew()
    await platform.settle()
    expect(last().hello).toMatchObject({ token: 'another' })
  })

  it.each<ErrorCode>(['PROTOCOL_UNSUPPORTED', 'CLIENT_TOO_OLD', 'ORIGIN'])(
    '%s is final, until somebody asks',
    async (code) => {
      await connect()
      await end({ code, message: 'no' })
      expect(connection.state).toEqual({ status: 'refused', code, message: 'no' })
      await platform.pass(3_600_000)
      expect(lines).toHaveLength(1)
      connection.retry()
      await platform.settle()
      expect(lines).toHaveLength(2)
    },
  )

  it.each<ErrorCode>(['RATE_LIMITED', 'SLOW_CONSUMER', 'SERVER_TOO_OLD', 'TIMEOUT', 'BAD_REQUEST'])(
    '%s is tried again',
    async (code) => {
      await connect()
      await end({ code, message: 'no' })
      expect(connection.state).toMatchObject({ status: 'waiting', code })
      await platform.pass(300)
      expect(lines).toHaveLength(2)
    },
  )

  it('is told once, whatever the socket says after it', async () => {
    await connect()
    const { events, closed } = last()
    events.message('fatal', { code: 'SHUTTING_DOWN', message: '' })
    events.down('again')
    events.message('entries', {})
    expect(told).toEqual(['welcome', 'ended SHUTTING_DOWN'])
    expect([closed, last().closed]).toEqual([false, true])
  })
})

describe('[CON3] silence', () => {
  it('of a server that does not say welcome ends the try', async () => {
    connection.want(true)
    await platform.pass(14_999)
    last().events.up()
    expect(connection.state.status).toBe('connecting')
    await platform.pass(2)
    expect(connection.state.status).toBe('waiting')
    expect(last().closed).toBe(true)
    await platform.pass(1000)
    expect(lines).toHaveLength(2)
  })

  it('of the app that should give a token ends the try, too', async () => {
    token = () => new Promise<never>(() => undefined)
    connection.want(true)
    await platform.pass(15_000)
    expect(connection.state.status).toBe('waiting')
    token = () => Promise.reject(new Error('no network'))
    await platform.pass(1000)
    expect(platform.errors).toContainEqual(new Error('no network'))
    token = async () => 'token'
    await platform.pass(16_000)
    expect(lines).toHaveLength(1)
  })

  it('after a request rejects it, and nothing else', async () => {
    await connect()
    const failed = expect(connection.request('push', {}, anything)).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
    await platform.pass(10_000)
    await failed
    expect(connection.state.status).toBe('online')
    last().up[0]!.ack?.([null, {}])
  })

  it('of a socket that is gone rejects all its requests', async () => {
    await connect()
    const requests = ['join', 'push'].map((event) => connection.request(event, {}, anything))
    const outcomes = Promise.allSettled(requests)
    await end()
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(connection.request('push', {}, anything)).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
  })
})

describe('[CON4] what cannot be read', () => {
  it.each([
    ['nothing', undefined],
    ['no array', { failure: null }],
    ['a result of another shape', [null, 'text']],
    ['a failure without a code', [{ message: 'no' }]],
    ['a failure that is none', ['no']],
  ])('in an answer, %s, is an error of its request', async (_, reply) => {
    await connect()
    const shape: Shape<unknown> = {
      text: 'number',
      read: (value) => {
        if (typeof value !== 'number') throw new TypeError('not a number')
        return value
      },
    }
    const request = connection.request('join', {}, shape)
    last().up[0]!.ack?.(reply)
    await expect(request).rejects.toBeInstanceOf(Error)
  })

  it.each([undefined, 7, {}, { ...welcome, now: 'noon' }])(
    'as a welcome, %j, is reported and never believed',
    async (message) => {
      connection.want(true)
      await platform.settle()
      last().events.message('welcome', message)
      expect(platform.errors).toHaveLength(1)
      expect(connection.state).toMatchObject({ status: 'refused', code: 'PROTOCOL_UNSUPPORTED' })
      expect(last().closed).toBe(true)
    },
  )

  it.each([undefined, 'fatal', { code: 7 }])('as a fatal, %j, ends the line', async (message) => {
    await connect()
    last().events.message('fatal', message)
    expect(platform.errors).toHaveLength(1)
    expect(last().closed).toBe(true)
    expect(connection.state.status).not.toBe('online')
  })
})

describe('[CON8] being offline', () => {
  it('ends the line and opens none, until it is wanted', async () => {
    await connect()
    connection.want(false)
    expect(connection.state).toEqual({ status: 'offline' })
    expect(told).toEqual(['welcome', 'ended undefined'])
    connection.retry()
    connection.renew()
    connection.restart()
    await platform.pass(3_600_000)
    expect(lines).toHaveLength(1)
    connection.want(true)
    await platform.settle()
    expect(lines).toHaveLength(2)
  })

  it('keeps a hello that is being made from connecting', async () => {
    connection.want(true)
    connection.want(false)
    await platform.settle()
    expect(lines).toHaveLength(0)
  })
})

describe('[CON6] another token', () => {
  it('while a hello is on its way begins anew', async () => {
    connection.want(true)
    await platform.settle()
    const old = last()
    token = async () => 'another'
    connection.renew()
    await platform.settle()
    old.events.message('fatal', { code: 'AUTH', message: '' })
    expect(old.closed).toBe(true)
    expect(last().hello).toMatchObject({ token: 'another' })
    last().events.message('welcome', welcome)
    expect(connection.state.status).toBe('online')
  })

  it('while a token is being asked for begins anew', async () => {
    let give: (text: string) => void = () => undefined
    token = () => new Promise((resolve) => (give = resolve))
    connection.want(true)
    await platform.settle()
    token = async () => 'another'
    connection.renew()
    give('old')
    await platform.settle()
    expect(lines.map(({ hello }) => hello)).toEqual([expect.objectContaining({ token: 'another' })])
  })

  it('on a line that is open changes nothing', async () => {
    await connect()
    connection.renew()
    await platform.settle()
    expect(lines).toHaveLength(1)
  })
})

describe('[CON11] a token that was refused', () => {
  const refuse = async (): Promise<void> => {
    await end({ code: 'AUTH', message: 'who are you?' })
    await platform.pass(0)
  }

  it('is asked for once more where that may help, before a person is asked', async () => {
    canRenew = true
    let asked = 0
    token = async () => `token ${++asked}`
    await connect()
    await refuse()
    expect(last().hello).toMatchObject({ token: 'token 2' })
    expect(connection.state.status).toBe('connecting')
    await refuse()
    expect([connection.state.status, asked]).toEqual(['needs-auth', 2])
    await platform.pass(3_600_000)
    expect(asked).toBe(2)
    connection.renew()
    await platform.settle()
    await refuse()
    expect([connection.state.status, asked]).toEqual(['connecting', 4])
  })

  it('[CON12] that was told on an open line has a hello of its own, then a person is asked', async () => {
    await connect()
    connection.authorize('of somebody else')
    token = async () => 'of somebody else'
    await refuse()
    expect(last().hello).toMatchObject({ token: 'of somebody else' })
    await refuse()
    expect(connection.state.status).toBe('needs-auth')
  })

  it('has another chance after each welcome', async () => {
    canRenew = true
    await connect()
    for (let i = 0; i < 3; i++) {
      await refuse()
      last().events.message('welcome', welcome)
      expect(connection.state.status).toBe('online')
    }
  })
})

describe('[CON9] a slow line', () => {
  const ask = (): Promise<string> =>
    connection.request('push', {}, anything).then(
      () => 'answered',
      ({ code }: { code: ErrorCode }) => code,
    )
  const watch = async (): Promise<() => string> => {
    await connect()
    let outcome = 'open'
    void ask().then((found) => (outcome = found))
    return () => outcome
  }

  it('is waited for while bytes of a message come', async () => {
    const outcome = await watch()
    for (let received = 1; received < 5; received++) {
      last().bytes = { received, partial: received, unsent: 0 }
      await platform.pass(9000)
    }
    expect(outcome()).toBe('open')
    await platform.pass(20_000)
    expect(outcome()).toBe('TIMEOUT')
  })

  it('is waited for while messages come, heartbeats apart, but no longer than a minute', async () => {
    const outcome = await watch()
    for (let s = 0; s < 50; s += 5) {
      last().events.message('entries', {})
      await platform.pass(5000)
    }
    expect(outcome()).toBe('open')
    for (let s = 0; s < 20; s += 5) {
      last().events.message('entries', {})
      await platform.pass(5000)
    }
    expect(outcome()).toBe('TIMEOUT')
  })

  it('is not waited for when only heartbeats come', async () => {
    const outcome = await watch()
    last().events.message('heads', {})
    await platform.pass(10_000)
    expect(outcome()).toBe('TIMEOUT')
  })

  it('is waited for as long as bytes go', async () => {
    const outcome = await watch()
    for (let unsent = 30; unsent > 0; unsent--) {
      last().bytes = { received: 0, partial: 0, unsent }
      await platform.pass(9000)
    }
    expect(outcome()).toBe('open')
    last().bytes = still
    await platform.pass(20_000)
    expect(outcome()).toBe('TIMEOUT')
  })

  it('shows a sign of life by any byte', async () => {
    await connect()
    const before = connection.received
    last().bytes = { received: 1, partial: 1, unsent: 0 }
    expect(connection.received).toBe(before + 1)
    last().events.message('heads', {})
    expect(connection.received).toBe(before + 2)
  })
})
