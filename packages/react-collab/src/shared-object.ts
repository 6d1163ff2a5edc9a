import {
  collectionPrefix,
  cut,
  type Collection,
  type ObjectId,
  type ObjectSpec,
  ownedKey,
  type OwnedRows,
  type Patch,
  prefixOf,
  ROOT,
  type RowKey,
  rowKey,
  rowName,
  type StorageError,
  UsageError,
} from '@react-collab/core'
import { checkFields, type FieldValues } from './differences.js'
import { type AddedMany, type BatchOptions, createMany } from './create-many.js'
import { type Added, promisesOf, unchanged, withPromises, type Written } from './edit.js'
export type { Added } from './edit.js'
export type { FieldValues } from './differences.js'

import { type FieldKind, type FieldPath, type FieldPlace, placeOf } from './field-path.js'
import type { Unsubscribe } from './listeners.js'
import type { Presence } from './presence/presence.js'
import type { Replica } from './replica.js'
import { RowReader } from './row-reader.js'
import { SharedCounter } from './shared-counter.js'
import { SharedText } from './shared-text.js'
import {
  byField,
  checkOrder,
  type Compare,
  createSortedRows,
  type RowView,
  type SortedRows,
} from './sorted-rows.js'
import { checkNotWindowed, checkWindow, type WindowOptions } from './windows/check-windows.js'
import type { FirstRows } from './windows/first-rows.js'
import type { RowWindow, WindowOrder } from './windows/row-window.js'
import { asStorageError } from './writer.js'
import { ChangeReader } from './change-reader.js'

/** A change: values by field, or a function that edits a shallow draft. */
export type Change<T = FieldValues> =
  | Partial<T>
  | ((draft: { -readonly [K in keyof T]: T[K] }) => void)

/** Where the state of an object comes from, for whoever shows it. */
export interface ObjectHost {
  newId(): string
  /** Resolves when the disk has been read. */
  load(): Promise<void>
  /** It is in use. */
  used(): void
  readonly presence: Presence
}

/** Keys of rows that are kept, so that each is made once. */
const MOST_KEYS = 20_000

/**
 * One object, to read and to write; the same in React, in Node and in tests.
 *
 * Everything is synchronous and in memory; a write is shown at once, and tells by its promises when
 * it is on disk (`local`) and in the log (`server`). Values that JSON would change are refused with
 * a `UsageError`, before anything changed.
 */
export class SharedObject {
  readonly id: ObjectId
  readonly #replica: Replica
  /** Why the disk could not be read. */
  error: StorageError | undefined
  readonly #host: ObjectHost
  #spec: ObjectSpec | undefined
  readonly #reader: RowReader
  /** @internal Reads changes, and names what is wrong with them. */
  readonly changes: ChangeReader
  readonly #keys = new Map<string, Map<string, RowKey>>()
  readonly #sorted = new Map<string, SortedRows>()
  readonly #readings = new Set<() => void>()
  #loaded: Promise<void>

  constructor(replica: Replica, host: ObjectHost) {
    this.id = replica.object
    this.#replica = replica
    this.#host = host
    this.#reader = new RowReader(replica)
    this.changes = new ChangeReader(this, replica)
    this.#loaded = this.#load()
  }

  /** @internal */
  get replica(): Replica {
    this.#host.used()
    return this.#replica
  }

  /** @internal */
  get presence(): Presence {
    return this.#host.presence
  }

  /** Resolves when the disk has been read; rejects with the `StorageError` that is `error` then. */
  get loaded(): Promise<void> {
    return this.#loaded
  }

  /** @internal Reads the disk again, after it could not be read. */
  load(): Promise<void> {
    this.error = undefined
    this.#loaded = this.#load()
    return this.#loaded
  }

  /** @internal Calls `listener` whenever a reading of the disk begins again or ends. */
  onReading(listener: () => void): Unsubscribe {
    this.#readings.add(listener)
    return () => this.#readings.delete(listener)
  }

