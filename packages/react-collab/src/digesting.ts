import {
  createDigests,
  type Digests,
  digestRow,
  exchangeDigest,
  type Row,
  type RowKey,
} from '@react-collab/core'
import type { Platform } from './platform.js'
import type { Replica } from './replica.js'
import type { LocalStore } from './store/store.js'

/** What digesting works with. */
export interface DigestingHost {
  readonly platform: Pick<Platform, 'idle' | 'report'>
  readonly store: Pick<LocalStore, 'scanRows'>
  /** Resolves when all that was received is on disk. */
  readonly flushed: () => Promise<void>
}

/** Rows that are digested at once. */
const SLICE = 2_000

/**
 * Digests the confirmed rows of an object from scratch, as they are at this moment, in idle moments.
 *
 * Rows of windowed collections are read from the disk; where they change meanwhile there is nothing to
 * tell, and `done` hears undefined.
 */
export class Digesting {
  readonly #replica: Replica
  readonly #host: DigestingHost
  readonly #done: (digests: Digests | undefined) => void
  readonly #digests = createDigests()
  readonly #seq: number | undefined
  #cancelIdle: (() => void) | undefined
  #isCancelled = false

  constructor(replica: Replica, host: DigestingHost, done: (digests?: Digests) => void) {
    this.#replica = replica
    this.#host = host
    this.#done = done
    this.#seq = replica.cursor?.seq
    this.#begin()
  }

  /** Nobody wants to know any more: `done` is not called. */
  cancel(): void {
    this.#isCancelled = true
    this.#cancelIdle?.()
  }

  #begin(): void {
    const rows: [RowKey, Row][] = []
    const { held, visible } = this.#replica
    for (const [key, row] of visible.confirmed.rows) {
      // Those that somebody shows are in memory, and on the disk like all others.
      if (held.isWindowed(key)) continue
      // Texts are edited beneath their rows, so they do not wait.
      if (row.texts === undefined) rows.push([key, row])
      else this.#add(key, row)
    }
    this.#later(() => this.#digest(rows))
  }

  #digest(rows: [RowKey, Row][]): void {
    for (const [key, row] of rows.splice(-SLICE)) this.#add(key, row)
    if (rows.length > 0) return this.#later(() => this.#digest(rows))
    if (this.#replica.held.windowing.size === 0) return this.#done(this.#digests)
    void this.#scan()
  }

  /** Goes through the rows on disk, page by page, as long as all pages are of one moment. */
  async #scan(from?: RowKey, version?: number): Promise<void> {
    if (this.#isCancelled) return
    try {
      if (version === undefined) await this.#host.flushed()
      const page = await this.#host.store.scanRows(this.#replica.object, SLICE, from)
      if (this.#isCancelled) return
      // What came before the first page was read is seen in the cursor, what comes later in the version.
      const isSame =
        version === undefined ? this.#replica.cursor?.seq === this.#seq : page.version === version
      if (!isSame) return this.#done(undefined)
      for (const [key, row] of page.rows) this.#add(key, row)
      const { next } = page
      if (next === undefined) return this.#done(this.#digests)
      this.#later(() => void this.#scan(next, page.version))
    } catch (error) {
      this.#host.platform.report(error)
      this.#done(undefined)
    }
  }

  #add(key: RowKey, row: Row): void {
    exchangeDigest(this.#digests, key, 0, digestRow(key, row))
  }

  #later(work: () => void): void {
    this.#cancelIdle = this.#host.platform.idle(work)
  }
}
