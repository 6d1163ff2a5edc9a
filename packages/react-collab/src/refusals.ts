import { type ErrorCode, type Event, type ObjectState, ROOT, type RowKey } from '@react-collab/core'
import type { Edit } from './edit.js'
import { LostElements } from './lost-elements.js'
import type { OutboxKey, Parking } from './store/store.js'

/** An edit that leaves the outbox, and why. */
export interface Refused {
  readonly edit: Edit
  readonly code: ErrorCode
  readonly message: string
}

/**
 * Adds the dependents of refused edits: later pending edits of rows that a refused one was to
 * create, and of what a refused one typed (R1). Sent alone they would make a row of the few fields
 * that happened to be edited, or have no effect and be lost without a word.
 */
export function withDependents(
  refused: readonly Refused[],
  pending: readonly Edit[],
  confirmed: ObjectState,
): Refused[] {
  const all = new Map(refused.map((item) => [item.edit, item]))
  const orphaned = new Set<RowKey>()
  // An object is there without being created.
  const alive = new Set<RowKey>([ROOT, ...confirmed.rows.keys()])
  const lost = new LostElements()
  for (const edit of pending) {
    const keys = edit.patches.map((patch) => patch[1])
    const reason = keys.some((key) => orphaned.has(key))
      ? ofRow
      : lost.has(edit)
        ? ofText
        : undefined
    if (reason !== undefined && !all.has(edit)) all.set(edit, { edit, ...reason })
    if (all.has(edit)) lost.add(edit)
    const into = all.has(edit) ? orphaned : alive
    for (const key of keys) if (!alive.has(key)) into.add(key)
  }
  return [...all.values()]
}

/** What an edit is refused with that stands on a row whose creation was refused. */
export const ofRow = {
  code: 'DEPENDS_ON_REFUSED',
  message: 'it edits a row whose creation was refused',
} as const

const ofText = { code: 'BASE_LOST', message: 'it edits text whose typing was refused' } as const

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

/** The rows of refused edits of which nothing is pending. */
export function emptiedRows(refused: readonly Refused[], pending: Iterable<Edit>): OutboxKey[] {
  const keys = new Set(refused.flatMap(({ edit }) => edit.key ?? []))
  for (const { key } of pending) if (key !== undefined) keys.delete(key)
  return [...keys]
}
