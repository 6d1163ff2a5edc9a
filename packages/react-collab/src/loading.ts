import {
  type Cursor,
  type Joined,
  type ObjectId,
  type State,
  type StatePlace,
  StorageError,
} from '@react-collab/core'
import type { Journal } from './journal.js'
import { GoneWatch, type GoneWatchHost } from './gone-watch.js'
import type { LossWatch } from './loss-watch.js'
import { loggedOf } from './recognition.js'
import type { Replica } from './replica.js'
import {
  createStaging,
  EntryStaging,
  nothing,
  type Progress,
  RowStaging,
  type Staging,
  type Start,
  type Whole,
} from './staging.js'
import type { StagedRows } from './store/row-store.js'
import { isKeepable, restart, toPage } from './stored-pages.js'
import type { Lost } from './standing.js'
import type { JournalBatch, StoredRow } from './store/store.js'

/** Whom a loading tells, and what it works with. */
export interface LoadingHost extends GoneWatchHost {
  readonly lead: number
  readonly journal: Journal
  readonly losses: LossWatch
  /** Gives what lies in the outbox the names under which it can be sent. */
  readonly sortOut: (
    joined: Joined,
    rows: readonly StoredRow[],
    isForked: boolean,
  ) => Promise<unknown>
  /** Clears rows away that the log has. */
  readonly settle: (rows: readonly StoredRow[]) => void
  /** Others have overwritten values; what is told of them on disk has changed. */
  readonly overwritten: (object: ObjectId) => void
  /** The new state is shown, and on disk: edits may be sent again. */
  loaded(joined: Joined): Promise<void>
  /** Takes entries that came meanwhile; edits are being sent. */
  follow(batches: readonly JournalBatch[]): void
  failed(error: unknown): void
}

/**
 * Loads an object anew, or what changed of it, while the old state is still shown; puts the new one
 * on the disk and in its place at once (R2, R3). Where there is no old one, rows are shown as they come.
 */
export class Loading {
  readonly #object: ObjectId
  readonly #replica: Replica
  readonly #host: LoadingHost
  #staging: Staging | undefined
  /** Where a loading that was cut goes on; undefined where none was. */
  #start: Start | undefined
  /** What an earlier run of this app left on the disk was looked for. */
  #isRecalled = false
  /** Set while the new state is on its way to the disk and to memory. */
  #swapping: Promise<void> | undefined
  /** Entries that come until edits are sent again; undefined where that is not awaited. */
  #waiting: JournalBatch[] | undefined
  /** How many pages on the disk have all rows that have come; undefined where not all are there. */
  #kept: number | undefined
  /** Pages are kept one after the other. */
  #keeping: Promise<unknown> = Promise.resolve()
  /** Loadings of which the disk did not take all rows. */
  readonly #incomplete = new WeakSet<Staging>()
  /** Sees to edits of rows that are gone. */
  readonly gone: GoneWatch
  /** Counts the times that the line was lost. */
  #era = 0

  constructor(replica: Replica, host: LoadingHost) {
    this.#object = replica.object
    this.#replica = replica
    this.#host = host
    this.gone = new GoneWatch(replica, host)
  }

  /** How far it is; undefined where nothing is loaded. */
  get progress(): Progress | undefined {
    return this.#staging?.progress
  }

  get isSwapping(): boolean {
    return this.#swapping !== undefined
  }

  /** What the server is told of how far it is; undefined where nothing is loaded. */
  get seen(): { readonly cursor: Cursor; readonly page?: number } | undefined {
    const staging = this.#staging
    if (staging === undefined) return undefined
    const { cursor } = staging
    return staging instanceof RowStaging ? { cursor, page: staging.page } : { cursor }
  }

