import {
  type Body,
  cut,
  type Data,
  type DataObject,
  emptyRow,
  type Maybe,
  UsageError,
} from '@react-collab/core'
import type { Plan } from './plan.js'
import { planFields } from './plan-fields.js'
import { fieldsOf, memberOf } from './row-data.js'
import type { MapShelf } from './shelf.js'

/** Plans what makes a map of rows another; `change` tells which rows, and null that any may be. */
export function planMap(
  { plan, shelf }: { readonly plan: Plan; readonly shelf: MapShelf },
  before: Maybe,
  after: Maybe,
  change: Body,
): void {
  const { collection, spec } = shelf.host
  const [olds, news] = [rowOf(before ?? {}), rowOf(after ?? {})]
  const changes = change?.type === 'fields' ? change.fields : undefined
  for (const id of changes?.keys() ?? new Set([...Object.keys(olds), ...Object.keys(news)])) {
    const [old, now] = [memberOf(olds, id), memberOf(news, id)]
    if (old === now) continue
    const key = plan.object.key(collection, id)
    const at = { plan, key, spec: spec?.fields }
    if (spec?.kind === 'local') plan.keepHere(key)
    if (now === undefined) plan.take(key)
    else if (old !== undefined)
      planFields(at, rowOf(old), fieldsIn(now, id), changes?.get(id) ?? null)
    else {
      // A deleted row of this id comes back, as what it is to be.
      plan.put(key, false)
      const row = plan.object.replica.visible.row(key) ?? emptyRow
      planFields(at, fieldsOf(row, id, spec?.fields), fieldsIn(now, id), null)
    }
  }
}

/** The fields of a row without its id, which may be told but not be another one. */
export function fieldsIn(value: Data, id: string): DataObject {
  const { id: own = id, ...fields } = rowOf(value)
  if (own === id) return fields
  throw new UsageError('RESERVED_NAME', `the id of row ${cut(id)} does not change`)
}

/** Takes a value for fields of a row. */
export function rowOf(value: Data): DataObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isObject && Object.getPrototypeOf(value) !== Uint8Array.prototype) return value as DataObject
  throw new UsageError('BAD_VALUE', `a row is made of its fields, not of ${cut(value)}`)
}
