import {
  type Clock,
  createClock,
  type Event,
  type EventMeta,
  InvariantError,
  isSeedStamp,
  type ObjectState,
  type Patch,
  type Replica,
  replicaOf,
  type Row,
  type RowKey,
  seedStamp,
  type Stamp,
  stampAfter,
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

  /** Takes note of rows by their greatest stamp, as taking all apart would take longer. */
  seeAll(rows: Iterable<readonly [RowKey, Row]>): void {
    let greatest: Stamp | undefined
    for (const [, { stamps }] of rows) {
      let last: Stamp | undefined
      for (const field in stamps) {
        const stamp = stamps[field] as Stamp
        // Most rows have one stamp, and no two texts need to be compared for that.
        if (stamp === last) continue
        if (greatest === undefined || stamp > greatest) greatest = stamp
        last = stamp
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

  /** Makes the next event, with a stamp that loses against every edit. */
  seed(patches: readonly Patch[], version: number): Event {
    const [, , ...rest] = this.event(patches)
    return [this.#n, seedStamp(version, this.typist.replica), ...rest]
  }

  /** Makes the next events, whose stamps follow from the first, or from those before. */
  events(patches: readonly (readonly Patch[])[], before?: Event): Event[] {
    const stamps = this.#ticks(patches.length, before && stampAfter(before[1], 1))
    return patches.map((own, i): Event => {
      const n = ++this.#n
      const stamp = stamps[i] as Stamp
      return this.#meta === undefined ? [n, stamp, own] : [n, stamp, own, this.#meta]
    })
  }

  /**
   * Gives events the next stamps, under their old numbers; whoever has made them stays, as texts are
   * named from there.
   */
  again(events: readonly Event[]): Event[] {
    const stamps = this.#ticks(events.length)
    return events.map(([n, stamp, ...rest], i) => {
      const next = (stamps[i] as Stamp).slice(0, 12) + replicaOf(stamp)
      return [n, isSeedStamp(stamp) ? stamp : (next as Stamp), ...rest]
    })
  }

  /** Makes stamps as a clock that stands still does. */
  #ticks(count: number, from?: Stamp): Stamp[] {
    if (count === 0) return []
    const first = from ?? this.#clock.tick()
    const stamps = Array.from({ length: count }, (_, i) => stampAfter(first, i))
    this.#clock.see(stamps.at(-1) as Stamp)
    return stamps
  }

  /** Goes back to before number `n`, which is given again. */
  back(n: number): void {
    this.#n = n - 1
  }

  /** How far the writer is once `last` is on disk; or now, where nothing has a number. */
  counterAt(last?: Event): Counter {
    // A seed's stamp says nothing of how far the clock is.
    const stamp = last === undefined || isSeedStamp(last[1]) ? this.#clock.tick() : last[1]
    const n = last?.[0] ?? this.#n
    const element = this.#typist?.nextId ?? 1
    const { moves: _, ...counter } = this.#counter
    return { ...counter, n, stamp, ...(element > 1 && { element }) }
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
    this.seeAll(confirmed.rows)
    return true
  }
}
