import type { ObjectId, StorageError } from '@react-collab/core'
import type { Place } from '../windows/place.js'
import type { Records, Table } from './records.js'

/** Keys are ordered: numbers, then strings by UTF-16 unit, then arrays item by item. */
export type Key = number | string | readonly (number | string)[]

/** Keys between two, both included. */
export interface Range {
  readonly from: Key
  readonly to: Key
}

/**
 * What a transaction does: only read; write, safe once the system has it (`relaxed`); or write,
 * safe once it is on the medium (`strict`).
 */
export type Access = 'read' | 'relaxed' | 'strict'

/** The tables of one transaction. Between two of its calls nothing else may be awaited. */
export interface Transaction {
  get<T extends Table>(table: T, key: Key): Promise<Records[T] | undefined>
  /** The records of a range in the order of their keys, at most `limit`. */
  getAll<T extends Table>(table: T, range: Range, limit?: number): Promise<readonly Records[T][]>
  /** Writes a record under its key, in place of what was there. */
  put<T extends Table>(table: T, record: Records[T]): void
  delete(table: Table, range: Range): void
  /** The rows that have places in a range, in the order of these, at most `limit`. */
  getPlaced(range: Range, limit: number): Promise<readonly Records['rows'][]>
  /** The place that has `skip` others between it and the start of a range, or its end. */
  findPlace(range: Range, skip: number, from: 'start' | 'end'): Promise<Place | undefined>
  /** Counts the places in a range. */
  countPlaces(range: Range): Promise<number>
}

/**
 * Ordered tables with atomic transactions: all that a store needs of a medium.
 *
 * Transactions that write run one after the other where they share tables, in the order of the
 * calls, over all disks on the same medium.
 */
export interface Disk {
  /** Whether what is written outlives the process. */
  readonly durable: boolean
  /**
   * Runs `work`; resolves when all it wrote is committed, rejects when nothing was. `work` may be
   * run again, from the start, when the medium lost the first attempt.
   */
  run<R>(
    access: Access,
    tables: readonly Table[],
    work: (tx: Transaction) => Promise<R>,
  ): Promise<R>
  /** Leaves nothing of what was deleted on the medium, where that is in its hands. */
  scrub?(): Promise<void>
  /** Ends when running transactions have ended; later ones reject with `CLOSED`. */
  close(): Promise<void>
}

/** Hears that a medium fails, and (`undefined`) that it works again. */
export type OnTrouble = (trouble: StorageError | undefined) => void

/** The range that holds one key. */
export const only = (key: Key): Range => ({ from: key, to: key })

/** All keys that begin with an object: numbers and names of rows sort before U+FFFF. */
export const allOf = (object: ObjectId): Range => ({ from: [object], to: [object, '\uffff'] })

/** The keys of an object whose second part is a number above `after`. */
export const allAfter = (object: ObjectId, after: number): Range => ({
  from: [object, after + 1],
  to: [object, '\uffff'],
})
