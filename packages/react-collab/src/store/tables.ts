import { InvariantError } from '@react-collab/core'
import type { Access, Key, Range, Transaction } from './disk.js'
import { type Records, type Table, tableNames } from './records.js'

type AnyRecord = Records[Table]

/** What a transaction did to one table: a record written, or a range deleted. */
export type Change = readonly [Table, AnyRecord] | readonly [Table, from: Key, to: Key]

/** A transaction that runs on tables in memory. */
export interface OpenTransaction {
  readonly tx: Transaction
  readonly changes: readonly Change[]
  /** Ends it; with `undo`, takes back what it did. */
  end(undo: boolean): void
}

/** Ordered tables in memory; several disks may share them, as tabs share a database. */
export interface Tables {
  open(access: Access, scope: readonly Table[]): OpenTransaction
  /** Does again what a transaction did. */
  apply(change: Change): void
  /** All records, as the changes that would write them. */
  all(): Iterable<readonly [Table, AnyRecord]>
  /** Runs a task when all before it have ended. */
  enqueue<R>(task: () => Promise<R>): Promise<R>
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

/** The place of the first record whose key is not before `key`, or (`after`) is behind it. */
function placeOf(records: readonly AnyRecord[], key: Key, after: boolean): number {
  const isBefore = (record: AnyRecord): boolean => {
    const order = compareKeys(record.key, key)
    return after ? order <= 0 : order < 0
  }
  let high = records.length
  // Most records come at the end.
  if (high === 0 || isBefore(records[high - 1] as AnyRecord)) return high
  let low = 0
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(records[middle] as AnyRecord)) low = middle + 1
    else high = middle
  }
  return low
}

/** Freezes all the way down, so that whoever shares a record by mistake and writes to it throws. */
function freeze<V>(value: V): V {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const item of Object.values(value)) freeze(item)
  return Object.freeze(value)
}

/** Makes empty tables. */
export function createTables(): Tables {
  const tables = new Map<Table, AnyRecord[]>(tableNames.map((name) => [name, []]))
  let tail: Promise<unknown> = Promise.resolve()

  const recordsOf = (table: Table): AnyRecord[] => tables.get(table) as AnyRecord[]

  /** Puts `added` in the place of a range; returns how to take it back. */
  function replace(table: Table, { from, to }: Range, added: readonly AnyRecord[]): () => void {
    const records = recordsOf(table)
    const start = placeOf(records, from, false)
    const end = start === records.length ? start : placeOf(records, to, true)
    const removed = records.splice(start, end - start, ...added)
    return () => {
      const rest = recordsOf(table)
      const before = rest.slice(0, start)
      tables.set(table, before.concat(removed, rest.slice(start + added.length)))
    }
  }

  function open(access: Access, scope: readonly Table[]): OpenTransaction {
    const changes: Change[] = []
    const undos: (() => void)[] = []
    let ended = false

    function check(table: Table, writes: boolean): void {
      if (ended || !scope.includes(table) || (writes && access === 'read')) {
        throw new InvariantError(`no ${writes ? 'write' : 'read'} of ${table} here`)
      }
    }

    const tx: Transaction = {
      async get(table, key) {
        check(table, false)
        const record = recordsOf(table)[placeOf(recordsOf(table), key, false)]
        if (record === undefined || compareKeys(record.key, key) !== 0) return undefined
        return record as Records[typeof table]
      },
      async getAll(table, { from, to }, limit = Infinity) {
        check(table, false)
        const records = recordsOf(table)
        const start = placeOf(records, from, false)
        const end = Math.min(placeOf(records, to, true), start + limit)
        return records.slice(start, end) as Records[typeof table][]
      },
      put(table, record) {
        check(table, true)
        freeze(record)
        changes.push([table, record])
        undos.push(replace(table, { from: record.key, to: record.key }, [record]))
      },
      delete(table, range) {
        check(table, true)
        changes.push([table, range.from, range.to])
        undos.push(replace(table, range, []))
      },
    }
    return {
      tx,
      changes,
      end(undo) {
        ended = true
        if (undo) while (undos.length > 0) undos.pop()?.()
      },
    }
  }

  return {
    open,
    apply(change) {
      const [table, from, to] = change
      if (to !== undefined) replace(table, { from: from as Key, to }, [])
      else {
        const record = freeze(from as AnyRecord)
        replace(table, { from: record.key, to: record.key }, [record])
      }
    },
    *all() {
      for (const [table, records] of tables) for (const record of records) yield [table, record]
    },
    enqueue(task) {
      const result = tail.then(task)
      tail = result.catch(() => undefined)
      return result
    },
  }
}
