import { createObjectState, type ObjectState, type Row, type RowKey } from '@react-collab/core'
import { EarlyRows } from './early-rows.js'
import { sameOf } from './same-row.js'
import type { HeldRows } from './windows/held-rows.js'

type Rows = ReadonlyMap<RowKey, Row>

/** What a tab knows of the log: its confirmed state, or what has come of the first one. */
export class KnownState {
  #confirmed: ObjectState = createObjectState()
  #early: EarlyRows | undefined
  readonly #held: HeldRows

  constructor(held: HeldRows) {
    this.#held = held
  }

  get confirmed(): ObjectState {
    return this.#confirmed
  }

  /** Rows of a state that has not come whole; only where none is confirmed. */
  get early(): EarlyRows | undefined {
    return this.#early
  }

  row(key: RowKey): Row | undefined {
    return this.#confirmed.rows.get(key) ?? this.#early?.get(key)
  }

  /** Takes early rows in place of others, none where `rows` is undefined; gives the keys of those that went. */
  begin(rows: Rows | undefined, hidden: ReadonlySet<RowKey>): RowKey[] {
    const before = this.#early?.rows ?? noRows
    this.#early = rows && new EarlyRows(rows, hidden)
    return [...before.keys()].filter((key) => rows?.has(key) !== true)
  }

  /**
   * Takes another confirmed state, in which rows that are equal to those of `shown`, or to what they were
   * before, are these. Gives the keys of those that are not as they were; early rows must have been told of.
   */
  replace(confirmed: ObjectState, shown: ReadonlyMap<RowKey, { readonly row: Row }>): RowKey[] {
    const { rows } = this.#confirmed
    const early = this.#early?.rows ?? noRows
    const hidden = this.#early?.hidden ?? []
    if (confirmed !== this.#confirmed) {
      this.#held.carry(rows, confirmed.rows)
      this.#early = undefined
      this.#confirmed = confirmed
    }
    // All that was early has become confirmed.
    const isSame = early === confirmed.rows
    const was = (key: RowKey): Row | undefined => rows.get(key) ?? early.get(key)
    const some = isSame || rows.size + early.size === 0 ? shown : confirmed.rows
    for (const key of some.keys()) {
      const row = confirmed.rows.get(key)
      const before = isSame ? undefined : was(key)
      if (row !== undefined && row !== before)
        confirmed.rows.set(key, sameOf([shown.get(key)?.row, before], row))
    }
    if (isSame) return [...hidden]
    const others = [...rows.keys(), ...early.keys()].filter((key) => !confirmed.rows.has(key))
    for (const [key, row] of confirmed.rows) if (was(key) !== row) others.push(key)
    return others
  }
}

const noRows: Rows = new Map()
