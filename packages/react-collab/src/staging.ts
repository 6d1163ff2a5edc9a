import {
  applyEvent,
  createObjectState,
  type Cursor,
  digestBucket,
  type Joined,
  type Numbers,
  type ObjectState,
  type Replica,
  type Row,
  type RowKey,
  type State,
  type StatePlace,
  unpackStatePage,
} from '@react-collab/core'
import type { Lost } from './standing.js'
import type { StagedRows } from './store/row-store.js'
import type { JournalBatch } from './store/store.js'
import { isWindowed, noWindows, takeWindowed, type Windowing } from './windows/windowing.js'

/** Where loading begins: from nothing, from what is shown, or where an earlier one was cut. */
export interface Start {
  /** The state at `cursor`; what comes is put over it. */
  readonly base: ObjectState
  readonly cursor: Cursor | undefined
  /** The log is another than that of the state that is shown (R2). */
  readonly isReset: boolean
  /** Rows that came already, in the order of their places up to `place`. */
  readonly rows?: ReadonlyMap<RowKey, Row>
  readonly place?: StatePlace
  /** Buckets whose rows come whole, in place of those of `base` (R15). */
  readonly heal?: readonly number[]
}

/** How much of what is loaded has come: rows, or entries. */
export interface Progress {
  readonly received: number
  /** About as many as there are. */
  readonly expected: number
}

/** A state that has come whole. */
export interface Whole {
  readonly state: ObjectState
  readonly cursor: Cursor
  /** The rows that are not as they were at the start; undefined where all may be. */
  readonly changed?: Iterable<RowKey>
}

interface Stage {
  readonly joined: Joined
  /** What the log had accepted and no longer holds: it goes back to the outbox. */
  readonly lost: Lost
  /** How far it is, as the server is told. */
  readonly cursor: Cursor
  readonly progress: Progress
  /** What has come, once it is all. */
  readonly whole: Whole | undefined
  /** Where the next loading begins if this one is cut. */
  readonly cut: Start
  /** Gives away the rows of windowed collections that came last: they are kept on disk alone. */
  takeWindowed(): StagedRows
}

/** A state that is loaded while the old one is still shown: by its entries, or by rows (R2, R3). */
export type Staging = EntryStaging | RowStaging

/** The start with nothing: all that the log has. */
export const nothing = (isReset: boolean): Start => ({
  base: createObjectState(),
  cursor: undefined,
  isReset,
})

/** Begins to load what `joined` speaks of; undefined where entries follow what is shown. */
export function createStaging(
  joined: Joined,
  start: Start,
  lost: Lost,
  windowing: Windowing = noWindows,
): Staging | undefined {
  const parts = { joined, start, lost, windowing }
  if (joined.state !== undefined) return new RowStaging(parts, joined.state)
  return start.isReset ? new EntryStaging(parts) : undefined
}

/** What a loading is made of. */
interface Parts {
  readonly joined: Joined
  readonly start: Start
  readonly lost: Lost
  readonly windowing: Windowing
}

/** Replays a log from its beginning, or from where that was cut. */
export class EntryStaging implements Stage {
  readonly joined: Joined
  readonly lost: Lost
  readonly #windowing: Windowing
  readonly #state: ObjectState
  #cursor: Cursor
  #isFirst: boolean

  constructor({ joined, start: { base, cursor }, lost, windowing }: Parts) {
    this.joined = joined
    this.lost = lost
    this.#windowing = windowing
    this.#state = base
    this.#cursor = cursor ?? { term: joined.term, seq: 0 }
    this.#isFirst = cursor === undefined
  }

