import { type ErrorCode, type Event, type ObjectState, type RowKey } from '@react-collab/core'
import type { Edit } from './edit.js'
import type { Parking } from './store/store.js'

/** An edit that leaves the outbox, and why. */
export interface Refused {
  readonly edit: Edit
  readonly code: ErrorCode
  readonly message: string
}

/**
 * Adds the dependents of refused edits: later pending edits of rows that a refused one was to
 * create (R1). Sent alone they would make a row of the few fields that happened to be edited.
 */
export function withDependents(
  refused: readonly Refused[],
  pending: readonly Edit[],
  confirmed: ObjectState,
): Refused[] {
  const all = new Map(refused.map((item) => [item.edit, item]))
  const orphaned = new Set<RowKey>()
  const alive = new Set<RowKey>(confirmed.rows.keys())
  for (const edit of pending) {
    const keys = edit.patches.map((patch) => patch[1])
    if (!all.has(edit) && keys.some((key) => orphaned.has(key))) {
      all.set(edit, {
        edit,
        code: 'DEPENDS_ON_REFUSED',
        message: 'it edits a row whose creation was refused',
      })
    }
    const into = all.has(edit) ? orphaned : alive
    for (const key of keys) if (!alive.has(key)) into.add(key)
  }
  return [...all.values()]
}

/** Groups refused edits by their outbox rows. */
export function parkings(refused: readonly Refused[]): Parking[] {
  const byKey = new Map<number, { n: number; code: ErrorCode; message: string }[]>()
  for (const { edit, code, message } of refused) {
    if (edit.key === undefined) continue
    const parked = byKey.get(edit.key) ?? []
    byKey.set(edit.key, parked)
    parked.push({ n: (edit.event as Event)[0], code, message })
  }
  return [...byKey].map(([key, parked]) => ({ key, parked }))
}
