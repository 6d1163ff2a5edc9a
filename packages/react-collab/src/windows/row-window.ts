import type { RowKey } from '@react-collab/core'
import { createListeners, type Listeners, type Unsubscribe } from '../listeners.js'
import type { RowView } from '../sorted-rows.js'
import type { RowChange } from '../store/row-batch.js'
import type { RowNews } from '../store/row-store.js'
import type { WindowPage, WindowQuery } from '../store/windows.js'
import { checkRank } from './check-rank.js'
import { isBehind, type Known, layOut } from './layout.js'
import { comparePlaces, type Place, placeAmong, samePlace } from './place.js'

/** A part of a windowed collection, as it is shown. */
export interface WindowRows {
  /** Rows that follow each other: of those asked for, the ones that are here. */
  readonly rows: readonly RowView[]
  /** How many rows of the collection are before the first of them. */
  readonly start: number
  /** How many rows the collection has. */
  readonly total: number
  /** Rows that were asked for are still being read. */
  readonly isLoading: boolean
}

/** In which order a collection is shown. */
export interface WindowOrder {
  readonly prefix: string
  readonly field: string
  readonly descending: boolean
}

type Query = (query: WindowQuery) => Promise<WindowPage>

/** What shows a part of a collection to somebody. */
export interface OpenWindow {
  /** Hears what became of rows on the disk. */
  hear(news: RowNews): void
  /** Reads, if what is wanted is not here. */
  ensure(): void
}

/** Whom a window asks. */
export interface WindowHost {
  readonly known: Omit<Known, 'isCounted'>
  /** Reads from the disk; undefined until it can be read. */
  readonly query: Query | undefined
  /** Takes the rows of a page into memory, in place of those of the page before. */
  show(page: WindowPage | undefined, before: WindowPage | undefined): void
  /** Takes rows into memory, one by one, or lets go of them. */
  take(key: RowKey): void
  drop(keys: Iterable<RowKey>): void
  /** Rows that edits have written which are on their way to the disk. */
  unsaved(): Iterable<RowKey>
  /** Somebody begins to listen; what comes back is called when nobody does any more. */
  open(window: OpenWindow, touched: (keys: ReadonlySet<RowKey>) => void): Unsubscribe
  /** Runs what need not be done at once. */
  later(run: () => void): void
  report(error: unknown): void
  failed(error: unknown): void
}

/** What comes while a page is being read. */
interface Reading {
  readonly touched: Set<RowKey>
  readonly news: RowNews[]
}

/** Which rows are asked for, and how many more are read on each side. */
interface Wish {
  readonly start: number
  readonly count: number
  readonly margin: number
}

/**
 * Rows of a windowed collection between two ranks, in the order of one of its fields.
 *
 * It reads a page of the disk's order, lays over it what is known in memory to be otherwise, and reads
 * again when something moved within it; what moves elsewhere changes only its counts.
 */
export class RowWindow implements OpenWindow {
  readonly #order: WindowOrder
  readonly #host: WindowHost
  readonly #listeners: Listeners
  #wish: Wish = { start: 0, count: 0, margin: 0 }
  #page: WindowPage | undefined
  /** Rows that may not be where the page has them. */
  #touched = new Set<RowKey>()
  /** Rows of which the count has heard since the page was read. */
  readonly #counted = new Set<RowKey>()
  /** Rows that are shown before a page has them, and those of them that were made here. */
  readonly #kept = new Set<RowKey>()
  readonly #made = new Set<RowKey>()
  readonly #known: Known
  #isDirty = false
  #reading: Reading | undefined
  #stop: Unsubscribe | undefined
  #shown: WindowRows | undefined
  #isShown = false

