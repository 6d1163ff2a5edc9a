import {
  contentHash,
  type Event,
  type Failure,
  isStamp,
  msOf,
  type Origin,
  type Refusal,
  type Replica,
  replicaOf,
} from '@react-collab/core'
import type { AppendItem } from './event-log.js'
import { foreignOrigin, type OriginIndex } from './origins.js'

/** What judging needs to know of a replica. */
export interface JudgedWriter {
  readonly client: string
  readonly n: number
  /** Hashes by n; it has those of all logged events that the push may repeat. */
  readonly recent: ReadonlyMap<number, string>
  /** Numbers up to this one count as duplicates where there is no hash any more. */
  readonly forgotten: number
}

/** What judging needs to know of an object. */
export interface JudgedHead {
  readonly term: string
  readonly greatestMs: number
  readonly writers: ReadonlyMap<Replica, JudgedWriter>
  /** Events that were logged under another replica than they were made by. */
  readonly origins: OriginIndex
}

/** A client's push stream in an object: its newest session, and the round it has to be in. */
export interface Stream {
  readonly fence: number
  readonly round: number
}

/** The surroundings of a judgement. */
export interface Court {
  readonly head: JudgedHead
  /** The pushing client's stream, if it has joined. */
  readonly stream: Stream | undefined
  readonly now: number
  readonly maxDriftMs: number
}

/** An event that goes into the log, with its JSON text and that text's hash. */
export interface Fresh {
  readonly event: Event
  readonly replica: Replica
  /** The millisecond of its stamp. */
  readonly ms: number
  readonly text: string
  readonly hash: string
  /** Where it comes from, when it was made by another replica. */
  readonly origin: Origin | undefined
}

/** What is to be done with a push. */
export interface Judgement {
  readonly fresh: readonly Fresh[]
  readonly failure?: Failure
}

/**
 * Judges a push by R1: duplicates are answered first; then fence, outside failure, term and round
 * of the stream, then order, owner and clock, then what is wrong with the event itself.
 *
 * What comes before the first failing event is fresh, nothing after it. A reason that concerns the
 * whole stream is a failure without `refused`; else `refused` lists each event that cannot be taken.
 */
export function judge(item: AppendItem, court: Court): Judgement {
  const trial = new Trial(item, court)
  if (item.events.length === 0) return verdict([], streamFailure(item, court, 0))
  for (let index = 0; index < item.events.length; index++) {
    const failure = trial.step(index)
    if (failure !== undefined) return { fresh: trial.fresh, failure: { ...failure, taken: index } }
  }
  return verdict(trial.fresh, refusal(trial.refused))
}

const verdict = (fresh: readonly Fresh[], failure: Failure | undefined): Judgement =>
  failure === undefined ? { fresh } : { fresh, failure }

function refusal(refused: readonly Refusal[]): Failure | undefined {
  const [first] = refused
  return first && { code: first.code, message: first.message, taken: first.index, refused }
}

/** What is wrong with the whole stream, or with the push from event `index` on. */
function streamFailure(
  item: AppendItem,
  { stream, head }: Court,
  index: number,
): Failure | undefined {
  if (stream?.fence !== item.fence) {
    return { code: 'FENCED', message: 'a newer session of this client has joined' }
  }
  if (item.failure !== undefined && index >= (item.failsFrom ?? 0)) return item.failure
  if (item.term !== head.term) return { code: 'TERM_CHANGED', message: `it is ${head.term} now` }
  if (item.round >= stream.round) return undefined
  return { code: 'STALE_ROUND', message: `round ${stream.round} is expected` }
}

/** How far a replica has come while a push is judged. */
interface Progress {
  readonly replica: Replica
  readonly logged: JudgedWriter | undefined
  /** Hashes of what this push has added. */
  added: Map<number, string> | undefined
  /** The greatest n in the log, with what this push has added. */
  n: number
  /** What a new event has to follow. */
  last: number
}

class Trial {
  readonly fresh: Fresh[] = []
  readonly refused: Refusal[] = []
  readonly #item: AppendItem
  readonly #court: Court
  readonly #wrongs: ReadonlyMap<number, Refusal> | undefined
  readonly #progress = new Map<Replica, Progress>()
  #greatestMs: number

  constructor(item: AppendItem, court: Court) {
    this.#item = item
    this.#court = court
    this.#greatestMs = court.head.greatestMs
    if (item.refused.length > 0) this.#wrongs = new Map(item.refused.map((r) => [r.index, r]))
  }

