import type { Row, RowKey } from '@react-collab/core'

/**
 * Rows of a state that has not come whole, in a map that grows as they come, and who was told of them.
 *
 * Rows are told of when the first come, and then whenever as many wait as were told of: who sorts them
 * does so a few times, however many there are.
 */
export class EarlyRows {
  readonly rows: ReadonlyMap<RowKey, Row>
  readonly hidden: ReadonlySet<RowKey>
  /** Goes on where new rows are added: it is never asked for more than there are. */
  readonly #next: Iterator<RowKey>
  #told = 0
  /** Keys of rows that may have come in the place of others. */
  #again: RowKey[] = []

  /** Those in `hidden` are there, but not shown. */
  constructor(rows: ReadonlyMap<RowKey, Row>, hidden: ReadonlySet<RowKey>) {
    this.rows = rows
    this.hidden = hidden
    this.#next = rows.keys()
  }

  get(key: RowKey): Row | undefined {
    return this.hidden.has(key) ? undefined : this.rows.get(key)
  }

  /** Notes rows that have come, of which some were there before. */
  again(rows: readonly (readonly [RowKey, Row])[]): void {
    for (const [key] of rows) this.#again.push(key)
  }

  /** Whether it is time to tell of those that wait. */
  get isDue(): boolean {
    const waiting = this.rows.size - this.#told + this.#again.length
    return waiting > 0 && waiting >= this.#told
  }

  /** The keys of all rows that nobody was told of; once. */
  *untold(): Generator<RowKey> {
    for (; this.#told < this.rows.size; this.#told++) yield this.#next.next().value as RowKey
    const again = this.#again
    this.#again = []
    yield* again
  }
}
