import {
  type Event,
  eventReplica,
  ownerOf,
  type Replica as ReplicaId,
  type Row,
  type RowKey,
} from '@react-collab/core'
import type { Edit } from './edit.js'
import { type Loss, lossesOfEvents, lossesOfRows, type LossScene } from './losses.js'
import { isLogged } from './recognition.js'
import type { Replica } from './replica.js'
import type { ServerClock } from './server-clock.js'
import type { LocalStore, Overwritten } from './store/store.js'
import type { Whole } from './staging.js'

/** Notices what others overwrite of an object, just before it is: for the tab that leads. */
export class LossWatch {
  readonly #replica: Replica
  readonly #clock: ServerClock
  /** All who write on this device, as far as they are known. */
  readonly #own = new Set<ReplicaId>()
  /** The last number of each that was given before the last join. */
  readonly #offline = new Map<ReplicaId, number>()
  /** The last entry that was there when this device joined. */
  #awayUntil = 0
  /** The last one of what made the object known here: nobody has seen what was replaced in it. */
  #strangeUntil = 0

  constructor(replica: Replica, clock: ServerClock) {
    this.#replica = replica
    this.#clock = clock
  }

  /** Reads who writes on this device, and what was written without a line: before a join. */
  async readOwn(store: LocalStore): Promise<void> {
    for (const replica of await store.replicas()) this.#own.add(replica)
    const { pending } = this.#replica.visible
    this.sawOwn(pending)
    for (const { event } of pending) {
      if (event === undefined) continue
      const replica = eventReplica(event)
      this.#offline.set(replica, Math.max(event[0], this.#offline.get(replica) ?? 0))
    }
  }

  /** The server has told what the log holds: up to `head` it was written while there was no line. */
  joined(head: number, isReset: boolean): void {
    const seq = this.#replica.cursor?.seq ?? 0
    // It is another log that a reset speaks of, and what is shown was known.
    if (isReset) this.#strangeUntil = 0
    else if (seq === 0 || seq < this.#strangeUntil) this.#strangeUntil = head
    this.#awayUntil = head
  }

  /** Learns of edits of this device. */
  sawOwn(edits: Iterable<Edit>): void {
    for (const { event } of edits) if (event !== undefined) this.#own.add(eventReplica(event))
  }

  /** What entries are about to overwrite; the first of them is `seq`. */
  ofEvents(events: readonly Event[], seq: number): Overwritten[] {
    const wasAway = seq <= this.#awayUntil
    const wasKnown = seq > this.#strangeUntil
    return this.#told(
      lossesOfEvents(events, this.#scene),
      ({ isOwn }) => wasAway && (wasKnown || isOwn),
    )
  }

  /** What a state that was loaded is about to overwrite. */
  ofState({ state, changed }: Whole): Overwritten[] {
    const { visible } = this.#replica
    const keys = changed ?? state.rows.keys()
    const logged = [...visible.pending].filter(({ event }) => isLogged(state, event as Event))
    return this.#told(lossesOfRows(rowsOf(state.rows, keys), logged, this.#scene), () => true)
  }

  get #scene(): LossScene {
    const { visible } = this.#replica
    return {
      confirmed: visible.confirmed,
      row: (key) => visible.row(key),
      isOwn: (replica) => this.#own.has(replica),
    }
  }

  /** What an owner writes into rows of his, nobody else could have kept. */
  #isWritable(row: RowKey): boolean {
    const owner = ownerOf(row)
    return owner === undefined || this.#replica.ownership.isMine(owner)
  }

  #wasOffline(event: Event): boolean {
    return event[0] <= (this.#offline.get(eventReplica(event)) ?? 0)
  }

  #told(losses: readonly Loss[], wasAway: (loss: Loss) => boolean): Overwritten[] {
    const own = losses.filter(({ row }) => this.#isWritable(row))
    if (own.length === 0) return []
    const lostAt = this.#clock.now()
    return own.map((loss) => {
      const { row, field, value, by, late } = loss
      const isAway = late === undefined ? wasAway(loss) : this.#wasOffline(late)
      return { row, field, value, by, lostAt, wasAway: isAway }
    })
  }
}

function* rowsOf(
  rows: ReadonlyMap<RowKey, Row>,
  keys: Iterable<RowKey>,
): Generator<readonly [RowKey, Row]> {
  for (const key of keys) {
    const row = rows.get(key)
    if (row !== undefined) yield [key, row]
  }
}
