import { base64FromBytes, bytesFromBase64 } from './base64.js'
import { StorageError } from './errors.js'
import type { Json } from './json.js'
import type { RowKey } from './names.js'
import type { Row } from './row.js'
import type { Stamp } from './stamp.js'
import { LiveText, type TextView } from './text/live-text.js'
import { Text } from './text/text.js'

/**
 * Many rows in columns, as they lie on disk and travel: names and equal stamps are told once.
 *
 * Rows that hold the same fields in the same order form a group. `stamps` lists each stamp once;
 * `marks` refers to it by index, one for the row where all its registers share a stamp (as after
 * its creation), else one for each field.
 */
export interface RowPage {
  readonly stamps: readonly Stamp[]
  readonly groups: readonly RowGroup[]
  /** Counters, of the few rows that have any. */
  readonly sums?: readonly (readonly [RowKey, Readonly<Record<string, number>>])[]
  /** Texts, of the few rows that have any. */
  readonly texts?: readonly (readonly [RowKey, PackedTexts])[]
}

/** The texts of a row by field: what is visible, and how it came about in base64. */
export type PackedTexts = Readonly<Record<string, readonly [text: string, meta: string]>>

/** Packs the texts of a row; those that are equal give equal JSON. */
export const packTexts = (texts: Readonly<Record<string, TextView>>): PackedTexts =>
  Object.fromEntries(
    Object.entries(texts).map(([field, { live }]) => {
      const { text, meta } = live.text.encode()
      return [field, [text, base64FromBytes(meta)]]
    }),
  )

/** Unpacks the texts of a row; throws `StorageError` CORRUPT. */
export const unpackTexts = (packed: PackedTexts): Record<string, TextView> =>
  Object.fromEntries(
    Object.entries(packed).map(([field, [text, base64]]) => {
      const meta = bytesFromBase64(base64)
      if (meta === undefined) throw new StorageError('CORRUPT', `the text ${field} is damaged`)
      return [field, new LiveText(new Text({ text, meta })).view]
    }),
  )

/** Rows of one shape: `keys[i]` has `values[i * w …]`, w = fields.length less the removed ones. */
export interface RowGroup {
  /** Fields with a value, in their order. */
  readonly fields: readonly string[]
  /** Fields that were removed: a stamp and no value. */
  readonly removed: readonly string[]
  readonly keys: readonly RowKey[]
  readonly values: readonly Json[]
  readonly marks: readonly (number | readonly number[])[]
}

interface Draft {
  fields: string[]
  removed: string[]
  keys: RowKey[]
  values: Json[]
  marks: (number | number[])[]
}

/** Packs rows into a page. */
export function packRows(rows: Iterable<readonly [RowKey, Row]>): RowPage {
  const stamps = new Map<Stamp, number>()
  const groups = new Map<string, Draft>()
  const sums: [RowKey, Readonly<Record<string, number>>][] = []
  const texts: [RowKey, PackedTexts][] = []
  let last: Draft | undefined
  for (const [key, row] of rows) {
    // Most rows are of the shape of the one before.
    if (last === undefined || !isOfShape(row, last)) last = groupOf(groups, row)
    addRow(last, key, row, stamps)
    if (row.sums !== undefined) sums.push([key, row.sums])
    if (row.texts !== undefined) texts.push([key, packTexts(row.texts)])
  }
  return {
    stamps: [...stamps.keys()],
    groups: [...groups.values()],
    ...(sums.length > 0 && { sums }),
    ...(texts.length > 0 && { texts }),
  }
}

function isOfShape({ values, stamps }: Row, { fields, removed }: Draft): boolean {
  let at = 0
  for (const field in values) if (field !== fields[at++]) return false
  if (at !== fields.length) return false
  if (removed.length > 0) return false
  for (const _ in stamps) at--
  return at === 0
}

function groupOf(groups: Map<string, Draft>, row: Row): Draft {
  const fields = Object.keys(row.values)
  const all = Object.keys(row.stamps)
  const removed =
    all.length === fields.length ? [] : all.filter((f) => !Object.hasOwn(row.values, f))
  const name = JSON.stringify([fields, removed])
  const found = groups.get(name)
  if (found !== undefined) return found
  const group: Draft = { fields, removed, keys: [], values: [], marks: [] }
  groups.set(name, group)
  return group
}

function addRow(group: Draft, key: RowKey, row: Row, stamps: Map<Stamp, number>): void {
  group.keys.push(key)
  for (const field of group.fields) group.values.push(row.values[field] as Json)
  group.marks.push(marksOf([...group.fields, ...group.removed], row, stamps))
}

function marksOf(
  [first, ...rest]: readonly string[],
  row: Row,
  stamps: Map<Stamp, number>,
): number | number[] {
  if (first === undefined) return []
  const stamp = row.stamps[first] as Stamp
  const mark = indexOf(stamps, stamp)
  if (rest.every((field) => row.stamps[field] === stamp)) return mark
  return [mark, ...rest.map((field) => indexOf(stamps, row.stamps[field] as Stamp))]
}

function indexOf(stamps: Map<Stamp, number>, stamp: Stamp): number {
  const known = stamps.get(stamp)
  if (known !== undefined) return known
  stamps.set(stamp, stamps.size)
  return stamps.size - 1
}

/** Unpacks a page, row by row. */
export function unpackRows(page: RowPage, visit: (key: RowKey, row: Row) => void): void {
  const sums = new Map(page.sums)
  const texts = new Map(page.texts)
  for (const group of page.groups) {
    const all = [...group.fields, ...group.removed]
    group.keys.forEach((key, i) => {
      const row = rowAt(page, group, all, i)
      const sum = sums.get(key)
      const text = texts.get(key)
      if (sum === undefined && text === undefined) return visit(key, row)
      visit(key, { ...row, ...(sum && { sums: sum }), ...(text && { texts: unpackTexts(text) }) })
    })
  }
}

function rowAt(page: RowPage, group: RowGroup, all: readonly string[], i: number): Row {
  const values: Record<string, Json> = {}
  const stamps: Record<string, Stamp> = {}
  const width = group.fields.length
  const mark = group.marks[i] as number | readonly number[]
  for (let f = 0; f < width; f++)
    values[group.fields[f] as string] = group.values[i * width + f] as Json
  for (let f = 0; f < all.length; f++) {
    const index = typeof mark === 'number' ? mark : (mark[f] as number)
    stamps[all[f] as string] = page.stamps[index] as Stamp
  }
  return { values, stamps }
}
