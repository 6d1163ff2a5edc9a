import {
  type Collection,
  collectionPrefix,
  cut,
  isDeleted,
  parseRowKey,
  type Row,
  type RowKey,
  rowView,
  UsageError,
  type Value,
} from '@react-collab/core'
import { createListeners } from './listeners.js'
import type { Replica } from './replica.js'

/** A row as apps see it. */
export type RowView = Readonly<Record<string, Value>>

/** Which of two rows comes first; rows that it holds equal keep the order of their keys. */
export type Compare = (a: RowView, b: RowView) => number

interface Item {
  readonly key: RowKey
  readonly view: RowView
}

/** The rows of a collection in order, kept so as single rows change. */
export interface SortedRows {
  /** The rows now; the same array as long as none changed. */
  read(): readonly RowView[]
  /** Calls `listener` after a change. */
  subscribe(listener: () => void): () => void
}

/** Refuses what orders nothing, such as a field that the rows cannot show. */
export function checkOrder(collection: string, orderBy: unknown, spec?: Collection): void {
  if (!['undefined', 'string', 'function'].includes(typeof orderBy)) {
    const message = `rows are ordered by a field or a function, not by ${cut(orderBy)}`
    throw new UsageError('BAD_VALUE', message)
  }
  if (typeof orderBy !== 'string' || spec === undefined || mayShow(spec, orderBy)) return
  const known = fieldsShown(spec)
  const message = `${cut(collection)} is ordered by ${known.join(', ')}, not by ${cut(orderBy)}`
  throw new UsageError('UNKNOWN_FIELD', message)
}

/** Whether rows may show a field; what derived ones show need not be in the schema. */
export const mayShow = (spec: Collection, field: string): boolean =>
  spec.kind === 'derived' || fieldsShown(spec).includes(field)

/** The names in what a row shows. */
const fieldsShown = ({ kind, fields }: Collection): string[] => [
  'id',
  ...Object.keys(fields),
  ...(kind === 'owned' ? ['owner', 'mine'] : []),
]

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Orders by one field: numbers by size, text as people sort it, rows without it last. */
export function byField(field: string, descending: boolean): Compare {
  const sign = descending ? -1 : 1
  return (a, b) => {
    const x = Object.hasOwn(a, field) ? a[field] : undefined
    const y = Object.hasOwn(b, field) ? b[field] : undefined
    if (x === y) return 0
    if (x === undefined || y === undefined) return x === undefined ? 1 : -1
    return sign * compareValues(x, y)
  }
}

/** Kinds of values in their order, null and structures first; across kinds nothing is converted. */
const kinds = ['boolean', 'number', 'string']

function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b)
  const kind = kinds.indexOf(typeof a) - kinds.indexOf(typeof b)
  return kind !== 0 || typeof a === 'object' ? kind : Number(a) - Number(b)
}

/** What a row shows as; undefined when it is missing or deleted. */
export function viewOf(row: Row | undefined, key: RowKey, deleted = false): RowView | undefined {
  if (row === undefined || isDeleted(row) !== deleted) return undefined
  return rowView(row, key === '' ? undefined : parseRowKey(key).id)
}

/** Keeps a collection sorted; does no work while nobody reads it. */
export function createSortedRows(
  replica: Replica,
  collection: string,
  compare: Compare | undefined,
  deleted = false,
  viewAt = (key: RowKey): RowView | undefined => viewOf(replica.shown(key), key, deleted),
): SortedRows {
  const prefix = collectionPrefix(collection)
  const listeners = createListeners(replica.platform.report)
  const shown = new Map<RowKey, Item>()
  let items: Item[] = []
  let rows: readonly RowView[] = []
  /** Keys changed since the last read; undefined when everything has to be read. */
  let dirty: Set<RowKey> | undefined
  let stop: (() => void) | undefined

  const order = (a: Item, b: Item): number =>
    (compare === undefined ? 0 : compare(a.view, b.view)) ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

  function itemOf(key: RowKey): Item | undefined {
    const view = viewAt(key)
    return view === undefined ? undefined : { key, view }
  }

  function readAll(): void {
    shown.clear()
    for (const key of replica.visible.keys(prefix)) {
      const item = itemOf(key)
      if (item !== undefined) shown.set(key, item)
    }
    const next = [...shown.values()].sort(order)
    const same =
      next.length === items.length && next.every((item, i) => item.view === items[i]?.view)
    items = next
    if (!same) rows = Object.freeze(items.map((item) => item.view))
  }

  /** Sorts those that changed, and puts them between the others. */
  function readMany(keys: ReadonlySet<RowKey>): void {
    const gone = new Set<Item>()
    const fresh: Item[] = []
    for (const key of keys) {
      const before = shown.get(key)
      const after = itemOf(key)
      if (before?.view === after?.view) continue
      if (before !== undefined) gone.add(before)
      if (after === undefined) shown.delete(key)
      else {
        shown.set(key, after)
        fresh.push(after)
      }
    }
    if (gone.size + fresh.length === 0) return
    const kept = gone.size === 0 ? items : items.filter((item) => !gone.has(item))
    items = merged(kept, fresh.sort(order))
    rows = Object.freeze(items.map((item) => item.view))
  }

  function merged(kept: readonly Item[], fresh: readonly Item[]): Item[] {
    const all: Item[] = []
    let next = 0
    for (const item of fresh) {
      while (next < kept.length && order(kept[next] as Item, item) < 0)
        all.push(kept[next++] as Item)
      all.push(item)
    }
    while (next < kept.length) all.push(kept[next++] as Item)
    return all
  }

  function readSome(keys: ReadonlySet<RowKey>): void {
    let changed = false
    for (const key of keys) changed = move(key) || changed
    if (changed) rows = Object.freeze(items.map((item) => item.view))
  }

  function move(key: RowKey): boolean {
    const before = shown.get(key)
    const after = itemOf(key)
    if (before?.view === after?.view) return false
    if (before !== undefined) take(before)
    if (after === undefined) return shown.delete(key)
    shown.set(key, after)
    items.splice(place(after), 0, after)
    return true
  }

  function take(item: Item): void {
    const at = place(item)
    // An app's comparison need not be a consistent order.
    items.splice(items[at] === item ? at : items.indexOf(item), 1)
  }

  function place(item: Item): number {
    let low = 0
    let high = items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (order(items[middle] as Item, item) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  function changed(keys: ReadonlySet<RowKey>): void {
    if (listeners.isEmpty) return forget()
    for (const key of keys) dirty?.add(key)
    listeners.call()
  }

  function watch(): void {
    const { listeners: all } = replica
    stop ??= all.onRows(prefix, changed, () => !listeners.isEmpty)
  }

  function forget(): void {
    stop?.()
    stop = undefined
    dirty = undefined
  }

  return {
    read() {
      // Reads between a render and its effect are cheap: only the next change ends an unheard watch.
      if (dirty === undefined) readAll()
      else if (dirty.size > Math.max(32, items.length / 8)) readMany(dirty)
      else if (dirty.size > 0) readSome(dirty)
      if (dirty === undefined || dirty.size > 0) dirty = new Set()
      watch()
      return rows
    },
    subscribe(listener) {
      const remove = listeners.add(listener)
      watch()
      return () => {
        remove()
        if (listeners.isEmpty) forget()
      }
    },
  }
}
