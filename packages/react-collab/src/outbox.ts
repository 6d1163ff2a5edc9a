import {
  type Echo,
  type ErrorCode,
  errorCodes,
  type Event,
  eventReplica,
  type Failure,
  type Joined,
  type ObjectId,
  RefusedError,
  type Replica as ReplicaId,
} from '@react-collab/core'
import { anything, type Connection } from './connection.js'
import type { Edit } from './edit.js'
import { oversizeOf } from './event-size.js'
import { createHolding, type Hold } from './hold.js'
import type { Platform } from './platform.js'
import { firstLimit, lowered, type PushBatch, raised, takePush } from './push-batch.js'
import { emptiedRows, parkings, type Refused, withDependents } from './refusals.js'
import type { Replica } from './replica.js'
import { createRestamping, takeRestamped } from './restamp.js'
import type { Retired } from './standing.js'
import type { ServerClock } from './server-clock.js'
import type { LocalStore, OutboxKey } from './store/store.js'
import { asStorageError } from './writer.js'

/** Unacknowledged pushes: two keep the line full, more would only wait in the server's queue. */
const IN_FLIGHT = 2
/** Re-stampings in a row after which the stream holds and says so. */
const RESTAMPS = 3

/** Whom an outbox tells. */
export interface OutboxHost {
  readonly platform: Platform
  readonly store: LocalStore
  readonly connection: Connection
  readonly lead: number
  readonly clock: ServerClock
  /** Replicas that another copy of this disk writes with, and what writes in their place. */
  retired(): Retired
  /** Another copy of this disk writes with the same replica. */
  fork(): Promise<void>
  /** Edits that cannot be made any more, as what they are of is gone. */
  lostAmong(edits: readonly Edit[]): readonly Refused[]
  /** The stream has to be taken up by a new join. */
  rejoin(): void
  fenced(): void
  /** Edits were refused; the list of them on disk has changed: resolves when this tab knows of it. */
  rejected(): unknown
  /** Outbox rows were rewritten on disk; of those in `seen` all is in the log but what was parked. */
  rewritten(why: 'parked' | 'restamped', seen: readonly OutboxKey[]): void
  changed(): void
}

/** Sends one object's pending edits, oldest first (R1). */
export interface Outbox {
  readonly hold: Hold | undefined
  /** Begins a stream that the server knows up to `logged`. */
  start(joined: Pick<Joined, 'term' | 'session' | 'vv'>): void
  /** Ends the stream: the connection is gone, or a new join begins; `code` came with a `fatal`. */
  stop(code?: ErrorCode): void
  /** Edits have reached the disk. */
  wake(edits: readonly Edit[]): void
  /** Gives the events of unanswered pushes that an echo stands for; undefined unless it is sure. */
  sent(echo: Pick<Echo, 'first' | 'last' | 'count'>): readonly Event[] | undefined
  /** Looks for edits on disk that nobody spoke of: none waits for ever. */
  review(): void
  /** Lifts a hold. */
  release(): void
  /** Parks all that waits behind a hold, with its reason; does nothing where none is. */
  giveUp(): Promise<void>
  /** Takes edits out of the outbox that can never be sent. */
  park(refused: readonly Refused[]): Promise<void>
}

interface Flight extends PushBatch {
  /** What was sent, byte by byte: an edit may be stamped anew meanwhile. */
  readonly events: readonly Event[]
  readonly round: number
  readonly at: number
}

