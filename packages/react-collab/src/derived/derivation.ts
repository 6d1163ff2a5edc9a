import {
  CollabError,
  collectionPrefix,
  type DerivedRows,
  hashText,
  type ObjectSpec,
  type Row,
  type RowKey,
} from '@react-collab/core'
import type { RowView } from '../sorted-rows.js'
import { Grouping, type StoredGroup } from './grouping.js'

/** What a derived collection needs of its object. */
export interface DerivationHost {
  readonly object: string
  /** The version of the schema. */
  readonly version: number
  /** The keys of a collection's rows. */
  keys(prefix: string): ReadonlySet<RowKey>
  /** A row of a source as it is shown, and as the log has it. */
  shown(key: RowKey): RowView | undefined
  confirmed(key: RowKey): RowView | undefined
  /** A derived row is another. */
  mark(key: RowKey): void
  report(error: unknown): void
}

/** Failures that are told of, of each collection: what fails for one row may fail for all. */
const MOST_FAILURES = 10

/**
 * One derived collection of an object, in one tab: f(visible), kept right as rows change (R16).
 *
 * It begins to work when somebody first reads it.
 */
export class DerivedCollection {
  readonly collection: string
  readonly spec: DerivedRows
  /** What the keys of its source begin with. */
  readonly source: string
  /** Of which functions, over which schema, what is stored was made. */
  readonly version: string
  readonly #host: DerivationHost
  readonly #failures = new Set<string>()
  #grouping: Grouping | undefined
  #dirty = new Set<RowKey>()

  constructor(collection: string, spec: DerivedRows, host: DerivationHost) {
    this.collection = collection
    this.spec = spec
    this.source = collectionPrefix(spec.from)
    const { key, reduce, version = hashText(`${String(key)} ${String(reduce)}`) } = spec
    this.version = `${host.version} ${spec.from} ${version}`
    this.#host = host
  }

  /** Somebody has read it. */
  get isActive(): boolean {
    return this.#grouping !== undefined
  }

  /** The derived rows, brought to where the source is. */
  get rows(): ReadonlyMap<RowKey, Row> {
    if (this.#grouping === undefined) {
      this.#grouping = this.#grouped((key) => this.#host.shown(key))
      this.#dirty = new Set(this.#host.keys(this.source))
    }
    this.settle()
    return this.#grouping.rows
  }

  #grouped(read: (key: RowKey) => RowView | undefined, stored?: Iterable<StoredGroup>): Grouping {
    const { collection, spec } = this
    const failed = (name: string, error: unknown): void => this.#failed(name, error)
    return new Grouping({ collection, spec, read, failed }, stored)
  }

  #failed(name: string, cause: unknown): void {
    if (this.#failures.has(name) || this.#failures.size >= MOST_FAILURES) return
    this.#failures.add(name)
    const what = `${name} of ${this.#host.object} is left out of ${this.collection}`
    const why = cause instanceof Error ? `: ${cause.message}` : ''
    this.#host.report(new CollabError('DERIVE_FAILED', `${what}${why}`, { cause }))
  }

  /** A row of the source may be another. */
  mark(key: RowKey): void {
    if (this.isActive) this.#dirty.add(key)
  }

  /** Brings it to where the source is. */
  settle(): void {
    if (this.#grouping === undefined || this.#dirty.size === 0) return
    const dirty = this.#dirty
    this.#dirty = new Set()
    for (const key of this.#grouping.update(dirty)) this.#host.mark(key)
  }

  /** Begins from what was stored; `changed` are the rows that may be others since. */
  restore(stored: Iterable<StoredGroup>, changed: Iterable<RowKey>): void {
    const before = [...(this.#grouping?.rows.keys() ?? [])]
    this.#grouping = this.#grouped((key) => this.#host.shown(key), stored)
    this.#dirty = new Set([...changed].filter((key) => key.startsWith(this.source)))
    for (const key of [...before, ...this.#grouping.rows.keys()]) this.#host.mark(key)
  }

  /** What it is over the confirmed rows; `pending` are those that own edits lie over. */
  stored(pending: Iterable<RowKey>): Iterable<StoredGroup> {
    this.settle()
    const over = [...pending].filter((key) => key.startsWith(this.source))
    const shown = this.#grouping?.stored() ?? []
    if (over.length === 0) return shown
    const confirmed = this.#grouped((key) => this.#host.confirmed(key), shown)
    confirmed.update(over)
    return confirmed.stored()
  }

  /**
   * Whether it can be stored: rows of this device have no place in the log to tell it by, and rows that
   * wait for others are shown when those come.
   */
  isKept(spec: ObjectSpec): boolean {
    const source = spec[this.spec.from]
    if (source === undefined || !('fields' in source) || source.kind === 'local') return false
    return Object.values(source.fields).every(({ kind }) => kind !== 'ref')
  }
}
