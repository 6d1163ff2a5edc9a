import { bytesFromBase64 } from '../base64.js'
import { CollabError, ProtocolError } from '../errors.js'
import { checkUnreserved } from '../event.js'
import type { Json } from '../json.js'
import { checkField, checkRowKey, type RowKey } from '../names.js'
import type { Row } from '../row.js'
import type { Stamp } from '../stamp.js'
import { checkSum } from '../sum.js'
import { decodeSequence } from '../text/decode.js'
import { LiveText, type TextView } from '../text/live-text.js'
import { Text } from '../text/text.js'
import { NumberReader } from './number-text.js'
import { StampReader } from './stamp-column.js'
import { ColumnReader } from './value-column.js'

/**
 * Unpacks a page that came from elsewhere, row by row; all is checked as an event's patches are.
 *
 * Errors  `ProtocolError` whose code names what is wrong; rows before it have been visited
 */
export function unpackStatePage(value: unknown, visit: (key: RowKey, row: Row) => void): void {
  const { replicas, stamps, groups } = membersOf(value)
  const reader = new StampReader(replicas, stamps)
  for (const group of listOf(groups)) new GroupReader(group, reader).readAll(visit)
  reader.end()
}

class GroupReader {
  readonly #stamps: StampReader
  readonly #prefix: string
  readonly #keys: readonly string[]
  readonly #fields: readonly string[]
  readonly #all: readonly string[]
  readonly #columns: readonly ColumnReader[]
  readonly #marks: NumberReader
  readonly #sums: ReadonlyMap<unknown, unknown>
  readonly #texts: ReadonlyMap<unknown, unknown>

  constructor(value: unknown, stamps: StampReader) {
    const group = membersOf(value)
    this.#stamps = stamps
    this.#prefix = textOf(group['prefix'])
    this.#keys = textOf(group['keys']).split(',')
    this.#fields = listOf(group['fields']) as readonly string[]
    this.#all = checkFields([...this.#fields, ...listOf(group['removed'])])
    const columns = listOf(group['columns'])
    this.#columns = this.#fields.map((field, f) => refused(columnOf, [field, columns[f]]))
    this.#marks = new NumberReader(group['marks'])
    this.#sums = sparse(group['sums'])
    this.#texts = sparse(group['texts'])
  }

  readAll(visit: (key: RowKey, row: Row) => void): void {
    this.#keys.forEach((rest, at) => visit(keyOf(this.#prefix + rest), this.#rowAt(at)))
    if (!this.#columns.every(({ isAtEnd }) => isAtEnd)) wrong('row for each value')
    this.#marks.end()
  }

  #rowAt(at: number): Row {
    const row = { values: this.#valuesAt(), stamps: this.#stampsAt() }
    const sums = this.#sums.get(at)
    const texts = this.#texts.get(at)
    if (sums === undefined && texts === undefined) return row
    return {
      ...row,
      ...(sums !== undefined && { sums: readSums(sums) }),
      ...(texts !== undefined && { texts: readTexts(texts) }),
    }
  }

  #valuesAt(): Record<string, Json> {
    const values: Record<string, Json> = {}
    for (let f = 0; f < this.#fields.length; f++) {
      const value = this.#columns[f]?.next()
      values[this.#fields[f] as string] = value === undefined ? wrong('value of each field') : value
    }
    return values
  }

  #stampsAt(): Record<string, Stamp> {
    const stamps: Record<string, Stamp> = {}
    if (this.#all.length === 0) return stamps
    const mark = this.#marks.uint()
    const isMixed = mark % 2 === 1
    let stamp = this.#stamps.at((mark - (mark % 2)) / 2)
    for (let f = 0; f < this.#all.length; f++) {
      if (f > 0 && isMixed) stamp = this.#stamps.at(this.#marks.uint())
      stamps[this.#all[f] as string] = stamp
    }
    return stamps
  }
}

const wrong = (what: string): never => {
  throw new ProtocolError('BAD_REQUEST', `a page of rows has no ${what}`)
}

/** Calls what checks an app's input: at what came over the wire, it is the other side that is wrong. */
function refused<V, R>(check: (value: V) => R, value: V): R {
  try {
    return check(value)
  } catch (error) {
    if (!(error instanceof CollabError)) throw error
    throw new ProtocolError(error.code, `in a page of rows: ${error.message}`, { cause: error })
  }
}

const keyOf = (key: string): RowKey => refused(checkRowKey, key)

function columnOf([field, column]: readonly [field: string, column: unknown]): ColumnReader {
  const { values, at } = membersOf(column)
  return new ColumnReader(field, listOf(values), at)
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : wrong('object where one belongs')

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : wrong('list where one belongs')

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : wrong('text where one belongs')

function checkFields(fields: readonly unknown[]): readonly string[] {
  if (new Set(fields).size !== fields.length) wrong('field twice')
  return fields.map((field) => refused(checkField, field))
}

/** What few rows have, by their place. */
const sparse = (value: unknown = []): ReadonlyMap<unknown, unknown> =>
  new Map(listOf(value).map((pair) => listOf(pair) as unknown as [unknown, unknown]))

const readSums = (value: unknown): Record<string, number> =>
  Object.fromEntries(
    Object.entries(membersOf(value)).map(([field, sum]) => [
      refused(checkUnreserved, field),
      refused(checkSum, sum),
    ]),
  )

const readTexts = (value: unknown): Record<string, TextView> =>
  Object.fromEntries(
    Object.entries(membersOf(value)).map(([field, packed]) => [
      refused(checkUnreserved, field),
      readText(packed),
    ]),
  )

/** Reads a text with all its elements: later, it would be too late to refuse them. */
function readText(packed: unknown): TextView {
  const [written, base64] = listOf(packed)
  const text = textOf(written)
  const meta = bytesFromBase64(textOf(base64)) ?? wrong('text that can be read')
  refused(decodeSequence, { text, meta })
  return new LiveText(new Text({ text, meta })).view
}
