import { checkCount, emptyRow, readSum } from '@react-collab/core'
import { type Written, writtenWith } from './edit.js'
import type { FieldPlace } from './field-path.js'
import type { Unsubscribe } from './listeners.js'
import type { Replica } from './replica.js'

/**
 * A number that everybody adds to: what is added at the same time is added up.
 *
 * ```ts
 * const likes = object.counter('likes')
 * likes.add()
 * likes.value // 1
 * ```
 */
export class SharedCounter {
  readonly #replica: Replica
  readonly #place: FieldPlace

  constructor(replica: Replica, place: FieldPlace) {
    this.#replica = replica
    this.#place = place
  }

  /** What was added up to now; 0 where nothing was. */
  get value(): number {
    const { key, field } = this.#place
    return readSum(this.#replica.visible.row(key) ?? emptyRow, field)
  }

  /** Adds a whole number within ±2^52; throws `BAD_VALUE` for anything else. */
  add(by = 1): Written {
    const { key, field } = this.#place
    return writtenWith([this.#replica.edit([['+', key, field, checkCount(by)]])])
  }

  /** Calls `listener` after a change of the row that it is in. */
  subscribe(listener: () => void): Unsubscribe {
    return this.#replica.listeners.onRow(this.#place.key, listener)
  }
}
