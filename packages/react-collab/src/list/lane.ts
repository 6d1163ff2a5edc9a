import { comparePlaced, type Placed } from '@react-collab/core'
import type { RowView } from '../sorted-rows.js'

/** A row in a list, and what it shows as; without a view it is deleted and only keeps its place. */
export interface Item extends Placed {
  readonly view: RowView | undefined
}

/** One list: its items in order, with those that are deleted and without. */
export class Lane {
  /** Deleted ones too. */
  all: Item[] = []
  shown: Item[] = []
  #items: readonly RowView[] = Object.freeze([])
  #isTouched = false

  /** What is shown; the same array as long as nothing changed. */
  get items(): readonly RowView[] {
    if (!this.#isTouched) return this.#items
    this.#isTouched = false
    const { shown } = this
    const isSame =
      shown.length === this.#items.length && shown.every(({ view }, i) => view === this.#items[i])
    if (!isSame) this.#items = Object.freeze(shown.map(({ view }) => view as RowView))
    return this.#items
  }

  /** Puts an item where it belongs. Cost: O(log n), and moving up what comes behind it. */
  put(item: Item): void {
    this.#isTouched = true
    this.all.splice(indexIn(this.all, item), 0, item)
    if (item.view !== undefined) this.shown.splice(indexIn(this.shown, item), 0, item)
  }

  take(item: Item): void {
    this.#isTouched = true
    this.all.splice(indexIn(this.all, item), 1)
    if (item.view !== undefined) this.shown.splice(indexIn(this.shown, item), 1)
  }

  /** Begins anew with these, in any order. */
  fill(items: Item[]): void {
    this.#isTouched = true
    this.all = items.sort(comparePlaced)
    this.shown = this.all.filter(({ view }) => view !== undefined)
  }
}

/** Where an item stands, or would stand. */
export function indexIn(items: readonly Item[], item: Placed): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (comparePlaced(items[middle] as Item, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}
