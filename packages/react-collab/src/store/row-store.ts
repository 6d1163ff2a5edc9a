import {
  type Event,
  InvariantError,
  type ObjectId,
  type ObjectState,
  type Row,
  type RowKey,
} from '@react-collab/core'
import { isBranch } from '../branch-id.js'
import { orderOf } from '../windows/place.js'
import { isWindowed, noWindows, takeWindowed, type Windowing } from '../windows/windowing.js'
import { allOf, type Disk, only, type Range, type Transaction } from './disk.js'
import { rowsOf } from './own-rows.js'
import type { OutboxRecord, Table, WindowsRecord } from './records.js'
import { freshWindows, RowBatch, type RowChange } from './row-batch.js'

/** What a transaction did to the rows of windowed collections. */
export interface RowNews {
  readonly object: ObjectId
  /** Counts the transactions that have written such rows. */
  readonly version: number
  /** Undefined where all may be others. */
  readonly changes: readonly RowChange[] | undefined
}

/** Rows of windowed collections, of a state that is being loaded. */
export interface StagedRows {
  readonly rows: ReadonlyMap<RowKey, Row>
  /** They are to be put in place of all that are shown, and not over them. */
  readonly isReset: boolean
  /** They come in place of all that were loaded before. */
  readonly isFirst: boolean
}

/** Hears of rows of windowed collections that are others on disk now. */
export type OnRows = (news: RowNews) => void

/** The tables of windowed collections. */
export const rowTables = ['rows', 'windows'] as const

/**
 * The part of a store that keeps windowed collections, row by row; other parts write them along, in
 * their own transactions.
 */
export class RowStore {
  /** The disk, with news of what its transactions did to rows. */
  readonly disk: Disk
  windowing: Windowing = noWindows
  onRows: OnRows = () => undefined
  readonly #voids = new WeakSet<Event>()
  readonly #made = new WeakMap<Transaction, RowNews[]>()

  constructor(disk: Disk) {
    this.disk = { ...disk, run: (...run) => this.#run(disk, ...run) }
  }

  async #run<R>(
    disk: Disk,
    access: Parameters<Disk['run']>[0],
    tables: readonly Table[],
    work: (tx: Transaction) => Promise<R>,
  ): Promise<R> {
    let made: RowNews[] = []
    const result = await disk.run(access, tables, (tx) => {
      made = []
      this.#made.set(tx, made)
      return work(tx)
    })
    for (const news of made) if (news.changes?.length !== 0) this.onRows(news)
    return result
  }

  /** An entry has no effect, for everyone; its rows stay as they are. */
  isVoid(event: Event): void {
    this.#voids.add(event)
  }

  /** The tables that are needed to confirm these events, and to settle outbox rows. */
  tablesOf(events: Iterable<Event>, isSettling = false): readonly Table[] {
    if (this.windowing.size === 0) return []
    if (isSettling) return [...rowTables, 'images']
    for (const event of events) if (this.#writes(event)) return rowTables
    return []
  }

  #writes([, , patches]: Event): boolean {
    return patches.some(([, key]) => isWindowed(this.windowing, key))
  }

  /** Lays own edits over the rows that they write. */
  lay(tx: Transaction, object: ObjectId, events: readonly Event[]): Promise<void> {
    return this.#batch(tx, object, events, (batch, event) => batch.lay(event))
  }

  /** Applies entries of the log to the rows that they write. */
  confirm(tx: Transaction, object: ObjectId, events: readonly Event[]): Promise<void> {
    const effective = events.filter((event) => !this.#voids.has(event))
    return this.#batch(tx, object, effective, (batch, event) => batch.confirm(event))
  }

  async #batch(
    tx: Transaction,
    object: ObjectId,
    events: readonly Event[],
    write: (batch: RowBatch, event: Event) => void,
  ): Promise<void> {
    if (isBranch(object)) return
    const own = this.windowing.size === 0 ? [] : events.filter((event) => this.#writes(event))
    if (own.length === 0) return
    const batch = await this.begin(tx, object)
    await batch.readOf(own)
    for (const event of own) write(batch, event)
    this.end(tx, object, batch)
  }

  /** Those of these rows that lie in windowed collections, and that the log has. */
  async held(tx: Transaction, object: ObjectId, keys: Iterable<RowKey>): Promise<Set<RowKey>> {
    const own = [...keys].filter((key) => isWindowed(this.windowing, key))
    const windows = own.length === 0 ? undefined : await tx.get('windows', object)
    if (windows === undefined) return new Set()
    const found = await Promise.all(
      own.map((key) => tx.get('rows', [object, windows.generation, key])),
    )
    return new Set(own.filter((_, i) => found[i]?.row !== undefined))
  }

  /** Begins to write rows of an object. */
  async begin(tx: Transaction, object: ObjectId): Promise<RowBatch> {
    const windows = await tx.get('windows', object)
    return new RowBatch(tx, this.windowing, windows ?? freshWindows(object, this.windowing))
  }

  /** Writes rows. */
  end(tx: Transaction, object: ObjectId, batch: RowBatch): void {
    this.#tell(tx, { object, ...batch.write() })
  }

  #tell(tx: Transaction, news: RowNews): void {
    const made = this.#made.get(tx)
    if (made === undefined) throw new InvariantError('rows are written through another disk')
    made.push(news)
  }

