import type { Json } from '../json.js'
import { prefixOf, type RowKey } from '../names.js'
import type { Row } from '../row.js'
import { packTexts, type PackedTexts } from '../row-page.js'
import type { Stamp } from '../stamp.js'
import { NumberWriter } from './number-text.js'
import { type StampColumn, StampWriter } from './stamp-column.js'

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
  /** The rest of the keys. */
  readonly keys: readonly string[]
  /** Fields with a value, in their order. */
  readonly fields: readonly string[]
  /** Fields that were removed: a stamp and no value. */
  readonly removed: readonly string[]
  /** Row by row, a value for each of `fields`. */
  readonly values: readonly Json[]
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
  readonly rows: (readonly [RowKey, Row])[]
}

function groupsOf(rows: Iterable<readonly [RowKey, Row]>): Group[] {
  const groups = new Map<string, Group>()
  let last: Group | undefined
  for (const [key, row] of rows) {
    const shape = shapeOf(key, row)
    // Most rows are of the shape of the one before.
    if (last === undefined || !isSame(shape, last)) {
      const name = JSON.stringify(shape)
      last = groups.get(name) ?? { ...shape, rows: [] }
      groups.set(name, last)
    }
    last.rows.push([key, row])
  }
  return [...groups.values()]
}

function shapeOf(key: RowKey, { values, stamps }: Row): Shape {
  const fields = Object.keys(values)
  const all = Object.keys(stamps)
  const isWhole = all.length === fields.length
  const removed = isWhole ? [] : all.filter((field) => !Object.hasOwn(values, field))
  return { prefix: prefixOf(key), fields, removed }
}

const isSame = (a: Shape, b: Shape): boolean =>
  a.prefix === b.prefix && areSame(a.fields, b.fields) && areSame(a.removed, b.removed)

const areSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i])

function packGroup({ prefix, fields, removed, rows }: Group, stamps: StampWriter): StateGroup {
  const sums = rows.flatMap(([, row], at) =>
    row.sums === undefined ? [] : [[at, row.sums] as const],
  )
  const texts = rows.flatMap(([, row], at) =>
    row.texts === undefined ? [] : [[at, packTexts(row.texts)] as const],
  )
  return {
    prefix,
    keys: rows.map(([key]) => key.slice(prefix.length)),
    fields,
    removed,
    values: rows.flatMap(([, { values }]) => fields.map((field) => values[field] as Json)),
    marks: marksOf(rows, [...fields, ...removed], stamps),
    ...(sums.length > 0 && { sums }),
    ...(texts.length > 0 && { texts }),
  }
}

function marksOf(rows: Group['rows'], fields: readonly string[], stamps: StampWriter): string {
  const marks = new NumberWriter()
  for (const [, row] of rows) {
    const [first, ...rest] = fields.map((field) => row.stamps[field] as Stamp)
    if (first === undefined) break
    const isMixed = rest.some((stamp) => stamp !== first)
    marks.uint(stamps.mark(first) * 2 + (isMixed ? 1 : 0))
    if (isMixed) for (const stamp of rest) marks.uint(stamps.mark(stamp))
  }
  return marks.finish()
}
