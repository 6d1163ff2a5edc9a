import type { Entries, ObjectId } from '@react-collab/core'
import {
  createDurableLog,
  createHost,
  type EventLog,
  type Host,
  type LogDisk,
  type LogSnapshot,
  type Peer,
} from '@react-collab/server'
import { createMemoryLogDisk } from '@react-collab/server/testing'
import type { Random } from './random.js'
import type { Timeline } from './timeline.js'

/** What a simulated server may suffer. */
export interface ServerFaults {
  /** How likely a group commit goes wrong. */
  commit: number
  /** How likely a published message is lost, doubled or late on its way to one peer. */
  publish: number
}

/** A way from the server down to one client's socket. */
export interface Pipe {
  down(event: string, message: unknown, faulty: boolean): void
  end(reason: string): void
}

/** A server that can be killed, started again, and restored from a backup. */
export interface SimServer {
  readonly running: boolean
  readonly faults: ServerFaults
  /** Wall clock of the server relative to true time. */
  skewMs: number
  connect(
    hello: unknown,
    pipe: Pipe,
  ): { up(event: string, message: unknown, ack?: (answer: unknown) => void): void; gone(): void }
  kill(): void
  start(): void
  /** Keeps a copy of the log, as a backup does. */
  backUp(): void
  /** Replaces the log by the last backup; the server must be down. */
  restore(): void
  /** What is committed. */
  committed(): LogSnapshot
  /** Entries that were published, for the check that none was ahead of the log. */
  readonly published: (entries: Entries) => void
}

/** Lets a test put something wrong between host and log. */
export type WrapLog = (log: EventLog) => EventLog

/** Lets a test put something wrong between log and disk. */
export type WrapDisk = (disk: LogDisk) => LogDisk

/** Makes a server that is running. */
export function createSimServer(
  timeline: Timeline,
  random: Random,
  report: (error: unknown) => void,
  wrap: WrapLog,
  wrapDisk: WrapDisk,
): SimServer {
  const faults: ServerFaults = { commit: 0, publish: 0 }
  let snapshot: LogSnapshot = new Map()
  let backup: LogSnapshot = new Map()
  let disk: ReturnType<typeof createMemoryLogDisk> | undefined
  let host: Host | undefined
  let pipes = new Set<Pipe>()
  let rooms = new Map<ObjectId, Set<Pipe>>()
  let life = 0

  function start(): void {
    const mine = ++life
    const alive = (): boolean => mine === life
    pipes = new Set()
    rooms = new Map()
    const platform = {
      now: () => timeline.now + server.skewMs,
      random: random.next,
      id: () => idOf(random),
      timer: (ms: number, run: () => void) => timeline.at(ms, () => alive() && run()),
      report,
    }
    disk = createMemoryLogDisk(snapshot, async () => {
      await pause(timeline, random.below(8))
      if (!alive()) return 'abort'
      return random.chance(faults.commit)
        ? random.pick(['abort', 'unknown', 'lost'] as const)
        : undefined
    })
    const log = createDurableLog(wrapDisk(disk), { now: platform.now, opening: idOf(random) })
    host = createHost({
      log: wrap(log),
      platform,
      hub: { publish: (object, message) => alive() && publish(object, message) },
      options: { authorize: () => true, guard: refuseMarked, heartbeatMs: 5000 },
    })
  }

  function publish(object: ObjectId, message: Entries): void {
    server.published(message)
    for (const pipe of rooms.get(object) ?? []) pipe.down('entries', message, true)
  }

  const server: SimServer = {
    faults,
    skewMs: 0,
    published: () => undefined,
    get running() {
      return host !== undefined
    },
    connect(hello, pipe) {
      if (host === undefined) {
        timeline.at(1, () => pipe.end('refused'))
        return { up: () => undefined, gone: () => undefined }
      }
      pipes.add(pipe)
      const mine = life
      const alive = (): boolean => mine === life && pipes.has(pipe)
      const peer: Peer = {
        send: (event, message) => alive() && pipe.down(event, message, false),
        enter: (object) => void roomOf(object).add(pipe),
        leave: (object) => void roomOf(object).delete(pipe),
        unsentBytes: () => 0,
        close: (fatal) => {
          if (!alive()) return
          if (fatal !== undefined) pipe.down('fatal', fatal, false)
          forget(pipe)
          timeline.at(5, () => pipe.end('closed by the server'))
        },
      }
      const session = host.connect(peer, hello)
      return {
        up: (event, message, ack) => {
          if (alive()) session.receive(event, message, ack)
        },
        gone: () => {
          if (!alive()) return
          forget(pipe)
          session.disconnect()
        },
      }
    },
    kill() {
      if (disk === undefined) return
      snapshot = disk.snapshot()
      life += 1
      disk = undefined
      host = undefined
      for (const pipe of pipes) timeline.at(random.below(20), () => pipe.end('the server died'))
    },
    start,
    backUp() {
      backup = disk?.snapshot() ?? snapshot
    },
    restore() {
      snapshot = backup
    },
    committed: () => disk?.snapshot() ?? snapshot,
  }

  function roomOf(object: ObjectId): Set<Pipe> {
    const room = rooms.get(object) ?? new Set()
    rooms.set(object, room)
    return room
  }

  function forget(pipe: Pipe): void {
    pipes.delete(pipe)
    for (const room of rooms.values()) room.delete(pipe)
  }

  start()
  return server
}

/** The app's veto, so that refusals happen. */
function refuseMarked(event: readonly unknown[]): string | undefined {
  return JSON.stringify(event[2]).includes('refuse me') ? 'it asked for it' : undefined
}

const pause = (timeline: Timeline, ms: number): Promise<void> =>
  new Promise((resolve) => timeline.at(ms, resolve))

/** A token of 22 characters. */
export function idOf(random: Random): string {
  let id = ''
  while (id.length < 22) id += random.below(36).toString(36)
  return id
}
