import { apply, composeAll, merge } from '../change/algebra.js'
import type { Change } from '../change/change.js'
import type { Maybe } from '../change/data.js'

/**
 * A value that does not change, and the way to those that follow it.
 *
 * Edits made from the same value, however stale, merge: every instance of a family leads to the same
 * latest value. A shared object, a branch, a fold, a part of another stream are all sources of these.
 */
export interface Stream<V = Maybe> {
  readonly value: V
  /**
   * Gives the stream after an edit of this value; what others did meanwhile is still to come.
   *
   * Errors  `UsageError` when the change does not fit the value; then nothing has changed
   */
  append(change: Change): Stream<V>
  /** Gives the next change and the stream behind it; null while there is none. */
  next(): Next<V> | null
  /** Gives the last stream that there is now. */
  latest(): Stream<V>
}

/** A change, and the stream behind it. */
export interface Next<V = Maybe> {
  readonly change: Change
  readonly stream: Stream<V>
}

/** Begins a stream of values in memory. */
export const createStream = <V>(value: V): Stream<V> => new Chain(value)

/** Follows a stream to its end; the change is all that happened on the way. */
export function catchUp<V>(stream: Stream<V>): Next<V> {
  const changes: Change[] = []
  let at = stream
  for (let next = at.next(); next !== null; next = at.next()) {
    changes.push(next.change)
    at = next.stream
  }
  return { change: composeAll(changes), stream: at }
}

/** Follows a stream to its end. */
export function latestOf<V, S extends Stream<V>>(stream: S, next: (stream: S) => S | undefined): S {
  let at = stream
  for (let after = next(at); after !== undefined; after = next(at)) at = after
  return at
}

/** Gives the value after a change, as the type that its stream has. */
export const applied = <V>(value: V, change: Change): V => apply(value as Maybe, change) as V

/** A link of a list whose end all links lead to. */
class Chain<V> implements Stream<V> {
  readonly value: V
  #next: { readonly change: Change; readonly stream: Chain<V> } | undefined

  constructor(value: V) {
    this.value = value
  }

  append(change: Change): Stream<V> {
    if (change === null) return this
    const after = new Chain(applied(this.value, change))
    const ahead = catchUp<V>(this)
    if (ahead.stream === this) this.#next = { change, stream: after }
    else {
      const [mine, theirs] = merge(ahead.change, change)
      after.#next = { change: theirs, stream: ahead.stream.append(mine) as Chain<V> }
    }
    return after
  }

  next(): Next<V> | null {
    return this.#next ?? null
  }

  latest(): Stream<V> {
    return latestOf<V, Chain<V>>(this, (at) => at.#next?.stream)
  }
}
