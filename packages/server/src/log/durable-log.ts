import {
  type Cursor,
  type Entries,
  type Event,
  type Failure,
  type Numbers,
  type ObjectId,
  type Replica,
  replicaOf,
  StorageError,
} from '@react-collab/core'
import type { PoolStore } from '../pool/pool-store.js'
import type { AppendItem, EventLog, JoinView, PageLimit, Verdict } from './event-log.js'
import { Committer } from './committer.js'
import { addHashes, type Head, isValidCursor, openHead, termOf } from './head.js'
import { isNumbered, judge } from './judge.js'
import type { LogDisk, Run } from './log-disk.js'
import {
  type AppendTask,
  bounceQueue,
  createObjectLog,
  isIdle,
  type JoinTask,
  logFailure,
  type ObjectLog,
  stage,
  stagedBatch,
  type Task,
} from './object-log.js'

/** How a log is opened. */
export interface LogOptions {
  /** Ms since the Unix epoch: the log clock. */
  readonly now: () => number
  /** A random id of this opening. */
  readonly opening: string
  /** How far ahead of the log clock a stamp may be (R4). */
  readonly maxDriftMs?: number | undefined
  /** Objects whose heads are kept in memory though nobody has them open. */
  readonly idleObjects?: number | undefined
  /** Takes errors of the disk that were answered as LOG_FAILED. */
  readonly report?: ((error: unknown) => void) | undefined
}

/**
 * Makes an event log over rows that this process has to itself.
 *
 * Heads live in memory, pushes are judged and numbered there at once, and one commit at a time
 * carries what was judged meanwhile to the disk; only then are they answered (R13).
 */
export const createDurableLog = (disk: LogDisk, options: LogOptions): EventLog =>
  new DurableLog(disk, options)

class DurableLog implements EventLog {
  readonly pools: PoolStore | undefined
  readonly #disk: LogDisk
  readonly #options: LogOptions
  readonly #committer: Committer
  readonly #objects = new Map<ObjectId, ObjectLog>()
  #fences = 0
  /** Tasks without an answer. */
  #open = 0
  #closing: Promise<void> | undefined
  #drained: (() => void) | undefined

