import {
  checkField,
  cut,
  type Json,
  jsonFromValue,
  limits,
  type MarkRange,
  type MarkValues,
  type Patch,
  sameJson,
  TOMBSTONE,
  UsageError,
  type Value,
} from '@react-collab/core'
import { unchanged, type Written } from '../edit.js'
import type { EditableText } from '../editable-text.js'
import type { FieldPath } from '../field-path.js'
import type { Unsubscribe } from '../listeners.js'
import { notLoaded } from '../not-loaded.js'
import type { SharedObject } from '../shared-object.js'
import type { SharedText } from '../shared-text.js'
import { checkForwards } from '../text-range.js'
import { sidesOf } from './growth.js'
import type { MarkReading } from './mark-reading.js'

const unmarked: MarkValues = Object.freeze({})

/** Where the marks of a text are written. */
export interface MarkHome {
  readonly object: SharedObject
  readonly path: FieldPath
  readonly collection: string
  /** Whether what is typed at the end of a mark of a kind takes it. */
  readonly grows: (kind: string) => boolean
}

/** Marks to show and to change: those of a shared text, or of one that is folded. */
export interface EditableMarks {
  readonly text: EditableText
  readonly ranges: readonly MarkRange[]
  at(index: number): MarkValues
  has(from: number, to: number, kind: string, value?: Value): boolean
  mark(from: number, to: number, kind: string, value?: Value): Written
  unmark(from: number, to: number, kind: string): Written
  toggle(from: number, to: number, kind: string, value?: Value): Written
  subscribe(listener: () => void): Unsubscribe
}

/**
 * The marks of a shared text: bold, links and whatever else is said of stretches of it.
 *
 * ```ts
 * const marks = marksOf(object, 'body')
 * marks.mark(0, 5, 'bold')
 * marks.mark(6, 11, 'link', 'https://example.org')
 * marks.ranges // [{ from: 0, to: 5, marks: { bold: true } }, …]
 * ```
 * Each call is one edit and one row, which holds on to the text by two anchors: so marks stay where
 * they were while people type, and of two at the same place the later counts, kind by kind. Offsets
 * count UTF-16 units. A call throws a `UsageError`, and has changed nothing: BAD_OFFSET for what is
 * no stretch, BAD_VALUE, BAD_FIELD for what is no kind, NOT_LOADED before the disk was read.
 */
export class TextMarks implements EditableMarks {
  readonly #reading: MarkReading
  readonly #home: MarkHome

  constructor(reading: MarkReading, home: MarkHome) {
    this.#reading = reading
    this.#home = home
  }

  /** The text that is marked. */
  get text(): SharedText {
    return this.#reading.text
  }

  /**
   * The marked stretches, in order and without an overlap; the same array as long as none of them
   * is another.
   */
  get ranges(): readonly MarkRange[] {
    return this.#reading.ranges
  }

  /** What the unit at an index is marked with. */
  at(index: number): MarkValues {
    this.#check(index, index)
    return marksAt(this.ranges, index)
  }

  /** Whether all of a stretch is marked with a kind; with any value, if none is given. */
  has(from: number, to: number, kind: string, value?: Value): boolean {
    this.#check(from, to)
    const json = value === undefined ? undefined : jsonFromValue(value)
    return from < to && this.#covers(from, to, kind, json)
  }

  /** Marks a stretch; with true, if no value is given. */
  mark(from: number, to: number, kind: string, value: Value = true): Written {
    this.#check(from, to)
    checkKind(kind)
    if (value === null) throw new UsageError('BAD_VALUE', 'null is no value of a mark: use unmark')
    const json = jsonFromValue(value)
    if (from === to || this.#covers(from, to, kind, json)) return unchanged
    return this.#act(from, to, kind, json)
  }

  /** Takes a kind of mark from a stretch. */
  unmark(from: number, to: number, kind: string): Written {
    this.#check(from, to)
    checkKind(kind)
    const isMarked = this.#within(from, to).some(({ marks }) => Object.hasOwn(marks, kind))
    return isMarked && from < to ? this.#act(from, to, kind, null) : unchanged
  }

  /** Takes a kind of mark from a stretch that has it all over, else marks it. */
  toggle(from: number, to: number, kind: string, value: Value = true): Written {
    return this.has(from, to, kind) ? this.unmark(from, to, kind) : this.mark(from, to, kind, value)
  }

  /** Calls `listener` when the marked stretches are others. */
  subscribe(listener: () => void): Unsubscribe {
    return this.#reading.subscribe(listener)
  }

  #act(from: number, to: number, kind: string, value: Json): Written {
    const { object, path, collection, grows } = this.#home
    const [start, end] = sidesOf(value === null, grows(kind))
    const anchors = { from: this.text.anchor(from, start), to: this.text.anchor(to, end) }
    const fields = { text: path, kind, value, ...anchors }
    const key = object.key(collection, object.newId())
    const patches = object.changes.patchesOf(key, fields, collection, false)
    // In one edit: rows that it has no room for stay beneath.
    const covered = this.#coveredBy(from, to, kind).slice(0, limits.patches - patches.length)
    return object.edit(key, [...patches, ...covered], collection)
  }

  /** What a new mark hides for good goes, so that rows do not pile up. */
  #coveredBy(from: number, to: number, kind: string): Patch[] {
    return this.#reading.strokes
      .filter((stroke) => stroke.kind === kind && stroke.from >= from && stroke.to <= to)
      .map(({ key }): Patch => ['=', key as never, TOMBSTONE, true])
  }

  #covers(from: number, to: number, kind: string, value: Json | undefined): boolean {
    let at = from
    for (const range of this.#within(from, to)) {
      const isOther = range.from > at || !Object.hasOwn(range.marks, kind)
      if (isOther) return false
      const own = jsonFromValue(range.marks[kind] as Value)
      if (value !== undefined && !sameJson(own, value)) return false
      at = range.to
    }
    return at >= to
  }

  /** The stretches that share a unit with this one. */
  #within(from: number, to: number): readonly MarkRange[] {
    const { ranges } = this
    const first = firstBehind(ranges, from)
    let end = first
    while (end < ranges.length && (ranges[end] as MarkRange).from < to) end++
    return ranges.slice(first, end)
  }

  #check(from: number, to: number): void {
    const { object } = this.#home
    if (!object.ready) throw notLoaded(`what is in the texts of ${object.id}`)
    // Making an anchor checks the offset.
    for (const offset of [from, to]) this.text.anchor(offset)
    checkForwards(from, to)
  }
}

/** What the unit at an index is marked with, by the stretches. */
export function marksAt(ranges: readonly MarkRange[], index: number): MarkValues {
  const range = ranges[firstBehind(ranges, index)]
  return range !== undefined && range.from <= index ? range.marks : unmarked
}

/** The first stretch that ends behind an index. */
function firstBehind(ranges: readonly MarkRange[], index: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle] as MarkRange).to <= index) low = middle + 1
    else high = middle
  }
  return low
}

function checkKind(kind: unknown): void {
  if (checkField(kind).startsWith('$'))
    throw new UsageError('RESERVED_NAME', `${cut(kind)}: no kind of mark begins with $`)
}
