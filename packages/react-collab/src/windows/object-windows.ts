import {
  isDeleted,
  type ObjectId,
  prefixOf,
  type Row,
  type RowKey,
  type Stamp,
  StorageError,
} from '@react-collab/core'
import type { Edit } from '../edit.js'
import type { RowListeners, Unsubscribe } from '../listeners.js'
import type { Platform } from '../platform.js'
import type { RowView } from '../sorted-rows.js'
import type { RowNews } from '../store/row-store.js'
import type { LocalStore } from '../store/store.js'
import type { WindowPage, WindowQuery } from '../store/windows.js'
import type { HeldRows } from './held-rows.js'
import { createFirstRows, type FirstRows } from './first-rows.js'
import { RowScan } from './row-scan.js'
import { type OpenWindow, RowWindow, type WindowHost, type WindowOrder } from './row-window.js'

/** Rows that nobody shows any more stay in memory as long: people come back, and so does React. */
const LINGER_MS = 2000

/** What the windows of an object work with. */
export interface WindowsHost {
  readonly object: ObjectId
  readonly platform: Platform
  readonly held: HeldRows
  /** Where rows are read from; undefined where there is no disk. */
  readonly store: (() => Promise<LocalStore>) | undefined
  /** Whether the disk was read, so that it is known to hold what is shown. */
  readonly isReady: () => boolean
  /** Edits that are on their way to the disk. */
  readonly unsaved: () => Iterable<Edit>
  readonly listeners: RowListeners
  /** Takes note of a stamp: what is written from here on is later. */
  readonly see: (stamp: Stamp) => void
  readonly visible: {
    row(key: RowKey): Row | undefined
    isPartial(key: RowKey): boolean
    hold(rows: Iterable<readonly [RowKey, Row | undefined]>, anew: ReadonlySet<RowKey>): void
    release(keys: Iterable<RowKey>): void
  }
}

/** The windowed collections of one object in one tab: which of their rows are in memory. */
export class ObjectWindows {
  readonly #host: WindowsHost
  readonly #open = new Set<OpenWindow>()
  /** Rows that are held one by one, and those of them that were read. */
  readonly #holding = new Map<RowKey, number>()
  readonly #held = new Set<RowKey>()
  #generation: number | undefined
  /** Rows in memory that are of another log, until they are read. */
  readonly #foreign = new Set<RowKey>()
  /** Rows to be read, one by one. */
  #stale = new Set<RowKey>()
  #isReading = false

  constructor(host: WindowsHost) {
    this.#host = host
  }

  /** Whether anybody shows a part of a collection. */
  get isOpen(): boolean {
    return this.#open.size > 0
  }

  /** Shows a collection in part; `view` tells what a row shows as. */
  window(order: WindowOrder, view: (key: RowKey) => RowView | undefined): RowWindow {
    return new RowWindow(order, this.#windowHost(order, view))
  }

  /** Shows the first rows that a function picks. */
  first(order: WindowOrder, view: (key: RowKey) => RowView | undefined): FirstRows {
    const host = this.#windowHost(order, view)
    return createFirstRows(new RowWindow(order, host), () => new RowScan(order, host))
  }

  #windowHost({ prefix }: WindowOrder, view: (key: RowKey) => RowView | undefined): WindowHost {
    const { object, platform, store, listeners } = this.#host
    const { isReady } = this.#host
    const query = store && (async (of: WindowQuery) => (await store()).readWindow(object, of))
    return {
      known: {
        row: (key) => this.#row(key),
        view,
        isNew: (key) => this.#host.held.isAbsent(key) && !this.#host.visible.isPartial(key),
      },
      get query() {
        return isReady() ? query : undefined
      },
      show: (page, before) => this.#show(page, before),
      take: (key) => this.#host.held.take(key),
      drop: (keys) => this.#drop(keys),
      unsaved: () => this.#unsaved(prefix),
      open: (window, touched) => {
        this.#open.add(window)
        const stop = listeners.onRows(prefix, touched)
        return () => {
          this.#open.delete(window)
          stop()
        }
      },
      later: (run) => void platform.timer(LINGER_MS, run),
      report: platform.report,
      failed: (error) => this.#failed(error),
    }
  }

