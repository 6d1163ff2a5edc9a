import {
  type CollabError,
  type Cursor,
  type Entries,
  type Event,
  type Failure,
  type Numbers,
  type ObjectId,
  RefusedError,
  type Replica,
  StorageError,
} from '@react-collab/core'
import type { AppendItem, JoinView, JoinWants, Verdict } from './event-log.js'
import { type Head, startTerm, type Term } from './head.js'
import type { Fresh, Stream } from './judge.js'
import type { HashRun, ObjectCommit, PruneBounds, Run } from './log-disk.js'
import type { PurgeBounds } from './purge.js'

/** A push that waits for its turn. */
export interface AppendTask {
  readonly kind: 'append'
  readonly item: AppendItem
  readonly done: (verdict: Verdict) => void
}

/** A join that waits until all before it is settled. */
export interface JoinTask {
  readonly kind: 'join'
  readonly join: JoinQuestion
  readonly done: (view: JoinView | Failure) => void
}

/** A pruning that waits for its turn. */
export interface PruneTask {
  readonly kind: 'prune'
  readonly bounds: PruneBounds
  readonly done: (more: boolean | Failure) => void
}

/** A purge that waits until all before it is settled. */
export interface PurgeTask {
  readonly kind: 'purge'
  readonly bounds: PurgeBounds
  readonly done: (wereThere: boolean | Failure) => void
}

/** A removal that waits until all before it is settled. */
export interface RemoveTask {
  readonly kind: 'remove'
  readonly done: (wasThere: boolean | Failure) => void
}

/** What waits for its turn in an object. */
export type Task =
  | AppendTask
  | JoinTask
  | PruneTask
  | PurgeTask
  | RemoveTask
  | { readonly kind: 'head'; readonly done: (head: Cursor | Failure) => void }

/** Tells whether a task waits until nothing of its object is on its way to the disk. */
export const isPatient = ({ kind }: Task): boolean =>
  kind === 'join' || kind === 'purge' || kind === 'remove'

/** What a join asks. */
export interface JoinQuestion {
  readonly client: string
  readonly cursor: Cursor | undefined
  readonly replicas: Numbers
  readonly wants: JoinWants
}

interface Answer extends Omit<AppendTask, 'kind'> {
  readonly verdict: Verdict
}

/** Appended events of one object on their way to the disk, and who waits for them. */
export interface Batch {
  readonly firstSeq: number
  /** When it was begun, by the log clock. */
  readonly at: number
  terms: readonly Term[] | undefined
  readonly fresh: Fresh[]
  readonly answers: Answer[]
}

/** One object in memory: its head, its streams, and what is under way. */
export interface ObjectLog {
  readonly object: ObjectId
  /** Undefined until it is read, and again after a commit that failed. */
  head: Head | undefined
  /** By client. */
  readonly streams: Map<string, Stream>
  readonly queue: Task[]
  /** A read from disk is under way, the queue waits for it. */
  isLoading: boolean
  /** Judged, goes with the next commit. */
  staged: Batch | undefined
  /** In the commit under way. */
  flying: Batch | undefined
}

/** Makes the memory of an object of which nothing is known yet. */
export const createObjectLog = (object: ObjectId): ObjectLog => ({
  object,
  head: undefined,
  streams: new Map(),
  queue: [],
  isLoading: false,
  staged: undefined,
  flying: undefined,
})

/** Tells whether nobody would miss this object's memory. */
export const isIdle = (log: ObjectLog): boolean =>
  log.streams.size === 0 &&
  log.queue.length === 0 &&
  !log.isLoading &&
  log.staged === undefined &&
  log.flying === undefined

/** Gives judged events their numbers and moves the head past them; it is not durable yet. */
export function stage(
  log: ObjectLog,
  head: Head,
  item: AppendItem,
  { fresh, now }: { readonly fresh: readonly Fresh[]; readonly now: number },
): Entries {
  const batch = stagedBatch(log, head, now)
  const seq = head.seq + 1
  if (startTerm(head)) batch.terms = head.terms
  for (const one of fresh) {
    batch.fresh.push(one)
    advance(head, item.client, one)
  }
  const events: readonly Event[] = fresh.map((one) => one.event)
  return { object: log.object, term: head.term, seq, events }
}

/** The batch that the next commit takes; made when it is first needed. */
export function stagedBatch(log: ObjectLog, head: Head, now: number): Batch {
  log.staged ??= { firstSeq: head.seq + 1, at: now, terms: undefined, fresh: [], answers: [] }
  return log.staged
}

