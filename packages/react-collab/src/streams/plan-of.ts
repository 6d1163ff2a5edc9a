import { type Change, cut, type DataObject, ROOT, UsageError } from '@react-collab/core'
import type { ObjectReading } from './object-reading.js'
import { Plan } from './plan.js'
import { planField } from './plan-fields.js'
import { ListPlan } from './plan-list.js'
import { planMap } from './plan-map.js'
import { memberOf, withoutNotes } from './row-data.js'

/**
 * Finds out what has to be written so that an object becomes `after`, by `change`.
 *
 * Errors  `UsageError` for what cannot be written, by name; nothing is written here
 */
export function planOf(reading: ObjectReading, after: DataObject, change: Change): Plan {
  const plan = new Plan(reading.object)
  const before = reading.value
  const body = withoutNotes(change)
  const changes = body?.type === 'fields' ? body.fields : undefined
  const names = changes?.keys() ?? new Set([...Object.keys(before), ...Object.keys(after ?? {})])
  if (typeof after !== 'object' || Array.isArray(after))
    throw new UsageError('BAD_VALUE', `an object is of fields, and cannot become ${cut(after)}`)
  const lists: (() => void)[] = []
  for (const name of names) {
    const [old, now] = [memberOf(before, name), memberOf(after, name)]
    if (old === now) continue
    const inner = changes?.get(name) ?? null
    const shelf = reading.shelfAt(name)
    if (shelf === undefined) {
      const row = { plan, key: ROOT, spec: reading.spec }
      planField(row, { name, before: old, after: now, change: inner })
    } else if (shelf.kind === 'map') planMap({ plan, shelf }, old, now, inner)
    else lists.push(new ListPlan(plan, shelf, name).become(now, inner))
  }
  // Rows that leave one list for another are known by now.
  for (const place of lists) place()
  return plan
}
