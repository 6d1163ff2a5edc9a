import {
  type Change,
  collectionPrefix,
  type DataObject,
  emptyRow,
  parseRowKey,
  placeOf,
  prefixOf,
  replace,
  ROOT,
  type Row,
  type RowKey,
} from '@react-collab/core'
import { listHostOf } from '../list/list-of.js'
import type { SharedObject } from '../shared-object.js'
import { fieldChange, fieldsOf, memberOf, type RowShown, type Spec } from './row-data.js'
import { between, type Changes, ListShelf, MapShelf, type Shelf } from './shelf.js'

/**
 * The value of an object as streams show it, read row by row as they change.
 *
 * Own fields and collections stand side by side in it; a collection hides a field of its name.
 */
export class ObjectReading {
  readonly object: SharedObject
  value: DataObject
  #root: RowShown
  readonly #shelves = new Map<string, Shelf>()

  constructor(object: SharedObject) {
    this.object = object
    this.#root = this.#readRoot()
    for (const collection of this.#collections()) this.#change(collection, [])
    this.value = Object.freeze({ ...(this.#root.value as DataObject), ...this.#shelved() })
  }

  /** What shows what stands at a name of the value, or could; undefined for a field. */
  shelfAt(name: string): Shelf | undefined {
    const own = this.#shelves.get(name)
    if (own !== undefined) return own
    const isIn = ({ host, kind }: Shelf): boolean =>
      kind === 'list' && name.startsWith(`${host.collection}/`)
    return [...this.#shelves.values()].find(isIn)
  }

  /** What the schema says of own fields, and of collections. */
  get spec(): Spec | undefined {
    return this.object.spec
  }

  /** Reads rows again; gives what became of the value. */
  read(keys: ReadonlySet<RowKey>): Change {
    const changes: Changes = new Map()
    for (const [prefix, own] of byPrefix(keys)) {
      if (prefix === '') continue
      const collection = collectionOf(own[0] as RowKey)
      if (this.#isKnown(collection))
        for (const entry of this.#change(collection, own)) changes.set(...entry)
    }
    const shelved = this.#shelved()
    const before = this.#root
    if (keys.has(ROOT)) this.#root = this.#readRoot()
    const fields = this.#root.value as DataObject
    const value = { ...fields, ...shelved }
    const names = new Set([...Object.keys(before.value as DataObject), ...Object.keys(fields)])
    for (const name of names) {
      // What comes into the light, or is hidden, is another thing than what was there.
      const isHidden = Object.hasOwn(shelved, name)
      const wasHidden = memberOf(this.value, name) !== memberOf(before.value, name)
      if (isHidden === wasHidden) {
        if (isHidden) continue
        const change = fieldChange(before, this.#root, name, this.spec)
        if (change !== null) changes.set(name, change)
      } else changes.set(name, replace(this.value[name], memberOf(value, name)))
    }
    if (changes.size === 0) return null
    this.value = Object.freeze(value)
    return { type: 'fields', fields: changes }
  }

  #readRoot(): RowShown {
    const row = this.object.replica.visible.row(ROOT) ?? emptyRow
    return { row, value: fieldsOf(row, undefined, this.spec) }
  }

  /** All that stands on shelves, by its name. */
  #shelved(): DataObject {
    return Object.fromEntries([...this.#shelves.values()].flatMap(({ values }) => [...values]))
  }

  #collections(): string[] {
    const { spec } = this.object
    if (spec !== undefined) return Object.keys(spec).filter((name) => this.#isKnown(name))
    const { visible } = this.object.replica
    return [...visible.prefixes].flatMap((prefix) => {
      const [key] = prefix === '' ? [] : visible.keys(prefix)
      return key === undefined ? [] : [collectionOf(key)]
    })
  }

  #isKnown(name: string): boolean {
    const { spec } = this.object
    if (spec === undefined) return true
    const member = Object.hasOwn(spec, name) ? spec[name] : undefined
    // What is not in memory as a whole is no part of a value.
    return member !== undefined && 'fields' in member && member.windowed === undefined
  }

  /** Reads rows of one collection; another kind of shelf, or none, may stand there then. */
  #change(collection: string, keys: readonly RowKey[]): Changes {
    const shelf = this.#shelves.get(collection)
    const kind = this.#kindOf(collection, keys, shelf)
    if (shelf !== undefined && shelf.kind === kind) return shelf.read(keys)
    const after = kind && this.#build(collection, kind)
    if (after === undefined) this.#shelves.delete(collection)
    else this.#shelves.set(collection, after)
    return between(shelf?.values ?? new Map(), after?.values ?? new Map())
  }

  #build(collection: string, kind: Shelf['kind']): Shelf {
    const { object } = this
    const spec = object.spec === undefined ? undefined : object.collection(collection)
    const { replica } = object
    const row = (key: RowKey): Row | undefined => replica.shown(key)
    const host = { collection, spec, visible: () => replica.visible, row }
    return kind === 'map' ? new MapShelf(host) : new ListShelf(host, listHostOf(object, collection))
  }

  /** By the schema; without one it is a list if a row of it has a place, and nothing without rows. */
  #kindOf(
    collection: string,
    keys: readonly RowKey[],
    shelf: Shelf | undefined,
  ): Shelf['kind'] | undefined {
    const { spec, replica } = this.object
    if (spec !== undefined) return spec[collection]?.kind === 'list' ? 'list' : 'map'
    const { visible } = replica
    if (shelf?.kind === 'list') {
      shelf.lists.index.expect(keys)
      if (shelf.lists.index.size > 0) return 'list'
    }
    const all = visible.keys(collectionPrefix(collection))
    let isThere = false
    for (const key of shelf === undefined ? all : keys) {
      const row = visible.row(key)
      isThere ||= row !== undefined
      if (row !== undefined && placeOf(row) !== undefined) return 'list'
    }
    for (const key of isThere ? [] : all) isThere ||= visible.row(key) !== undefined
    return isThere ? 'map' : undefined
  }
}

const collectionOf = (key: RowKey): string => parseRowKey(key).collection

function byPrefix(keys: ReadonlySet<RowKey>): Map<string, RowKey[]> {
  const groups = new Map<string, RowKey[]>()
  for (const key of keys) {
    const prefix = prefixOf(key)
    const group = groups.get(prefix)
    if (group === undefined) groups.set(prefix, [key])
    else group.push(key)
  }
  return groups
}
