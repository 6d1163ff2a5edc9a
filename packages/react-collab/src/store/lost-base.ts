import { applyEvent, type Event, isVoid, type ObjectState, ROOT } from '@react-collab/core'
import type { Parking, StoredRow } from './store.js'

/**
 * Finds the edits of a branch that have nothing to stand on in its parent: of a text that is not
 * there, or of a row that the branch began with and the parent no longer has, as it was refused.
 *
 * `shown` is what the parent shows; what can stand there is applied to it, in order.
 */
export function lostIn(
  shown: ObjectState,
  base: ObjectState,
  rows: readonly StoredRow[],
): Parking[] {
  const isLost = (event: Event): boolean =>
    isVoid(shown.rows, event) ||
    event[2].some(([, key]) => key !== ROOT && base.rows.has(key) && !shown.rows.has(key))
  return rows.flatMap(({ key, events }) => {
    const lost = events.filter((event) => isLost(event) || !applyEvent(shown, event))
    return lost.length > 0 ? [{ key, parked: lost.map(([n]) => ({ n, code, message })) }] : []
  })
}

const code = 'BASE_LOST'
const message = 'the object no longer has what it edits'
