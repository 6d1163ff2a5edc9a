/** What the tests over real sockets share: a server on a free port, and clients of it. */
import {
  type Ack,
  type Entries,
  type Event,
  type Fatal,
  formatStamp,
  type HelloDown,
  type Joined,
  PROTOCOL_VERSION,
  type Replica,
} from '@react-collab/core'
import { io, type Socket } from 'socket.io-client'
import { afterEach } from 'vitest'
import { allowAll } from './options.js'
import { type CollabServer, createServer, type ServerOptions } from './server.js'

export const origin = 'https://app.example'

/** What a test's server caught; most tests want nothing here. */
export const reported: object[] = []

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  reported.length = 0
})

const logger = {
  info: () => {},
  warn: () => {},
  error: (details: object) => void reported.push(details),
}

export interface Loopback {
  readonly server: CollabServer
  readonly url: string
  readonly connect: (hello?: object, more?: object) => Client
}

/** Starts a server that is closed when the test ends. */
export async function startServer(options: Partial<ServerOptions> = {}): Promise<Loopback> {
  const server = await createServer({ authorize: allowAll, origins: [origin], logger, ...options })
  const url = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`
  closers.push(() => server.close())
  return { server, url, connect: (hello, more) => new Client(url, hello, more) }
}

let clients = 0

/** Makes an event of a replica, stamped now unless `ms` says when. */
export const makeEvent = (replica: string, n: number, value: unknown = n, ms = Date.now()): Event =>
  [
    n,
    formatStamp({ ms, counter: 0, replica: replica.padEnd(8, '0') as Replica }),
    [['=', '', 'x', value]],
  ] as unknown as Event

/** A client that is as polite as the test wants it. */
export class Client {
  readonly name = `client-${++clients}`
  readonly socket: Socket
  readonly entries: Entries[] = []
  readonly fatals: Fatal[] = []
  readonly opened: Promise<HelloDown>
  readonly closed: Promise<string>
  readonly replica = `r${clients}`.padEnd(8, '0')
  #terms = new Map<string, string>()
  #n = 0

  constructor(url: string, hello: object = {}, more: object = {}) {
    const auth = { protocol: PROTOCOL_VERSION, client: this.name, secret: 'secret', ...hello }
    const options = { transports: ['websocket'], reconnection: false, forceNew: true, auth }
    this.socket = io(url, { ...options, ...more })
    this.socket.on('entries', (message: Entries) => this.entries.push(message))
    this.socket.on('fatal', (message: Fatal) => this.fatals.push(message))
    this.opened = new Promise((resolve) => this.socket.on('welcome', resolve))
    this.closed = new Promise((resolve) => {
      this.socket.on('disconnect', resolve)
      this.socket.on('connect_error', ({ message }) => resolve(message))
    })
    closers.push(() => this.socket.disconnect())
  }

  ask(event: string, ...args: unknown[]): Promise<Ack<unknown>> {
    return this.socket.timeout(5_000).emitWithAck(event, ...args)
  }

  /** The code of the answer, or `ok`. */
  async codeOf(event: string, ...args: unknown[]): Promise<string> {
    const [failure] = await this.ask(event, ...args)
    return failure === null ? 'ok' : failure.code
  }

  async join(object = 'o', more: object = {}): Promise<Joined> {
    const [failure, joined] = await this.ask('join', { object, replicas: {}, ...more })
    if (failure !== null) throw new Error(failure.code)
    this.#terms.set(object, (joined as Joined).term)
    return joined as Joined
  }

  pushOf(events: readonly unknown[], more: object = {}, object = 'o'): object {
    const term = this.#terms.get(object) ?? 'none'
    return { object, term, round: 0, prev: { [this.replica]: this.#n }, events, ...more }
  }

  /** Writes the next `count` events; the server must take them. */
  async write(count = 1, object = 'o', value?: unknown): Promise<void> {
    const events = Array.from({ length: count }, (_, i) =>
      makeEvent(this.replica, this.#n + i + 1, value),
    )
    const push = this.pushOf(events, {}, object)
    this.#n += count
    const [failure] = await this.ask('push', push)
    if (failure !== null) throw new Error(JSON.stringify(failure))
  }

  /** How many entries of `object` have come, if they came in order without gap or repeat. */
  seen(object = 'o', from = 1): number {
    let next = from
    for (const { object: of, seq, events } of this.entries) {
      if (of !== object) continue
      if (seq !== next) throw new Error(`entry ${seq} came instead of ${next}`)
      next += events.length
    }
    return next - from
  }

  async until(count: number, object = 'o', from = 1): Promise<void> {
    const deadline = Date.now() + 8_000
    while (this.seen(object, from) < count) {
      if (Date.now() > deadline) throw new Error(`${this.seen(object, from)} of ${count} came`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
}
