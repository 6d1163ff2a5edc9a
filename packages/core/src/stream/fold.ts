import { invert, merge } from '../change/algebra.js'
import type { Change } from '../change/change.js'
import { applied, type Next, type Stream } from './stream.js'

/** A stream with a change laid over it that only this stream knows, such as hidden text. */
export interface Fold<V> extends Stream<V> {
  /** The change that is never sent, as it is over the value beneath now. */
  readonly fold: Change
  /** Lifts the fold: the stream beneath, with all edits made through it. */
  unfold(): Stream<V>
}

/**
 * Lays a local change over a stream.
 *
 * Edits pass through both ways; the fold is carried past them, and never reaches the stream beneath.
 */
export const foldOver = <V>(base: Stream<V>, fold: Change): Fold<V> =>
  new Folded(base, fold, applied(base.value, fold))

class Folded<V> implements Fold<V> {
  readonly value: V
  readonly fold: Change
  readonly #base: Stream<V>

  constructor(base: Stream<V>, fold: Change, value: V) {
    this.#base = base
    this.fold = fold
    this.value = value
  }

  unfold(): Stream<V> {
    return this.#base
  }

  append(change: Change): Fold<V> {
    const after = applied(this.value, change)
    const [beneath, lifted] = merge(invert(this.fold), change)
    return new Folded(this.#base.append(beneath), invert(lifted), after)
  }

  next(): Next<V> | null {
    const next = this.#base.next()
    if (next === null) return null
    const [change, fold] = merge(this.fold, next.change)
    return { change, stream: new Folded(next.stream, fold, applied(this.value, change)) }
  }

  latest(): Stream<V> {
    return this.next()?.stream.latest() ?? this
  }
}
