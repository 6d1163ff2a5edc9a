import {
  applyToRow,
  emptyRow,
  isVoid,
  LiveText,
  mergeRows,
  type Event,
  eventReplica,
  type ObjectState,
  type Patch,
  patchesByRow,
  prefixOf,
  readText,
  replicaOf,
  type Row,
  type RowKey,
  type Stamp,
  type TextChange,
  type TextWriter,
} from '@react-collab/core'
import type { Derivations } from './derived/derivations.js'
import type { Edit } from './edit.js'
import { KeyIndex } from './key-index.js'
import { KnownState } from './known-state.js'
import type { Lens } from './lens.js'
import type { EarlyRows } from './early-rows.js'
import { HeldRows, isMade } from './windows/held-rows.js'
import { PendingEdits } from './pending-edits.js'
import {
  addOwnText,
  isOfRegisters,
  isUnknown,
  mergedOver,
  type Overlaid,
  overlaidOn,
  ownTextOf,
} from './overlaid.js'
import { isHidden, isSameEdit } from './same-edit.js'
import { isSameRow, sameOf } from './same-row.js'

/** Changes a text; undefined when there is nothing to change. */
export type ChangeText<C extends TextChange | undefined> = (live: LiveText, writer: TextWriter) => C

/**
 * What a tab sees of an object: confirmed state with the pending edits of this device over it.
 *
 * The two are kept apart, so that a refused edit can be taken back. Rows that pending edits touch
 * lie in an overlay; as merging does not depend on order, a foreign entry is merged into both.
 * When the last pending edit of a row is confirmed the overlay's row becomes the confirmed one:
 * equal by the laws of merging, and the same object, so nothing renders again.
 */
export class Visible {
  readonly pending: PendingEdits = new PendingEdits()
  readonly #overlay = new Map<RowKey, Overlaid>()
  readonly #locals = new Map<RowKey, Row>()
  readonly #keys = new KeyIndex()
  readonly #changed: (key: RowKey) => void
  readonly #lens: Lens
  readonly #held: HeldRows
  readonly #known: KnownState
  /** Collections that are made of others: what is written to them is not shown. */
  derived: Pick<Derivations, 'rowsOf'> | undefined
  /** A row was confirmed further over which typing lies without its text. */
  #isPartial = false

  /** `changed` is called for each row that is not what it was; more than once is possible. */
  constructor(lens: Lens, changed: (key: RowKey) => void, held: HeldRows = new HeldRows()) {
    this.#lens = lens
    this.#held = held
    this.#known = new KnownState(held)
    this.#changed = changed
  }

  get confirmed(): ObjectState {
    return this.#known.confirmed
  }

  /** A row as this app's version of the schema has it. */
  row(key: RowKey): Row | undefined {
    const derived = this.derived?.rowsOf(prefixOf(key))
    if (derived !== undefined) return derived.get(key)
    const row = this.written(key)
    return row && this.#lens.read(row, key)
  }

  /** A row as it was written. */
  written(key: RowKey): Row | undefined {
    return this.#overlay.get(key)?.row ?? this.#known.row(key) ?? this.#locals.get(key)
  }

  /** Whether only what own edits have written to a row is known. */
  isPartial(key: RowKey): boolean {
    if (!this.#held.isAbsent(key)) return false
    const over = this.#overlay.get(key)
    return over === undefined || !isMade(over.row)
  }

  /**
   * Takes rows of windowed collections into memory as the log has them, over what is known of them;
   * those in `anew` in place of that.
   */
  hold(rows: Iterable<readonly [RowKey, Row | undefined]>, anew: ReadonlySet<RowKey>): void {
    const replaced = new Set<RowKey>()
    for (const [key, found] of rows) {
      const before = this.confirmed.rows.get(key)
      const isAnew = anew.has(key)
      const row = isAnew ? found && sameOf([before], found) : joined(before, found)
      if (row === undefined) this.confirmed.rows.delete(key)
      else this.confirmed.rows.set(key, row)
      const over = this.#overlay.get(key)
      if (over !== undefined && row !== undefined) over.row = mergeRows(over.row, row)
      if (row !== before || over !== undefined) this.#changed(key)
      if (isAnew) replaced.add(key)
    }
    this.#layAgain(replaced)
  }

  /** Forgets what the log has of rows that nobody shows; what own edits have written stays. */
  release(keys: Iterable<RowKey>): void {
    const gone = new Set(keys)
    for (const key of gone) this.confirmed.rows.delete(key)
    this.#layAgain(gone)
  }

  get early(): EarlyRows | undefined {
    return this.#known.early
  }

  /**
   * Begins to show rows of a state that has not come whole, beneath own edits; in place of those of an
   * earlier one. Of rows that are added to the map later, `layOver` and `showEarly` have to hear.
   */
  beginEarly(rows: ReadonlyMap<RowKey, Row> | undefined): void {
    if ((rows ?? this.early) === undefined) return
    // What waits may be in a counter already: only a whole state tells.
    const gone = this.#known.begin(rows, this.pending.counted)
    for (const key of gone) this.#changed(key)
    this.#layAgain([...this.#overlay.keys()])
  }

  /** Lays own edits over rows that have come. */
  layOver(rows: readonly (readonly [RowKey, Row])[]): void {
    if (this.#overlay.size > 0) this.#layAgain(rows.map(([key]) => key))
  }

  /** Shows all of them that have come. */
  showEarly(): void {
    for (const key of this.early?.untold() ?? []) {
      this.#index(key)
      this.#changed(key)
    }
  }

  /** Lays over rows what own edits have written, and nothing else of what they were before. */
  #layAgain(keys: Iterable<RowKey>): void {
    const laid = new Map<RowKey, Row>()
    for (const key of keys) {
      const over = this.#overlay.get(key)
      if (over !== undefined) laid.set(key, over.row)
      this.#overlay.delete(key)
    }
    if (laid.size === 0) return
    for (const { patches, event } of this.pending) {
      const own = patches.filter(([, key]) => laid.has(key))
      if (own.length > 0) this.#lay(own, (event as Event)[1])
    }
    for (const [key, row] of laid) this.#keepShown(key, row)
  }

  /** Goes on to show a row that was laid over another anew, and is equal. */
  #keepShown(key: RowKey, row: Row): void {
    const over = this.#overlay.get(key)
    if (over !== undefined && row.texts === undefined) over.row = sameOf([row], over.row)
  }