  constructor(disk: LogDisk, options: LogOptions) {
    this.#disk = disk
    this.pools = disk.pools
    this.#options = options
    this.#committer = new Committer(disk, {
      report: (error) => this.#report(error),
      settled: (log) => this.#pump(log),
    })
  }

  append(items: readonly AppendItem[]): Promise<readonly Verdict[]> {
    if (this.#closing !== undefined) return Promise.reject(closedError())
    return new Promise((resolve) => {
      const verdicts: Verdict[] = []
      let waiting = items.length
      if (waiting === 0) resolve(verdicts)
      items.forEach((item, i) => {
        const done = (verdict: Verdict): void => {
          this.#finish()
          verdicts[i] = verdict
          if (--waiting === 0) resolve(verdicts)
        }
        this.#enqueue(item.object, { kind: 'append', item, done })
      })
    })
  }

  join(
    object: ObjectId,
    client: string,
    cursor: Cursor | undefined,
    replicas: Numbers,
  ): Promise<JoinView> {
    if (this.#closing !== undefined) return Promise.reject(closedError())
    return new Promise((resolve, reject) => {
      const join = { client, cursor, replicas }
      const done = (view: JoinView | Failure): void => {
        this.#finish()
        if ('code' in view) reject(failedError(view))
        else resolve(view)
      }
      this.#enqueue(object, { kind: 'join', join, done })
    })
  }

  leave(object: ObjectId, client: string, fence: number): void {
    const streams = this.#objects.get(object)?.streams
    if (streams?.get(client)?.fence === fence) streams.delete(client)
  }

  head(object: ObjectId): Promise<Cursor> {
    const head = this.#objects.get(object)?.head
    if (head !== undefined) return Promise.resolve(cursorOf(head))
    if (this.#closing !== undefined) return Promise.reject(closedError())
    return new Promise((resolve, reject) => {
      const done = (found: Cursor | Failure): void => {
        this.#finish()
        if ('code' in found) reject(failedError(found))
        else resolve(found)
      }
      this.#enqueue(object, { kind: 'head', done })
    })
  }

  async read(object: ObjectId, after: number, limit: PageLimit): Promise<Entries | undefined> {
    if (this.#closing !== undefined) throw closedError()
    return pageOf(object, after, limit, await this.#disk.read(object, after, limit))
  }

  /** Counted as a task, so that closing waits for it. */
  async backup(path: string): Promise<void> {
    if (this.#closing !== undefined) throw closedError()
    this.#open++
    try {
      await this.#disk.backup(path)
    } finally {
      this.#finish()
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain().then(() => this.#disk.close())
    return this.#closing
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve
      if (this.#open === 0) resolve()
    })
  }

  /** Counts a task that has its answer. */
  #finish(): void {
    if (--this.#open === 0) this.#drained?.()
  }

  #enqueue(object: ObjectId, task: Task): void {
    let log = this.#objects.get(object)
    if (log === undefined) {
      this.#evict()
      log = createObjectLog(object)
      this.#objects.set(object, log)
    }
    this.#open++
    log.queue.push(task)
    this.#pump(log)
  }

  /** Forgets idle heads, oldest first, when there are many. */
  #evict(): void {
    const kept = this.#options.idleObjects ?? 10_000
    if (this.#objects.size < kept) return
    for (const [object, log] of this.#objects) {
      if (isIdle(log)) this.#objects.delete(object)
      if (this.#objects.size < kept * 0.9) return
    }
  }

  /** Works on an object's queue, in order, until it is empty or has to wait. */
  #pump(log: ObjectLog): void {
    while (log.queue.length > 0 && !log.isLoading) {
      const task = log.queue[0]!
      const { head } = log
      if (head === undefined) return this.#loadHead(log)
      if (task.kind === 'join' && (log.staged ?? log.flying) !== undefined) return
      const missing = task.kind === 'append' ? missingHashes(task.item, head) : undefined
      if (missing !== undefined) return this.#loadHashes(log, head, missing)
      log.queue.shift()
      this.#run(task, log, head)
    }
  }

  #run(task: Task, log: ObjectLog, head: Head): void {
    if (task.kind === 'append') this.#append(task, log, head)
    else if (task.kind === 'head') task.done(cursorOf(head))
    else this.#join(task, log, head)
  }

  /** Nothing of the object is on its way to the disk, so what is read there is all there is. */
  #join({ join: { client, cursor, replicas }, done }: JoinTask, log: ObjectLog, head: Head): void {
    const fence = ++this.#fences
    log.streams.set(client, { fence, round: 0 })
    const vv: Record<Replica, number> = {}
    for (const replica of Object.keys(replicas) as Replica[]) {
      vv[replica] = head.writers.get(replica)?.n ?? 0
    }
    const reset = cursor !== undefined && !isValidCursor(head, cursor)
    const moved = movedOf(head, replicas)
    const view = {
      ...{ fence, term: head.term, head: head.durableSeq, reset, vv },
      ...(moved !== undefined && { moved }),
    }
    const logged = Object.entries(replicas).filter(
      ([replica, from]) => from <= vv[replica as Replica]!,
    )
    if (logged.length === 0) return done({ ...view, hashes: {} })
    const reads = logged.map(async ([replica, from]) => [
      replica,
      await this.#disk.hashes(log.object, replica as Replica, from, joinHashes),
    ])
    this.#load(
      log,
      Promise.all(reads),
      (found) => done({ ...view, hashes: Object.fromEntries(found) as JoinView['hashes'] }),
      () => done(logFailure),
    )
  }

  #append({ item, done }: AppendTask, log: ObjectLog, head: Head): void {
    const stream = log.streams.get(item.client)
    const { now, maxDriftMs = 5_000 } = this.#options
    const { fresh, failure } = judge(item, { head, stream, now: now(), maxDriftMs })
    if (failure !== undefined && stream?.fence === item.fence) {
      // What this stream has under way was sent before it heard of the refusal.
      const round = Math.max(stream.round, item.round + 1)
      if (failure.code !== 'STALE_ROUND') log.streams.set(item.client, { ...stream, round })
    }
    const verdict: Verdict = {
      ...(fresh.length > 0 && { appended: stage(log, head, item, fresh) }),
      ...(failure && { failure }),
    }
    // A repeated event may still be on its way to the disk: the answer waits for it.
    const batch = fresh.length > 0 ? stagedBatch(log, head) : (log.staged ?? log.flying)
    if (batch === undefined) return done(verdict)
    batch.answers.push({ item, verdict, done })
    if (batch === log.staged) this.#committer.add(log)
  }

  #loadHead(log: ObjectLog): void {
    this.#load(log, this.#disk.load(log.object), (stored) => {
      log.head = openHead(stored, termOf(this.#options.opening, log.object))
    })
  }

  #loadHashes(log: ObjectLog, head: Head, missing: ReadonlyMap<Replica, number>): void {
    const reads = [...missing].map(async ([replica, from]) => {
      const hashes = await this.#disk.hashes(log.object, replica, from)
      return { replica, from, hashes }
    })
    this.#load(log, Promise.all(reads), (found) => {
      for (const { replica, from, hashes } of found) {
        const writer = head.writers.get(replica)
        if (writer !== undefined) addHashes(writer, from, hashes)
      }
    })
  }

  /** Reads from disk while the object's queue waits. */
  #load<T>(log: ObjectLog, reading: Promise<T>, use: (found: T) => void, fail?: () => void): void {
    log.isLoading = true
    const failed = (error: unknown): void => {
      this.#report(error)
      fail?.()
      bounceQueue(log)
    }
    reading
      .then(use, failed)
      .then(() => {
        log.isLoading = false
        this.#pump(log)
      })
      .catch((error: unknown) => this.#report(error))
  }

  #report(error: unknown): void {
    this.#options.report?.(error)
  }
}

