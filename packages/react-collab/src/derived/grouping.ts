import {
  checkField,
  cut,
  type DerivedRows,
  type Json,
  jsonFromValue,
  type Row,
  type RowKey,
  rowKey,
  sameJson,
  UsageError,
  validated,
  type ValueField,
} from '@react-collab/core'
import type { RowView } from '../sorted-rows.js'

/** What rows are grouped by, and where they are read. */
export interface GroupingHost {
  readonly collection: string
  readonly spec: DerivedRows
  /** A row of the source as it is shown; undefined when it is hidden, missing or deleted. */
  read(key: RowKey): RowView | undefined
  /** `key` or `reduce` failed; `name` is that of a row or of a group. */
  failed(name: string, error: unknown): void
}

interface Group {
  readonly key: RowKey
  readonly members: Set<RowKey>
  /** None where `reduce` gave none, or failed. */
  row: Row | undefined
}

/** A group as it is stored: its name, its members and its fields. */
export type StoredGroup = readonly [
  name: string,
  members: readonly RowKey[],
  values: Readonly<Record<string, Json>> | null,
]

/**
 * The rows of a collection in groups, and what each group is reduced to.
 *
 * A function of the rows that `read` gives: told of each that may be another, it asks `key` for those
 * rows, and `reduce` for the groups that they leave, join or stay in, and for no other.
 */
export class Grouping {
  readonly #host: GroupingHost
  readonly #groups = new Map<string, Group>()
  readonly #nameOf = new Map<RowKey, string>()
  /** What is shown, by the keys of derived rows. */
  readonly rows: Map<RowKey, Row> = new Map()

  constructor(host: GroupingHost, stored: Iterable<StoredGroup> = []) {
    this.#host = host
    for (const [name, members, values] of stored) {
      const group = this.#made(name)
      this.#groups.set(name, group)
      this.#show(group, values === null ? undefined : rowOf(values))
      for (const key of members) this.#join(group, name, key)
    }
  }

  #made(name: string): Group {
    return { key: rowKey(this.#host.collection, name), members: new Set(), row: undefined }
  }

  #join(group: Group, name: string, key: RowKey): void {
    group.members.add(key)
    this.#nameOf.set(key, name)
  }

  #show(group: Group, row: Row | undefined): void {
    group.row = row
    if (row === undefined) this.rows.delete(group.key)
    else this.rows.set(group.key, row)
  }

  /** Reads rows that may be others than before; gives the keys of derived rows that now are. */
  update(keys: Iterable<RowKey>): RowKey[] {
    const touched = new Set<string>()
    for (const key of keys) this.#place(key, touched)
    const changed: RowKey[] = []
    for (const name of touched) {
      const group = this.#groups.get(name) as Group
      if (this.#reduce(name, group)) changed.push(group.key)
      if (group.members.size === 0) this.#groups.delete(name)
    }
    return changed
  }

  #place(key: RowKey, touched: Set<string>): void {
    const before = this.#nameOf.get(key)
    const view = this.#host.read(key)
    const now = view && this.#keyOf(key, view)
    if (before !== undefined) touched.add(before)
    if (now !== undefined) touched.add(now)
    if (before === now) return
    if (before !== undefined) {
      this.#groups.get(before)?.members.delete(key)
      this.#nameOf.delete(key)
    }
    if (now === undefined) return
    const group = this.#groups.get(now) ?? this.#made(now)
    this.#groups.set(now, group)
    this.#join(group, now, key)
  }

  #keyOf(key: RowKey, view: RowView): string | undefined {
    const { collection, spec, failed } = this.#host
    try {
      const name = (spec.key as (row: RowView) => unknown)(view)
      if (name === undefined) return undefined
      if (typeof name !== 'string')
        throw new UsageError('BAD_ID', `the key of a group is text, not ${cut(name)}`)
      rowKey(collection, name)
      return name
    } catch (error) {
      failed(`the key of ${key}`, error)
      return undefined
    }
  }

  #reduce(name: string, group: Group): boolean {
    const before = group.row
    const after = group.members.size === 0 ? undefined : this.#reduced(name, group)
    if (isSame(before, after)) return false
    this.#show(group, after)
    return true
  }

  #reduced(name: string, { members }: Group): Row | undefined {
    const { spec, read, failed } = this.#host
    // In one order, however they came: what is made of them must not depend on that.
    const rows = [...members]
      .sort()
      .map((key) => read(key))
      .filter((view) => view !== undefined)
    try {
      const fields = (spec.reduce as (rows: readonly RowView[], key: string) => unknown)(rows, name)
      return fields === undefined ? undefined : rowOf(valuesOf(fields, spec))
    } catch (error) {
      failed(`${this.#host.collection}/${name}`, error)
      return undefined
    }
  }

  /** The groups as they are stored. */
  *stored(): Iterable<StoredGroup> {
    for (const [name, { members, row }] of this.#groups)
      yield [name, [...members], row?.values ?? null]
  }
}

/** Derived rows have no stamps: nothing is merged into them. */
const rowOf = (values: Readonly<Record<string, Json>>): Row => ({ values, stamps: {} })

function valuesOf(fields: unknown, spec: DerivedRows): Record<string, Json> {
  const isPlain =
    typeof fields === 'object' && fields !== null && !Array.isArray(fields) && !('then' in fields)
  if (!isPlain) throw new UsageError('BAD_VALUE', `a row is its fields, not ${cut(fields)}`)
  const values: Record<string, Json> = {}
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue
    if (field.startsWith('$')) throw new UsageError('RESERVED_NAME', `${cut(field)} begins with $`)
    values[checkField(field)] = jsonFromValue(asked(value, field, spec))
  }
  return values
}

function asked(value: unknown, field: string, { fields }: DerivedRows): unknown {
  const known = Object.hasOwn(fields, field) ? (fields[field] as ValueField<unknown>) : undefined
  return known?.validator === undefined ? value : validated(known.validator, value)
}

const isSame = (a: Row | undefined, b: Row | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameJson(a.values, b.values)
