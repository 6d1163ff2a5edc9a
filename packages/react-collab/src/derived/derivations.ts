import {
  collectionPrefix,
  cut,
  type DerivedRows,
  type ObjectSpec,
  prefixOf,
  type Row,
  type RowKey,
  UsageError,
} from '@react-collab/core'
import { DerivedCollection, type DerivationHost } from './derivation.js'
import type { StoredGroup } from './grouping.js'

/** A derived collection as it is stored. */
export interface StoredDerived {
  readonly collection: string
  /** Of which functions it was made. */
  readonly version: string
  readonly groups: readonly StoredGroup[]
}

/** What was stored of an object, and the rows that changed since. */
export interface KeptDerived {
  readonly stored: readonly StoredDerived[]
  readonly changed: ReadonlySet<RowKey>
}

/** The derived collections of an object, in one tab. */
export class Derivations {
  readonly #host: DerivationHost
  readonly #all = new Map<string, DerivedCollection>()
  readonly #bySource = new Map<string, DerivedCollection[]>()
  /** Hears that one was made anew, and not of what is stored; set by who stores it. */
  built: () => void = () => undefined
  #spec: ObjectSpec = {}

  constructor(host: DerivationHost) {
    this.#host = host
  }

  /** Learns what the schema derives. */
  describe(spec: ObjectSpec): void {
    this.#spec = { ...this.#spec, ...spec }
    for (const [name, member] of Object.entries(spec)) {
      if (member.kind !== 'derived') continue
      const known = this.#all.get(collectionPrefix(name))
      if (known?.spec === member) continue
      const made = new DerivedCollection(name, member as DerivedRows, this.#host)
      this.#all.set(collectionPrefix(name), made)
      this.#index()
    }
  }

  #index(): void {
    this.#bySource.clear()
    for (const derived of this.#all.values())
      this.#bySource.set(derived.source, [...(this.#bySource.get(derived.source) ?? []), derived])
  }

  get isEmpty(): boolean {
    return this.#all.size === 0
  }

  /** Somebody is about to read, or to listen: from now on it is kept right. */
  wake(prefix: string): void {
    if (!this.isEmpty) this.rowsOf(prefix)
  }

  /** The rows of a collection that is derived; undefined of any other. */
  rowsOf(prefix: string): ReadonlyMap<RowKey, Row> | undefined {
    const derived = this.#all.get(prefix)
    if (derived === undefined) return undefined
    const wasActive = derived.isActive
    const { rows } = derived
    if (!wasActive) this.built()
    return rows
  }

  /** A row of the object may be another. */
  mark(key: RowKey): void {
    if (this.isEmpty) return
    for (const derived of this.#bySource.get(prefixOf(key)) ?? []) derived.mark(key)
  }

  /** Brings all that somebody has read to where its source is. */
  settle(): void {
    for (const derived of this.#all.values()) derived.settle()
  }

  /** Refuses the key of a row that nobody writes. */
  check(key: RowKey): void {
    const derived = this.isEmpty ? undefined : this.#all.get(prefixOf(key))
    if (derived === undefined) return
    const { object } = this.#host
    const message = `${cut(derived.collection)} of ${object} is derived from ${cut(derived.spec.from)}: nobody writes it`
    throw new UsageError('ROW_KIND_CONFLICT', message)
  }

  /** Begins from what was stored, where the same functions made it. */
  restore({ stored, changed }: KeptDerived, pending: Iterable<RowKey>): void {
    const dirty = new Set([...changed, ...pending])
    for (const { collection, version, groups } of stored) {
      const derived = this.#all.get(collectionPrefix(collection))
      if (derived?.version === version && derived.isKept(this.#spec)) derived.restore(groups, dirty)
    }
  }

  /** What is to be stored: f(confirmed) of all that somebody has read. */
  stored(pending: readonly RowKey[]): StoredDerived[] {
    return [...this.#all.values()]
      .filter((derived) => derived.isActive && derived.isKept(this.#spec))
      .map((derived) => ({
        collection: derived.collection,
        version: derived.version,
        groups: [...derived.stored(pending)],
      }))
  }
}
