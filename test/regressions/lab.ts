/** Real parts for whole-system tests: a server on SQLite over loopback, and clients of it. */
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson, type Echo, type Entries, type Event, type Json } from '@react-collab/core'
import { allowAll, type CollabServer, createServer, type ServerOptions } from '@react-collab/server'
import { openFileStore } from 'react-collab/node'
import {
  type Client,
  type ClientParts,
  createClientFrom,
  type Platform,
  type SharedObject,
  singleTab,
  type Socket,
  socketTransport,
  type Transport,
} from 'react-collab/testing'
import { afterEach, vi } from 'vitest'

// A machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

const closers: (() => unknown)[] = []

/** Has something closed when the test ends. */
export const closeLater = (close: () => unknown): unknown => closers.push(close)

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A folder that goes when the test ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'collab-regression-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A server that can be stopped and started again at the same address, on the same file. */
export interface Station {
  readonly url: string
  stop(): Promise<void>
  start(): Promise<void>
  /** Copies the data file while the server runs, and gives the path of the copy. */
  copy(): Promise<string>
  /** Puts a copy in place of the data file; the server must be stopped. */
  restore(copy: string): void
}

/** Starts a server on a data file. */
export async function startStation(options: Partial<ServerOptions> = {}): Promise<Station> {
  const data = join(newFolder(), 'log.sqlite')
  let server: CollabServer | undefined
  let port = 0
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const start = async (): Promise<void> => {
    const base = { authorize: allowAll, origins: [], logger: quiet, data }
    server = await createServer({ ...base, ...options })
    port = await server.listen(port, '127.0.0.1')
  }
  const stop = async (): Promise<void> => {
    const running = server
    server = undefined
    await running?.close()
  }
  const copy = async (): Promise<string> => {
    const path = join(newFolder(), 'copy.sqlite')
    await server?.backup(path)
    return path
  }
  await start()
  closers.push(stop)
  const restore = (from: string): void => {
    for (const end of ['', '-wal', '-shm']) rmSync(data + end, { force: true })
    copyFileSync(from, data)
  }
  return { url: `http://127.0.0.1:${port}`, start, stop, copy, restore }
}

/** The way to a server, which a test can disturb. */
export interface Line extends Transport {
  /** What went up, in order. */
  readonly up: { readonly event: string; readonly message: Record<string, unknown> }[]
  /** Entries that came down, in order; an echo counts as those that it stands for. */
  readonly entries: Entries[]
  /** Says whether a message passes; one that does not is lost. */
  passes: (way: 'up' | 'ack' | 'down', event: string, message: unknown) => boolean
  /** Ends all sockets. */
  cut(): void
}

/** Makes a line over Socket.IO. */
export function createLine(url: string): Line {
  const sockets = new Set<Socket>()
  const transport = socketTransport(url)
  const line: Line = {
    up: [],
    entries: [],
    passes: () => true,
    cut: () => sockets.forEach((socket) => socket.close()),
    open(hello, events) {
      const socket = transport.open(hello, {
        ...events,
        message(event, message) {
          if (!line.passes('down', event, message)) return
          if (event === 'entries') line.entries.push(message as Entries)
          if (event === 'echo') line.entries.push(echoed(message as Echo, line.up))
          events.message(event, message)
        },
      })
      sockets.add(socket)
      return { ...socket, emit: (...args) => emit(line, socket, args) }
    },
  }
  return line
}

/** The entries that an echo stands for: what was pushed, from the event with its first stamp on. */
function echoed({ object, term, seq, count, first }: Echo, up: Line['up']): Entries {
  const pushes = up.filter(({ event, message }) => event === 'push' && message['object'] === object)
  const events = pushes.flatMap(({ message }) => message['events'] as Event[])
  const from = events.findLastIndex(([, stamp]) => stamp === first)
  return { object, term, seq, events: events.slice(from, from + count) }
}

function emit(line: Line, socket: Socket, [event, message, ack]: Parameters<Socket['emit']>): void {
  line.up.push({ event, message: message as Record<string, unknown> })
  if (!line.passes('up', event, message)) return
  if (ack === undefined) return socket.emit(event, message)
  socket.emit(event, message, (reply) => line.passes('ack', event, reply) && ack(reply))
}

/** The surroundings of a client in Node; `speed` makes its timers run faster. */
export const nodePlatform = (speed = 1, skewMs = 0): Platform => ({
  now: () => Date.now() + skewMs,
  elapsed: () => performance.now(),
  random: () => Math.random(),
  id: () => randomBytes(16).toString('base64url'),
  timer(ms, fire) {
    const timer = setTimeout(fire, ms / speed)
    return () => clearTimeout(timer)
  },
  soon: (run) => void setImmediate(run),
  idle(run) {
    const timer = setTimeout(run, 0)
    return () => clearTimeout(timer)
  },
  weak: (of) => () => of,
  report: (error) => console.error(error),
})

/** A client with a file of its own. */
export interface Device {
  readonly client: Client
  readonly line: Line
  object(id?: string): SharedObject
}

interface DeviceOptions extends Partial<ClientParts> {
  /** The file of an earlier client; a new one when left out. */
  readonly file?: string
}

/** Opens a client on a file. */
export function openDevice(url: string, { file, ...parts }: DeviceOptions = {}): Device {
  const path = file ?? join(newFolder(), 'client.db')
  const line = createLine(url)
  const client = createClientFrom({
    platform: nodePlatform(),
    transport: line,
    tabs: singleTab(),
    openStore: () => openFileStore(path),
    ...parts,
  })
  closers.push(() => client.close())
  return { client, line, object: (id = 'object') => client.peek(id) }
}

/** Waits until something holds. */
export const until = (holds: () => boolean, what = 'it holds'): Promise<void> =>
  vi.waitFor(
    () => {
      if (!holds()) throw new Error(`not so, though it should: ${what}`)
    },
    { timeout: 20_000, interval: 3 },
  )

/** Waits until all devices have everything of an object, and agree. */
export async function agree(devices: readonly Device[], id = 'object'): Promise<void> {
  const isDone = ({ client, object }: Device): boolean =>
    object(id).ready && client.status.state === 'synced'
  const states = (): string[] => devices.map((device) => textOf(device.object(id)))
  await until(() => devices.every(isDone) && new Set(states()).size === 1, 'all devices agree')
}

/** All that an object shows, stamps too, in one form; and how far it is. */
export function textOf({ replica }: SharedObject): string {
  const rows = [...replica.visible.confirmed.rows].sort(([a], [b]) => (a < b ? -1 : 1))
  const json = rows.map(([key, row]): Json => [key, row.values, row.stamps])
  return canonicalJson([replica.cursor?.seq ?? 0, json])
}
