import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type CollabError, cut, isObjectId, type ObjectId, UsageError } from '@react-collab/core'
import { Server as SocketServer, type ServerOptions as SocketOptions } from 'socket.io'
import { checkAddress, checkOptions } from './check-options.js'
import { createHost, type Host } from './host.js'
import { type Bucket, createBucket } from './limits.js'
import { type ClientRegistry, createClientRegistry } from './clients/client-registry.js'
import { createDurableLog } from './log/durable-log.js'
import type { EventLog } from './log/event-log.js'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { openSqliteDisk } from './log/sqlite-disk.js'
import type { HostOptions } from './options.js'
import { createOriginTest } from './origin.js'
import { consoleLogger, type Logger, nodePlatform, type Platform } from './platform.js'
import { createSocketHub, serveSocket } from './socket-peer.js'

/** What a server is made of. */
export interface ServerOptions extends HostOptions {
  /** Where events are kept: a file (`data`), a log of your own (`log`), else only memory. */
  readonly data?: string | undefined
  /** Stays open when the server closes. */
  readonly log?: EventLog | undefined
  /** Pages that may connect, such as `https://app.example`. */
  readonly origins: readonly string[]
  /** How far ahead of this server's clock a stamp may be; 5,000 ms by default. */
  readonly maxDriftMs?: number | undefined
  readonly logger?: Logger | undefined
  /** A server to attach to; without it, one is made. */
  readonly http?: Server | undefined
  /** Answers requests that the server of its own does not, such as those for pages. */
  readonly fallback?: RequestListener | undefined
  /** Told when the disk cannot be relied on; the process has to end. By default it crashes. */
  readonly onFatal?: ((error: CollabError) => void) | undefined
}

/** What `GET /health` answers. */
export interface Health {
  readonly status: 'ok' | 'closing'
  readonly sessions: number
  readonly objects: number
  readonly uptimeMs: number
}

/** A running server. */
export interface CollabServer {
  readonly io: SocketServer
  readonly http: Server
  /**
   * Listens; resolves with the port, which the system chooses for 0.
   *
   * Errors  `UsageError` for what is no port, or no name or address of a host, CLOSED after `close`;
   * Node's own with its code, such as `EADDRINUSE`, when the system does not give the port
   */
  listen(port: number, host?: string): Promise<number>
  health(): Health
  /**
   * Removes an object for everyone, with all that was ever in it; those who have it open are told.
   * Whoever writes it again begins it anew.
   *
   * Errors  `StorageError` LOG_FAILED when the disk did not do it
   */
  remove(object: string): Promise<void>
  /**
   * Ends all connections of a principal, as `authenticate` named it; tells how many there were. Its
   * clients come back by themselves, and `authenticate` and `authorize` are asked anew: call it when
   * somebody may do less than before.
   */
  disconnect(principal: string): number
  /**
   * Makes a copy of the data file in a new file while the server goes on; it has all that was
   * acknowledged before, and can be opened in its place.
   *
   * Errors  `StorageError` LOG_FAILED when there is such a file, or it cannot be written;
   * `UsageError` without `data`
   */
  backup(path: string): Promise<void>
  /** Stops accepting, answers what was pushed, tells clients SHUTTING_DOWN, closes the log. */
  close(): Promise<void>
}

/** How long a peer may take to hear why the server closes. */
const lastWordsMs = 1_000

const transport: Partial<SocketOptions> = {
  transports: ['websocket'],
  allowEIO3: false,
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
  // Above the limit of a push, so that too large a push gets its named error first.
  maxHttpBufferSize: 524_288,
  pingInterval: 10_000,
  // A ping waits behind what is on its way: at 50 kB/s that may take a while.
  pingTimeout: 30_000,
  connectTimeout: 5_000,
}

/**
 * Makes a server; it does nothing until it listens, or its `http` does.
 *
 * ```ts
 * const server = await createServer({ data: 'log.sqlite', origins: ['https://app.example'], authorize })
 * await server.listen(4321)
 * ```
 * Errors  `UsageError` for bad options, `StorageError` when the data file cannot be opened
 */
export async function createServer(options: ServerOptions): Promise<CollabServer> {
  checkOptions(options)
  const isAllowedOrigin = createOriginTest(options.origins)
  const logger = options.logger ?? consoleLogger
  const platform = nodePlatform((error) => logger.error({ err: error }, 'an error was caught'))
  const { log, clients } = await openStores(options, platform)
  const http = options.http ?? createHttpServer()
  const mayConnect = createConnectLimit(platform)
  const io = new SocketServer(http, {
    ...transport,
    allowRequest: ({ headers, socket }, decide) => {
      if (!isAllowedOrigin(headers.origin)) {
        logger.warn(
          { origin: String(headers.origin).slice(0, 64) },
          'this origin is not allowed: it is not in origins (--origin)',
        )
        decide('ORIGIN', false)
      } else if (!mayConnect(socket.remoteAddress)) decide('RATE_LIMITED', false)
      else decide(null, true)
    },
  })
  const host = createHost({ log, clients, platform, hub: createSocketHub(io), options })
  io.on('connection', (socket) => serveSocket(socket, host))
  io.engine.on('connection_error', ({ code, message }) => {
    logger.warn({ code, reason: String(message).slice(0, 64) }, 'a connection was refused')
  })
  return new RunningServer({ io, http, host, log, clients, platform, logger, options })
}

