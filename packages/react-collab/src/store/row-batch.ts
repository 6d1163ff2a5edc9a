import {
  applyToRow,
  emptyRow,
  type Event,
  mergeRows,
  type ObjectId,
  type Patch,
  patchesByRow,
  prefixOf,
  type Row,
  type RowKey,
  type Stamp,
} from '@react-collab/core'
import { type Place, placesOf, samePlace, type Scope } from '../windows/place.js'
import { isWindowed, type Windowing } from '../windows/windowing.js'
import { only, type Transaction } from './disk.js'
import { packRow, unpackRow } from './packed-row.js'
import type { RowRecord, WindowsRecord } from './records.js'

/** What became of a row on disk: where it stood in each order, and where it stands. */
export interface RowChange {
  readonly key: RowKey
  readonly before: readonly Place[]
  readonly after: readonly Place[]
}

/** A row while a transaction writes it. */
interface Draft {
  readonly record: RowRecord | undefined
  row: Row | undefined
  shown: Row | undefined
}

/** How the windowed collections of an object lie on disk when nothing does. */
export const freshWindows = (object: ObjectId, windowing: Windowing): WindowsRecord => ({
  key: object,
  generation: 1,
  version: 0,
  fields: [...windowing],
  totals: {},
})

/** The rows of windowed collections that one transaction reads and writes; each once. */
export class RowBatch {
  readonly #tx: Transaction
  readonly #windowing: Windowing
  readonly #windows: WindowsRecord
  readonly #isShown: boolean
  readonly #scope: Scope
  readonly #drafts = new Map<RowKey, Draft>()
  #greatest: Stamp | undefined

  /** `generation` is that of rows that are being loaded, and not shown yet. */
  constructor(
    tx: Transaction,
    windowing: Windowing,
    windows: WindowsRecord,
    generation: number = windows.generation,
  ) {
    this.#tx = tx
    this.#windowing = windowing
    this.#windows = windows
    this.#isShown = generation === windows.generation
    this.#scope = [windows.key, generation]
    this.#greatest = windows.greatest
  }

  /** Reads rows, those that it has not yet, all at once. */
  async read(keys: Iterable<RowKey>): Promise<void> {
    const fresh = [...new Set(keys)].filter((key) => !this.#drafts.has(key))
    const records = await Promise.all(
      fresh.map((key) => this.#tx.get('rows', [...this.#scope, key])),
    )
    records.forEach((record, i) => {
      const { row, shown } = record ?? {}
      this.#drafts.set(fresh[i] as RowKey, {
        record,
        row: row === undefined ? undefined : unpackRow(row),
        shown: shown === undefined ? undefined : unpackRow(shown),
      })
    })
  }

  /** Reads the rows of windowed collections that events write. */
  readOf(events: Iterable<Event>): Promise<void> {
    return this.read([...events].flatMap(([, , patches]) => this.#keysOf(patches)))
  }

  #keysOf(patches: readonly Patch[]): RowKey[] {
    return patches.flatMap(([, key]) => (isWindowed(this.#windowing, key) ? [key] : []))
  }

  /** Applies an entry of the log to rows that were read. */
  confirm([, stamp, patches]: Event): void {
    this.#each(patches, (draft, own) => {
      draft.row = applyToRow(draft.row ?? emptyRow, own, stamp)
      if (draft.shown !== undefined) draft.shown = applyToRow(draft.shown, own, stamp)
    })
    this.#see(stamp)
  }

  /** Lays an own edit over rows that were read. */
  lay([, stamp, patches]: Event): void {
    this.#each(patches, (draft, own) => {
      draft.shown = applyToRow(draft.shown ?? draft.row ?? emptyRow, own, stamp)
    })
  }

  /** Joins rows as the log has them with rows that were read, or that nothing is known of. */
  merge(rows: Iterable<readonly [RowKey, Row]>): void {
    for (const [key, row] of rows) {
      const draft = this.#drafts.get(key) ?? { record: undefined, row: undefined, shown: undefined }
      draft.row = draft.row === undefined ? row : mergeRows(draft.row, row)
      if (draft.shown !== undefined) draft.shown = mergeRows(draft.shown, row)
      this.#drafts.set(key, draft)
      for (const stamp of Object.values(row.stamps)) this.#see(stamp)
    }
  }

  /** Takes all own edits off the rows that were read. */
  bare(): void {
    for (const draft of this.#drafts.values()) draft.shown = undefined
  }

  #see(stamp: Stamp): void {
    if (this.#greatest === undefined || stamp > this.#greatest) this.#greatest = stamp
  }

  #each(patches: readonly Patch[], write: (draft: Draft, own: readonly Patch[]) => void): void {
    for (const [key, own] of patchesByRow(patches)) {
      const draft = this.#drafts.get(key)
      // Such rows have values only, whatever others write to them.
      if (draft !== undefined)
        write(
          draft,
          own.filter(([kind]) => kind === '=' || kind === 'x'),
        )
    }
  }

  /** Writes what has changed; tells of it where it is shown. */
  write(): { readonly version: number; readonly changes: readonly RowChange[] } {
    const changes: RowChange[] = []
    for (const [key, draft] of this.#drafts) {
      const record = this.#put(key, draft)
      if (record === draft.record) continue
      changes.push({ key, before: draft.record?.places ?? [], after: record?.places ?? [] })
    }
    const windows = changes.length > 0 ? this.#windowsAfter(changes) : this.#windows
    if (changes.length > 0) this.#tx.put('windows', windows)
    return { version: windows.version, changes: this.#isShown ? changes : [] }
  }

  #windowsAfter(changes: readonly RowChange[]): WindowsRecord {
    const { totals: before } = this.#windows
    const totals = { ...before }
    for (const { key, before: from, after: to } of this.#isShown ? changes : []) {
      const prefix = prefixOf(key)
      totals[prefix] = (totals[prefix] ?? 0) + Math.sign(to.length) - Math.sign(from.length)
    }
    const greatest = this.#greatest
    const version = this.#windows.version + (this.#isShown ? 1 : 0)
    const windows = { ...this.#windows, version, fields: [...this.#windowing], totals }
    return greatest === undefined ? windows : { ...windows, greatest }
  }

  #put(key: RowKey, { record, row, shown }: Draft): RowRecord | undefined {
    const over = shown !== undefined && !isCovered(shown, row) ? shown : undefined
    const after = this.#recordOf(key, row, over)
    if (after === undefined) {
      if (record !== undefined) this.#tx.delete('rows', only(record.key))
      return undefined
    }
    if (record !== undefined && sameRecord(record, after)) return record
    this.#tx.put('rows', after)
    return after
  }

  #recordOf(key: RowKey, row: Row | undefined, over: Row | undefined): RowRecord | undefined {
    const shown = over ?? row
    if (shown === undefined) return undefined
    return {
      key: [...this.#scope, key],
      ...(row !== undefined && { row: packRow(row) }),
      ...(over !== undefined && { shown: packRow(over) }),
      places: placesOf(this.#scope, this.#windowing, key, shown),
    }
  }
}

/** Tells whether the log has all that own edits have written to a row. */
const isCovered = (shown: Row, row: Row | undefined): boolean =>
  row !== undefined &&
  Object.keys(shown.stamps).every((field) => row.stamps[field] === shown.stamps[field])

const sameRecord = (a: RowRecord, b: RowRecord): boolean =>
  a.row === b.row &&
  a.shown === b.shown &&
  a.places.length === b.places.length &&
  a.places.every((place, i) => samePlace(place, b.places[i]))