  /**
   * Lays all that waits in the outbox anew over the rows that it writes, and over those that `gone`
   * events wrote.
   */
  async relay(tx: Transaction, object: ObjectId, gone: readonly Event[] = []): Promise<void> {
    if (this.windowing.size === 0 || isBranch(object)) return
    const waiting = await rowsOf(tx, await tx.getAll('outbox', allOf(object)))
    const pending = waiting.flatMap(({ events }) => events)
    const own = [...gone, ...pending].filter((event) => this.#writes(event))
    if (own.length === 0) return
    const batch = await this.begin(tx, object)
    await batch.readOf(own)
    batch.bare()
    for (const event of pending) batch.lay(event)
    this.end(tx, object, batch)
  }

  /**
   * Takes settled edits off the rows that they write, where the log has them otherwise than they were
   * laid: under another stamp, by which another copy of this disk may have sent them.
   */
  async settle(
    tx: Transaction,
    object: ObjectId,
    rows: readonly OutboxRecord[],
    events: readonly Event[],
  ): Promise<void> {
    if (this.windowing.size === 0 || rows.length === 0) return
    const stamps = new Set(events.map(([, stamp]) => stamp))
    const settled = (await rowsOf(tx, rows)).flatMap((row) => row.events)
    const gone = settled.filter((event) => !stamps.has(event[1]) && this.#writes(event))
    if (gone.length > 0) await this.relay(tx, object, gone)
  }

  /** Takes the rows of windowed collections out of a state; gives them back. */
  takeFrom({ rows }: Pick<ObjectState, 'rows'>): Map<RowKey, Row> {
    return takeWindowed(this.windowing, rows)
  }

  /** Tells whether an object lies on disk as the schema says. */
  isAsTold(windows: WindowsRecord | undefined): boolean {
    const told = JSON.stringify([...this.windowing])
    return windows === undefined || JSON.stringify(windows.fields) === told
  }

  /** Writes rows that are loaded: beside those that are shown where these are to be replaced. */
  async stage(tx: Transaction, object: ObjectId, rows: StagedRows): Promise<void> {
    const windows = (await tx.get('windows', object)) ?? freshWindows(object, this.windowing)
    const generation = windows.generation + (rows.isReset ? 1 : 0)
    if (rows.isReset && rows.isFirst) tx.delete('rows', rowsAt(object, generation))
    const batch = new RowBatch(tx, this.windowing, windows, generation)
    await batch.read(rows.rows.keys())
    batch.merge(rows.rows)
    this.end(tx, object, batch)
  }

  /** Shows the rows that were loaded, in place of the others. */
  async swap(tx: Transaction, object: ObjectId): Promise<void> {
    const windows = await tx.get('windows', object)
    if (windows === undefined) return
    const generation = windows.generation + 1
    tx.delete('rows', rowsAt(object, windows.generation))
    const totals: Record<string, number> = {}
    for (const [prefix, [field = '']] of windows.fields) {
      totals[prefix] = await tx.countPlaces(orderOf([object, generation], prefix, field))
    }
    const version = windows.version + 1
    tx.put('windows', { ...windows, generation, version, totals })
    this.#tell(tx, { object, version, changes: undefined })
  }

  /** The object was removed: its rows are gone, and those that are held are not to be kept. */
  async remove(tx: Transaction, object: ObjectId): Promise<void> {
    const windows = await tx.get('windows', object)
    if (windows === undefined) return
    tx.delete('rows', allOf(object))
    const { generation, version } = windows
    tx.put('windows', { ...windows, generation: generation + 1, version: version + 1, totals: {} })
    this.#tell(tx, { object, version: version + 1, changes: undefined })
  }

  /** Forgets the rows that the log has told of. */
  forget(tx: Transaction, object: ObjectId): void {
    tx.delete('rows', allOf(object))
    tx.delete('windows', only(object))
    this.#tell(tx, { object, version: 0, changes: undefined })
  }
}

/** All rows of one loading. */
export const rowsAt = (object: ObjectId, generation: number): Range => ({
  from: [object, generation],
  to: [object, generation, '\uffff'],
})
