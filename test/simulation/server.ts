import { createObjectState, type Entries, type ObjectId, unpackStatePage } from '@react-collab/core'
import {
  CommitError,
  createClientRegistry,
  createDurableLog,
  createHost,
  type EventLog,
  type Host,
  type Limits,
  type LogDisk,
  type LogSnapshot,
  type Peer,
  type Retention,
  type RowsAfter,
} from '@react-collab/server'
import type { LogMedium, ServerDisk } from './media.js'
import type { Random } from './random.js'
import type { Snapshot } from './snapshots.js'
import type { Timeline } from './timeline.js'
import { createWallClock, type WallClock } from './wall-clock.js'

/** What a simulated server may suffer. */
export interface ServerFaults {
  /** How likely a group commit goes wrong. */
  commit: number
  /** How likely a published message is lost, doubled or late on its way to one peer. */
  publish: number
  /** The token that `authenticate` takes; whoever brings another has to sign in. */
  token: string
  /** What `authorize` allows. */
  may: 'write' | 'read' | 'nothing'
  /** What the next process allows. */
  limits: Partial<Limits>
}

/** A server that is well. */
export const healthy: Omit<ServerFaults, 'token'> = {
  commit: 0,
  publish: 0,
  may: 'write',
  limits: {},
}

/** A way from the server down to one client's socket. */
export interface Pipe {
  down(event: string, message: unknown, faulty: boolean): void
  /** It is cut. */
  end(reason: string): void
  /** The server closes it. */
  close(reason: string): void
}

/** A server that can be killed, started again, and restored from a backup. */
export interface SimServer {
  readonly running: boolean
  readonly faults: ServerFaults
  readonly clock: WallClock
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
  /** All that was committed, what was pruned since, too. */
  committed(): LogSnapshot
  /** Removes an object for everyone, if it runs. */
  remove(object: ObjectId): void
  /** Compacts an object a little, and prunes it, now. */
  tidy(object: ObjectId): void
  /** Lets deleted rows of an object go that are older, ms, if it runs. */
  purge(object: ObjectId, olderThanMs: number): void
  /** The rows of an object, page by page; never, when the process dies of it. */
  rows(object: ObjectId): Promise<Snapshot>
  /** Entries that were published, for the check that none was ahead of the log. */
  readonly published: (entries: Entries) => void
}

/** Lets a test put something wrong between host and log. */
export type WrapLog = (log: EventLog) => EventLog

/** Lets a test put something wrong between log and disk. */
export type WrapDisk = (disk: LogDisk) => LogDisk

/** What a server is made of. */
export interface SimServerParts {
  readonly timeline: Timeline
  readonly random: Random
  readonly medium: LogMedium
  readonly wrapLog: WrapLog
  readonly wrapDisk: WrapDisk
  /** Decides on upkeep. */
  readonly tidiness: Random
  readonly retention: Partial<Retention>
  report(error: unknown): void
}

