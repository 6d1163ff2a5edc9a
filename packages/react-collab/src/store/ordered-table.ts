import type { Key, Range } from './disk.js'

/** What has a key of its own. */
export interface Keyed {
  readonly key: Key
}

/** Records in the order of their keys. */
export interface OrderedTable<R extends Keyed> {
  get(key: Key): R | undefined
  getAll(range: Range, limit?: number): R[]
  /** Puts a record in the place of all within a range; returns how to take it back. */
  replace(range: Range, added?: R): () => void
}

const rank = (key: Key): number => (typeof key === 'number' ? 0 : typeof key === 'string' ? 1 : 2)

/** Orders keys as IndexedDB does. */
export function compareKeys(a: Key, b: Key): number {
  if (typeof a === 'object' && typeof b === 'object') {
    for (let i = 0; i < a.length && i < b.length; i++) {
      const order = compareKeys(a[i] as Key, b[i] as Key)
      if (order !== 0) return order
    }
    return a.length - b.length
  }
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0)
}

/** Makes an empty table: a sorted array, because most records come at the end. */
export function createOrderedTable<R extends Keyed>(): OrderedTable<R> {
  let records: R[] = []

  /** Counts the records before `key`; with `included`, also the one at it. */
  function countBefore(key: Key, included: boolean): number {
    const isBefore = (i: number): boolean =>
      compareKeys((records[i] as R).key, key) < (included ? 1 : 0)
    let high = records.length
    if (high === 0 || isBefore(high - 1)) return high
    let low = 0
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(middle)) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get(key) {
      const record = records[countBefore(key, false)]
      return record !== undefined && compareKeys(record.key, key) === 0 ? record : undefined
    },
    getAll({ from, to }, limit = Infinity) {
      const start = countBefore(from, false)
      return records.slice(start, Math.min(countBefore(to, true), start + limit))
    },
    replace({ from, to }, added) {
      const start = countBefore(from, false)
      const end = start === records.length ? start : countBefore(to, true)
      const item = added === undefined ? [] : [added]
      const removed = records.splice(start, end - start, ...item)
      return () => {
        records = [...records.slice(0, start), ...removed, ...records.slice(start + item.length)]
      }
    },
  }
}