function advance(head: Head, client: string, fresh: Fresh): void {
  const {
    event: [n],
    replica,
    ms,
    hash,
    origin,
  } = fresh
  if (origin !== undefined) head.origins.add({ ...origin, under: replica })
  head.seq++
  head.greatestMs = Math.max(head.greatestMs, ms)
  const writer = head.writers.get(replica)
  if (writer === undefined) {
    const recent = new Map([[n, hash]])
    head.writers.set(replica, { client, n, durableN: 0, recent, recentFrom: 0, forgotten: 0 })
  } else {
    writer.n = n
    writer.recent.set(n, hash)
  }
}

/** What is answered when the disk did not take a push; the client sends it again later. */
export const logFailure: Failure = {
  code: 'LOG_FAILED',
  message: 'the log could not be written',
  retryAfterMs: 1_000,
}

/** What is asked of a log that is closed fails with this. */
export const closedError = (): StorageError => new StorageError('CLOSED', 'the log is closed')

/** The error that a failure is thrown as. */
export const failedError = ({ code, message }: Failure): CollabError =>
  code === 'LOG_FAILED' ? new StorageError(code, message) : new RefusedError(code, message)

/** Refuses, for now, all that waits in an object's queue. */
export function bounceQueue(log: ObjectLog): void {
  bounceAppends(log)
  for (const task of log.queue.splice(0)) if (task.kind !== 'append') task.done(logFailure)
}

/** Refuses, for now, the pushes that wait; a join can wait for the head to be read again. */
function bounceAppends(log: ObjectLog): void {
  for (const task of log.queue.splice(0)) {
    if (task.kind === 'append') bounceAnswer(log, { ...task, verdict: {} })
    else log.queue.push(task)
  }
}

/** Refuses, for now, all of an object that is not durable; its head has to be read again. */
export function bounce(log: ObjectLog): void {
  const answers = [...(log.flying?.answers ?? []), ...(log.staged?.answers ?? [])]
  log.head = undefined
  log.flying = undefined
  log.staged = undefined
  for (const answer of answers) bounceAnswer(log, answer)
  bounceAppends(log)
}

function bounceAnswer(log: ObjectLog, { item, done }: Answer): void {
  const stream = log.streams.get(item.client)
  // What the client sent after this push must not be taken before it.
  if (stream !== undefined && stream.fence === item.fence) {
    log.streams.set(item.client, { ...stream, round: Math.max(stream.round, item.round + 1) })
  }
  done({ failure: logFailure })
}

const runEvents = 512
const runLength = 131_072

/** Writes a batch as the rows of a commit. */
export function commitOf(log: ObjectLog, head: Head, batch: Batch): ObjectCommit {
  const byReplica = groupByReplica(batch.fresh)
  return {
    object: log.object,
    seq: batch.firstSeq + batch.fresh.length - 1,
    greatestMs: head.greatestMs,
    at: batch.at,
    ...(batch.terms && { terms: batch.terms }),
    runs: runsOf(batch, head.term),
    hashes: byReplica,
    origins: batch.fresh.flatMap(({ origin, replica }) =>
      origin === undefined ? [] : [{ ...origin, under: replica }],
    ),
    newWriters: byReplica.flatMap(({ replica }) => {
      const writer = head.writers.get(replica)
      return writer?.durableN === 0 ? [{ replica, client: writer.client }] : []
    }),
  }
}

function groupByReplica(fresh: readonly Fresh[]): HashRun[] {
  const runs = new Map<Replica, [n: number, hash: string][]>()
  for (const { replica, event, hash } of fresh) {
    const hashes = runs.get(replica)
    if (hashes === undefined) runs.set(replica, [[event[0], hash]])
    else hashes.push([event[0], hash])
  }
  return [...runs].map(([replica, hashes]) => ({ replica, hashes }))
}

/** Cuts a batch into rows that a page of the log can hold. */
function runsOf({ firstSeq, fresh }: Batch, term: string): Run[] {
  const runs: Run[] = []
  let texts: string[] = []
  let length = 0
  const end = (seq: number): void => {
    if (texts.length > 0) {
      runs.push({ seq: seq - texts.length, count: texts.length, term, events: `[${texts.join()}]` })
    }
    texts = []
    length = 0
  }
  fresh.forEach(({ text }, i) => {
    if (texts.length >= runEvents || length + text.length > runLength) end(firstSeq + i)
    texts.push(text)
    length += text.length
  })
  end(firstSeq + fresh.length)
  return runs
}
