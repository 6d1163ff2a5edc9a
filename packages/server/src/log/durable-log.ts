import {
  type Cursor,
  type Failure,
  type Numbers,
  type ObjectId,
  type Replica,
} from '@react-collab/core'
import type { PoolStore } from '../pool/pool-store.js'
import type {
  AppendItem,
  EventLog,
  JoinView,
  JoinWants,
  PageLimit,
  RowsAfter,
  StatePage,
  Verdict,
} from './event-log.js'
import { Committer } from './committer.js'
import { pageOf } from './entry-page.js'
import { addHashes, cursorOf, type Head, openHead, termOf } from './head.js'
import { missingHashes } from './logged-hashes.js'
import { judge } from './judge.js'
import type { LogDisk, PruneBounds } from './log-disk.js'
import { answerJoin } from './join-answer.js'
import type { PurgeBounds } from './purge.js'
import { runPrune, runPurge, runRemove, type UpkeepSite } from './object-upkeep.js'
import {
  type AppendTask,
  bounceQueue,
  closedError,
  createObjectLog,
  failedError,
  isIdle,
  isPatient,
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
  readonly #site: UpkeepSite
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
    const { opening } = options
    this.#site = { disk, opening, load: (...args) => this.#load(...args) }
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
    wants: JoinWants = {},
  ): Promise<JoinView> {
    const join = { client, cursor, replicas, wants }
    return this.#ask(object, (done) => ({ kind: 'join', join, done }))
  }

  leave(object: ObjectId, client: string, fence: number): void {
    const streams = this.#objects.get(object)?.streams
    if (streams?.get(client)?.fence === fence) streams.delete(client)
  }

  head(object: ObjectId): Promise<Cursor> {
    const head = this.#objects.get(object)?.head
    if (head !== undefined) return Promise.resolve(cursorOf(head))
    return this.#ask(object, (done) => ({ kind: 'head', done }))
  }

  async read(...[object, after, limit]: Parameters<EventLog['read']>) {
    const page = await this.#readPage(object, after, limit)
    if (page !== undefined || (await this.head(object)).seq <= after) return page
    // There is more, or was: an entry that came meanwhile can be read now.
    return (await this.#readPage(object, after, limit)) ?? 'pruned'
  }

  async #readPage(object: ObjectId, after: number, limit: PageLimit) {
    if (this.#closing !== undefined) throw closedError()
    return pageOf(object, after, limit, await this.#disk.read(object, after, limit))
  }

  async state(object: ObjectId, after: RowsAfter, limit: PageLimit): Promise<StatePage> {
    if (this.#closing !== undefined) throw closedError()
    return this.#disk.state(object, after, limit)
  }

  async compact(object: ObjectId): Promise<number> {
    if (this.#closing !== undefined) throw closedError()
    return this.#disk.compact(object)
  }

  async digests(object: ObjectId, seq: number): Promise<readonly string[] | undefined> {
    if (this.#closing !== undefined) throw closedError()
    return this.#disk.digests(object, seq)
  }

  /** Pushes wait for it: they are judged by what is known of hashes. */
  prune(object: ObjectId, bounds: PruneBounds): Promise<boolean> {
    return this.#ask(object, (done) => ({ kind: 'prune', bounds, done }))
  }

  purge(object: ObjectId, bounds: PurgeBounds): Promise<boolean> {
    return this.#ask(object, (done) => ({ kind: 'purge', bounds, done }))
  }

  remove(object: ObjectId): Promise<boolean> {
    return this.#ask(object, (done) => ({ kind: 'remove', done }))
  }

  async objects(...[after, most]: Parameters<EventLog['objects']>) {
    if (this.#closing !== undefined) throw closedError()
    return this.#disk.objects(after, most)
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

  /** Puts a question into an object's queue. */
  #ask<T extends object | boolean>(
    object: ObjectId,
    taskOf: (done: (answer: T | Failure) => void) => Task,
  ): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedError())
    return new Promise((resolve, reject) => {
      const done = (answer: T | Failure): void => {
        this.#finish()
        if (typeof answer === 'object' && 'code' in answer) reject(failedError(answer))
        else resolve(answer)
      }
      this.#enqueue(object, taskOf(done))
    })
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
      if (isPatient(task) && (log.staged ?? log.flying) !== undefined) return
      const missing = task.kind === 'append' ? missingHashes(task.item, head) : undefined
      if (missing !== undefined) return this.#loadHashes(log, head, missing)
      log.queue.shift()
      this.#run(task, log, head)
    }
  }

  #run(task: Task, log: ObjectLog, head: Head): void {
    if (task.kind === 'append') this.#append(task, log, head)
    else if (task.kind === 'head') task.done(cursorOf(head))
    else if (task.kind === 'prune') runPrune(this.#site, task, log, head)
    else if (task.kind === 'purge') runPurge(this.#site, task, log, head)
    else if (task.kind === 'remove') runRemove(this.#site, task, log, head)
    else this.#join(task, log, head)
  }

  /** Nothing of the object is on its way to the disk, so what is read there is all there is. */
  #join({ join, done }: JoinTask, log: ObjectLog, head: Head): void {
    const fence = ++this.#fences
    log.streams.set(join.client, { fence, round: 0 })
    this.#load(
      log,
      answerJoin(this.#disk, log.object, head, join),
      (answer) => {
        if (!('code' in answer)) return done({ fence, ...answer })
        log.streams.delete(join.client)
        done(answer)
      },
      () => done(logFailure),
    )
  }

  #append({ item, done }: AppendTask, log: ObjectLog, head: Head): void {
    const stream = log.streams.get(item.client)
    const { maxDriftMs = 5_000 } = this.#options
    const now = this.#options.now()
    const { fresh, failure } = judge(item, { head, stream, now, maxDriftMs })
    if (failure !== undefined && stream?.fence === item.fence) {
      // What this stream has under way was sent before it heard of the refusal.
      const round = Math.max(stream.round, item.round + 1)
      if (failure.code !== 'STALE_ROUND') log.streams.set(item.client, { ...stream, round })
    }
    const verdict: Verdict = {
      ...(fresh.length > 0 && { appended: stage(log, head, item, { fresh, now }) }),
      ...(failure && { failure }),
    }
    // A repeated event may still be on its way to the disk: the answer waits for it.
    const batch = fresh.length > 0 ? stagedBatch(log, head, now) : (log.staged ?? log.flying)
    if (batch === undefined) return done(verdict)
    batch.answers.push({ item, verdict, done })
    if (batch === log.staged) this.#committer.add(log)
  }

  #loadHead(log: ObjectLog): void {
    this.#load(log, this.#disk.load(log.object), (stored) => {
      const { count = 0 } = stored?.removal ?? {}
      log.head = openHead(stored, termOf(this.#options.opening, log.object, count))
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