/** Makes a server that is running. */
export function createSimServer(parts: SimServerParts): SimServer {
  const { timeline, random, medium, tidiness, report } = parts
  const faults: ServerFaults = { ...healthy, token: 'token 1' }
  let host: Host | undefined
  let log: EventLog | undefined
  let pipes = new Set<Pipe>()
  let rooms = new Map<ObjectId, Set<Pipe>>()
  const pipeOf = new WeakMap<Peer, Pipe>()
  let life = 0
  let isUp = false

  function start(): void {
    const mine = ++life
    isUp = true
    pipes = new Set()
    rooms = new Map()
    medium.open().then(
      (disk) => mine === life && serve(disk, () => mine === life),
      (error: unknown) => report(error),
    )
  }

  function serve(disk: ServerDisk, alive: () => boolean): void {
    const platform = {
      now: server.clock.now,
      elapsed: () => timeline.now,
      random: random.next,
      id: () => idOf(random),
      digest: (text: string) => text,
      timer: (ms: number, run: () => void) => timeline.at(ms, () => alive() && run()),
      report,
    }
    /** Takes its time, and may be the last thing that the process does. */
    const slowly = async <T>(work: () => Promise<T>): Promise<T> => {
      await pause(timeline, tidiness.below(20))
      return alive() ? work() : new Promise<never>(() => undefined)
    }
    const weak = parts.wrapDisk({
      ...disk,
      commit: (commits) => commit(disk, commits, alive),
      compact: (object) => slowly(() => disk.compact(object)),
      prune: (...args) => slowly(() => disk.prune(...args)),
      purge: (...args) => slowly(() => disk.purge(...args)),
    })
    const durable = createDurableLog(weak, { now: platform.now, opening: idOf(random) })
    log = parts.wrapLog(durable)
    host = createHost({
      clients: createClientRegistry(disk, platform),
      log,
      platform,
      hub: {
        publish: (...args) => alive() && publish(...args),
        publishPresence: (object, message) => {
          if (!alive()) return
          for (const pipe of rooms.get(object) ?? []) pipe.down('presence', message, true)
        },
      },
      options: {
        authenticate: (token) => (token === faults.token ? 'somebody' : null),
        authorize: ({ action }) => faults.may === 'write' || faults.may === action,
        guard: refuseMarked,
        heartbeatMs: 5000,
        limits: faults.limits,
        retention: parts.retention,
      },
    })
  }

  /** Takes its time, and may go wrong, or be the last thing that the process does. */
  async function commit(
    disk: LogDisk,
    commits: Parameters<LogDisk['commit']>[0],
    alive: () => boolean,
  ): Promise<void> {
    await pause(timeline, random.below(8))
    const fault = random.chance(faults.commit)
      ? random.pick(['aborted', 'unknown', 'lost'] as const)
      : undefined
    if (!alive() || fault === 'aborted') throw new CommitError('aborted', 'injected')
    if (fault === 'lost') throw new CommitError('unknown', 'injected: lost')
    await disk.commit(commits)
    await pause(timeline, random.below(4))
    if (fault === 'unknown') throw new CommitError('unknown', 'injected: stored')
  }

  function publish(object: ObjectId, message: Entries, except: Peer | undefined): void {
    server.published(message)
    for (const pipe of rooms.get(object) ?? [])
      if (pipe !== (except && pipeOf.get(except))) pipe.down('entries', message, true)
  }

  const server: SimServer = {
    faults,
    clock: createWallClock(timeline),
    published: () => undefined,
    get running() {
      return isUp
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
        // An echo stands for what is published to all others, and suffers the same.
        send: (event, message) => alive() && pipe.down(event, message, event === 'echo'),
        enter: (object) => void roomOf(object).add(pipe),
        leave: (object) => void roomOf(object).delete(pipe),
        unsentBytes: () => 0,
        takenBytes: () => 0,
        close: (fatal) => {
          if (!alive()) return
          if (fatal !== undefined) pipe.down('fatal', fatal, false)
          forget(pipe)
          pipe.close('closed by the server')
        },
      }
      pipeOf.set(peer, pipe)
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
      if (!isUp) return
      medium.kill()
      life += 1
      isUp = false
      host = undefined
      log = undefined
      for (const pipe of pipes) timeline.at(random.below(20), () => pipe.end('the server died'))
    },
    start,
    backUp: () => medium.backUp(),
    restore: () => medium.restore(),
    committed: () => medium.committed(),
    remove: (object) => void host?.remove(object).catch(() => undefined),
    tidy(object) {
      const upTo = tidiness.pick([0, 0, 5, 50])
      const work = async (own: EventLog): Promise<void> => {
        for (let steps = 1 + tidiness.below(3); steps > 0; steps--) await own.compact(object)
        const { seq } = await own.head(object)
        while (await own.prune(object, { upTo: seq - upTo, before: 0 }));
      }
      // Of a process that dies nobody hears how it went.
      if (log !== undefined) work(log).catch(() => undefined)
    },
    purge(object, olderThanMs) {
      const work = async (own: EventLog, mine: Host): Promise<void> => {
        while (await own.prune(object, { upTo: (await own.head(object)).seq, before: 0 }));
        await mine.purge(object, olderThanMs)
      }
      if (log !== undefined && host !== undefined) work(log, host).catch(() => undefined)
    },
    rows: (object) =>
      log === undefined ? new Promise<never>(() => undefined) : rowsOf(log, object),
  }

  async function rowsOf(own: EventLog, object: ObjectId): Promise<Snapshot> {
    const state = createObjectState()
    for (let after: RowsAfter = 0; ; ) {
      const page = await own.state(object, after, { events: 1 + tidiness.below(20), bytes: 1e6 })
      unpackStatePage(page.rows, (key, row) => void state.rows.set(key, row))
      if (page.end !== undefined) return { seq: page.end.seq, state }
      after = page.place ?? after
      await pause(timeline, tidiness.below(20))
      if (own !== log) return new Promise<never>(() => undefined)
    }
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
