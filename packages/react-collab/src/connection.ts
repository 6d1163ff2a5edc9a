import {
  type Ack,
  type CollabError,
  type ErrorCode,
  type Failure,
  type HelloDown,
  type HelloUp,
  messages,
  ProtocolError,
  type Shape,
  StorageError,
} from '@react-collab/core'
import { backoffMs } from './backoff.js'
import { createPatience, type Traffic } from './patience.js'
import type { Platform } from './platform.js'
import type { Socket, Transport } from './transport.js'

/** Without an answer, and without a byte for this long, nothing moves any more. */
const ACK_MS = 10_000
/** A server that has not said welcome after this long is not there. */
const WELCOME_MS = 15_000

/** How the line to the server stands; `code` tells why it is down, where that is known. */
export type ConnectionState =
  | { readonly status: 'offline' }
  | { readonly status: 'connecting' }
  | { readonly status: 'online' }
  | { readonly status: 'waiting'; readonly code?: ErrorCode; readonly message: string }
  | { readonly status: 'needs-auth'; readonly message: string }
  | { readonly status: 'refused'; readonly code: ErrorCode; readonly message: string }

/** Whom a connection tells. */
export interface ConnectionHost {
  readonly platform: Platform
  hello(): Promise<HelloUp>
  /** Whether the token may be another when it is asked for again. */
  canRenew(): boolean
  welcome(welcome: HelloDown): void
  /** The server closed the connection for a reason, also while it opened. */
  refused(code: ErrorCode): void
  /** An open connection has ended; `code` is that of a `fatal`, if one came. */
  ended(code: ErrorCode | undefined): void
  message(event: string, message: unknown): void
  changed(): void
}

/** Keeps one socket to the server open, as long as it is wanted. */
export interface Connection {
  readonly state: ConnectionState
  /** Rises with whatever comes, also with a part of a message: a sign of life. */
  readonly received: number
  /** Begins, or stops, to want a connection. */
  want(wanted: boolean): void
  /** Tries now, without waiting out the delay. */
  retry(): void
  /** Tries now with a new `hello`, also where one is on its way. */
  renew(): void
  /** Drops a socket that does not move, and opens another. */
  restart(): void
  send(event: string, message: unknown): void
  /** Ends it, and does not try again by itself. */
  refuse(code: ErrorCode, message: string): void
  /** Tells the server of another token; one that says who else this is goes into a new hello. */
  authorize(token: string): void
  /** Sends, and resolves to the answer; rejects with TIMEOUT or when the socket ends. */
  request<T>(event: string, message: unknown, answer: Shape<T>): Promise<Ack<T>>
}

/** The answer to a request that tells no more than that it was taken. */
export const anything: Shape<unknown> = { text: 'anything', read: (value) => value }

/** Codes after which trying again by oneself is of no use. */
const hopeless: ReadonlySet<ErrorCode> = new Set([
  'PROTOCOL_UNSUPPORTED',
  'CLIENT_TOO_OLD',
  'ORIGIN',
])

