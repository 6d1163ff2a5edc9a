import {
  eventReplica,
  type Event,
  hashText,
  type Joined,
  type Numbers,
  type ObjectState,
  type Replica,
} from '@react-collab/core'
import { Edit } from './edit.js'
import type { PendingEdits } from './pending-edits.js'
import type { Refused } from './refusals.js'
import type { OutboxKey, StoredRow } from './store/store.js'
import type { Visible } from './visible.js'

/** Whether a state holds an event, by its number. */
export const isLogged = ({ vv }: ObjectState, event: Event): boolean =>
  event[0] <= (vv.get(eventReplica(event)) ?? 0)

/** The outbox rows all of whose numbers a state holds. */
export const loggedOf = (state: ObjectState, rows: readonly StoredRow[]): StoredRow[] =>
  rows.filter(({ events }) => events.every((event) => isLogged(state, event)))

/** The lowest number of each replica of which it is not known that the log has it. */
export function lowestNumbers(rows: readonly StoredRow[], pending: PendingEdits): Numbers {
  const stored = [...pending].filter((edit) => edit.key !== undefined)
  const events = [
    ...rows.flatMap((row) => row.events),
    ...stored.map(({ event }) => event as Event),
  ]
  const numbers: Record<Replica, number> = {}
  for (const event of events) {
    const writer = eventReplica(event)
    numbers[writer] = Math.min(numbers[writer] ?? event[0], event[0])
  }
  return numbers
}

/** All edits that are shown or lie in `rows`: a row may hold another one under the same name. */
export function editsOf(pending: PendingEdits, rows: readonly StoredRow[]): ReadonlySet<Edit> {
  const all = new Set(pending)
  for (const { key, at, events } of rows) {
    for (const event of events) {
      if (pending.find(event)?.key !== key) all.add(new Edit(event[2], at, event, key))
    }
  }
  return all
}

/**
 * Marks the pending edits that the log already has, by number and content; gives back those whose
 * number another copy of this disk has used (R9).
 *
 * A number below the greatest logged one without an event in the log was left out of its push,
 * because the next event wrote all that it wrote (R5): nothing of it is missing.
 */
export function recognise(pending: Iterable<Edit>, { vv, hashes }: Joined): Refused[] {
  const forked: Refused[] = []
  const logged = new Map(Object.entries(hashes).map(([replica, own]) => [replica, new Map(own)]))
  for (const edit of pending) {
    const event = edit.event as Event
    const replica = eventReplica(event)
    edit.accepted = edit.key !== undefined && event[0] <= (vv[replica] ?? 0)
    if (!edit.accepted) continue
    const hash = logged.get(replica)?.get(event[0])
    if (hash === undefined || hash === hashText(JSON.stringify(event))) continue
    const message = 'another copy of this disk used its number'
    forked.push({ edit, code: 'NUMBER_REUSED', message })
  }
  return forked
}

/** The edits of outbox rows that are not logged, with the stamps that they have there. */
export function takeStamps(
  rows: readonly StoredRow[],
  { confirmed, pending }: Pick<Visible, 'confirmed' | 'pending'>,
): Edit[] {
  return rows.flatMap(({ key, at, events }) =>
    events
      .filter((event) => !isLogged(confirmed, event))
      .map((event) => {
        const edit = pending.find(event) ?? new Edit(event[2], at, event)
        edit.event = event
        edit.saved(key)
        return edit
      }),
  )
}

/** Tells which outbox rows hold something that is pending here. */
export function knownIn(pending: PendingEdits): (key: OutboxKey) => boolean {
  const keys = new Set([...pending].map(({ key }) => key))
  return (key) => keys.has(key)
}

/** The outbox rows that have no pending event left: only its next one may lie in a settled row. */
export function emptiedBy(settled: readonly Edit[], pending: PendingEdits): OutboxKey[] {
  const keys = new Set(settled.flatMap((edit) => edit.key ?? []))
  for (const { key } of pending.firsts()) if (key !== undefined) keys.delete(key)
  return [...keys]
}
