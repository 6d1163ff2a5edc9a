import { ITEM, readRegister, type Value, valueFromJson } from '@react-collab/core'
import { unchanged, type Written } from '../edit.js'
import { checkObject } from '../argument.js'
import type { Unsubscribe } from '../listeners.js'
import type { SharedObject } from '../shared-object.js'

/** Values by key; each key is merged on its own, and can be removed. */
export interface Dictionary<T = Value> {
  /** What is in it, in the order of the keys. */
  readonly entries: readonly (readonly [key: string, value: T])[]
  get(key: string): T | undefined
  set(key: string, value: T): Written
  /** Removes a key; of setting and removing at a time the later one counts. */
  delete(key: string): Written
  subscribe(listener: () => void): Unsubscribe
}

/**
 * Reads a collection as a dictionary: a row per key.
 *
 * ```ts
 * const scores = dictionaryOf<number>(object, 'scores')
 * scores.set('ada', 3)
 * ```
 */
export function dictionaryOf<T extends Value = Value>(
  object: SharedObject,
  collection: string,
): Dictionary<T> {
  checkObject(object)
  const { visible } = object.replica
  const rows = object.sorted(collection)
  function get(key: string): T | undefined {
    const row = object.row(collection, key) && visible.row(object.key(collection, key))
    const json = row && readRegister(row, ITEM)
    return json === undefined ? undefined : (valueFromJson(json) as T)
  }
  return {
    get entries() {
      const keys = rows.read().map(({ id }) => id as string)
      return keys
        .sort()
        .map((key) => [key, get(key)] as const)
        .filter((entry): entry is readonly [string, T] => entry[1] !== undefined)
    },
    get,
    set(key, value) {
      const row = object.key(collection, key)
      const json = object.changes.jsonOf(row, ITEM, value, object.changes.itemsOf(collection))
      const isThere = get(key) !== undefined && visible.row(row)?.values[ITEM] === json
      if (isThere) return unchanged
      const patches = object.changes.patchesOf(row, {}, collection, false)
      return object.edit(row, [...patches, ['=', row, ITEM, json]], collection)
    },
    delete: (key) => object.remove(collection, key),
    subscribe: (listener) => rows.subscribe(listener),
  }
}