/** Most hashes, per replica, that a join is told; what is beyond is answered when it is pushed. */
const joinHashes = 20_000

const cursorOf = (head: Head): Cursor => ({ term: head.term, seq: head.durableSeq })

const closedError = (): StorageError => new StorageError('CLOSED', 'the log is closed')

const failedError = ({ message }: Failure): StorageError => new StorageError('LOG_FAILED', message)

/** Tells from which n hashes have to be read, per replica, before a push can be judged. */
function missingHashes(item: AppendItem, head: Head): Map<Replica, number> | undefined {
  let missing: Map<Replica, number> | undefined
  const need = (replica: Replica, n: number): void => {
    const writer = head.writers.get(replica)
    if (writer === undefined || n > writer.n || n >= writer.recentFrom) return
    missing ??= new Map()
    missing.set(replica, Math.min(n, missing.get(replica) ?? n))
  }
  const wrong = new Set(item.refused.map(({ index }) => index))
  item.events.forEach((event, index) => {
    if (!isNumbered(event)) return
    need(replicaOf(event[1]), event[0])
    // What an event says of itself is read only where it was found to be one.
    const o = wrong.has(index) ? undefined : event[3]?.o
    if (o !== undefined) need(...o)
  })
  return missing
}

/** What the log has under other replicas, of those asked for; undefined when that is nothing. */
function movedOf({ origins }: Head, replicas: Numbers): JoinView['moved'] {
  const found = Object.entries(replicas).flatMap(([replica, from]) => {
    const moved = origins.of(replica as Replica, from)
    return moved.length > 0 ? [[replica, moved] as const] : []
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

/** Reads a page from rows: entries of one term, the first of them `after` + 1. */
function pageOf(
  object: ObjectId,
  after: number,
  limit: PageLimit,
  runs: readonly Run[],
): Entries | undefined {
  const term = runs[0]?.term
  if (term === undefined) return undefined
  const events: Event[] = []
  let bytes = 0
  for (const run of runs) {
    if (run.term !== term || events.length >= limit.events || bytes >= limit.bytes) break
    const skip = after + 1 + events.length - run.seq
    const all = JSON.parse(run.events) as Event[]
    const eventBytes = run.events.length / all.length
    const room = Math.max(1, Math.ceil((limit.bytes - bytes) / eventBytes))
    const count = Math.min(room, limit.events - events.length)
    for (const event of all.slice(skip, skip + count)) events.push(event)
    bytes += Math.min(count, all.length - skip) * eventBytes
  }
  return { object, term, seq: after + 1, events }
}