  constructor(order: WindowOrder, host: WindowHost) {
    this.#order = order
    this.#host = host
    this.#known = {
      ...host.known,
      isCounted: (key) => this.#counted.has(key),
      isNew: (key) => this.#made.has(key) || host.known.isNew(key),
    }
    this.#listeners = createListeners((error) => host.report(error))
  }

  /**
   * Asks for `count` rows from `start` on, counted in the order that is shown; `margin` more are read
   * on each side, so that they are there when they are asked for. Throws `BAD_VALUE`.
   */
  want(start: number, count: number, margin: number = count): void {
    for (const [name, value] of Object.entries({ start, count, margin })) checkRank(name, value)
    const { start: s, count: c, margin: m } = this.#wish
    if (s === start && c === count && m === margin) return
    this.#wish = { start, count, margin }
    if (this.#stop === undefined) return
    this.ensure()
    this.#changed()
  }

  /** What is shown; the same until it changes, undefined until the first rows were read. */
  read(): WindowRows | undefined {
    if (this.#page === undefined) return undefined
    if (!this.#isShown) this.#shown = sameShown(this.#shown, this.#present(this.#page))
    this.#isShown = true
    return this.#shown
  }

  /** Calls `listener` after a change; nothing is read for a window that nobody listens to. */
  subscribe(listener: () => void): Unsubscribe {
    const remove = this.#listeners.add(listener)
    this.#stop ??= this.#open()
    this.ensure()
    return () => {
      remove()
      if (this.#listeners.isEmpty) this.#host.later(() => this.#close())
    }
  }

  #open(): Unsubscribe {
    return this.#host.open(this, (keys) => {
      for (const key of keys) {
        this.#touched.add(key)
        this.#reading?.touched.add(key)
      }
      this.#changed()
    })
  }

  #close(): void {
    if (!this.#listeners.isEmpty || this.#stop === undefined) return
    this.#stop()
    this.#stop = undefined
    this.#turnTo(undefined, new Set())
  }

  #turnTo(page: WindowPage | undefined, touched: Set<RowKey>): void {
    this.#host.show(page, this.#page)
    this.#host.drop(this.#kept)
    this.#kept.clear()
    this.#made.clear()
    this.#counted.clear()
    this.#page = page
    this.#touched = touched
  }

  /** Lays it out at once: what is shown is kept in memory. */
  #changed(): void {
    const before = this.#shown
    this.#isShown = false
    if (this.read() !== before) this.#listeners.call()
  }

  /** Hears what became of rows on the disk. */
  hear(news: RowNews): void {
    this.#reading?.news.push(news)
    if (this.#page === undefined) return this.ensure()
    this.#take(news, this.#page)
    this.ensure()
    this.#changed()
  }

  #take({ version, changes }: RowNews, page: WindowPage): void {
    if (changes !== undefined && version <= page.version) return
    if (changes === undefined || version !== page.version + 1) this.#isDirty = true
    else {
      for (const change of changes) this.#move(change)
      this.#page = { ...(this.#page as WindowPage), version }
    }
  }

  /** Keeps count of what moves outside, and notes what moves within. */
  #move({ key, before, after }: RowChange): void {
    const page = this.#page as WindowPage
    const { prefix, field } = this.#order
    const from = placeAmong(before, prefix, field)
    const to = placeAmong(after, prefix, field)
    if (samePlace(from, to)) return
    const first = page.start > 0 ? page.rows[0]?.place : undefined
    const isBefore = (place: Place): boolean =>
      first !== undefined && comparePlaces(place, first) < 0
    let { start, total } = page
    this.#counted.add(key)
    for (const [place, by] of [[from, -1] as const, [to, 1] as const]) {
      if (place === undefined) continue
      total += by
      if (isBefore(place)) start += by
      else if (!isBehind(page, place)) this.#isDirty = true
    }
    this.#page = { ...page, start, total }
  }

  /** Reads, if what is wanted is not here. */
  ensure(): void {
    const { query } = this.#host
    if (this.#reading !== undefined || this.#stop === undefined || query === undefined) return
    if (this.#wish.count === 0 || (this.#isCovered && !this.#isDirty)) return
    this.#reading = { touched: new Set(this.#host.unsaved()), news: [] }
    this.#isDirty = false
    query(this.#query())
      .then((page) => this.#arrived(page))
      .catch((error: unknown) => {
        this.#reading = undefined
        this.#host.failed(error)
      })
  }

  #query(): WindowQuery {
    const { start, count, margin } = this.#wish
    const from = Math.max(0, start - margin)
    const query = { ...this.#order, start: from, count: start + count + margin - from }
    const { rows = [], start: rank = 0, version = 0 } = this.#page ?? {}
    const place = rows[0]?.place
    // What comes before the very first counts as within: it tells nothing of ranks.
    const anchor = place && rank > 0 ? { place, rank, version } : undefined
    return { ...query, fromEnd: this.#order.descending, anchor }
  }

  #arrived(page: WindowPage): void {
    const { touched, news } = this.#reading as Reading
    this.#reading = undefined
    if (this.#stop === undefined) return
    this.#turnTo(page, touched)
    for (const one of news) this.#take(one, this.#page ?? page)
    this.ensure()
    this.#changed()
  }

  /**
   * A row that is shown stays in memory, though the page has it not: also when the log has what was
   * made here before it is read, and when nobody else shows it any more.
   */
  #keep(key: RowKey): void {
    if (this.#kept.has(key)) return
    if (this.#host.known.isNew(key)) this.#made.add(key)
    this.#kept.add(key)
    this.#host.take(key)
  }

  get #isCovered(): boolean {
    if (this.#page === undefined) return false
    const { start, total, rows } = this.#page
    const { descending } = this.#order
    const from = Math.min(this.#wish.start, total)
    const to = Math.min(this.#wish.start + this.#wish.count, total)
    const [low, high] = descending ? [total - to, total - from] : [from, to]
    return low === high || (low >= start && high <= start + rows.length)
  }

  #present(page: WindowPage): WindowRows {
    const { descending, field } = this.#order
    const { items, start: low, total } = layOut(page, field, this.#touched, this.#known)
    const paged = new Set(page.rows.map(({ place }) => place[6]))
    for (const { place } of items) if (!paged.has(place[6])) this.#keep(place[6])
    const all = descending ? [...items].reverse() : items
    const first = descending ? total - low - items.length : low
    const { start, count } = this.#wish
    const from = Math.max(0, start - first)
    const rows = all.slice(from, Math.max(from, start + count - first)).map(({ view }) => view)
    return { rows, start: first + from, total, isLoading: !this.#isCovered }
  }
}

/** Gives what was shown before where it is the same, row by row. */
function sameShown(before: WindowRows | undefined, now: WindowRows): WindowRows {
  if (before === undefined) return frozen(now)
  const isSame =
    before.rows.length === now.rows.length && now.rows.every((row, i) => row === before.rows[i])
  const rows = isSame ? before.rows : now.rows
  const { start, total, isLoading } = before
  if (isSame && start === now.start && total === now.total && isLoading === now.isLoading)
    return before
  return frozen({ ...now, rows })
}

function frozen(shown: WindowRows): WindowRows {
  Object.freeze(shown.rows)
  return Object.freeze(shown)
}
