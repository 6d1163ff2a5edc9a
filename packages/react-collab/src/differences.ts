import {
  checkField,
  cut,
  type Patch,
  ROOT,
  type Row,
  type RowKey,
  rowView,
  sameJson,
  UsageError,
  type Value,
} from '@react-collab/core'
import { fieldJson, type KnownFields } from './field-json.js'

/** Values to write, by field. */
export type FieldValues = Readonly<Record<string, unknown>>

/** Values to write are an object's own; a recipe edits its draft, at once, and returns nothing. */
function checkResult(result: object, before: FieldValues, draft: FieldValues): void {
  const isUntouched =
    Object.keys(draft).length === Object.keys(before).length &&
    Object.entries(draft).every(([field, value]) => before[field] === value)
  if ('then' in result)
    throw new UsageError('BAD_VALUE', 'a change edits its draft before it returns')
  if (isUntouched)
    throw new UsageError('BAD_VALUE', 'a change edits its draft, what it returns is lost')
}

/** Makes sure that a change is one. */
export function checkValues(change: unknown): void {
  if (typeof change === 'object' && change !== null && !Array.isArray(change)) return
  throw new UsageError('BAD_VALUE', 'a change is an object of fields, or a function')
}

/** Makes sure that a row is added with its fields. */
export function checkFields(fields: unknown): void {
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return
  throw new UsageError(
    'BAD_VALUE',
    `a row is added with its fields, as { name: 'Ada' }, not with ${cut(fields)}`,
  )
}

/** What drafts inherit: `draft.__proto__ = 1` would else do nothing, and say nothing. */
const draftBase = Object.create(Object.prototype, {
  ['__proto__']: {
    set() {
      checkField('__proto__')
    },
  },
}) as object

/** What a recipe makes of a row. */
export function drafted(
  row: Row,
  key: RowKey,
  recipe: (draft: Record<string, never>) => unknown,
): FieldValues {
  // The row as it is even if deleted: an edit beneath the tombstone keeps what it does not touch.
  const draft = Object.assign(
    Object.create(draftBase) as Record<string, Value>,
    rowView(row, key === ROOT ? undefined : ''),
  )
  if (key !== ROOT) delete draft.id
  const before = { ...draft }
  const result = recipe(draft as Record<string, never>)
  if (typeof result === 'object' && result !== null) checkResult(result, before, draft)
  return draft
}

/** The fields that a recipe changed or added: what else a draft shows may be a text, or a counter. */
export function touched(row: Row, key: RowKey, draft: FieldValues): string[] {
  const before = rowView(row, key === ROOT ? undefined : '')
  return Object.keys(draft).filter(
    (field) => !Object.hasOwn(before, field) || before[field] !== draft[field],
  )
}

/** Only what differs is written. */
export function differences(
  key: RowKey,
  row: Row,
  after: FieldValues,
  fields: readonly string[],
  known?: KnownFields,
): Patch[] {
  const [field] = fields
  // One field is what most writes change; a list that grows takes ten times the memory.
  if (field !== undefined && fields.length === 1) {
    const patch = difference(key, row, [field, after[field]], known)
    return patch === undefined ? [] : [patch]
  }
  return fields
    .map((name) => difference(key, row, [name, after[name]], known))
    .filter((patch) => patch !== undefined)
}

function difference(
  key: RowKey,
  row: Row,
  [field, value]: readonly [string, unknown],
  known: KnownFields | undefined,
): Patch | undefined {
  if (field === 'id' && key !== ROOT)
    throw new UsageError('RESERVED_NAME', 'the id of a row does not change')
  const json = fieldJson(field, value, known)
  const isSame = Object.hasOwn(row.values, field) && sameJson(row.values[field], json)
  return isSame ? undefined : ['=', key, field, json]
}

/** A draft also tells by absence what was removed. */
export function addRemoved(patches: Patch[], key: RowKey, row: Row, after: FieldValues): void {
  for (const field of Object.keys(row.values)) {
    const kept =
      field.startsWith('$') || (field === 'id' && key !== ROOT) || Object.hasOwn(after, field)
    if (!kept) patches.push(['x', key, field])
  }
}
