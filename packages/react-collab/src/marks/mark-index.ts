import { collectionPrefix, isDeleted, type Mark, readMark, type RowKey } from '@react-collab/core'
import { createListeners, type Listeners, type Unsubscribe } from '../listeners.js'
import type { Replica } from '../replica.js'

/** The marks of one text by the keys of their rows; another map after each change. */
export type MarksByKey = ReadonlyMap<RowKey, Mark>

const none: MarksByKey = new Map()

/**
 * The marks of a collection, by the text that they are on; kept row by row.
 *
 * It listens for as long as the object lives, as the index of a list does.
 */
export class MarkIndex {
  readonly #replica: Replica
  readonly #prefix: string
  readonly #listeners: Listeners
  readonly #textOf = new Map<RowKey, string>()
  readonly #byText = new Map<string, Map<RowKey, Mark>>()
  /** Keys changed since the last reading; undefined when everything has to be read. */
  #dirty: Set<RowKey> | undefined

  constructor(replica: Replica, collection: string) {
    this.#replica = replica
    this.#prefix = collectionPrefix(collection)
    this.#listeners = createListeners(replica.platform.report)
    replica.listeners.onRows(
      this.#prefix,
      (keys) => this.#changed(keys),
      () => !this.#listeners.isEmpty,
    )
  }

  /** The marks of a text, named as `textName` does; the same map as long as none changed. */
  of(text: string): MarksByKey {
    this.#replica.rouse()
    this.#read()
    return this.#byText.get(text) ?? none
  }

  subscribe(listener: () => void): Unsubscribe {
    this.#replica.rouse()
    return this.#listeners.add(listener)
  }

  #changed(keys: ReadonlySet<RowKey>): void {
    for (const key of keys) this.#dirty?.add(key)
    this.#listeners.call()
  }

  #read(): void {
    const keys = this.#dirty ?? this.#replica.visible.keys(this.#prefix)
    this.#dirty = new Set()
    /** Maps that are no longer what somebody was given. */
    const fresh = new Set<string>()
    for (const key of keys) this.#readRow(key, fresh)
  }

  #readRow(key: RowKey, fresh: Set<string>): void {
    const row = this.#replica.visible.row(key)
    const read = row === undefined || isDeleted(row) ? undefined : readMark(row)
    const before = this.#textOf.get(key)
    if (before !== undefined) this.#mapOf(before, fresh).delete(key)
    if (read === undefined) this.#textOf.delete(key)
    else this.#textOf.set(key, read.text)
    if (read !== undefined) this.#mapOf(read.text, fresh).set(key, read)
  }

  #mapOf(text: string, fresh: Set<string>): Map<RowKey, Mark> {
    const known = this.#byText.get(text)
    if (known !== undefined && fresh.has(text)) return known
    const map = new Map(known)
    fresh.add(text)
    this.#byText.set(text, map)
    return map
  }
}
