import {
  type Body,
  changeOfEdits,
  type Change,
  type Data,
  type DataObject,
  difference,
  type Field,
  increment,
  isDeleted,
  ITEM,
  type Maybe,
  readRegister,
  readText,
  replace,
  type Row,
  rowView,
  valueFromJson,
} from '@react-collab/core'
import { editBetween } from '../text-difference.js'

/** What a stream tells of a field: a value that is written whole, a text, or a counter. */
export type FieldKind = Field['kind']

/** What a schema says of fields, and of what else stands among them. */
export type Spec = Readonly<Record<string, { readonly kind: string }>>

/** A row as it was, and what a stream showed of it. */
export interface RowShown {
  readonly row: Row
  readonly value: Data
}

/** Reads a member of an object that is data; undefined where there is none. */
export const memberOf = (data: Maybe, key: string): Maybe =>
  typeof data === 'object' && data !== null && Object.hasOwn(data, key)
    ? (data as DataObject)[key]
    : undefined

/** Says what a field is: what is there, or else what the schema has. */
export function kindOf(row: Row, field: string, spec: Spec | undefined): FieldKind {
  if (readRegister(row, field) !== undefined) return 'value'
  if (readText(row, field) !== undefined) return 'text'
  if (row.sums !== undefined && Object.hasOwn(row.sums, field)) return 'counter'
  const known = spec !== undefined && Object.hasOwn(spec, field) ? spec[field]?.kind : undefined
  return known === 'text' || known === 'counter' ? known : 'value'
}

/** Shows the fields of a row, deleted or not; texts and counters of the schema are always there. */
export function fieldsOf(row: Row, id: string | undefined, spec: Spec | undefined): DataObject {
  const fields: Record<string, Data> = {}
  for (const [name, { kind }] of Object.entries(spec ?? {})) {
    if (kind === 'text') fields[name] = ''
    else if (kind === 'counter') fields[name] = 0
  }
  Object.assign(fields, rowView(row, id))
  if (id !== undefined) delete fields['id']
  return Object.freeze(fields)
}

/** Shows an item of a list: its value, or its fields with its id. */
export function itemOf(row: Row, id: string, spec: Spec | undefined): Data {
  const value = readRegister(row, ITEM)
  return value === undefined
    ? Object.freeze({ id, ...fieldsOf(row, id, spec) })
    : valueFromJson(value)
}

/** Whether a row is there and not deleted. */
export const isShown = (row: Row | undefined): row is Row => row !== undefined && !isDeleted(row)

/** Tells what became of a row that was shown and is shown still. */
export function rowChange(before: RowShown, after: RowShown, spec: Spec | undefined): Body {
  if (isValue(before.row) || isValue(after.row)) return difference(before.value, after.value)
  const fields = new Map<string, Body>()
  for (const name of new Set([
    ...Object.keys(before.value as DataObject),
    ...Object.keys(after.value as DataObject),
  ])) {
    const change = fieldChange(before, after, name, spec)
    if (change !== null) fields.set(name, change)
  }
  return fields.size === 0 ? null : { type: 'fields', fields }
}

const isValue = (row: Row): boolean => readRegister(row, ITEM) !== undefined

/** Tells what became of one field of a row. */
export function fieldChange(
  before: RowShown,
  after: RowShown,
  name: string,
  spec: Spec | undefined,
): Body {
  const old = memberOf(before.value, name)
  const now = memberOf(after.value, name)
  if (old === now) return null
  const kind = kindOf(after.row, name, spec)
  if (kind !== kindOf(before.row, name, spec)) return replace(old, now)
  if (kind === 'text' && typeof old === 'string' && typeof now === 'string')
    return textChange(before.row, after.row, name, [old, now])
  const by = kind === 'counter' ? Number(now) - Number(old) : Number.NaN
  return Number.isSafeInteger(by) ? increment(by) : difference(old, now)
}

function textChange(
  before: Row,
  after: Row,
  name: string,
  [old, now]: readonly [string, string],
): Body {
  const seen = readText(before, name)
  const edits = seen && readText(after, name)?.live.editsSince(seen)
  return withoutNotes(changeOfEdits(edits ?? [editBetween(old, now) ?? []].flat()))
}

/** Gives a change without its notes, which no object keeps. */
export const withoutNotes = (change: Change): Body =>
  change?.type === 'meta' ? change.change : change