/** Makes a connection that is not wanted yet. */
export function createConnection(transport: Transport, host: ConnectionHost): Connection {
  const { platform } = host
  let state: ConnectionState = { status: 'offline' }
  let wanted = false
  let socket: Socket | undefined
  let attempt = 0
  let cancelTimer: (() => void) | undefined
  let lastFailure: Failure | undefined
  /** Rejects all open requests when the socket ends. */
  let requests = new Set<(error: CollabError) => void>()
  let generation = 0
  /** The last token was refused; this is the one asked for after. */
  let isSecondToken = false
  /** A token was told that no hello has held yet. */
  let isUntried = false
  /** Messages and answers that came, and those of them that are no heartbeat. */
  let heard = 0
  let messagesHeard = 0

  const traffic = (): Traffic => {
    const { partial = 0, unsent = 0 } = socket?.bytes?.() ?? {}
    return { messages: messagesHeard, partial, unsent }
  }

  function move(next: ConnectionState): void {
    state = next
    host.changed()
  }

  async function open(): Promise<void> {
    cancelTimer?.()
    cancelTimer = undefined
    const mine = ++generation
    move({ status: 'connecting' })
    lastFailure = undefined
    isUntried = false
    cancelTimer = platform.timer(WELCOME_MS, () => down('no answer'))
    const hello = await host.hello().catch((error: unknown) => {
      if (mine !== generation) return
      platform.report(error)
      const why = error instanceof Error ? error.message : String(error)
      const failure: Failure =
        error instanceof StorageError
          ? { code: error.code, message: why }
          : { code: 'AUTH', message: `the token could not be had: ${why}` }
      lastFailure = failure
      drop(why)
      wait(failure, why)
    })
    if (hello === undefined || mine !== generation || !wanted) return
    socket = transport.open(hello, {
      up: () => undefined,
      down: (reason) => mine === generation && down(reason),
      message: (event, message) => mine === generation && receive(event, message),
    })
  }

  function receive(event: string, message: unknown): void {
    heard += 1
    if (event !== 'heads' && event !== 'presence') messagesHeard += 1
    if (event !== 'welcome' && event !== 'fatal') return host.message(event, message)
    try {
      if (event === 'welcome') return welcome(message)
      lastFailure = messages.fatal.read(message, 'fatal')
    } catch (error) {
      platform.report(error)
      lastFailure = { code: 'PROTOCOL_UNSUPPORTED', message: 'the server speaks another protocol' }
    }
    restart()
  }

  function welcome(message: unknown): void {
    attempt = 0
    isSecondToken = false
    cancelTimer?.()
    host.welcome(messages.welcome.read(message, 'welcome'))
    move({ status: 'online' })
  }

  function down(reason: string): void {
    const wasOnline = state.status === 'online'
    const failure = lastFailure
    drop(reason)
    if (failure !== undefined) host.refused(failure.code)
    if (wasOnline) host.ended(failure?.code)
    if (failure?.code === 'AUTH') unauthorized(failure)
    else if (failure !== undefined && hopeless.has(failure.code)) {
      move({ status: 'refused', code: failure.code, message: failure.message })
    } else wait(failure, reason)
  }

  /** A token may have run out: another is asked for, once, before a person is. */
  function unauthorized(failure: Failure): void {
    if (isUntried) {
      // Somebody else on this line; on another one they may be welcome.
      wait({ ...failure, retryAfterMs: 0 }, failure.message)
    } else if (isSecondToken || !host.canRenew()) {
      isSecondToken = false
      move({ status: 'needs-auth', message: failure.message })
    } else {
      isSecondToken = true
      wait({ ...failure, retryAfterMs: 0 }, failure.message)
    }
  }

  function wait(failure: Failure | undefined, reason: string): void {
    const code = failure === undefined ? {} : { code: failure.code }
    move({ status: 'waiting', ...code, message: failure?.message ?? reason })
    const delay = failure?.retryAfterMs ?? backoffMs(attempt++, platform.random)
    cancelTimer = platform.timer(delay, () => void open().catch(platform.report))
  }

  function drop(reason: string): void {
    generation += 1
    cancelTimer?.()
    const old = socket
    const open = requests
    socket = undefined
    requests = new Set()
    old?.close()
    for (const reject of open) reject(new ProtocolError('TIMEOUT', reason))
  }

  function again(): void {
    attempt = 0
    drop('once more')
    void open().catch(platform.report)
  }

  function restart(): void {
    if (socket !== undefined) down('restarted')
  }

  return {
    get state() {
      return state
    },
    get received() {
      return heard + (socket?.bytes?.().received ?? 0)
    },
    want(want) {
      if (want === wanted) return
      wanted = want
      if (want) return void open().catch(platform.report)
      const wasOnline = state.status === 'online'
      cancelTimer?.()
      drop('offline')
      if (wasOnline) host.ended(undefined)
      move({ status: 'offline' })
    },
    retry() {
      if (wanted && state.status !== 'online' && state.status !== 'connecting') again()
    },
    renew() {
      if (wanted && state.status !== 'online') again()
    },
    restart,
    refuse(code, message) {
      const wasOnline = state.status === 'online'
      drop(message)
      if (wasOnline) host.ended(code)
      move({ status: 'refused', code, message })
    },
    send: (event, message) => socket?.emit(event, message),
    authorize(token) {
      isUntried = true
      socket?.emit('auth', { token })
    },
    request(event, message, answer) {
      const to = socket
      if (to === undefined) return Promise.reject(new ProtocolError('TIMEOUT', 'not connected'))
      return new Promise((resolve, reject) => {
        const done = (): void => {
          cancel()
          requests.delete(fail)
        }
        const fail = (error: CollabError): void => {
          done()
          reject(error)
        }
        const cancel = createPatience(platform, ACK_MS, traffic, () =>
          fail(new ProtocolError('TIMEOUT', `no answer to ${event}`)),
        )
        requests.add(fail)
        to.emit(event, message, (reply) => {
          done()
          heard += 1
          try {
            resolve(readAck(reply, answer))
          } catch (error) {
            reject(
              error instanceof Error
                ? error
                : new ProtocolError('BAD_REQUEST', 'an unreadable answer'),
            )
          }
        })
      })
    },
  }
}

function readAck<T>(reply: unknown, answer: Shape<T>): Ack<T> {
  if (!Array.isArray(reply)) throw new ProtocolError('BAD_REQUEST', 'an answer is an array')
  const [failure, result] = reply as unknown[]
  return failure === null
    ? [null, answer.read(result, 'answer')]
    : [messages.failure.read(failure, 'failure')]
}
