import {
  cut,
  ITEM,
  type Json,
  type ObjectId,
  type Patch,
  PLACE,
  placeBlock,
  type Row,
  type RowKey,
  UsageError,
  type WriterTag,
} from '@react-collab/core'
import { unchanged, withPromises, type Written } from '../edit.js'
import type { Unsubscribe } from '../listeners.js'
import type { Added, Change, FieldValues } from '../shared-object.js'
import type { RowView } from '../sorted-rows.js'
import { indexIn, type Item, type Lane } from './lane.js'
import type { ListIndex } from './list-index.js'

/** What was put into a list: the ids of its rows, in their order. */
export interface Inserted extends Written {
  readonly ids: readonly string[]
}

/** What a list needs of its object. */
export interface ListHost {
  readonly id: ObjectId
  /** Whether its items are values, fields, or whatever they look like. */
  readonly holds: 'values' | 'fields' | undefined
  readonly index: ListIndex
  readonly tag: WriterTag
  readonly ready: boolean
  newId(): string
  key(id: string): RowKey
  row(key: RowKey): Row | undefined
  /** Checks a change of a row, and maybe whether it is deleted; tells what that writes. */
  patchesOf(key: RowKey, change: Change, isDeleted?: boolean): Patch[]
  /** Checks the item that a row is to hold. */
  itemOf(key: RowKey, value: unknown): Json
  /** Makes an edit of what `plan` gives; if the disk is yet to be read, of what it gives then. */
  edit(plan: () => readonly Patch[]): Written
}

/**
 * A list: rows of a collection with a place, or values with one.
 *
 * ```ts
 * const todos = listOf(object, 'todos')
 * const { ids } = todos.insert(0, { text: 'Milk' }, { text: 'Bread' })
 * todos.move(0, 1)
 * todos.moveBefore(ids[1], ids[0])
 * ```
 * Each call is one edit, and moving a row writes one register of it: rows moved by two people at a
 * time stand where the later one put them, once. A deleted row keeps its place until it is restored.
 */
export class ObjectList {
  /** `''`, or the row that holds this list. */
  readonly within: string
  readonly #host: ListHost

  constructor(host: ListHost, within: string) {
    this.#host = host
    this.within = within
  }

