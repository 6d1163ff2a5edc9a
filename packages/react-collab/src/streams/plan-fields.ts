import {
  type Body,
  checkCount,
  checkField,
  cut,
  type DataObject,
  editsOfParts,
  emptyRow,
  isWellFormed,
  type Maybe,
  type RowKey,
  sameJson,
  type TextEdit,
  UsageError,
} from '@react-collab/core'
import { editBetween } from '../text-difference.js'
import { kindOf, memberOf, type Spec } from './row-data.js'
import type { Plan } from './plan.js'

/** A row to be written: what is in it now, and what its fields may be. */
export interface RowPlan {
  readonly plan: Plan
  readonly key: RowKey
  readonly spec: Spec | undefined
}

/** A field before and after, and how it came to be so; null where that is not known. */
export interface FieldPlan {
  readonly name: string
  readonly before: Maybe
  readonly after: Maybe
  readonly change: Body
}

/** Plans what makes the fields of a row others; `change` tells which, and null that any may be. */
export function planFields(at: RowPlan, before: DataObject, after: DataObject, change: Body): void {
  const changes = change?.type === 'fields' ? change.fields : undefined
  const names = changes?.keys() ?? new Set([...Object.keys(before), ...Object.keys(after)])
  for (const name of names) {
    const field = {
      name,
      before: memberOf(before, name),
      after: memberOf(after, name),
      change: changes?.get(name) ?? null,
    }
    if (field.before !== field.after) planField(at, field)
  }
}

/** Plans what makes one field another. */
export function planField(at: RowPlan, field: FieldPlan): void {
  const { plan, key, spec } = at
  const { name, after } = field
  checkName(name, spec)
  const row = plan.object.replica.visible.row(key) ?? emptyRow
  const kind = kindOf(row, name, spec)
  if (kind === 'text' && isFit(at, name, typeof (after ?? '') === 'string')) {
    plan.type(key, name, textEdits(field))
  } else if (kind === 'counter' && isFit(at, name, typeof (after ?? 0) === 'number')) {
    const by = Number(after ?? 0) - Number(field.before ?? 0)
    if (by !== 0) plan.write(['+', key, name, checkCount(by)])
  } else if (after === undefined) plan.write(['x', key, name])
  else {
    const json = plan.object.jsonOf(key, name, after, spec)
    if (!sameJson(json, row.values[name] ?? null) || row.values[name] === undefined)
      plan.write(['=', key, name, json])
  }
}

/** What does not fit a text or a counter is a value over it, unless the schema knows better. */
function isFit({ spec }: RowPlan, name: string, fits: boolean): boolean {
  if (fits) return true
  const kind = spec !== undefined && Object.hasOwn(spec, name) ? spec[name]?.kind : undefined
  if (kind !== 'text' && kind !== 'counter') return false
  throw new UsageError('BAD_VALUE', `${cut(name)} is a ${kind}, and becomes no other thing`)
}

function checkName(name: string, spec: Spec | undefined): void {
  checkField(name)
  if (name.startsWith('$'))
    throw new UsageError('RESERVED_NAME', `${cut(name)} is the system's own`)
  const isKnown =
    spec === undefined || (Object.hasOwn(spec, name) && !('fields' in (spec[name] as object)))
  if (!isKnown) throw new UsageError('UNKNOWN_FIELD', `the schema has no field ${cut(name)}`)
}

function textEdits({ before = '', after = '', change }: FieldPlan): readonly TextEdit[] {
  const [old, now] = [before as string, after as string]
  const edits =
    change?.type === 'items'
      ? editsOfParts(old, change.parts)
      : [editBetween(old, now) ?? []].flat()
  if (edits.every(({ inserted }) => isWellFormed(inserted))) return edits
  throw new UsageError('BAD_UNICODE', 'what is inserted has half a surrogate pair')
}
