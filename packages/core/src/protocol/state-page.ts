import type { Json } from '../json.js'
import { prefixOf, type RowKey } from '../names.js'
import type { Row } from '../row.js'
import { packTexts, type PackedTexts } from '../row-page.js'
import type { Stamp } from '../stamp.js'
import { NumberWriter } from './number-text.js'
import { type StampColumn, StampWriter } from './stamp-column.js'
import { packColumn, type ValueColumn } from './value-column.js'

/**
 * Rows as they travel: column by column, names once, stamps by their differences.
 *
 * What `row-page.ts` has is the form on disk, whose reader trusts what it reads. This one is as
 * small as it can be, and its reader trusts nothing.
 */
interface StatePage extends StampColumn {
  readonly groups: readonly StateGroup[]
}

/** Rows of one collection that hold the same fields in the same order. */
interface StateGroup {
  /** What all keys begin with. */
  readonly prefix: string
  /** The rest of the keys, with commas between them: none has one. */
  readonly keys: string
  /** Fields with a value, in their order. */
  readonly fields: readonly string[]
  /** Fields that were removed: a stamp and no value. */
  readonly removed: readonly string[]
  /** The values of each of `fields`. */
  readonly columns: readonly ValueColumn[]
  /**
   * Of each row with fields: the mark of its first stamp, doubled, and 1 more where the other
   * fields have marks of their own, which follow then.
   */
  readonly marks: string
  /** Counters of the few rows that have any, by the place of their key. */
  readonly sums?: readonly (readonly [at: number, Readonly<Record<string, number>>])[]
  /** Texts of the few rows that have any. */
  readonly texts?: readonly (readonly [at: number, PackedTexts])[]
}

/** Packs rows into a page, as JSON; `unpackStatePage` reads it: through JSON or not. */
export function packStatePage(rows: Iterable<readonly [RowKey, Row]>): unknown {
  const stamps = new StampWriter()
  // One after the other: the first who names a stamp, in the order of reading, tells it.
  const groups = groupsOf(rows).map((group) => packGroup(group, stamps))
  return { ...stamps.finish(), groups } satisfies StatePage
}

type Shape = Pick<StateGroup, 'prefix' | 'fields' | 'removed'>

interface Group extends Shape {
  readonly keys: RowKey[]
  readonly rows: Row[]
}

function groupsOf(rows: Iterable<readonly [RowKey, Row]>): Group[] {
  const groups = new Map<string, Group>()
  let last: Group | undefined
  for (const [key, row] of rows) {
    // Most rows are of the shape of the one before.
    if (last === undefined || !isOfShape(key, row, last)) {
      const shape = shapeOf(key, row)
      const name = JSON.stringify(shape)
      last = groups.get(name) ?? { ...shape, keys: [], rows: [] }
      groups.set(name, last)
    }
    last.keys.push(key)
    last.rows.push(row)
  }
  return [...groups.values()]
}

function isOfShape(key: RowKey, { values, stamps }: Row, shape: Shape): boolean {
  if (shape.removed.length > 0 || prefixOf(key) !== shape.prefix) return false
  let at = 0
  for (const field in values) if (field !== shape.fields[at++]) return false
  if (at !== shape.fields.length) return false
  for (const _ in stamps) at--
  return at === 0
}

function shapeOf(key: RowKey, { values, stamps }: Row): Shape {
  const fields = Object.keys(values)
  const removed = Object.keys(stamps).filter((field) => !Object.hasOwn(values, field))
  return { prefix: prefixOf(key), fields, removed }
}

function packGroup(
  { prefix, fields, removed, keys, rows }: Group,
  stamps: StampWriter,
): StateGroup {
  const sums = rows.flatMap((row, at) => (row.sums === undefined ? [] : [[at, row.sums] as const]))
  const texts = rows.flatMap((row, at) =>
    row.texts === undefined ? [] : [[at, packTexts(row.texts)] as const],
  )
  return {
    prefix,
    keys: keys.map((key) => key.slice(prefix.length)).join(),
    fields,
    removed,
    columns: fields.map((field) => packColumn(rows.map(({ values }) => values[field] as Json))),
    marks: marksOf(rows, [...fields, ...removed], stamps),
    ...(sums.length > 0 && { sums }),
    ...(texts.length > 0 && { texts }),
  }
}

function marksOf(rows: readonly Row[], fields: readonly string[], stamps: StampWriter): string {
  const marks = new NumberWriter()
  const [first, ...rest] = fields
  if (first === undefined) return ''
  for (const row of rows) {
    const stamp = row.stamps[first] as Stamp
    const isMixed = rest.some((field) => row.stamps[field] !== stamp)
    marks.uint(stamps.mark(stamp) * 2 + (isMixed ? 1 : 0))
    if (isMixed) for (const field of rest) marks.uint(stamps.mark(row.stamps[field] as Stamp))
  }
  return marks.finish()
}
