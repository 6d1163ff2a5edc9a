import {
  circleOf,
  collectionPrefix,
  parseRowKey,
  placedOf,
  type RowKey,
  shownListOf,
} from '@react-collab/core'
import { createListeners, type Listeners, type Unsubscribe } from '../listeners.js'
import type { Replica } from '../replica.js'
import { itemView } from './item-view.js'
import { type Item, Lane } from './lane.js'

/**
 * The lists of one collection, kept in order change by change.
 *
 * It listens for as long as the object lives: who writes a list reads it first, and must not have to
 * sort it anew each time. The same as `readLists` of all rows, at every moment [LIST9].
 */
export class ListIndex {
  readonly #replica: Replica
  readonly #prefix: string
  /** What stands in a list, by the place that its register names. */
  #items = new Map<RowKey, Item>()
  /** The list that shows an item, where that is not the one that its register names. */
  readonly #misplaced = new Map<RowKey, string>()
  /** The rows that hold each other in a circle, by each of them. */
  readonly #circles = new Map<RowKey, readonly RowKey[]>()
  readonly #lanes = new Map<string, Lane>()
  readonly #listeners: Listeners
  /** Keys changed since the last reading; undefined when everything has to be read. */
  #dirty: Set<RowKey> | undefined
  /** Under which writer it was read: with another one all may be new, and nobody has heard yet. */
  #writer: Replica['writer']

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

  subscribe(listener: () => void): Unsubscribe {
    this.#replica.rouse()
    return this.#listeners.add(listener)
  }

  /** One list as it is now; the same lane each time. */
  lane(list: string): Lane {
    this.#read()
    return this.#laneOf(list)
  }

  /** The lists that have items, deleted ones too, and those that were asked for. */
  get lists(): Iterable<string> {
    this.#read()
    return this.#lanes.keys()
  }

  /** How many rows stand in a list, deleted ones too. */
  get size(): number {
    this.#read()
    return this.#items.size
  }

  /** An item, deleted or not; undefined for a row that stands in no list. */
  item(key: RowKey): Item | undefined {
    this.#read()
    return this.#items.get(key)
  }

  /** The list that shows an item. */
  listOf(item: Item): string {
    return this.#misplaced.get(item.key) ?? item.list
  }

  /** Hears that rows change, before the listeners of the replica do. */
  expect(keys: Iterable<RowKey>): void {
    for (const key of keys) this.#dirty?.add(key)
  }

  #changed(keys: ReadonlySet<RowKey>): void {
    this.expect(keys)
    this.#listeners.call()
  }

  #laneOf(list: string): Lane {
    const known = this.#lanes.get(list)
    if (known !== undefined) return known
    const lane = new Lane()
    this.#lanes.set(list, lane)
    return lane
  }

  #read(): void {
    const { writer } = this.#replica
    const dirty = writer === this.#writer ? this.#dirty : undefined
    this.#writer = writer
    if (dirty?.size === 0) return
    if (dirty === undefined || dirty.size > Math.max(32, this.#items.size / 8)) this.#readAll()
    else this.#readSome(dirty)
    this.#dirty = new Set()
  }

  #itemOf(key: RowKey): Item | undefined {
    const row = this.#replica.shown(key)
    const placed = row && placedOf(key, row)
    if (row === undefined || placed === undefined) return undefined
    const before = this.#items.get(key)?.view
    return { ...placed, view: itemView(row, parseRowKey(key).id, before) }
  }

  #readAll(): void {
    const items = new Map<RowKey, Item>()
    for (const key of this.#replica.visible.keys(this.#prefix)) {
      const item = this.#itemOf(key)
      if (item !== undefined) items.set(key, item)
    }
    this.#items = items
    this.#circles.clear()
    this.#misplaced.clear()
    const lists = new Map<string, Item[]>()
    for (const item of items.values()) {
      this.#noteCircle(item)
      this.#noteList(item)
      const list = this.listOf(item)
      const own = lists.get(list)
      if (own === undefined) lists.set(list, [item])
      else own.push(item)
    }
    for (const list of lists.keys()) this.#laneOf(list)
    for (const [list, lane] of this.#lanes) lane.fill(lists.get(list) ?? [])
  }

  #readSome(dirty: ReadonlySet<RowKey>): void {
    const before = new Map<RowKey, Item>()
    const take = (key: RowKey): void => {
      const item = this.#items.get(key)
      if (item === undefined || before.has(key)) return
      before.set(key, item)
      this.#laneOf(this.listOf(item)).take(item)
    }
    const touched = new Set<RowKey>()
    for (const key of dirty) {
      for (const one of [key, ...(this.#circles.get(key) ?? [])]) touched.add(one)
    }
    touched.forEach(take)
    for (const key of touched) this.#reread(key)
    // A row of a circle that has just closed may stand in a lane from before.
    for (const key of touched) {
      const item = this.#items.get(key)
      for (const { key: other } of item ? this.#noteCircle(item) : []) {
        if (!touched.has(other)) take(other)
        touched.add(other)
      }
    }
    for (const key of touched) this.#put(key)
  }

  #reread(key: RowKey): void {
    const item = this.#itemOf(key)
    this.#circles.delete(key)
    this.#misplaced.delete(key)
    if (item === undefined) this.#items.delete(key)
    else this.#items.set(key, item)
  }

  #put(key: RowKey): void {
    const item = this.#items.get(key)
    if (item === undefined) return
    this.#noteList(item)
    this.#laneOf(this.listOf(item)).put(item)
  }

  #noteCircle(item: Item): ReturnType<typeof circleOf> {
    if (item.list === '') return []
    const circle = circleOf(item, (key) => this.#items.get(key))
    const keys = circle.map(({ key }) => key)
    for (const key of keys) this.#circles.set(key, keys)
    return circle
  }

  #noteList(item: Item): void {
    if (!this.#circles.has(item.key)) return
    const list = shownListOf(item, (key) => this.#items.get(key))
    if (list === item.list) this.#misplaced.delete(item.key)
    else this.#misplaced.set(item.key, list)
  }
}