  get #lane(): Lane {
    return this.#host.index.lane(this.within)
  }

  /** What is in it, in order; items of a list of values are `{ id, value }`. */
  get items(): readonly RowView[] {
    return this.#lane.items
  }

  /** Calls `listener` after a change of this list, or of another list of the collection. */
  subscribe(listener: () => void): Unsubscribe {
    return this.#host.index.subscribe(listener)
  }

  /** Puts values, or rows of these fields, before the item that stands at `index`; ids are made up. */
  insert(index: number, ...values: readonly unknown[]): Inserted {
    const { shown } = this.#lane
    const anchor = shown[atMost(index, shown.length, 'index')]?.key
    const ids: string[] = []
    const patches = values.flatMap((value) => this.#rowOf(value, ids))
    const keys = ids.map((id) => this.#host.key(id))
    if (new Set(ids).size < ids.length) throw new UsageError('BAD_ID', 'an id stands twice')
    if (keys.length === 0) return withPromises({ ids }, unchanged)
    const written = this.#host.edit(() => [...patches, ...this.#place(keys, anchor)])
    return withPromises({ ids }, written)
  }

  /** Puts one at the end. */
  add(value: unknown): Added {
    const written = this.insert(this.#lane.shown.length, value)
    return withPromises({ id: written.ids[0] as string }, written)
  }

  /** Moves `count` items from one index on; the first of them then stands at `to`. */
  move(from: number, to: number, count = 1): Written {
    const { shown } = this.#lane
    const first = atMost(from, shown.length, 'index')
    const block = shown.slice(first, first + atMost(count, shown.length, 'count'))
    const at = atMost(to, shown.length - block.length, 'index')
    const anchor = shown[at < first ? at : at + block.length]
    return this.#moveKeys(
      block.map(({ key }) => key),
      anchor?.key,
    )
  }

  /** Moves a row to an index, also from another list of the collection. */
  moveTo(id: string, index: number): Written {
    const { shown } = this.#lane
    const key = this.#host.key(id)
    const others = shown.filter((item) => item.key !== key)
    return this.#moveKeys([key], others[atMost(index, others.length, 'index')]?.key)
  }

  /**
   * Moves rows before another one, in this order; to the end without one. Also from another list of
   * the collection.
   */
  moveBefore(ids: string | readonly string[], otherId?: string): Written {
    const keys = (typeof ids === 'string' ? [ids] : ids).map((id) => this.#host.key(id))
    if (new Set(keys).size < keys.length) throw new UsageError('BAD_ID', 'an id stands twice')
    return this.#moveKeys(keys, otherId === undefined ? undefined : this.#host.key(otherId))
  }

  /** Changes fields of a row, or sets the value of an item. */
  update(id: string, change: unknown): Written {
    const key = this.#host.key(id)
    if (this.#isFields(change) || typeof change === 'function') {
      return this.#write(key, change as Change)
    }
    const patch = this.#valuePatch(key, change)
    const isSame = this.#host.row(key)?.values[ITEM] === patch[3]
    return isSame ? unchanged : this.#host.edit(() => [patch])
  }

  /** Deletes a row; its place is kept for it. */
  remove(id: string): Written {
    return this.#write(this.#host.key(id), {}, true)
  }

  /** Shows a deleted row again where it was, with all edits that were made to it meanwhile. */
  restore(id: string): Written {
    return this.#write(this.#host.key(id), {}, false)
  }

  #write(key: RowKey, change: Change, isDeleted?: boolean): Written {
    const patches = this.#host.patchesOf(key, change, isDeleted)
    return patches.length === 0 ? unchanged : this.#host.edit(() => patches)
  }

  #isFields(value: unknown): value is FieldValues {
    if (this.#host.holds !== undefined) return this.#host.holds === 'fields'
    const prototype: unknown = isObject(value) ? Object.getPrototypeOf(value) : undefined
    return prototype === Object.prototype || prototype === null
  }

  /** What a new row is written with, but for its place. */
  #rowOf(value: unknown, ids: string[]): Patch[] {
    if (this.#isFields(value)) {
      checkFields(value)
      const { id = this.#host.newId(), ...fields } = value
      if (typeof id !== 'string')
        throw new UsageError('BAD_ID', `the id of a row is text, not ${cut(id)}`)
      ids.push(id)
      return this.#host.patchesOf(this.#host.key(id), fields, false)
    }
    const id = this.#host.newId()
    ids.push(id)
    const key = this.#host.key(id)
    return [this.#valuePatch(key, value), ['=', key, '$del', false]]
  }

  #valuePatch(key: RowKey, value: unknown): readonly ['=', RowKey, string, Json] {
    return ['=', key, ITEM, this.#host.itemOf(key, value)]
  }

  #moveKeys(keys: readonly RowKey[], anchor: RowKey | undefined): Written {
    for (const key of keys) this.#checkMovable(key)
    if (keys.length === 0 || this.#standBefore(keys, anchor)) return unchanged
    return this.#host.edit(() => this.#place(keys, anchor))
  }

  #checkMovable(key: RowKey): void {
    const { ready, index, id } = this.#host
    if (ready && this.#host.row(key) === undefined)
      throw new UsageError('BAD_ID', `${cut(key)} of ${id} is no row`)
    for (let list = this.within; list !== ''; ) {
      const holder = this.#host.key(list)
      if (holder === key) throw new UsageError('BAD_VALUE', 'a row cannot be moved into itself')
      const item = index.item(holder)
      list = item === undefined ? '' : index.listOf(item)
    }
  }

  /** Whether the rows stand there already. */
  #standBefore(keys: readonly RowKey[], anchor: RowKey | undefined): boolean {
    const { shown } = this.#lane
    const first = this.#host.index.item(keys[0] as RowKey)
    const at = first === undefined ? -1 : indexIn(shown, first)
    const isThere = keys.every((key, i) => shown[at + i]?.key === key)
    return (isThere && shown[at + keys.length]?.key === anchor) || keys.includes(anchor as RowKey)
  }

  #place(keys: readonly RowKey[], anchor: RowKey | undefined): Patch[] {
    const leaving = new Set(keys)
    const rows = this.#lane.all
    const gap = { rows, at: this.#gapBefore(anchor, leaving), leaving }
    const { block, moved } = placeBlock(gap, keys.length, this.#host.tag)
    const all = [...block.map((order, i) => [keys[i] as RowKey, order] as const), ...moved]
    return all.map(([key, order]): Patch => ['=', key, PLACE, [this.within, order]])
  }

  /** At both ends a row stands outside of deleted ones: runs of keys then stay in one piece. */
  #gapBefore(anchor: RowKey | undefined, leaving: ReadonlySet<RowKey>): number {
    const { all, shown } = this.#lane
    const item = anchor === undefined ? undefined : this.#host.index.item(anchor)
    const at = item === undefined ? all.length : indexIn(all, item)
    if (item === undefined || all[at]?.key !== anchor) return all.length
    const first = shown.find(({ key }: Item) => !leaving.has(key))
    return first?.key === anchor ? 0 : at
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function checkFields(fields: unknown): void {
  if (isObject(fields) && !Array.isArray(fields)) return
  throw new UsageError('BAD_VALUE', `a row is made of its fields, not of ${cut(fields)}`)
}

function atMost(value: number, most: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return Math.min(value, most)
  throw new UsageError('BAD_VALUE', `${name} counts from 0, and is not ${cut(value)}`)
}
