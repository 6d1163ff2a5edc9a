import type { Event, ObjectId, ObjectState } from '@react-collab/core'
import { difference, goOn } from './oracle.js'
import type { Random } from './random.js'
import type { Purge } from './whole-log.js'

/** Rows of an object as the log gave them, and the entry up to which they go. */
export interface Snapshot {
  readonly seq: number
  readonly state: ObjectState
}

/** Keeps what the log compacted to at some moments: each, and the entries after it, is all (R3). */
export class Snapshots {
  readonly #random: Random
  readonly #rowsOf: (object: ObjectId) => Promise<Snapshot>
  readonly #kept: { readonly object: ObjectId; readonly snapshot: Snapshot }[] = []
  #era = 0

  constructor(random: Random, rowsOf: (object: ObjectId) => Promise<Snapshot>) {
    this.#random = random
    this.#rowsOf = rowsOf
  }

  /** Looks at an object, now and then. */
  look(objects: readonly ObjectId[]): void {
    if (!this.#random.chance(0.1)) return
    // A log that cannot be read now is looked at another time.
    this.keep(this.#random.pick(objects)).catch(() => undefined)
  }

  /** How many are kept. */
  get size(): number {
    return this.#kept.length
  }

  /** Keeps what an object is compacted to, unless the log becomes another meanwhile. */
  async keep(object: ObjectId): Promise<void> {
    const era = this.#era
    const snapshot = await this.#rowsOf(object)
    if (era === this.#era) this.#kept.push({ object, snapshot })
  }

  /** The log is another one: what it once gave says nothing of it. */
  forget(): void {
    this.#era += 1
    this.#kept.length = 0
  }

  /** Says which of an object, with the entries after them, are not what all entries are. */
  check(
    object: ObjectId,
    events: readonly Event[],
    purges: readonly Purge[],
    all: ObjectState,
  ): string[] {
    return this.#kept.flatMap((kept) => {
      if (kept.object !== object) return []
      const { seq, state } = kept.snapshot
      goOn(state, events, purges, seq)
      // Who wrote how much is told at a join, not by rows.
      const is = { ...state, vv: all.vv }
      const wrong = difference(`${object} at ${seq} and the entries after it`, is, all)
      return wrong === undefined ? [] : [wrong]
    })
  }
}
