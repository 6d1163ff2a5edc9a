import { canonicalJson, type Json, valueFromJson, type Value } from './json.js'
import type { Patch, TextPatch } from './event.js'
import { ROOT, TOMBSTONE } from './names.js'
import { type Replica, replicaOf, type Stamp } from './stamp.js'
import { addToSum } from './sum.js'
import { LiveText, type TextView } from './text/live-text.js'

/**
 * A row; immutable, and a new one for each change. A field is a last-write-wins register, a text or
 * a counter, or more than one: they do not know of each other, and the first of these is shown.
 *
 * A register is its value and the stamp of its last write; a removed one has a stamp and no value.
 * Kept as two plain objects rather than as a map of pairs: rows written alike then share a hidden
 * class, and 10,000 of them load in milliseconds. Names of fields are data: look them up with
 * `Object.hasOwn`, never bare.
 */
export interface Row {
  readonly values: Readonly<Record<string, Json>>
  readonly stamps: Readonly<Record<string, Stamp>>
  /** Counters; none where nothing was counted. */
  readonly sums?: Readonly<Record<string, number>>
  /** Texts; none where nothing was typed. */
  readonly texts?: Readonly<Record<string, TextView>>
}

/** Gives the text of a field that may be edited in place; `live` is the one that the row holds. */
export type OwnText = (field: string, live: LiveText | undefined) => LiveText

/** Edits the texts of rows in place: for whoever holds the only rows that show them. */
export const inPlace: OwnText = (_, live) => live ?? new LiveText()

/** A row that nobody has written. */
export const emptyRow: Row = Object.freeze({ values: {}, stamps: {} })

/**
 * Writes one patch into a row; gives back the same row when an equal or later write is there.
 *
 * Laws  commutative, associative, and for registers idempotent [LWW1]. The greater stamp wins;
 *       equal stamps, which honest replicas never make, are settled by the greater value, so all
 *       agree. A counter adds each time [CNT1]: an event is applied once.
 */
export const applyPatch = (row: Row, patch: Patch, stamp: Stamp): Row =>
  applyToRow(row, [patch], stamp)

/**
 * Writes patches of this row into it, and copies it once however many they are.
 *
 * Texts are edited beneath the row, in what `ownText` gives: the row before shows them changed.
 *
 * Cost  O(fields of the row + patches); gives back the same row when none of them counts
 */
export function applyToRow(
  row: Row,
  patches: readonly Patch[],
  stamp: Stamp,
  ownText: OwnText = inPlace,
): Row {
  const draft = new RowDraft(row, ownText)
  for (const patch of patches) draft.write(patch, stamp)
  return draft.finish()
}

type MutableRow = {
  values: Record<string, Json>
  stamps: Record<string, Stamp>
  sums?: Readonly<Record<string, number>>
  texts?: Readonly<Record<string, TextView>>
}

/** A row while it is written: copied at the first write that counts. */
class RowDraft {
  readonly #before: Row
  readonly #ownText: OwnText
  #copy: MutableRow | undefined
  #hasRemoved = false

  constructor(before: Row, ownText: OwnText) {
    this.#before = before
    this.#ownText = ownText
  }

  write(patch: Patch, stamp: Stamp): void {
    const [kind, , field] = patch
    if (kind === '+') return this.#add(field, patch[3])
    if (kind === '~') return this.#edit(patch, replicaOf(stamp))
    const value = kind === '=' ? patch[3] : undefined
    if (!wins(this.#copy ?? this.#before, field, value, stamp)) return
    const copy = this.#copied()
    copy.stamps[field] = stamp
    if (value === undefined) this.#remove(copy.values, field)
    else copy.values[field] = value
  }

  #copied(): MutableRow {
    if (this.#copy !== undefined) return this.#copy
    const { values, stamps, sums, texts } = this.#before
    const copy: MutableRow = { values: { ...values }, stamps: { ...stamps } }
    if (sums !== undefined) copy.sums = sums
    if (texts !== undefined) copy.texts = texts
    this.#copy = copy
    return copy
  }

  #add(field: string, by: number): void {
    const copy = this.#copied()
    copy.sums = { ...copy.sums, [field]: addToSum(readSum(copy, field), by) }
  }

  #edit([, , field, inserts, deletes]: TextPatch, replica: Replica): void {
    const { texts } = this.#copy ?? this.#before
    const live = this.#ownText(field, texts && readText({ texts }, field)?.live)
    if (!live.apply(replica, { inserts, deletes })) return
    const copy = this.#copied()
    copy.texts = { ...copy.texts, [field]: live.view }
  }

