import type { ObjectId } from '@react-collab/core'
import { isBranch } from '../branch-id.js'

/**
 * The counters that a tab has found on its disk. One that is gone later went with all else, at a sign-out:
 * of objects they are never taken away alone.
 */
export class SeenCounters {
  readonly #names = new Set<string>()

  has(slot: number, object: ObjectId): boolean {
    return this.#names.has(`${slot} ${object}`)
  }

  add(slot: number, object: ObjectId): void {
    if (!isBranch(object)) this.#names.add(`${slot} ${object}`)
  }
}
