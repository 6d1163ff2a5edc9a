import {
  checkField,
  collectionPrefix,
  cut,
  type Collection,
  emptyRow,
  ITEM,
  type Json,
  located,
  type ObjectId,
  type ObjectSpec,
  ownedKey,
  type OwnedRows,
  parseRowKey,
  type Patch,
  PLACE,
  prefixOf,
  ROOT,
  type RowKey,
  rowKey,
  rowName,
  type StorageError,
  TOMBSTONE,
  UsageError,
  type ValueList,
} from '@react-collab/core'
import {
  addRemoved,
  checkFields,
  checkValues,
  differences,
  drafted,
  type FieldValues,
  touched,
} from './differences.js'
import { type AddedMany, createMany } from './create-many.js'
import { type Added, addedAs, unchanged, type Written } from './edit.js'
export type { Added } from './edit.js'
export type { FieldValues } from './differences.js'

import { fieldJson, type KnownFields } from './field-json.js'
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
import { asStorageError } from './writer.js'

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
  readonly #keys = new Map<string, Map<string, RowKey>>()
  readonly #sorted = new Map<string, SortedRows>()
  readonly #readings = new Set<() => void>()
  #loaded: Promise<void>

  constructor(replica: Replica, host: ObjectHost) {
    this.id = replica.object
    this.#replica = replica
    this.#host = host
    this.#reader = new RowReader(replica)
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
    this.#replica.describe(spec)
  }

  /** @internal What the schema says it holds. */
  get spec(): ObjectSpec | undefined {
    return this.#spec
  }

  /** Calls `listener` after a change of the object's own fields, or of the row that `key` names. */
  subscribe(listener: () => void, key: RowKey = ROOT): Unsubscribe {
    this.replica.derivations.wake(prefixOf(key))
    return this.replica.listeners.onRow(key, listener)
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
    this.collection(collection)
    checkOrder(orderBy)
    this.replica.derivations.wake(collectionPrefix(collection))
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
    return addedAs(rowName(key), this.#write(key, rest, collection, false))
  }

  /**
   * Adds rows at once, many thousands too: each is an edit of its own, and on disk they wait as one
   * record beside what is in them. For shared and owned collections, and once the object was read.
   *
   * Errors  `UsageError` for what `add` refuses, and NOT_LOADED; nothing is added then
   */
  createMany(collection: string, rows: readonly FieldValues[]): AddedMany {
    return createMany(this, collection, rows)
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

  /** @internal Refuses fields that are none of those. */
  checkNames(known: ObjectSpec | undefined, fields: Iterable<string>): void {
    for (const field of fields) {
      checkField(field)
      if (field === PLACE || field === ITEM)
        throw new UsageError('RESERVED_NAME', `${cut(field)} is written by lists only`)
      if (field === TOMBSTONE)
        throw new UsageError('RESERVED_NAME', `${cut(field)} is written by remove and restore only`)
      if (known === undefined) continue
      const kind = Object.hasOwn(known, field) ? known[field]?.kind : undefined
      if (kind === 'value' || kind === 'ref') continue
      const hint = kind === 'counter' || kind === 'text' ? `: use ${kind}('${field}')` : ''
      throw new UsageError('UNKNOWN_FIELD', `the schema has no value ${cut(field)}${hint}`)
    }
  }

  #write(
    key: RowKey,
    change: Change,
    collection: string | undefined,
    isDeleted?: boolean,
  ): Written {
    return this.edit(key, this.patchesOf(key, change, collection, isDeleted), collection)
  }

  /** @internal Writes patches of a row, to where rows of its collection belong. */
  edit(key: RowKey, patches: readonly Patch[], collection: string | undefined): Written {
    if (patches.length === 0) return unchanged
    const spec = collection === undefined ? undefined : this.collection(collection)
    return spec?.kind === 'local'
      ? this.replica.editLocal(key, patches)
      : this.replica.edit(patches)
  }

  /** @internal Checks a change of a row, and maybe whether it is deleted; tells what that writes. */
  patchesOf(
    key: RowKey,
    change: Change,
    collection: string | undefined,
    isDeleted?: boolean,
  ): Patch[] {
    return this.#located(key, () => {
      const patches = this.#patchesOf(key, change, collection)
      return isDeleted === undefined ? patches : [...patches, ...this.#deleting(key, isDeleted)]
    })
  }

  /** @internal Reads what is about to be written to the item, or to a field, of a row. */
  jsonOf(key: RowKey, field: string, value: unknown, known: KnownFields | undefined): Json {
    return this.#located(key, () => fieldJson(field, value, known))
  }

  /** @internal What the item of a row may be. */
  itemsOf(collection: string): KnownFields | undefined {
    const spec = this.collection(collection)
    return spec !== undefined && 'item' in spec ? { [ITEM]: (spec as ValueList).item } : undefined
  }

  /** Names the row in whatever is wrong with what is written to it. */
  #located<T>(key: RowKey, read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw error instanceof UsageError ? located(error, this.#placeOf(key)) : error
    }
  }

  #deleting(key: RowKey, isDeleted: boolean): Patch[] {
    const row = this.replica.visible.row(key) ?? emptyRow
    return differences(key, row, { [TOMBSTONE]: isDeleted }, [TOMBSTONE])
  }

  /** Names a row for a person. */
  #placeOf(key: RowKey): string {
    if (key === ROOT) return this.id
    const { collection } = parseRowKey(key)
    return `${collection}/${rowName(key)} of ${this.id}`
  }

  #patchesOf(key: RowKey, change: Change, collection: string | undefined): Patch[] {
    const row = this.replica.visible.row(key) ?? emptyRow
    const spec = collection === undefined ? undefined : this.collection(collection)
    this.#replica.derivations.check(key)
    if (typeof change !== 'function') checkValues(change)
    const after = typeof change === 'function' ? drafted(row, key, change) : change
    const known = collection === undefined ? this.#spec : spec?.fields
    const fields = typeof change === 'function' ? touched(row, key, after) : Object.keys(after)
    this.checkNames(known, fields)
    const patches = differences(key, row, after, fields, known)
    if (typeof change === 'function') addRemoved(patches, key, row, after)
    return patches
  }
}

const noFields: RowView = Object.freeze({})
