import {
  type Event,
  isDeleted,
  type Patch,
  type Row,
  type RowKey,
  type Stamp,
  TOMBSTONE,
} from '@react-collab/core'
import { isWindowed, noWindows, takeWindowed, type Windowing } from './windowing.js'

/** The rows of windowed collections that are in memory: those that somebody shows. */
export class HeldRows {
  readonly windowing: Windowing
  readonly #uses = new Map<RowKey, number>()
  /** Hears of an entry that has no effect, which only a state in memory can tell. */
  voided: (event: Event) => void = () => undefined
  /** At least the greatest stamp in all rows that the log has and memory may not; without windows, none. */
  greatest: Stamp | undefined

  constructor(windowing: Windowing = noWindows) {
    this.windowing = windowing
  }

  /** Whether a row is kept on disk, one by one. */
  isWindowed(key: RowKey): boolean {
    return isWindowed(this.windowing, key)
  }

  /** Whether a row is one of them and not in memory. */
  isAbsent(key: RowKey): boolean {
    return isWindowed(this.windowing, key) && !this.#uses.has(key)
  }

  /** Leaves in a new state those rows alone that somebody shows, as they are, until they are read anew. */
  carry(from: ReadonlyMap<RowKey, Row>, to: Map<RowKey, Row>): void {
    takeWindowed(this.windowing, to)
    for (const key of this.#uses.keys()) {
      const row = from.get(key)
      if (row !== undefined) to.set(key, row)
    }
  }

  get keys(): Iterable<RowKey> {
    return this.#uses.keys()
  }

  has(key: RowKey): boolean {
    return this.#uses.has(key)
  }

  /** Somebody shows a row. */
  take(key: RowKey): void {
    this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1)
  }

  /** Somebody shows a row no longer; true when nobody does. */
  drop(key: RowKey): boolean {
    const uses = (this.#uses.get(key) ?? 0) - 1
    if (uses > 0) this.#uses.set(key, uses)
    else this.#uses.delete(key)
    return uses <= 0
  }

  /** What was known is of another log, such as one from before a restore. */
  forgetGreatest(): void {
    this.greatest = undefined
  }

  /** Takes note of a write that the log has. */
  see(stamp: Stamp | undefined): void {
    if (stamp === undefined) return
    if (this.greatest === undefined || stamp > this.greatest) this.greatest = stamp
  }
}

/** Tells whether own edits have made a row: then nothing of it is missing. */
export const isMade = (row: Row): boolean =>
  Object.hasOwn(row.stamps, TOMBSTONE) && !isDeleted(row) && Object.keys(row.stamps).length > 1

/** Tells whether an edit may be undone: what was in a row that is not in memory is not known. */
export const isUndoable = ([, key, field]: Patch, held: HeldRows): boolean =>
  field === TOMBSTONE || !held.isAbsent(key)
