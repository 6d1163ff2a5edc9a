import { isWellFormed, type Json } from '../json.js'
import { checkField } from '../names.js'
import { readRegister, type Row } from '../row.js'
import type { Stamp } from '../stamp.js'
import { isTextAnchor, type TextRange } from '../text/anchor.js'

/** One act of formatting: a stretch of a text takes a kind of mark, or loses it. */
export interface Mark extends TextRange {
  /** Such as `bold` or `link`. */
  readonly kind: string
  /** Such as true, or where a link leads; null takes the kind away. */
  readonly value: Json
  /** When it was made: of all acts of a kind that cover a unit the latest one counts. */
  readonly stamp: Stamp
}

/** A mark and the text that it is on, named as `textName` does. */
export interface MarkOfText extends Mark {
  readonly text: string
}

/** Names a text of an object: `title`, or the collection, row and field of one in a row. */
export const textName = (path: string | readonly string[]): string => JSON.stringify(path)

/**
 * Reads a mark from its row, deleted or not; undefined for what is none, for everyone.
 *
 * The row holds `text`, the path of a text; `kind`; `value`; and `from` and `to`, two anchors. An act
 * is as old as its `kind`, which is written once: its anchors may be set anew.
 */
export function readMark(row: Row): MarkOfText | undefined {
  const [path, kind, value, from, to] = fields.map((field) => readRegister(row, field))
  if (!isPath(path) || !isKind(kind) || value === undefined) return undefined
  if (!isTextAnchor(from) || !isTextAnchor(to)) return undefined
  return { text: textName(path), kind, value, from, to, stamp: row.stamps['kind'] as Stamp }
}

const fields = ['text', 'kind', 'value', 'from', 'to']

const isText = (value: unknown): value is string => typeof value === 'string'

const isPath = (value: unknown): value is string | readonly string[] =>
  isText(value) || (Array.isArray(value) && value.length === 3 && value.every(isText))

/** A kind is a name of a field: what is shown of a mark is an object by kind. */
function isKind(value: unknown): value is string {
  if (!isText(value) || !isWellFormed(value) || value.startsWith('$')) return false
  try {
    return checkField(value) === value
  } catch {
    return false
  }
}
