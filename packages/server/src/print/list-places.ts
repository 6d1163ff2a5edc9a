import {
  comparePlaced,
  isDeleted,
  type Placed,
  placedOf,
  prefixOf,
  type Row,
  type RowKey,
} from '@react-collab/core'

/**
 * The lists of an object while it changes: which rows stand where.
 *
 * A row counts in the list that its register names, also where that makes a circle.
 */
export class ListPlaces {
  readonly #placed = new Map<RowKey, Placed>()
  /** By collection and list, the rows that are not deleted, in order. */
  readonly #lists = new Map<string, Placed[]>()

  /** Takes note of a row as it now is. */
  change(key: RowKey, row: Row): void {
    const before = this.#placed.get(key)
    if (before !== undefined) this.#list(before).splice(indexIn(this.#list(before), before), 1)
    const now = isDeleted(row) ? undefined : placedOf(key, row)
    if (now === undefined) {
      this.#placed.delete(key)
    } else {
      this.#placed.set(key, now)
      this.#list(now).splice(indexIn(this.#list(now), now), 0, now)
    }
  }

  /** The index of a row in its list; undefined where it is in none, or deleted. */
  indexOf(key: RowKey): number | undefined {
    const placed = this.#placed.get(key)
    return placed && indexIn(this.#list(placed), placed)
  }

  /** The list that a row stands in; `''` for the main one. */
  listOf(key: RowKey): string {
    return this.#placed.get(key)?.list ?? ''
  }

  #list({ key, list }: Placed): Placed[] {
    const name = `${prefixOf(key)}${list}`
    const known = this.#lists.get(name)
    if (known !== undefined) return known
    const made: Placed[] = []
    this.#lists.set(name, made)
    return made
  }
}

/** Where something stands in a list in order, or would stand. */
function indexIn(list: readonly Placed[], placed: Placed): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (comparePlaced(list[middle] as Placed, placed) < 0) low = middle + 1
    else high = middle
  }
  return low
}
