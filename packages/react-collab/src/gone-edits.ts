import { type Event, type ObjectState, ROOT, type RowKey } from '@react-collab/core'
import { isMade, ofGone, writesGone } from './gone-rows.js'
import { LostElements } from './lost-elements.js'
import type { Parking, StoredRow } from './store/store.js'

/**
 * Finds the edits in outbox rows that still `wait`, and write into rows that are gone, with those that depend on them:
 * sent, they would make rows of the few fields that happened to be edited.
 */
export function goneEdits(
  rows: readonly StoredRow[],
  state: ObjectState,
  rowsGone: ReadonlySet<RowKey>,
  waits: (event: Event) => boolean,
): Parking[] {
  const gone = new Set(rowsGone)
  const made = new Set<RowKey>()
  const elements = new LostElements()
  const isLost = (event: Event): boolean => {
    const [, , patches] = event
    const edit = { patches, event }
    if (!writesGone(patches, (key) => gone.has(key)) && !elements.has(edit)) {
      for (const [, key] of patches) made.add(key)
      for (const [, key] of patches) if (isMade(key, patches)) gone.delete(key)
      return false
    }
    elements.add(edit)
    for (const [, key] of patches)
      if (key !== ROOT && !state.rows.has(key) && !made.has(key)) gone.add(key)
    return true
  }
  return rows.flatMap(({ key, events }) => {
    const lost = events.filter((event) => waits(event) && isLost(event))
    return lost.length > 0 ? [{ key, parked: lost.map(([n]) => ({ n, ...ofGone })) }] : []
  })
}
