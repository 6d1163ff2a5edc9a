import { InvariantError } from '@react-collab/core'
import { type Access, type Key, only, type Range, type Transaction } from './disk.js'
import { createOrderedTable, type OrderedTable } from './ordered-table.js'
import { createPlacedTable, type PlacedTable } from './placed-table.js'
import { createQueue, type Queue } from './queue.js'
import { type Records, type Table, tableNames } from './records.js'

type AnyRecord = Records[Table]

/** What a transaction did to a table: wrote a record, or deleted a range. */
export type Change = readonly [Table, AnyRecord] | readonly [Table, from: Key, to: Key]

/** A transaction that runs on tables in memory. */
export interface OpenTransaction {
  readonly tx: Transaction
  readonly changes: readonly Change[]
  /** Ends it; with `undo`, takes back what it did. */
  end(undo: boolean): void
}

/** The tables of a disk in memory; several disks may share them, as tabs share a database. */
export interface Tables {
  open(access: Access, scope: readonly Table[]): OpenTransaction
  /** Does again what a transaction did. */
  apply(change: Change): void
  /** All records, as the changes that would write them. */
  all(): Iterable<Change>
  /** Where the transactions of all disks on these tables wait for their turn. */
  readonly enqueue: Queue
}

type OrderedTables = { readonly [T in Table]: OrderedTable<Records[T]> }

/** Every key that a table may have. */
const everything: Range = { from: -Infinity, to: ['\uffff'] }

/** Freezes all the way down, so that whoever shares a record by mistake and writes to it throws. */
function freeze<V>(value: V): V {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const key in value) freeze(value[key])
  return Object.freeze(value)
}

/** How tables are made. */
export interface TablesOptions {
  /** Freezes what is written, for tests: it takes longer than the writing. */
  readonly isGuarded?: boolean
}

/** Makes empty tables. */
export function createTables({ isGuarded = false }: TablesOptions = {}): Tables {
  const ordered = Object.fromEntries(
    tableNames.map((name) => [name, name === 'rows' ? createPlacedTable() : createOrderedTable()]),
  ) as unknown as OrderedTables
  const guard = (change: Change): Change => (isGuarded ? freeze(change) : change)
  return {
    open: (access, scope) => openTransaction(ordered, access, scope, guard),
    apply: (change) => void apply(ordered, guard(change)),
    *all() {
      for (const table of tableNames) {
        for (const record of ordered[table].getAll(everything)) yield [table, record]
      }
    },
    enqueue: createQueue(),
  }
}

/** Does a change; returns how to take it back. */
function apply(ordered: OrderedTables, [table, what, to]: Change): () => void {
  const target = ordered[table] as OrderedTable<AnyRecord>
  if (to !== undefined) return target.replace({ from: what as Key, to })
  const record = what as AnyRecord
  return target.replace(only(record.key), record)
}

function openTransaction(
  ordered: OrderedTables,
  access: Access,
  scope: readonly Table[],
  guard: (change: Change) => Change,
): OpenTransaction {
  const changes: Change[] = []
  const undos: (() => void)[] = []
  let ended = false

  /** Finds a table; throws where IndexedDB would, so that tests without it find the same faults. */
  function tableOf<T extends Table>(name: T): OrderedTables[T] {
    if (ended || !scope.includes(name)) throw new InvariantError(`${name} is not open`)
    return ordered[name]
  }

  const placed = (): PlacedTable => tableOf('rows') as PlacedTable

  function change(...made: Change): void {
    tableOf(made[0])
    if (access === 'read') throw new InvariantError('a write while reading')
    changes.push(made)
    undos.push(apply(ordered, guard(made)))
  }

  return {
    tx: {
      get: async (name, key) => tableOf(name).get(key),
      getAll: async (name, range, limit) => tableOf(name).getAll(range, limit),
      put: (name, record) => change(name, record),
      delete: (name, { from, to }) => change(name, from, to),
      getPlaced: async (range, limit) => placed().getPlaced(range, limit),
      findPlace: async (range, skip, from) => placed().findPlace(range, skip, from),
      countPlaces: async (range) => placed().countPlaces(range),
    },
    changes,
    end(undo) {
      ended = true
      if (undo) while (undos.length > 0) undos.pop()?.()
    },
  }
}