  /** Where the next join begins. What one before it has loaded is on the disk then. */
  async start(): Promise<Start> {
    await this.#swapping?.catch(() => undefined)
    if (!this.#isRecalled) this.#start ??= await this.#recall()
    return this.#start ?? this.#shown
  }

  get #shown(): Start {
    return { base: this.#replica.visible.confirmed, cursor: this.#replica.cursor, isReset: false }
  }

  /** Finds pages of a loading that the end of its tab has cut. */
  async #recall(): Promise<Start | undefined> {
    const pages = await this.#host.store.pages(this.#object)
    this.#isRecalled = true
    try {
      const start = restart(pages, this.#shown)
      this.#kept = start && pages.length
      return start
    } catch (error) {
      this.#host.platform.report(error)
      return undefined
    }
  }

  /** The object was removed: nothing that has come counts. */
  forget(): void {
    this.#start = undefined
  }

  /** The log is another: begins with nothing. */
  reset(): Start {
    this.#start = nothing(true)
    return this.#start
  }

  /** Begins, if the server sends what has to be loaded first. */
  begin(joined: Joined, asked: Start, lost: Lost): boolean {
    const start = joined.reset ? nothing(true) : asked
    this.#start = undefined
    this.#staging = createStaging(joined, start, lost, this.#replica.held.windowing)
    this.#beginEarly()
    this.#finish()
    return this.#staging !== undefined
  }

  /** What an earlier loading showed goes, but for the rows that this one begins with. */
  #beginEarly(): void {
    const staging = this.#replica.cursor === undefined ? this.#staging : undefined
    const rows = staging instanceof RowStaging ? staging.rows : undefined
    if (rows !== undefined) this.#replica.seeAll(rows)
    this.#replica.visible.beginEarly(rows)
    this.#showEarly()
  }