/** Makes the outbox of one object. */
export function createOutbox(object: ObjectId, replica: Replica, host: OutboxHost): Outbox {
  const { platform, store, connection } = host
  let term: string | undefined
  let session = 0
  let round = 0
  /** Counts streams, so that an answer to an earlier one is known as such. */
  let stream = 0
  let queue: Edit[] = []
  /** What this round has taken into the queue and the server has not accepted. */
  let known = new Set<Edit>()
  let flights: Flight[] = []
  let logged = new Map<ReplicaId, number>()
  let sent = new Map<ReplicaId, number>()
  let limit = firstLimit
  /** What a connection was closed over, for what it holds: the next time it goes alone. */
  let suspect: Edit | undefined
  let restamps = 0
  let rewriting = false
  const holding = createHolding(platform, () => {
    pump()
    host.changed()
  })

  const keyed = (): Edit[] =>
    [...replica.visible.pending].filter((edit) => edit.key !== undefined).sort(byKey)

  /** Withdraws what is in flight and begins the next round. */
  function turn(): void {
    round += 1
    flights = []
    sent = new Map(logged)
    queue = keyed().filter((edit) => !edit.accepted)
    known = new Set(queue)
  }

  function pump(): void {
    if (term === undefined || holding.current !== undefined || rewriting) return
    // A tab that had not heard yet wrote them; a join gives them names.
    if (host.retired().size > 0 && queue.some(isRetired)) return host.rejoin()
    const lost = host.lostAmong(queue)
    if (lost.length > 0) return void park(lost)
    while (flights.length < IN_FLIGHT && queue.length > 0) {
      const [first] = queue as [Edit]
      const message = oversizeOf(first.event as Event)
      if (message !== undefined)
        return void park([{ edit: first, code: 'PAYLOAD_TOO_LARGE', message }])
      send(takePush(queue, limit, sent))
    }
    host.changed()
  }

  function send(batch: PushBatch): void {
    queue.splice(0, batch.used.length)
    const events = batch.edits.map((edit) => edit.event as Event)
    const flight: Flight = { ...batch, events, round, at: platform.elapsed() }
    flights.push(flight)
    const mine = stream
    connection
      .request('push', { object, session, term, round, prev: batch.prev, events }, anything)
      .then(([failure]) => {
        if (mine === stream && flight.round === round) answered(flight, failure)
      })
      .catch((error: unknown) => {
        if (mine === stream) unanswered(error)
      })
  }

  function unanswered(error: unknown): void {
    if (!(error instanceof Error)) platform.report(error)
    limit = lowered(limit)
    connection.restart()
  }

  function answered(flight: Flight, failure: Failure | null): void {
    flights = flights.filter((other) => other !== flight)
    if (failure === null) {
      accept(flight, flight.edits.length)
      holding.forget()
      restamps = 0
      limit = raised(limit, platform.elapsed() - flight.at)
      return pump()
    }
    if (failure.now !== undefined) host.clock.hear(failure.now)
    accept(flight, failure.taken ?? 0)
    refused(flight, failure)
  }

  /** The server has the first `taken` events, and with each all that its replica made before. */
  function accept({ edits, used }: Flight, taken: number): void {
    for (const { event } of edits.slice(0, taken)) {
      const writer = eventReplica(event as Event)
      logged.set(writer, Math.max(logged.get(writer) ?? 0, (event as Event)[0]))
    }
    const isWhole = taken === edits.length
    for (const edit of used) {
      edit.accepted ||= isWhole || isLogged(edit.event as Event)
      if (edit.accepted) known.delete(edit)
    }
  }

  const isLogged = (event: Event): boolean => event[0] <= (logged.get(eventReplica(event)) ?? 0)

  function refused(flight: Flight, failure: Failure): void {
    const { code, message } = failure
    switch (code) {
      case 'STALE_ROUND':
        return
      case 'OUT_OF_ORDER':
      case 'TERM_CHANGED':
      case 'NOT_JOINED':
      case 'FENCED':
        return host.rejoin()
      case 'CLOCK_AHEAD':
        turn()
        return void (restamps++ < RESTAMPS ? restamp() : holdAhead(failure))
      default:
    }
    if (failure.refused !== undefined && failure.refused.length > 0)
      return parkRefused(flight, failure)
    if (errorCodes[code] !== 'never') {
      turn()
      return holdStream(failure)
    }
    blame(flight, code, message)
  }

  const isRetired = ({ event }: Edit): boolean => host.retired().has(eventReplica(event as Event))

  function parkRefused(flight: Flight, { refused: list = [] }: Failure): void {
    if (list.some(({ code }) => isOfCopy(code))) {
      return void host.fork().catch((error: unknown) => holdStream(asStorageError(error)))
    }
    const items = list.flatMap(({ index, code, message }) => {
      const edit = flight.edits[index]
      return edit === undefined ? [] : [{ edit, code, message }]
    })
    void park(items)
  }

  /** A push was refused whole for what is in it: its head goes alone, and is parked if it was. */
  function blame(flight: Flight, code: ErrorCode, message: string): void {
    const [edit] = flight.edits
    if (flight.edits.length === 1 && edit !== undefined) return void park([{ edit, code, message }])
    limit = { ...limit, events: 1 }
    suspect = edit
    turn()
    pump()
  }

  function wake(edits: readonly Edit[]): void {
    const last = queue.at(-1)?.key
    const fresh = edits.filter((edit) => !edit.accepted && !known.has(edit))
    for (const edit of fresh) known.add(edit)
    queue.push(...fresh)
    const [first] = fresh
    if (last !== undefined && first?.key !== undefined && first.key < last) queue.sort(byKey)
    pump()
  }

  async function park(items: readonly Refused[]): Promise<void> {
    const all = withDependents(items, keyed(), replica.visible.confirmed)
    await rewrite(async () => {
      await store.park(host.lead, object, parkings(all), platform.now())
      // Whoever hears of a refusal finds it in the list.
      await host.rejected()
      replica.refuse(all.map((item) => item.edit))
      for (const { edit, code, message } of all) edit.refused(new RefusedError(code, message))
      holding.forget()
      host.rewritten('parked', emptiedRows(all, replica.visible.pending))
    })
  }

  async function restamp(): Promise<void> {
    // It takes what is just after its greatest: then that is not what is told of rows on disk.
    if (restamps > 1) replica.held.forgetGreatest()
    await rewrite(async () => {
      const stampOf = createRestamping(replica, host.clock.now, isLogged)
      await store.restamp(host.lead, object, stampOf)
      await takeRestamped(replica, store)
      host.rewritten('restamped', [])
    })
  }

  /** Changes outbox rows on disk; nothing is sent meanwhile, and a new round begins after. */
  async function rewrite(change: () => Promise<void>): Promise<void> {
    rewriting = true
    const mine = stream
    try {
      await change()
    } catch (error) {
      const { code, message } = asStorageError(error)
      if (code === 'FENCED') return host.fenced()
      holdStream({ code, message })
    } finally {
      rewriting = false
    }
    if (mine !== stream) return
    turn()
    pump()
  }

  /** The server's own clock may be what steps: each later try stamps anew once more. */
  function holdAhead(failure: Failure): void {
    restamps = RESTAMPS - 1
    holdStream(failure)
  }

  function holdStream(failure: Pick<Failure, 'code' | 'message' | 'retryAfterMs'>): void {
    holding.begin(failure)
    host.changed()
  }

  return {
    get hold() {
      // A try that nobody has answered yet mends nothing.
      return holding.current ?? (flights.length > 0 ? holding.last : undefined)
    },
    start(joined) {
      stream += 1
      term = joined.term
      session = joined.session
      logged = new Map(Object.entries(joined.vv) as [ReplicaId, number][])
      round = -1
      turn()
      pump()
    },
    stop(code) {
      stream += 1
      term = undefined
      const [head] = flights
      flights = []
      // A connection that was closed for what a push held: its head goes alone next time (R10).
      if (code === undefined || !isOfContent(code) || head === undefined) return
      const [edit] = head.edits
      // One event a push is also what a slow line comes to.
      if (edit !== undefined && edit === suspect && head.edits.length === 1)
        void park([{ edit, code, message: 'the server closed the connection over it' }])
      suspect = edit
      limit = { ...limit, events: 1 }
    },
    wake,
    sent({ first, last, count }) {
      const events = flights.flatMap((flight) => flight.events)
      const from = events.findIndex(([, stamp]) => stamp === first)
      // Answers may overtake echoes, and what was withdrawn be sent again with other edits left out.
      const isSent = from >= 0 && events[from + count - 1]?.[1] === last
      return isSent ? events.slice(from, from + count) : undefined
    },
    review: () => wake(keyed()),
    release: () => holding.lift(),
    async giveUp() {
      // Before a join it is not known what the log has of it.
      if (holding.current === undefined || term === undefined) return
      const { code, message } = holding.current
      const waiting = keyed().filter((edit) => !edit.accepted)
      await park(waiting.map((edit) => ({ edit, code, message })))
      holding.lift()
    },
    park,
  }
}

/** Codes that are final and yet say nothing of what a push held. */
const notOfContent: ReadonlySet<ErrorCode> = new Set([
  'ORIGIN',
  'CLIENT_FORKED',
  'FORGED_CLIENT',
  'CLOSED',
  'INVARIANT',
])

/** Refusals that only another copy of this disk can have brought about (R9). */
const isOfCopy = (code: ErrorCode): boolean => code === 'NUMBER_REUSED' || code === 'REPLICA_TAKEN'

const isOfContent = (code: ErrorCode): boolean =>
  errorCodes[code] === 'never' && !notOfContent.has(code)

/** In the order in which the edits reached the disk. */
const byKey = (a: Edit, b: Edit): number =>
  (a.key as number) - (b.key as number) || numberOf(a) - numberOf(b)

const numberOf = (edit: Edit): number => (edit.event as Event)[0]
