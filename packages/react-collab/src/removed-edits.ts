import { type Event, ROOT, type RowKey } from '@react-collab/core'
import { isMade } from './gone-rows.js'
import { ofRow } from './refusals.js'
import type { Parking, StoredRow } from './store/store.js'

const ofObject = {
  code: 'REMOVED',
  message: 'the object was removed before this edit was sent',
} as const

const ofItsRow = {
  code: 'BASE_LOST',
  message: 'the object was removed before this edit was sent, and with it the row that it edits',
} as const

/**
 * Gives the reasons with which edits in outbox rows that still `wait` are parked when their object is
 * removed. What edits a row that the log `had`, or that an earlier one of them makes, is told apart: made
 * again alone it would make a row of the few fields that happened to be edited.
 */
export function removedEdits(
  rows: readonly StoredRow[],
  had: (key: RowKey) => boolean,
  waits: (event: Event) => boolean,
): Parking[] {
  const made = new Set<RowKey>()
  const reasonOf = ([, , patches]: Event): Omit<Parking['parked'][number], 'n'> => {
    const keys = new Set(patches.map(([, key]) => key))
    keys.delete(ROOT)
    const needed = [...keys].filter((key) => !isMade(key, patches))
    const isOfMade = needed.some((key) => made.has(key))
    for (const key of keys) if (isMade(key, patches) || !had(key)) made.add(key)
    if (isOfMade) return ofRow
    return needed.some(had) ? ofItsRow : ofObject
  }
  return rows.flatMap(({ key, events }) => {
    const parked = events.filter(waits).map((event) => ({ n: event[0], ...reasonOf(event) }))
    return parked.length === 0 ? [] : [{ key, parked }]
  })
}
