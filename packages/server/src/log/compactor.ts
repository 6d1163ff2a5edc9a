import {
  applyPatches,
  DIGEST_EVERY,
  digestRow,
  type Digests,
  digestsOf,
  digestWords,
  type Event,
  eventReplica,
  exchangeDigest,
  isVoid,
  type ObjectId,
  type Replica,
  type Row,
  type RowKey,
} from '@react-collab/core'
import type { Run, StoredRow } from './log-disk.js'
import { decodeRow, encodeRow } from './row-text.js'

/** What one step of compacting an object changes, in one transaction (R3). */
export interface CompactStep {
  /** Entries up to this one are in the rows then. */
  readonly seq: number
  /** Rows that are another now, in the order of their places. */
  readonly rows: readonly (readonly [RowKey, StoredRow])[]
  /** The greatest n applied of each replica. */
  readonly numbers: ReadonlyMap<Replica, number>
  /** The digests of all rows then, one word for each bucket (R15). */
  readonly digests: readonly string[]
}

/** How a step finds what is stored. */
export interface CompactFrom {
  /** Entries up to this one are in the rows. */
  readonly after: number
  /** The digests of the rows as they are. */
  readonly digests: readonly string[]
  readonly find: (key: RowKey) => StoredRow | undefined
}

/** Entries that one step applies at most. */
export const stepEntries = 512
/** A step ends with the entry that changes this many rows: commits wait for it. */
const stepRows = 128
/** It ends, too, when it has copied this many fields, one for each of a row that an entry changes. */
const stepFields = 200_000
/** Rows with texts that are kept decoded between steps, as they are edited time and again. */
const keptTexts = 32

/** Applies entries to stored rows, in small steps and with the code that clients use. */
export class Compactor {
  /** By object and key, the one used last at the end. */
  readonly #texts = new Map<string, DigestedRow>()

  /**
   * Applies the entries that follow, up to the bounds of a step: it ends, too, where digests are kept.
   * When the step is not stored, all has to be forgotten.
   */
  step(object: ObjectId, { after, digests, find }: CompactFrom, runs: readonly Run[]): CompactStep {
    const rows = new StepRows((key) => this.#kept(object, key) ?? decoded(find(key)))
    const numbers = new Map<Replica, number>()
    let seq = after
    for (const event of eventsOf(runs, after)) {
      seq += 1
      apply(event, seq, rows)
      numbers.set(eventReplica(event), event[0])
      if (seq - after >= stepEntries || seq % DIGEST_EVERY === 0 || rows.isMuch) break
    }
    const sums = digestsOf(digests)
    const stored = rows.stored(sums)
    for (const [key, { digest }] of stored) this.#keep(object, key, rows.get(key) as Row, digest)
    return { seq, rows: stored, numbers, digests: digestWords(sums) }
  }

  /** Forgets what is decoded: what is on disk is something else. */
  forget(): void {
    this.#texts.clear()
  }

  #kept(object: ObjectId, key: RowKey): DigestedRow | undefined {
    return this.#texts.get(`${object}\n${key}`)
  }

  #keep(object: ObjectId, key: RowKey, row: Row, digest: number): void {
    const name = `${object}\n${key}`
    this.#texts.delete(name)
    if (row.texts === undefined) return
    this.#texts.set(name, { row, digest })
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= keptTexts) return
      this.#texts.delete(oldest)
    }
  }
}

/** A row as it is stored, and its digest: its texts may be edited in place later. */
interface DigestedRow {
  readonly row: Row
  readonly digest: number
}

const decoded = (stored: StoredRow | undefined): DigestedRow | undefined =>
  stored && { row: decodeRow(stored.row), digest: stored.digest }

/** The events after entry `after`. */
function* eventsOf(runs: readonly Run[], after: number): Generator<Event> {
  for (const { seq, events } of runs)
    yield* (JSON.parse(events) as Event[]).slice(Math.max(0, after + 1 - seq))
}

/** Numbers of a replica rise in the log, so none has to be looked at. */
function apply(event: Event, seq: number, rows: StepRows): void {
  if (isVoid(rows, event)) return
  applyPatches(rows, event[2], event[1], (key) => rows.change(key, seq))
}

/** The rows that one step touches, loaded as they are asked for. */
class StepRows extends Map<RowKey, Row> {
  /** The entry that last changed each. */
  readonly changed = new Map<RowKey, number>()
  /** What each was digested to when it was loaded. */
  readonly #digests = new Map<RowKey, number>()
  #copied = 0
  readonly #load: (key: RowKey) => DigestedRow | undefined

  constructor(load: (key: RowKey) => DigestedRow | undefined) {
    super()
    this.#load = load
  }

  override get(key: RowKey): Row | undefined {
    const known = super.get(key)
    if (known !== undefined) return known
    const loaded = this.#load(key)
    if (loaded === undefined) return undefined
    this.#digests.set(key, loaded.digest)
    this.set(key, loaded.row)
    return loaded.row
  }

  change(key: RowKey, seq: number): void {
    this.changed.set(key, seq)
    this.#copied += Object.keys(this.get(key)?.stamps ?? {}).length
  }

  /** Enough for one step. */
  get isMuch(): boolean {
    return this.changed.size >= stepRows || this.#copied >= stepFields
  }

  /** The rows that have changed, whose digests take the place of the earlier ones. */
  stored(digests: Digests): (readonly [RowKey, StoredRow])[] {
    return [...this.changed]
      .sort(([a, atA], [b, atB]) => atA - atB || (a < b ? -1 : 1))
      .map(([key, at]) => {
        const row = this.get(key) as Row
        const digest = digestRow(key, row)
        exchangeDigest(digests, key, this.#digests.get(key) ?? 0, digest)
        return [key, { at, row: encodeRow(row), digest }]
      })
  }
}