  #load(): Promise<void> {
    const loaded = this.#host.load().catch((error: unknown) => {
      this.error = asStorageError(error)
      throw this.error
    })
    const tell = (): void => this.#readings.forEach((listener) => listener())
    // Nobody has to wait for it.
    loaded.then(tell, tell)
    tell()
    return loaded
  }

  /** Takes the schema's word for what the object holds; from then on names are checked. */
  describe(spec: ObjectSpec): void {
    this.#spec = spec
    this.#reader.describe(spec)
    this.#replica.showing.describe(spec)
  }

  /** @internal What the schema says it holds. */
  get spec(): ObjectSpec | undefined {
    return this.#spec
  }

  /**
   * Calls `listener` after a change of the object's own fields, or of the row that `key` names. One of
   * a windowed collection is read from the disk for it, and is in memory as long.
   */
  subscribe(listener: () => void, key: RowKey = ROOT): Unsubscribe {
    this.replica.showing.derivations.wake(prefixOf(key))
    const stop = this.replica.listeners.onRow(key, listener)
    if (!this.replica.held.isWindowed(key)) return stop
    const drop = this.replica.windows.hold(key)
    return () => {
      stop()
      drop()
    }
  }

  /** Whether the disk has been read. */
  get ready(): boolean {
    return this.replica.ready
  }

  /** The object's own fields; undefined while nothing is known. */
  get(): RowView | undefined {
    return this.#reader.view(ROOT) ?? (this.ready ? noFields : undefined)
  }

  /** A row; undefined when it is missing or deleted. */
  row(collection: string, id: string): RowView | undefined {
    return this.#reader.view(this.key(collection, id))
  }

  /**
   * The rows of a collection that are not shown, as something that a `ref` of theirs leads to is not there,
   * as they are at the call. It looks at all rows.
   */
  waiting(collection: string): RowView[] {
    this.whole(collection, 'has no fields that refer to rows')
    return [...this.#reader.waiting(collectionPrefix(collection))]
  }

  /**
   * Names a row, one that has an owner by `owner~id` as it shows in `id`; throws where the schema has
   * no such collection.
   */
  key(collection: string, id: string): RowKey {
    const isOwned = this.collection(collection)?.kind === 'owned'
    const keys = this.#keys.get(collection) ?? new Map<string, RowKey>()
    const known = keys.get(id)
    if (known !== undefined) return known
    const key = isOwned ? ownedKey(collection, id) : rowKey(collection, id)
    if (keys.size >= MOST_KEYS) keys.clear()
    this.#keys.set(collection, keys.set(id, key))
    return key
  }

  /** The rows of a collection in order; shared by all that ask for the same. */
  sorted(
    collection: string,
    orderBy?: string | Compare,
    descending = false,
    deleted = false,
  ): SortedRows {
    const spec = this.whole(
      collection,
      'is shown by useWindow, or by useRows with orderBy and limit',
    )
    checkOrder(collection, orderBy, spec)
    this.replica.showing.derivations.wake(collectionPrefix(collection))
    if (typeof orderBy === 'function') {
      const compare: Compare = descending ? (a, b) => orderBy(b, a) : orderBy
      return this.#createSorted(collection, compare, deleted)
    }
    const name = JSON.stringify([collection, orderBy, descending, deleted])
    const known = this.#sorted.get(name)
    if (known !== undefined) return known
    const compare = orderBy === undefined ? undefined : byField(orderBy, descending)
    this.#sorted.set(name, this.#createSorted(collection, compare, deleted))
    return this.#sorted.get(name) as SortedRows
  }

  /** @internal Throws for a windowed collection, which is not in memory as a whole. */
  whole(name: string, what: string): Collection | undefined {
    const collection = this.collection(name)
    if (collection?.windowed === undefined) return collection
    throw new UsageError('UNKNOWN_COLLECTION', `${cut(name)} is windowed: it ${what}`)
  }

  /**
   * Shows a part of a windowed collection, in the order of one of the fields that its schema names:
   * `window.want(start, count)` says which, `window.read()` what is there.
   *
   * Errors  `UsageError` for a collection that is not windowed, or not by that field
   */
  window(collection: string, options: WindowOptions): RowWindow {
    const order = this.#windowOrder(collection, options)
    return this.replica.windows.window(order, (key) => this.#reader.view(key))
  }

  /** @internal Shows the first rows of a windowed collection. */
  first(collection: string, options: WindowOptions): FirstRows {
    const order = this.#windowOrder(collection, options)
    return this.replica.windows.first(order, (key) => this.#reader.view(key))
  }

  #windowOrder(collection: string, options: WindowOptions): WindowOrder {
    checkWindow(collection, this.collection(collection)?.windowed, options)
    const { orderBy, descending = false } = options
    const prefix = collectionPrefix(collection)
    checkNotWindowed(this.#replica, prefix as RowKey)
    return { prefix, field: orderBy, descending }
  }

  #createSorted(collection: string, compare: Compare | undefined, deleted: boolean): SortedRows {
    const view = (key: RowKey): RowView | undefined => this.#reader.view(key, deleted)
    return createSortedRows(this.replica, collection, compare, deleted, view)
  }

  /** @internal Makes up an id. */
  newId(): string {
    return this.#host.newId()
  }

  /** Changes the object's own fields; equal values are not written again. */
  change(change: Change): Written {
    return this.#write(ROOT, change, undefined)
  }

  /**
   * Adds a row; makes up an id where `fields` has none. In an owned collection it is one's own, and
   * only once the object was read.
   */
  add(collection: string, fields: FieldValues): Added {
    checkFields(fields)
    if (this.collection(collection)?.kind === 'list')
      throw new UsageError(
        'UNKNOWN_COLLECTION',
        `${cut(collection)} is a list: use listOf or useList`,
      )
    const { id = this.newId(), ...rest } = fields
    if (typeof id !== 'string')
      throw new UsageError('BAD_ID', `the id of a row is text, not ${cut(id)}`)
    const key = this.newKey(collection, id)
    return withPromises({ id: rowName(key) }, this.#write(key, rest, collection, false))
  }

  /**
   * Adds rows at once, many thousands too: each is an edit of its own, and on disk they wait as one
   * record beside what is in them. For shared and owned collections, and once the object was read.
   *
   * More than 500 are made in turns, so that the page stays alive; `onProgress` hears of it. They are not
   * to be changed until `local` resolves, and whatever else is written to the object makes all that is left at once.
   *
   * Errors  `UsageError` for what `add` refuses, BAD_ID for an id that stands twice, and NOT_LOADED;
   *         nothing is added then. Of more than 500 rows a wrong value rejects `local` and `server`
   */
  createMany(collection: string, rows: readonly FieldValues[], options?: BatchOptions): AddedMany {
    return createMany(this, collection, rows, options)
  }

  /** @internal Names a row that is to be made. */
  newKey(collection: string, id: string): RowKey {
    const spec = this.collection(collection)
    if (spec?.kind !== 'owned') return rowKey(collection, id)
    return rowKey(collection, id, this.replica.ownership.own((spec as OwnedRows).by))
  }

  /** Changes fields of a row; a row that is not there is made of them, a deleted one stays deleted. */
  update(collection: string, id: string, change: Change): Written {
    return this.#write(this.key(collection, id), change, collection)
  }

  /**
   * Deletes a row: it is no longer shown, and can be restored. One that is not there is deleted all
   * the same: what others write to it meanwhile does not show.
   */
  remove(collection: string, id: string): Written {
    return this.#write(this.key(collection, id), {}, collection, true)
  }

  /**
   * Shows a deleted row again, with all edits that were made to it meanwhile. One that was never
   * there is made, without fields.
   */
  restore(collection: string, id: string): Written {
    return this.#write(this.key(collection, id), {}, collection, false)
  }

  /** A counter, to read and to add to. */
  counter(path: FieldPath): SharedCounter {
    return new SharedCounter(this.replica, this.#place(path, 'counter'))
  }

  /** A text, to read and to edit. */
  text(path: FieldPath): SharedText {
    return new SharedText(this.replica, this.#place(path, 'text'))
  }

  #place(path: FieldPath, kind: FieldKind): FieldPlace {
    return placeOf(path, kind, this.#spec, (collection, id) => this.key(collection, id))
  }

  /** @internal What the schema says of a collection; throws where it has no such one. */
  collection(name: string): Collection | undefined {
    if (typeof name !== 'string')
      throw new UsageError('BAD_ID', `a collection is named by text, not by ${cut(name)}`)
    const spec = this.#spec
    if (spec === undefined) return undefined
    const collection = Object.hasOwn(spec, name) ? spec[name] : undefined
    if (collection !== undefined && 'fields' in collection) return collection
    throw new UsageError('UNKNOWN_COLLECTION', `the schema has no collection ${cut(name)}`)
  }

  #write(
    key: RowKey,
    change: Change,
    collection: string | undefined,
    isDeleted?: boolean,
  ): Written {
    return this.edit(key, this.changes.patchesOf(key, change, collection, isDeleted), collection)
  }

  /** @internal Writes patches of a row, to where rows of its collection belong. */
  edit(key: RowKey, patches: readonly Patch[], collection: string | undefined): Written {
    if (patches.length === 0) return unchanged
    const spec = collection === undefined ? undefined : this.collection(collection)
    const edit =
      spec?.kind === 'local'
        ? this.replica.editing.editLocal(key, patches)
        : this.replica.edit(patches)
    return promisesOf(edit)
  }
}

const noFields: RowView = Object.freeze({})
