import { invert } from '../change/algebra.js'
import type { Change } from '../change/change.js'
import { InverseStack, type UndoEntry } from './undo-stack.js'
import { catchUp, type Next, type Stream } from './stream.js'

/** How edits are gathered to one step of undo. */
export interface UndoOptions {
  /** Edits at most so many milliseconds apart are one step; 0, the default, gathers none. */
  readonly groupMs?: number
  /** The time in milliseconds; needed for `groupMs`. */
  readonly now?: () => number
}

/** Takes back edits that were made through its stream, and no others. */
export interface Undo<V> {
  /** Edits through this stream can be undone; everything else is carried past. */
  readonly stream: Stream<V>
  /** Takes back the last own edit that still has an effect; false if there is none. */
  undo(): boolean
  /** Brings back what was undone last; a new own edit ends that. */
  redo(): boolean
  /** Makes all own edits within `edit` one step, with a label. */
  group(label: string, edit: () => void): void
  /** Own edits are passed over, like those of others, until `resume`. */
  pause(): void
  resume(): void
  /** The labels of what can be undone, oldest first. */
  undoLabels(): readonly (string | undefined)[]
  /** The labels of what can be redone; the last one comes next. */
  redoLabels(): readonly (string | undefined)[]
}

/** Puts an undo stack on a stream. */
export const createUndo = <V>(base: Stream<V>, options: UndoOptions = {}): Undo<V> =>
  new UndoStack(base, options)

class UndoStack<V> implements Undo<V> {
  readonly stream: Stream<V>
  readonly #undo = new InverseStack()
  readonly #redo = new InverseStack()
  readonly #groupMs: number
  readonly #now: () => number
  /** How far the base has been seen. */
  #seen: Stream<V>
  #isPaused = false
  #group: { readonly label: string; isOpen: boolean } | undefined

  constructor(base: Stream<V>, { groupMs = 0, now = () => 0 }: UndoOptions) {
    this.#groupMs = groupMs
    this.#now = now
    this.#seen = base
    this.stream = new Recorded(base, (at, change) => this.#record(at, change))
  }

  undo(): boolean {
    return this.#take(this.#undo, this.#redo)
  }

  redo(): boolean {
    return this.#take(this.#redo, this.#undo)
  }

  group(label: string, edit: () => void): void {
    const outer = this.#group
    this.#group = outer ?? { label, isOpen: false }
    try {
      edit()
    } finally {
      this.#group = outer
    }
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
  }

  undoLabels(): readonly (string | undefined)[] {
    return this.#undo.labels
  }

  redoLabels(): readonly (string | undefined)[] {
    return this.#redo.labels
  }

  #record(at: Stream<V>, change: Change): Stream<V> {
    this.#passForeign()
    const after = at.append(change)
    const own = this.#look()
    if (this.#isPaused) this.#pass(own)
    else if (own !== null) this.#push(own)
    return after
  }

  #push(own: Change): void {
    this.#redo.clear()
    const atMs = this.#now()
    if (this.#continues(this.#undo.top, atMs)) this.#undo.extend(own, atMs)
    else this.#undo.push({ label: this.#group?.label, atMs, inverse: invert(own) })
    if (this.#group) this.#group.isOpen = true
  }

  #continues(top: UndoEntry | undefined, atMs: number): boolean {
    if (this.#group) return this.#group.isOpen
    const isFree = top !== undefined && top.label === undefined
    return isFree && this.#groupMs > 0 && atMs - top.atMs <= this.#groupMs
  }

  #take(from: InverseStack, to: InverseStack): boolean {
    this.#passForeign()
    for (let entry = from.pop(); entry !== undefined; entry = from.pop()) {
      // What others have overwritten since has nothing left to take back.
      if (entry.inverse === null) continue
      this.#seen.append(entry.inverse)
      to.push({ ...entry, inverse: invert(this.#look()) })
      return true
    }
    return false
  }

  #passForeign(): void {
    this.#pass(this.#look())
  }

  #pass(change: Change): void {
    this.#undo.pass(change)
    this.#redo.pass(change)
  }

  /** Gives what happened since it was last asked. */
  #look(): Change {
    const { change, stream } = catchUp(this.#seen)
    this.#seen = stream
    return change
  }
}

type Record<V> = (at: Stream<V>, change: Change) => Stream<V>

/** A stream whose edits are recorded. */
class Recorded<V> implements Stream<V> {
  readonly #base: Stream<V>
  readonly #record: Record<V>

  constructor(base: Stream<V>, record: Record<V>) {
    this.#base = base
    this.#record = record
  }

  get value(): V {
    return this.#base.value
  }

  append(change: Change): Stream<V> {
    return new Recorded(this.#record(this.#base, change), this.#record)
  }

  next(): Next<V> | null {
    const next = this.#base.next()
    return next && { change: next.change, stream: new Recorded(next.stream, this.#record) }
  }

  latest(): Stream<V> {
    const latest = this.#base.latest()
    return latest === this.#base ? this : new Recorded(latest, this.#record)
  }
}