  /** The keys of a collection's rows, deleted ones too, in no order that means anything. */
  keys(prefix: string): ReadonlySet<RowKey> {
    const derived = this.derived?.rowsOf(prefix)
    if (derived !== undefined) return new Set(derived.keys())
    return this.#keys.of(prefix)
  }

  /** What the keys of each collection begin with; of some all rows may have been taken back. */
  get prefixes(): Iterable<string> {
    return this.#keys.prefixes
  }

  /** Shows an edit; its event must have been made. */
  add(edit: Edit, event: Event): void {
    this.pending.add(edit)
    this.#lay(edit.patches, event[1])
  }

  /** Edits a text, and shows it; the edit that is made of the ops is then `addLaid`. */
  editText<C extends TextChange | undefined>(
    key: RowKey,
    field: string,
    writer: TextWriter,
    change: ChangeText<C>,
  ): C {
    const over = this.#overlay.get(key) ?? overlaidOn(this.#known.row(key))
    const known = readText(over.row, field)?.live
    const live = over.ownTexts.has(field) ? known : known?.fork()
    const own = live ?? new LiveText()
    const changed = change(own, writer)
    if (changed === undefined) return changed
    addOwnText(over, field)
    over.row = { ...over.row, texts: { ...over.row.texts, [field]: own.view } }
    if (this.written(key) === undefined) this.#index(key)
    this.#overlay.set(key, over)
    return changed
  }

  /** Takes an edit whose texts are shown already, and shows the rest. */
  addLaid(edit: Edit, event: Event): void {
    this.pending.add(edit)
    const others = edit.patches.filter(([kind]) => kind !== '~')
    if (others.length > 0) this.#lay(others, event[1])
    for (const [kind, key] of edit.patches) {
      const over = this.#overlay.get(key)
      if (kind !== '~' || over === undefined) continue
      over.patches += 1
      this.#changed(key)
    }
  }

  #layOver(key: RowKey): Overlaid {
    if (this.written(key) === undefined) this.#index(key)
    const over = overlaidOn(this.#known.row(key))
    this.#overlay.set(key, over)
    return over
  }

  /** Gives pending edits the stamps of these events. */
  stampAnew(events: readonly (readonly [Edit, Event])[]): void {
    let isMoved = false
    for (const [edit, event] of events) {
      isMoved ||= edit.event?.[1] !== event[1]
      edit.event = event
    }
    if (isMoved) this.#relay()
  }