  #remove(values: Record<string, Json>, field: string): void {
    if (!Object.hasOwn(values, field)) return
    Reflect.deleteProperty(values, field)
    this.#hasRemoved = true
  }

  finish(): Row {
    if (this.#copy === undefined) return this.#before
    // An object that lost a key is slow to read; its copy is not.
    if (this.#hasRemoved) this.#copy.values = { ...this.#copy.values }
    return this.#copy
  }
}

function wins(row: Row, field: string, value: Json | undefined, stamp: Stamp): boolean {
  if (!Object.hasOwn(row.stamps, field)) return true
  const before = row.stamps[field] as Stamp
  if (stamp !== before) return stamp > before
  const own = readRegister(row, field)
  return value !== own && rank(value) > rank(own)
}

const rank = (value: Json | undefined): string => (value === undefined ? '' : canonicalJson(value))

/** Reads a counter; 0 where nothing was counted. */
export const readSum = ({ sums }: Row, field: string): number =>
  sums !== undefined && Object.hasOwn(sums, field) ? (sums[field] as number) : 0

/** Reads a text; undefined where nothing was typed. */
export const readText = ({ texts }: Pick<Row, 'texts'>, field: string): TextView | undefined =>
  texts !== undefined && Object.hasOwn(texts, field) ? texts[field] : undefined

/** Joins two states of a row, register by register: the later write wins; nothing else is joined. */
export function mergeRows(into: Row, from: Row): Row {
  const draft = new RowDraft(into, inPlace)
  for (const [field, stamp] of Object.entries(from.stamps)) {
    const value = readRegister(from, field)
    draft.write(value === undefined ? ['x', ROOT, field] : ['=', ROOT, field, value], stamp)
  }
  return draft.finish()
}

/** Reads a register's JSON; undefined when it was never written, or was removed. */
export const readRegister = (row: Row, field: string): Json | undefined =>
  Object.hasOwn(row.values, field) ? row.values[field] : undefined

/** Tells whether the row is deleted: its tombstone is up. What lies beneath stays. */
export const isDeleted = (row: Row): boolean => readRegister(row, TOMBSTONE) === true

type View = Readonly<Record<string, Value>>

const views = new WeakMap<Row, { readonly id: string | undefined; readonly view: View }>()

/**
 * Shows a row as its app sees it: its fields, without the system's own, and `id` where it has one.
 *
 * The same row gives the same view, so identity tells whether anything changed.
 */
export function rowView(row: Row, id: string | undefined): View {
  const known = views.get(row)
  if (known !== undefined && known.id === id) return known.view
  const view: Record<string, Value> = id === undefined ? {} : { id }
  if (row.sums !== undefined) Object.assign(view, row.sums)
  for (const [field, { live }] of Object.entries(row.texts ?? {}))
    view[field] = live.text.toString()
  for (const field of Object.keys(row.values)) {
    // A row's own name is its key; a field of that name stays in the state, unseen.
    if (!field.startsWith('$') && !(field === 'id' && id !== undefined)) {
      view[field] = valueFromJson(row.values[field] as Json)
    }
  }
  views.set(row, { id, view: Object.freeze(view) })
  return view
}
