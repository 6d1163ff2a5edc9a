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

  /** Learns of edits of this device. */
  sawOwn(edits: Iterable<Edit>): void {
    for (const { event } of edits) if (event !== undefined) this.#own.add(eventReplica(event))
  }

  /** What entries are about to overwrite. */
  ofEvents(events: readonly Event[], wasAway: boolean): Overwritten[] {
    return this.#told(lossesOfEvents(events, this.#scene), wasAway)
  }

  /** What a state that was loaded is about to overwrite. */
  ofState({ state, changed }: Whole): Overwritten[] {
    const { visible } = this.#replica
    const keys = changed ?? state.rows.keys()
    const logged = [...visible.pending].filter(({ event }) => isLogged(state, event as Event))
    return this.#told(lossesOfRows(rowsOf(state.rows, keys), logged, this.#scene), true)
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

  #told(losses: readonly Loss[], wasAway: boolean): Overwritten[] {
    const own = losses.filter(({ row }) => this.#isWritable(row))
    if (own.length === 0) return []
    const lostAt = this.#clock.now()
    return own.map(({ late, ...loss }) => ({
      ...loss,
      lostAt,
      wasAway: late === undefined ? wasAway : this.#wasOffline(late),
    }))
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
