import {
  type Body,
  checkListId,
  type Collection,
  collectionPrefix,
  cut,
  type Data,
  listDifference,
  type NamedItem,
  replace,
  type Row,
  type RowKey,
  rowName,
  UsageError,
} from '@react-collab/core'
import type { ListHost } from '../list/object-list.js'
import type { Visible } from '../visible.js'
import { fieldsOf, isShown, itemOf, rowChange, type RowShown } from './row-data.js'

/** A row that a stream shows, under its key. */
export interface Entry extends RowShown, NamedItem {
  readonly name: RowKey
}

/** What became of what stands at names of an object's value. */
export type Changes = Map<string, Body>

/** What a shelf reads. */
export interface ShelfHost {
  readonly collection: string
  /** What the schema says of it. */
  readonly spec: Collection | undefined
  readonly visible: () => Visible
  /** A row, unless it is hidden. */
  readonly row: (key: RowKey) => Row | undefined
}

/** A collection as a stream shows it. */
export type Shelf = MapShelf | ListShelf

/** A collection as a map of its rows by id. */
export class MapShelf {
  readonly kind = 'map'
  readonly host: ShelfHost
  readonly #entries = new Map<RowKey, RowShown>()
  #value: Readonly<Record<string, Data>> = {}

  constructor(host: ShelfHost) {
    this.host = host
    this.read(keysOf(host))
  }

  /** What stands at the names of the object's value. */
  get values(): ReadonlyMap<string, Data> {
    return new Map([[this.host.collection, this.#value]])
  }

  /** Reads rows again. */
  read(keys: Iterable<RowKey>): Changes {
    const fields = new Map<string, Body>()
    const value = { ...this.#value }
    for (const key of keys) {
      const id = rowName(key)
      const before = this.#entries.get(key)
      const after = this.#read(key, id)
      const change =
        before && after
          ? rowChange(before, after, this.host.spec?.fields)
          : replace(before?.value, after?.value)
      if (change !== null) fields.set(id, change)
      if (after === undefined) {
        this.#entries.delete(key)
        delete value[id]
      } else {
        this.#entries.set(key, after)
        value[id] = after.value
      }
    }
    if (fields.size === 0) return new Map()
    this.#value = value
    return new Map([[this.host.collection, { type: 'fields', fields }]])
  }

  #read(key: RowKey, id: string): RowShown | undefined {
    const row = this.host.row(key)
    if (!isShown(row)) return undefined
    const after = { row, value: fieldsOf(row, id, this.host.spec?.fields) }
    return sameAs(this.#entries.get(key), after, this.host)
  }
}

/** A collection as lists: its own, and under `collection/row` those that rows hold. */
export class ListShelf {
  readonly kind = 'list'
  readonly host: ShelfHost
  readonly lists: ListHost
  readonly #entries = new Map<RowKey, Entry>()
  readonly #shown = new Map<string, readonly Entry[]>()
  readonly #values = new Map<string, readonly Data[]>()

  constructor(host: ShelfHost, lists: ListHost) {
    this.host = host
    this.lists = lists
    this.read(keysOf(host))
  }

  get values(): ReadonlyMap<string, Data> {
    return this.#values
  }

  /** The items of a list, in order. */
  entries(list: string): readonly Entry[] {
    return this.#shown.get(list) ?? []
  }

  /** The list that stands, or could stand, at a name; the collection's own has no name. */
  listAt(name: string): string {
    if (name === this.host.collection) return ''
    const list = name.slice(this.host.collection.length + 1)
    if (checkListId(list) !== '') return list
    throw new UsageError('BAD_ID', `${cut(name)} names no list`)
  }

  /** Reads rows again. Cost: O(items) for each list that is another, to compare what they are. */
  read(keys: Iterable<RowKey>): Changes {
    const { index } = this.lists
    const changed = [...keys]
    index.expect(changed)
    for (const key of changed) {
      const entry = this.#read(key)
      if (entry === undefined) this.#entries.delete(key)
      else this.#entries.set(key, entry)
    }
    const changes: Changes = new Map()
    for (const list of new Set(['', ...index.lists])) this.#readList(list, changes)
    return changes
  }

  #readList(list: string, changes: Changes): void {
    const name = nameOf(this.host.collection, list)
    const before = this.entries(list)
    const { shown } = this.lists.index.lane(list)
    const after = shown.map(({ key }) => this.#entries.get(key) as Entry)
    const isThere = list === '' || after.length > 0
    const isSame = after.length === before.length && after.every((entry, i) => entry === before[i])
    if (isSame && isThere === this.#values.has(name)) return
    const value = after.map((entry) => entry.value)
    const change = listDifference(before, after, (old, now) =>
      rowChange(old, now, this.host.spec?.fields),
    )
    this.#shown.set(list, after)
    if (isThere && this.#values.has(name)) {
      if (change !== null) changes.set(name, change)
    } else changes.set(name, replace(this.#values.get(name), isThere ? value : undefined))
    if (!isThere) this.#values.delete(name)
    else if (change !== null || !this.#values.has(name)) this.#values.set(name, value)
  }

  #read(key: RowKey): Entry | undefined {
    const row = this.host.row(key)
    if (!isShown(row)) return undefined
    const value = itemOf(row, rowName(key), this.host.spec?.fields)
    return { name: key, ...sameAs(this.#entries.get(key), { row, value }, this.host) }
  }
}

/** What shows the same stays the same object, also when it was moved. */
function sameAs(before: RowShown | undefined, after: RowShown, { spec }: ShelfHost): RowShown {
  const isSame = before !== undefined && rowChange(before, after, spec?.fields) === null
  return isSame ? { row: after.row, value: before.value } : after
}

const nameOf = (collection: string, list: string): string =>
  list === '' ? collection : `${collection}/${list}`

const keysOf = ({ collection, visible }: ShelfHost): Iterable<RowKey> =>
  visible().keys(collectionPrefix(collection))

/** Tells what became of the names of one shelf when another stands in its place. */
export function between(
  before: ReadonlyMap<string, Data>,
  after: ReadonlyMap<string, Data>,
): Changes {
  const changes: Changes = new Map()
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const change = replace(before.get(name), after.get(name))
    if (change !== null) changes.set(name, change)
  }
  return changes
}