  #lay(patches: readonly Patch[], stamp: Stamp): void {
    for (const [key, own] of patchesByRow(patches)) {
      const over = this.#overlay.get(key) ?? this.#layOver(key)
      const after = applyToRow(over.row, own, stamp, ownTextOf(over))
      if (after !== over.row) this.#changed(key)
      over.isPartial ||= own.some((patch) => isUnknown(patch, over.row, after))
      over.row = after
      over.patches += own.length
    }
  }

  /**
   * Applies an entry of the log; gives back the pending edits that it settles.
   *
   * Events of a replica enter the log by rising n, so one that is passed over will never be there:
   * it was not sent, because what it wrote is written again by one that is (R5), or it was refused,
   * and this tab has not heard.
   */
  confirm(event: Event): readonly Edit[] {
    const [n, stamp, patches] = event
    const replica = eventReplica(event)
    if (n <= (this.confirmed.vv.get(replica) ?? 0)) return []
    this.confirmed.vv.set(replica, n)
    const hasEffect = !isVoid(this.confirmed.rows, event)
    const known = this.pending.find(event)
    const isForeign = known !== undefined && !isSameEdit(known.event as Event, event)
    // What lies in the overlay already is not added to a counter once more.
    const laid = isForeign ? undefined : known
    if (hasEffect)
      for (const [key, own] of patchesByRow(patches)) this.#merge(key, own, stamp, laid)
    else if (patches.some(([, key]) => this.#held.isWindowed(key))) this.#held.voided(event)
    this.#isPartial ||= patches.some(([, key]) => this.#overlay.get(key)?.isPartial)
    // Another copy of this disk has used the number: what waits under it waits on (R9).
    const settled = isForeign ? [] : this.pending.settle(replica, n)
    for (const edit of settled) this.#settle(edit)
    // Stamped anew by another tab, and this one has not heard: its overlay shows the old stamp.
    const last = settled.at(-1)
    const isOther = last !== undefined && numberOf(last) === n && last.event?.[1] !== stamp
    const isGone = (edit: Edit): boolean => numberOf(edit) < n && !isHidden(edit, event)
    if (isOther || (laid !== undefined && !hasEffect) || settled.some(isGone)) this.#relay()
    return settled
  }

  /** Lays typing again whose text may have come with the entries just confirmed. */
  mend(): void {
    if (this.#isPartial) this.#relay()
  }

  #merge(key: RowKey, patches: readonly Patch[], stamp: Stamp, laid: Edit | undefined): void {
    const { rows } = this.confirmed
    const over = this.#overlay.get(key)
    if (this.#held.isWindowed(key)) this.#held.see(stamp)
    if (this.#held.isAbsent(key)) return laid ? undefined : this.#mergeOver(key, patches, stamp)
    // Where nothing else lies over a row of registers it is already what merging would make of it.
    const isMade = laid?.event?.[1] === stamp && over?.patches === patches.length
    if (isMade && isOfRegisters(over)) return void rows.set(key, over.row)
    const before = rows.get(key)
    const after = applyToRow(before ?? emptyRow, patches, stamp)
    if (after !== before) rows.set(key, after)
    if (over === undefined) {
      if (before === undefined) this.#index(key)
      if (after !== before) this.#changed(key)
      return
    }
    if (laid !== undefined) return
    const shown = mergedOver(over, patches, stamp, after)
    if (shown === over.row) return
    over.row = shown
    this.#changed(key)
  }

  /** Merges into what own edits have written to a row that is not in memory. */
  #mergeOver(key: RowKey, patches: readonly Patch[], stamp: Stamp): void {
    const over = this.#overlay.get(key)
    if (over === undefined) return
    over.row = applyToRow(over.row, patches, stamp)
    this.#changed(key)
  }

  #settle(edit: Edit): void {
    for (const [, key] of edit.patches) {
      const over = this.#overlay.get(key)
      if (over === undefined || --over.patches > 0) continue
      this.#overlay.delete(key)
      const row = this.confirmed.rows.get(key)
      const isWhole = !over.isPartial && row !== undefined && isSameRow(over.row, row)
      if (isWhole) this.confirmed.rows.set(key, over.row)
      else this.#changed(key)
    }
  }

  /** Takes edits back that the server or the disk refused. */
  withdraw(edits: Iterable<Edit>): void {
    this.pending.remove(edits)
    this.#relay()
  }

  /**
   * Puts the pending edits over another confirmed state, or over the same after a re-stamping. A row
   * that is equal to the one shown before is that one.
   */
  replace(confirmed: ObjectState, edits: Iterable<Edit>): void {
    this.showEarly()
    const others = this.#known.replace(confirmed, this.#overlay)
    this.pending.replace([...edits])
    this.#relay()
    for (const key of others) {
      this.#index(key)
      this.#changed(key)
    }
  }

  #relay(): void {
    const before = new Map(this.#overlay)
    this.#isPartial = false
    this.#overlay.clear()
    for (const edit of this.pending) this.#lay(edit.patches, (edit.event as Event)[1])
    for (const [key, { row }] of before) {
      this.#keepShown(key, row)
      this.#changed(key)
    }
  }

  /** Shows rows that stay on this device, joined with what is shown of them. */
  setLocals(rows: Iterable<readonly [RowKey, Row]>): void {
    for (const [key, row] of rows) {
      this.#index(key)
      const shown = this.#locals.get(key)
      this.#locals.set(key, shown === undefined ? row : mergeRows(shown, row))
      this.#changed(key)
    }
  }

  #index(key: RowKey): void {
    if (this.#held.isWindowed(key)) return
    this.#keys.add(key)
  }
}

/**
 * Names an event by its replica and number, which stay when it is stamped anew. A draft has no
 * number yet: its stamp names it.
 */
export const nameOf = ([n, stamp]: Event): string => (n === 0 ? stamp : `${replicaOf(stamp)}${n}`)

const joined = (before: Row | undefined, found: Row | undefined): Row | undefined =>
  before === undefined || found === undefined ? (found ?? before) : mergeRows(before, found)

const numberOf = (edit: Edit): number => (edit.event as Event)[0]