  takeWindowed(): StagedRows {
    const isFirst = this.#isFirst
    this.#isFirst = false
    return { rows: takeWindowed(this.#windowing, this.#state.rows), isReset: true, isFirst }
  }

  get cursor(): Cursor {
    return this.#cursor
  }

  get progress(): Progress {
    return { received: this.#cursor.seq, expected: this.joined.head }
  }

  get whole(): Whole | undefined {
    const isWhole = this.#cursor.seq >= this.joined.head
    return isWhole ? { state: this.#state, cursor: this.#cursor } : undefined
  }

  get cut(): Start {
    return { base: this.#state, cursor: this.#cursor, isReset: true }
  }

  /** Takes entries; false when some are missing before them. */
  receive({ term, seq, events }: JournalBatch): boolean {
    if (seq > this.#cursor.seq + 1) return false
    for (const event of events.slice(this.#cursor.seq + 1 - seq)) applyEvent(this.#state, event)
    this.#cursor = { term, seq: Math.max(this.#cursor.seq, seq + events.length - 1) }
    return true
  }
}

/** Takes the rows that changed since the start, page by page. */
export class RowStaging implements Stage {
  readonly joined: Joined
  readonly lost: Lost
  /** It goes on where an earlier loading was cut. */
  readonly isResumed: boolean
  readonly #windowing: Windowing
  /** Rows of windowed collections that came last. */
  #windowed = new Map<RowKey, Row>()
  readonly #start: Start
  readonly #rows: Map<RowKey, Row>
  readonly #expected: number
  #place: StatePlace | undefined
  #received: number
  #page = 0
  #pageRows: readonly (readonly [RowKey, Row])[] = []
  #whole: Whole | undefined

  constructor({ joined, start, lost, windowing }: Parts, left: number) {
    this.joined = joined
    this.lost = lost
    this.#windowing = windowing
    this.#start = start
    // Places are of a term: in another one all rows come again.
    this.isResumed = start.place?.term === joined.term
    this.#place = this.isResumed ? start.place : undefined
    this.#rows = new Map(this.isResumed ? start.rows : [])
    this.#received = this.#rows.size
    this.#expected = this.#rows.size + left
  }

  /** Until the last page has come all is as at the start. */
  get cursor(): Cursor {
    return this.#whole?.cursor ?? this.#start.cursor ?? { term: this.joined.term, seq: 0 }
  }

  /** Nothing was there before: the rows that come are all there are. */
  get isFromNothing(): boolean {
    return this.#start.base.rows.size === 0
  }

  /** Places among the rows of buckets are none among those that changed. */
  get isHealing(): boolean {
    return this.#start.heal !== undefined
  }

  takeWindowed(): StagedRows {
    const rows = this.#windowed
    this.#windowed = new Map()
    return { rows, isReset: this.#start.isReset, isFirst: this.isFirst }
  }

  /** The page that came last is the first of its loading. */
  get isFirst(): boolean {
    return this.#page === 1 && !this.isResumed
  }

  /** The rows that came last, without those of windowed collections. */
  get pageRows(): readonly (readonly [RowKey, Row])[] {
    return this.#pageRows
  }

  /** All rows that have come, without those of windowed collections; more are added. */
  get rows(): ReadonlyMap<RowKey, Row> {
    return this.#rows
  }

  /** The last page that has come. */
  get page(): number {
    return this.#page
  }

  get progress(): Progress {
    const received = Math.min(this.#received, this.#expected)
    return { received, expected: this.#expected }
  }

  get whole(): Whole | undefined {
    return this.#whole
  }

  get cut(): Start {
    const { base, cursor, isReset } = this.#start
    if (this.#place === undefined || this.isHealing) return { base, cursor, isReset }
    return { base, cursor, isReset, rows: this.#rows, place: this.#place }
  }

  /**
   * Takes a page; false when one is missing before it.
   *
   * Errors  `ProtocolError` for one that cannot be read: nothing of it is taken
   */
  receive({ term, page, rows, place, end }: State): boolean {
    if (page > this.#page + 1) return false
    if (page <= this.#page) return true
    const found: [RowKey, Row][] = []
    unpackStatePage(rows, (key, row) => void found.push([key, row]))
    this.#received += found.length
    for (const [key, row] of found)
      (isWindowed(this.#windowing, key) ? this.#windowed : this.#rows).set(key, row)
    const isMixed = this.#windowing.size > 0
    this.#pageRows = isMixed ? found.filter(([key]) => !isWindowed(this.#windowing, key)) : found
    this.#page = page
    this.#place = place ?? this.#place
    if (end !== undefined) this.#whole = this.#wholeAt({ term, seq: end.seq }, end.vv)
    return true
  }

  #wholeAt(cursor: Cursor, numbers: Numbers): Whole {
    const { base, isReset, heal = [] } = this.#start
    const rows = base.rows.size === 0 ? this.#rows : new Map(base.rows)
    const replaced =
      heal.length === 0 ? [] : [...rows.keys()].filter((key) => heal.includes(digestBucket(key)))
    for (const key of replaced) rows.delete(key)
    if (rows !== this.#rows) for (const [key, row] of this.#rows) rows.set(key, row)
    const vv = new Map(Object.entries(numbers) as [Replica, number][])
    const keys = [...this.#rows.keys()]
    const changed = replaced.length === 0 ? keys : new Set([...replaced, ...keys])
    return { state: { rows, vv }, cursor, ...(!isReset && { changed }) }
  }
}