/** Where a server keeps what it knows: events, and clients beside them. */
interface Stores {
  readonly log: EventLog
  /** Beside a log of the app's own there is none that lasts. */
  readonly clients: ClientRegistry | undefined
}

async function openStores(options: ServerOptions, platform: Platform): Promise<Stores> {
  const { data, maxDriftMs, onFatal } = options
  const { now, random, report } = platform
  if (options.log !== undefined) return { log: options.log, clients: undefined }
  if (data === undefined)
    return { log: createMemoryEventLog({ now, random, maxDriftMs }), clients: undefined }
  const crash = (error: CollabError): void => {
    platform.timer(0, () => {
      throw error
    })
  }
  const opening = platform.id()
  const disk = await openSqliteDisk({ path: data, now, onFatal: onFatal ?? crash })
  return {
    log: createDurableLog(disk, { now, opening, maxDriftMs, report }),
    clients: createClientRegistry(disk, platform),
  }
}

function objectIdOf(object: string): ObjectId {
  if (isObjectId(object)) return object
  throw new UsageError('BAD_ID', `${cut(object)} is no id of an object`)
}

/** Bounds how fast one address may connect; a proxy in front counts as one. */
function createConnectLimit({ elapsed }: Platform): (address: string | undefined) => boolean {
  const perSecond = 100
  const burst = 1_000
  const buckets = new Map<string, Bucket>()
  return (address = '') => {
    if (buckets.size > 10_000) buckets.clear()
    const bucket = buckets.get(address) ?? createBucket(perSecond, burst, elapsed())
    buckets.set(address, bucket)
    return bucket.spend(1, elapsed()) === 0
  }
}

interface Parts {
  readonly io: SocketServer
  readonly http: Server
  readonly host: Host
  readonly log: EventLog
  readonly clients: ClientRegistry | undefined
  readonly platform: Platform
  readonly logger: Logger
  readonly options: ServerOptions
}

class RunningServer implements CollabServer {
  readonly io: SocketServer
  readonly http: Server
  readonly #parts: Parts
  readonly #startedAt: number
  /** All connections, upgraded ones too, which Node does not close by itself. */
  readonly #sockets = new Set<Socket>()
  #closing: Promise<void> | undefined

  constructor(parts: Parts) {
    this.io = parts.io
    this.http = parts.http
    this.#parts = parts
    this.#startedAt = parts.platform.elapsed()
    if (parts.options.http !== undefined) return
    parts.http.on('request', this.#answer)
    parts.http.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  async listen(port: number, host?: string): Promise<number> {
    checkAddress(port, host)
    this.#checkIdle()
    return new Promise((resolve, reject) => {
      this.http.once('error', reject)
      this.http.listen(port, host, () => {
        this.http.off('error', reject)
        resolve((this.http.address() as AddressInfo).port)
      })
    })
  }

  #checkIdle(): void {
    if (this.#closing !== undefined)
      throw new UsageError('CLOSED', 'the server was closed: createServer makes another')
    if (this.http.listening)
      throw new UsageError('BAD_VALUE', 'the server listens already: a server listens once')
  }

  health(): Health {
    const { host, platform } = this.#parts
    const status = this.#closing === undefined ? 'ok' : 'closing'
    return { status, ...host.counts, uptimeMs: Math.floor(platform.elapsed() - this.#startedAt) }
  }

  async remove(object: string): Promise<void> {
    await this.#parts.host.remove(objectIdOf(object))
  }

  disconnect(principal: string): number {
    return this.#parts.host.disconnect(principal)
  }

  async backup(path: string): Promise<void> {
    if (typeof path !== 'string' || path === '') {
      throw new UsageError('BAD_VALUE', 'a backup needs the path of a new file')
    }
    await this.#parts.log.backup(path)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  readonly #answer: RequestListener = (request, response) => {
    const { fallback } = this.#parts.options
    if (request.url?.startsWith('/socket.io/')) return
    if (request.url === '/health') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify(this.health()))
    } else if (fallback !== undefined) {
      fallback(request, response)
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n')
    }
  }

  async #close(): Promise<void> {
    const { io, http, host, log, clients, options, platform } = this.#parts
    const isOwn = options.http === undefined
    const stopped = new Promise<void>((resolve) => {
      if (isOwn && http.listening) http.close(() => resolve())
      else resolve()
    })
    await host.close()
    await clients?.close()
    if (options.log === undefined) await log.close()
    // Engine.IO alone: closing all of Socket.IO would close a server that is not ours.
    io.engine.close()
    const stopLate = platform.timer(lastWordsMs, () => {
      for (const socket of this.#sockets) socket.destroy()
    })
    if (isOwn) http.closeAllConnections()
    await stopped
    stopLate()
  }
}
