import type { RowKey } from '@react-collab/core'
import { createListeners, type Listeners, type Unsubscribe } from '../listeners.js'
import type { RowView } from '../sorted-rows.js'
import type { StoredPlace, WindowPage } from '../store/windows.js'
import { type Place } from './place.js'
import type { OpenWindow, WindowHost, WindowOrder } from './row-window.js'

/** Rows that are looked at together. */
const PAGE_ROWS = 500

/** Tells whether to show a row. */
export type Where = (row: RowView) => boolean

/**
 * The first rows of a windowed collection that a function picks.
 *
 * It looks through the collection page by page, and keeps in memory what is picked. Whenever something
 * in the collection changes it looks again; meanwhile the rows found before are shown.
 */
export class RowScan implements OpenWindow {
  readonly #order: WindowOrder
  readonly #host: WindowHost
  readonly #listeners: Listeners
  #limit = 0
  #where: Where = () => false
  #found: readonly Place[] | undefined
  #rows: readonly RowView[] | undefined
  /** What is looked for is another than what is being looked for. */
  #isStale = false
  #isLooking = false
  #stop: Unsubscribe | undefined

  constructor(order: WindowOrder, host: WindowHost) {
    this.#order = order
    this.#host = host
    this.#listeners = createListeners((error) => host.report(error))
  }

  /** Asks for the first `limit` rows that `where` picks; a new function looks anew. */
  want(limit: number, where: Where): void {
    if (this.#limit === limit && this.#where === where) return
    this.#limit = limit
    this.#where = where
    this.hear()
  }

  /** The rows, in order; the same list until one changes, undefined until all were found. */
  read(): readonly RowView[] | undefined {
    return this.#rows
  }

  /** Calls `listener` after a change; nothing is looked for while nobody listens. */
  subscribe(listener: () => void): Unsubscribe {
    const remove = this.#listeners.add(listener)
    if (this.#stop === undefined) this.#open()
    return () => {
      remove()
      if (this.#listeners.isEmpty) this.#host.later(() => this.#close())
    }
  }

  #open(): void {
    this.#stop = this.#host.open(this, () => this.#show())
    this.hear()
  }

  #close(): void {
    if (!this.#listeners.isEmpty || this.#stop === undefined) return
    this.#stop()
    this.#stop = undefined
    this.#host.drop((this.#found ?? []).map(keyOf))
    this.#found = this.#rows = undefined
  }

  /** Hears that something may be otherwise on the disk: looks again. */
  hear(): void {
    this.#isStale = true
    this.ensure()
  }

  /** Looks, if there is something to look for. */
  ensure(): void {
    if (this.#isLooking || !this.#isStale || this.#stop === undefined) return
    if (this.#host.query === undefined) return
    this.#isLooking = true
    this.#look()
      .catch((error: unknown) => {
        this.#host.failed(error)
        return 0
      })
      .then((pages) => {
        this.#isLooking = false
        // Where much had to be read, what goes on changing must not have it read without end.
        if (pages > 1) this.#host.later(() => this.ensure())
        else this.ensure()
      })
      .catch((error: unknown) => this.#host.failed(error))
  }

  /** Looks through the collection; gives how many pages it read. */
  async #look(): Promise<number> {
    this.#isStale = false
    const found: Place[] = []
    let last: WindowPage | undefined
    let rank = 0
    let pages = 0
    do {
      last = await this.#next(rank, last)
      pages += 1
      rank += last.rows.length
      if (this.#stop === undefined) {
        this.#host.drop(found.map(keyOf))
        return 0
      }
      found.push(...this.#pick(last, this.#limit - found.length))
    } while (found.length < this.#limit && rank < last.total && last.rows.length > 0)
    this.#host.drop((this.#found ?? []).map(keyOf))
    this.#found = found
    this.#show()
    return pages
  }

  /** Reads the page from `rank` on, counted in the order that is shown. */
  #next(rank: number, last: WindowPage | undefined): Promise<WindowPage> {
    const { descending } = this.#order
    const edge = last?.rows[0]
    const anchor =
      last === undefined || edge === undefined
        ? undefined
        : { place: edge.place, rank: last.start, version: last.version }
    const query = this.#host.query as NonNullable<WindowHost['query']>
    const range = { start: rank, count: PAGE_ROWS, fromEnd: descending, anchor }
    return query({ ...this.#order, ...range })
  }

  /** Keeps what is picked of a page, and lets go of the others. */
  #pick(page: WindowPage, most: number): Place[] {
    this.#host.show(page, undefined)
    const rows: readonly StoredPlace[] = this.#order.descending
      ? [...page.rows].reverse()
      : page.rows
    const picked: Place[] = []
    const others: RowKey[] = []
    for (const { place } of rows) {
      const view = this.#host.known.view(place[6])
      const isPicked = picked.length < most && view !== undefined && this.#where(view)
      if (isPicked) picked.push(place)
      else others.push(place[6])
    }
    this.#host.drop(others)
    return picked
  }

  #show(): void {
    if (this.#found === undefined) return
    const rows: RowView[] = []
    for (const place of this.#found) {
      const view = this.#host.known.view(place[6])
      if (view !== undefined && this.#where(view)) rows.push(view)
    }
    const before = this.#rows
    if (before?.length === rows.length && rows.every((row, i) => row === before[i])) return
    this.#rows = Object.freeze(rows)
    this.#listeners.call()
  }
}

const keyOf = (place: Place): RowKey => place[6]
