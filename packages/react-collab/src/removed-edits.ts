import {
  type Event,
  type ObjectId,
  RefusedError,
  ROOT,
  type RowKey,
  isCreated,
} from '@react-collab/core'
import type { Edit } from './edit.js'
import { ofObject } from './gone-rows.js'
import { ofRow } from './refusals.js'
import type { Parking, Rejected, StoredRow } from './store/store.js'
import { nameOf } from './visible.js'

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
    const needed = [...keys].filter((key) => !isCreated(key, patches))
    const isOfMade = needed.some((key) => made.has(key))
    for (const key of keys) if (isCreated(key, patches) || !had(key)) made.add(key)
    if (isOfMade) return ofRow
    return needed.some(had) ? ofItsRow : ofObject
  }
  return rows.flatMap(({ key, events }) => {
    const parked = events.filter(waits).map((event) => ({ n: event[0], ...reasonOf(event) }))
    return parked.length === 0 ? [] : [{ key, parked }]
  })
}

/** What lies on the disk after an object was removed. */
export interface LeftOnDisk {
  readonly rows: readonly StoredRow[]
  readonly rejected: readonly Rejected[]
}

/** Refuses, with the reasons that are on the disk, what went with an object; gives those edits. */
export function refuseRemoved(
  object: ObjectId,
  pending: Iterable<Edit>,
  { rows, rejected }: LeftOnDisk,
  before: ReadonlySet<Edit>,
): Edit[] {
  const kept = new Set(rows.flatMap(({ events }) => events.map(nameOf)))
  const here = rejected.filter((item) => item.object === object)
  const parked = new Map(here.map((item) => [nameOf(item.event), item]))
  return [...pending].filter((edit) => {
    if (edit.event === undefined) return false
    const name = nameOf(edit.event)
    if (!parked.has(name) && (!before.has(edit) || kept.has(name))) return false
    const { code, message } = parked.get(name) ?? ofObject
    edit.refused(new RefusedError(code, message))
    return true
  })
}