  /** Shows all rows that have come. */
  #showEarly(): void {
    this.#replica.visible.showEarly()
    this.#replica.listeners.flush()
  }

  /** Takes entries: false when some are missing before them, undefined when nothing is loaded. */
  receive(batch: JournalBatch): boolean | undefined {
    if (this.#waiting !== undefined) return this.#waiting.push(batch) > 0
    if (this.#staging === undefined) return undefined
    const isTaken = this.#staging instanceof EntryStaging && this.#staging.receive(batch)
    if (isTaken) this.#stage(this.#staging)
    this.#finish()
    return isTaken
  }

  /** Takes a page of rows; false when one is missing before it. */
  receivePage(state: State): boolean {
    if (!(this.#staging instanceof RowStaging) || this.#waiting !== undefined) return false
    const { page, rows } = this.#staging
    const count = rows.size
    if (!this.#staging.receive(state)) return false
    if (this.#staging.page > page) {
      this.#stage(this.#staging)
      this.#keep(state.place, this.#staging)
      this.#receiveEarly(this.#staging, count)
    }
    this.#finish()
    return true
  }

  /** Shows them, when it is time to; `before` is how many there were before the last page. */
  #receiveEarly({ pageRows, rows, whole }: RowStaging, before: number): void {
    const { early } = this.#replica.visible
    if (early === undefined) return
    // What is written over them has to be later (REG6).
    this.#replica.seeAll(pageRows)
    if (before + pageRows.length > rows.size) early.again(pageRows)
    this.#replica.visible.layOver(pageRows)
    // The last ones are shown with all, once the disk has them.
    if (whole === undefined && early.isDue) this.#showEarly()
  }

  /** Resolves when the disk has all rows that came and are not in memory. */
  get kept(): Promise<unknown> {
    return this.#keeping
  }

  /** Brings rows of windowed collections to the disk. */
  #stage(staging: Staging): void {
    const staged = staging.takeWindowed()
    if (staged.rows.size === 0 && !(staged.isFirst && staged.isReset)) return
    const { store, lead } = this.#host
    const written = this.#keeping.then(async () => {
      for (const part of partsOf(staged)) await store.stageRows(lead, this.#object, part)
    })
    this.#keeping = written.catch((error: unknown) => {
      // They are nowhere else: the loading has to begin anew.
      this.#incomplete.add(staging)
      if (this.#staging === staging) this.#staging = undefined
      this.#host.failed(error)
    })
  }

  /**
   * Keeps a page on the disk, so that the loading may go on in another run, and the state that comes
   * from nothing is there already when it is whole.
   */
  #keep(place: StatePlace | undefined, staging: RowStaging): void {
    const { cut, isFirst, isFromNothing, pageRows, whole } = staging
    if (isFirst) this.#kept = 0
    const isNoMore = whole !== undefined && pageRows.length === 0
    if (isNoMore && !isFirst) return
    // What is whole is on the disk soon: alone, a page is of no use there.
    const isAlone = whole !== undefined && (isFirst || !isFromNothing)
    if (isAlone || place === undefined || staging.isHealing || !isKeepable(cut)) {
      this.#kept = undefined
      return
    }
    if (this.#kept !== undefined) this.#kept += 1
    const { store, lead } = this.#host
    const kept = toPage(cut, place, pageRows)
    this.#keeping = this.#keeping
      .then(() => store.keepPage(lead, this.#object, kept, isFirst))
      .catch((error: unknown) => this.#unkept(error))
  }

  /** Without its pages a loading that is cut begins anew: no reason to end it. */
  #unkept(error: unknown): void {
    this.#kept = undefined
    const code = error instanceof StorageError ? error.code : undefined
    if (code === 'FENCED') this.#host.failed(error)
    // The tab was closed meanwhile.
    else if (code !== 'CLOSED') this.#host.platform.report(error)
  }

  /** The line is gone, or a new join begins. */
  leave(): void {
    this.#era += 1
    // No more come for now.
    this.#showEarly()
    // What is on its way to the disk is no loading any more.
    if (this.#swapping !== undefined) this.#start = undefined
    else this.#start = this.#staging?.cut ?? this.#start
    this.#staging = undefined
    this.#waiting = undefined
  }

  #finish(): void {
    if (this.#staging?.whole !== undefined) void this.#swap(this.#staging)
  }

  async #swap(staging: Staging): Promise<void> {
    const era = this.#era
    this.#waiting = []
    try {
      this.#swapping = this.#replace(staging)
      await this.#swapping
    } catch (error) {
      if (era === this.#era) this.#host.failed(error)
      return
    } finally {
      this.#swapping = undefined
    }
    if (era !== this.#era) return
    this.#staging = undefined
    await this.#host.loaded(staging.joined)
    if (era !== this.#era) return
    const batches = this.#waiting
    this.#waiting = undefined
    this.#host.follow(batches)
  }

  async #replace(staging: Staging): Promise<void> {
    const { store, lead, journal, losses, sortOut, settle, post, overwritten } = this.#host
    const { joined, lost: own, whole } = staging
    const { state, cursor, changed } = whole as Whole
    const changedRows = changed && { changed: [...changed] }
    await Promise.all([journal.flushed(), this.#keeping])
    if (this.#incomplete.has(staging)) throw new StorageError('STORE_FAILED', 'rows were not kept')
    const lost = losses.ofState({ state, cursor, ...changedRows })
    // Of windowed collections nothing is in the pages, which would be many for few rows.
    const isWindowed = this.#replica.held.windowing.size > 0
    const isPaged = staging instanceof RowStaging && staging.isFromNothing && !isWindowed
    const parked = await store.reset(lead, this.#object, state, cursor, own.keys, {
      ...changedRows,
      pages: isPaged ? this.#kept : undefined,
      overwritten: lost,
      parking: changed ? undefined : await this.gone.parkingFor(state, joined),
    })
    this.gone.parked(parked)
    journal.begunAnew()
    await sortOut(joined, await store.pending(this.#object), own.isForked)
    const before = this.#replica.stored
    const rows = await store.pending(this.#object)
    this.#replica.replace(state, cursor, rows, before)
    settle(loggedOf(state, rows))
    post({ type: 'reload', object: this.#object, why: 'reset' })
    if (lost.length > 0) overwritten(this.#object)
  }
}

/** As many rows as one task may bring to the disk; more would hold up what is shown. */
const MOST_STAGED = 400

function partsOf({ rows, isReset, isFirst }: StagedRows): StagedRows[] {
  const all = [...rows]
  const parts: StagedRows[] = []
  for (let from = 0; from === 0 || from < all.length; from += MOST_STAGED) {
    const part = new Map(all.slice(from, from + MOST_STAGED))
    parts.push({ rows: part, isReset, isFirst: isFirst && from === 0 })
  }
  return parts
}
