import { compose, merge } from '../change/algebra.js'
import type { Change } from '../change/change.js'
import { catchUp, createStream, type Stream } from './stream.js'

/**
 * A copy of a stream that goes its own way until it is told otherwise.
 *
 * Nested branches are branches of a branch's stream.
 */
export interface Branch<V> {
  /** Where the branch began; its latest value is that of the branch. */
  readonly stream: Stream<V>
  /** Brings the branch's own edits to the master; what the master did stays outside. */
  push(): void
  /** Brings the master's edits into the branch; its own stay inside. */
  pull(): void
  /** Gives the edits that were not pushed, as one change. */
  ahead(): Change
}

/** Makes a branch of a stream, as it is at this value. */
export const createBranch = <V>(master: Stream<V>): Branch<V> => new LocalBranch(master)

class LocalBranch<V> implements Branch<V> {
  readonly stream: Stream<V>
  /** How far the branch has seen itself, and its master. */
  #local: Stream<V>
  #master: Stream<V>
  /** From the master as it was seen to the branch as it was seen. */
  #own: Change = null

  constructor(master: Stream<V>) {
    this.stream = createStream(master.value)
    this.#local = this.stream
    this.#master = master
  }

  ahead(): Change {
    const { change, stream } = catchUp(this.#local)
    this.#own = compose(this.#own, change)
    this.#local = stream
    return this.#own
  }

  push(): void {
    this.#master = this.#master.append(this.ahead())
    this.#own = null
  }

  pull(): void {
    const own = this.ahead()
    const { change, stream } = catchUp(this.#master)
    const [ownAfter, changeAfter] = merge(change, own)
    this.#master = stream
    this.#own = ownAfter
    this.#local = this.#local.append(changeAfter)
  }
}