  /** Judges one event; returns a failure that ends the push. */
  step(index: number): Failure | undefined {
    const event = this.#item.events[index] as Event
    const wrong = this.#wrongs?.get(index)
    if (wrong !== undefined && !isNumbered(event)) {
      const failure = this.#isOpen ? this.#ofStream(index) : undefined
      if (failure !== undefined) return failure
      this.refused.push(wrong)
      return undefined
    }
    const at = this.#progressOf(replicaOf(event[1]))
    const text = this.#item.texts[index] ?? ''
    const { replica } = at
    const hash = contentHash(event, text)
    const origin = wrong === undefined ? foreignOrigin(event, text) : undefined
    const fresh: Fresh = { event, replica, ms: msOf(event[1]), text, hash, origin }
    return event[0] <= at.n ? this.#repeat(fresh, at, index) : this.#take(fresh, at, index, wrong)
  }

  /** Nothing has been refused yet. */
  get #isOpen(): boolean {
    return this.refused.length === 0
  }

  #ofStream(index: number): Failure | undefined {
    return streamFailure(this.#item, this.#court, index)
  }

  #progressOf(replica: Replica): Progress {
    const known = this.#progress.get(replica)
    if (known !== undefined) return known
    const logged = this.#court.head.writers.get(replica)
    const prev = this.#item.prev
    const last = Object.hasOwn(prev, replica) ? (prev[replica] ?? 0) : 0
    const progress: Progress = { replica, logged, added: undefined, n: logged?.n ?? 0, last }
    this.#progress.set(replica, progress)
    return progress
  }

  #repeat({ event: [n], hash }: Fresh, at: Progress, index: number): undefined {
    at.last = n
    const known = at.added?.get(n) ?? at.logged?.recent.get(n)
    if (known === hash) return
    if (known === undefined && n <= (at.logged?.forgotten ?? 0)) return
    const message = `number ${n} of ${at.replica} was another event, or was refused`
    this.refused.push({ index, code: 'NUMBER_REUSED', message })
  }

  #take(
    fresh: Fresh,
    at: Progress,
    index: number,
    wrong: Refusal | undefined,
  ): Failure | undefined {
    const isOpen = this.#isOpen
    const failure = isOpen ? (this.#ofStream(index) ?? orderFailure(at)) : undefined
    if (failure !== undefined) return failure
    if (at.logged !== undefined && at.logged.client !== this.#item.client) {
      const message = `replica ${at.replica} belongs to another client`
      this.refused.push({ index, code: 'REPLICA_TAKEN', message })
      return undefined
    }
    const ahead = isOpen ? this.#clockFailure(fresh) : undefined
    if (ahead !== undefined) return ahead
    const known = isOpen ? this.#knownFailure(fresh) : undefined
    if (known !== undefined) return known
    if (wrong !== undefined) this.refused.push(wrong)
    else if (isOpen) this.#accept(fresh, at)
    return undefined
  }

  #accept(fresh: Fresh, at: Progress): void {
    const [n] = fresh.event
    this.fresh.push(fresh)
    this.#greatestMs = Math.max(this.#greatestMs, fresh.ms)
    at.n = n
    at.last = n
    at.added ??= new Map()
    at.added.set(n, fresh.hash)
  }

  /**
   * Two copies of a disk may both have held an event that waited: it counts once (R9). Joining again
   * tells the client that it is there.
   */
  #knownFailure({ event: [n], replica, hash, origin }: Fresh): Failure | undefined {
    const { origins, writers } = this.#court.head
    const isKnown =
      origins.has({ replica, n, hash }) ||
      (origin !== undefined &&
        (origins.has(origin) || writers.get(origin.replica)?.recent.get(origin.n) === origin.hash))
    if (!isKnown) return undefined
    return { code: 'OUT_OF_ORDER', message: `number ${n} of ${replica} is logged as another` }
  }

  /** The future is bounded, the past is free (R4). */
  #clockFailure({ ms }: Fresh): Failure | undefined {
    const { now, maxDriftMs } = this.#court
    if (ms <= Math.max(now + maxDriftMs, this.#greatestMs + 1)) return undefined
    return { code: 'CLOCK_AHEAD', message: `the clock is ${ms - now} ms ahead`, now }
  }
}

function orderFailure({ replica, last, n }: Progress): Failure | undefined {
  if (last === n) return undefined
  return { code: 'OUT_OF_ORDER', message: `${replica} is at ${n} here, not at ${last}` }
}

/** Tells whether an event, maybe a wrong one, has a number: it may be one that was logged before. */
export function isNumbered(event: unknown): event is Event {
  if (!Array.isArray(event)) return false
  const [n, stamp] = event as unknown[]
  return Number.isSafeInteger(n) && (n as number) >= 1 && isStamp(stamp)
}