  /** A row that is shown, if all of it is known. */
  #row(key: RowKey): Row | undefined {
    const { visible } = this.#host
    if (visible.isPartial(key)) return undefined
    const row = visible.row(key)
    return row === undefined || isDeleted(row) ? undefined : row
  }

  *#unsaved(prefix: string): Iterable<RowKey> {
    for (const { patches, stage } of this.#host.unsaved()) {
      if (stage !== 'saving') continue
      for (const [, key] of patches) if (prefixOf(key) === prefix) yield key
    }
  }

  #show(page: WindowPage | undefined, before: WindowPage | undefined): void {
    const { held } = this.#host
    for (const { place } of page?.rows ?? []) held.take(place[6])
    this.#drop((before?.rows ?? []).map(({ place }) => place[6]))
    if (page === undefined) return
    const rows = page.rows.map(({ place, row }) => [place[6], row] as const)
    this.#hold(rows, page.generation)
  }

  #hold(rows: readonly (readonly [RowKey, Row | undefined])[], generation: number): void {
    const { held, listeners, see, visible } = this.#host
    for (const [, row] of rows)
      for (const stamp of Object.values(row?.stamps ?? {})) {
        if (held.greatest !== undefined && stamp <= held.greatest) continue
        held.see(stamp)
        see(stamp)
      }
    this.#turnTo(generation)
    visible.hold(rows, this.#foreign)
    for (const [key] of rows) this.#foreign.delete(key)
    listeners.flush()
    void this.#readStale()
  }

  #drop(keys: Iterable<RowKey>): void {
    const { held, visible } = this.#host
    const gone = [...keys].filter((key) => held.drop(key))
    for (const key of gone) this.#foreign.delete(key)
    visible.release(gone)
  }

  /** After a reset all that is in memory is read anew, not only what comes first. */
  #turnTo(generation: number): void {
    const isReset = this.#generation !== undefined && this.#generation !== generation
    this.#generation = generation
    if (!isReset) return
    for (const key of this.#host.held.keys) {
      this.#foreign.add(key)
      this.#stale.add(key)
    }
  }

  /** Keeps one row in memory until the function that comes back is called. */
  hold(key: RowKey): Unsubscribe {
    const { platform } = this.#host
    let isHeld = true
    this.#stale.add(key)
    this.#holding.set(key, (this.#holding.get(key) ?? 0) + 1)
    void this.#readStale()
    return () => {
      if (!isHeld) return
      isHeld = false
      platform.timer(LINGER_MS, () => this.#letGo(key))
    }
  }

  #letGo(key: RowKey): void {
    const { held, visible } = this.#host
    const uses = (this.#holding.get(key) ?? 0) - 1
    if (uses > 0) return void this.#holding.set(key, uses)
    this.#holding.delete(key)
    if (this.#held.delete(key) && held.drop(key)) visible.release([key])
  }

  /** Keeps a row in memory from now on: what was done to it may be undone. */
  pin(key: RowKey): void {
    if (!this.#holding.has(key)) this.hold(key)
  }

  /** The disk was read: what is shown may be read from it. */
  start(): void {
    for (const window of this.#open) window.ensure()
    void this.#readStale()
  }

  /** Hears what became of rows on the disk. */
  hear(news: RowNews): void {
    const { held } = this.#host
    const changed = news.changes?.map(({ key }) => key) ?? held.keys
    for (const key of changed) if (held.has(key)) this.#stale.add(key)
    for (const window of this.#open) window.hear(news)
    void this.#readStale()
  }

  /** News may have been lost: looks at the disk again. */
  lookAgain(): void {
    if (this.#open.size === 0 && this.#held.size === 0) return
    this.hear({ object: this.#host.object, version: 0, changes: undefined })
  }

  /** Reads rows anew, all that are to be in few requests. */
  async #readStale(): Promise<void> {
    const { store, isReady, object } = this.#host
    if (this.#isReading || this.#stale.size === 0 || store === undefined || !isReady()) return
    this.#isReading = true
    try {
      // Lets the task end that asks for them.
      await Promise.resolve()
      while (this.#stale.size > 0) {
        const keys = [...this.#stale]
        this.#stale = new Set()
        const { generation, rows } = await (await store()).readRows(object, keys)
        this.#took(rows, generation)
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isReading = false
    }
  }

  /** A client that was closed while something was read is no trouble. */
  #failed(error: unknown): void {
    if (error instanceof StorageError && error.code === 'CLOSED') return
    this.#host.platform.report(error)
  }

  #took(rows: readonly (readonly [RowKey, Row | undefined])[], generation: number): void {
    const { held } = this.#host
    for (const [key] of rows) {
      if (!this.#holding.has(key) || this.#held.has(key)) continue
      this.#held.add(key)
      held.take(key)
    }
    this.#hold(
      rows.filter(([key]) => held.has(key)),
      generation,
    )
  }
}
