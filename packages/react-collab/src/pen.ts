import {
  type Clock,
  createClock,
  type Event,
  type EventMeta,
  InvariantError,
  type ObjectState,
  type Patch,
  type Replica,
  type Stamp,
  type TextWriter,
} from '@react-collab/core'
import type { Counter } from './store/store.js'

/** The writer that this tab leased, and how far it has come in the object. */
export interface Seat {
  readonly slot: number
  readonly replica: Replica
  readonly counter: Counter
}

/** Gives what one tab writes in one object its numbers and stamps. */
export class Pen {
  readonly #now: () => number
  readonly #meta: EventMeta | undefined
  // Drafts are shown under a stamp of no replica; it never leaves this tab.
  #clock: Clock
  #seat: Seat | undefined
  /** As the disk last told; memory is ahead of its number and stamp. */
  #counter: Counter = { n: 0 }
  #n = 0
  #typist: TextWriter | undefined

  constructor(now: () => number, meta: EventMeta | undefined) {
    this.#now = now
    this.#meta = meta
    this.#clock = createClock('zzzzzzzz' as Replica, now)
  }

  /** Begins to write from a seat. */
  take(seat: Seat): void {
    const { counter, replica } = seat
    this.#seat = seat
    this.#counter = counter
    this.#n = counter.n
    this.#typist = { replica, nextId: counter.element ?? 1 }
    this.#clock = createClock(replica, this.#now, counter.stamp)
  }

  /** The last number that was given. */
  get last(): number {
    return this.#n
  }

  /** Goes on as another replica, from the numbers and stamps where it is. */
  rename(replica: Replica): void {
    const seat = this.#seated(this.#seat)
    this.#seat = { ...seat, replica }
    if (this.#counter.replica !== undefined) this.#counter = { ...this.#counter, replica }
    this.#typist = { replica, nextId: this.typist.nextId }
    this.#clock = createClock(replica, this.#now, this.#clock.tick())
  }

  /** Whether there is a seat to write from. */
  get isSeated(): boolean {
    return this.#seat !== undefined
  }

  get slot(): number {
    return this.#seated(this.#seat).slot
  }

  /** Numbers what is typed; texts raise it. */
  get typist(): TextWriter {
    return this.#seated(this.#typist)
  }

  #seated<T>(part: T | undefined): T {
    if (part === undefined) throw new InvariantError('there is no writer yet')
    return part
  }

  /** Makes a stamp. */
  tick(): Stamp {
    return this.#clock.tick()
  }

  /** Takes note of a stamp made elsewhere. */
  see(stamp: Stamp): void {
    this.#clock.see(stamp)
  }

  /** Takes note of a state by its greatest stamp, as taking all apart would take longer. */
  seeAll({ rows }: ObjectState): void {
    let greatest: Stamp | undefined
    for (const { stamps } of rows.values()) {
      for (const stamp of Object.values(stamps)) {
        if (greatest === undefined || stamp > greatest) greatest = stamp
      }
    }
    if (greatest !== undefined) this.#clock.see(greatest)
  }

  /** Makes the next event. */
  event(patches: readonly Patch[]): Event {
    const stamp = this.#clock.tick()
    const n = ++this.#n
    return this.#meta === undefined ? [n, stamp, patches] : [n, stamp, patches, this.#meta]
  }

  /** Gives an event the next stamp, under its old number. */
  again([n, , ...rest]: Event): Event {
    return [n, this.#clock.tick(), ...rest]
  }

  /** Goes back to before number `n`, which is given again. */
  back(n: number): void {
    this.#n = n - 1
  }

  /** How far the writer is once `last` is on disk; or now, where nothing has a number. */
  counterAt(last?: Event): Counter {
    const [n, stamp] = last ?? [this.#n, this.#clock.tick()]
    const element = this.#typist?.nextId ?? 1
    return { ...this.#counter, n, stamp, ...(element > 1 && { element }) }
  }

  /**
   * Goes on from where the counter now is on disk; false when it is where it was. Stamps fall back
   * there, when the outbox was stamped anew.
   */
  renew(counter: Counter, confirmed: ObjectState): boolean {
    if (counter.epoch === this.#counter.epoch) return false
    const { replica } = this.#counter
    this.#counter = replica === undefined ? counter : { ...counter, replica }
    this.#clock.rewind(counter.stamp)
    this.seeAll(confirmed)
    return true
  }
}
