import type { Written } from '../edit.js'
import { checkObject } from '../argument.js'
import type { Unsubscribe } from '../listeners.js'
import type { SharedObject } from '../shared-object.js'

/** A set of texts: each is the id of a row, so what two people add at a time is there once. */
export interface RowSet {
  /** What is in it, in the order of the texts. */
  readonly values: readonly string[]
  has(value: string): boolean
  add(value: string): Written
  delete(value: string): Written
  subscribe(listener: () => void): Unsubscribe
}

/**
 * Reads a collection as a set; of adding and deleting at a time the later one counts.
 *
 * ```ts
 * const members = setOf(object, 'members')
 * members.add('ada')
 * ```
 */
export function setOf(object: SharedObject, collection: string): RowSet {
  checkObject(object)
  const rows = object.sorted(collection)
  return {
    get values() {
      return rows
        .read()
        .map(({ id }) => id as string)
        .sort()
    },
    has: (value) => object.row(collection, value) !== undefined,
    add: (value) => object.restore(collection, value),
    delete: (value) => object.remove(collection, value),
    subscribe: (listener) => rows.subscribe(listener),
  }
}
