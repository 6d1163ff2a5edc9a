import {
  eventReplica,
  type Event,
  type Numbers,
  type ObjectState,
  type Replica,
} from '@react-collab/core'
import { Edit } from './edit.js'
import type { PendingEdits } from './pending-edits.js'
<<<<<<< HEAD
import { areOverwritten } from './push-batch.js'
import type { Standing } from './standing.js'
import type { StoredRow } from './store/store.js'
import { isHidden, isSameEdit, nameOf, type Visible } from './visible.js'
=======
import type { Refused } from './refusals.js'
import type { OutboxKey, StoredRow } from './store/store.js'
import type { Visible } from './visible.js'
>>>>>>> main

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
  const ask = (writer: Replica, n: number): void => {
    numbers[writer] = Math.min(numbers[writer] ?? n, n)
  }
  for (const event of events) {
    ask(eventReplica(event), event[0])
    // Another copy of this disk may have sent it under its first name.
    const { o } = event[3] ?? {}
    if (o !== undefined) ask(...o)
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

/** What the log says of edits that wait. */
export interface Recognised {
  /** Another copy of this disk has used a number of theirs (R9). */
  readonly isForked: boolean
  /** Some of them cannot go out under the names that they have. */
  readonly isMoving: boolean
}

/**
 * Marks the pending edits that the log already has, by number and content; tells whether another copy
 * of this disk is at work.
 */
<<<<<<< HEAD
export function recognise(
  pending: Iterable<Edit>,
  confirmed: ObjectState,
  standing: (event: Event) => Standing,
): Recognised {
  const next = new Map<Replica, Edit>()
  let isForked = false
  let isMoving = false
  for (const edit of [...pending].sort(byFallingNumber)) {
    const event = edit.event as Event
    const replica = eventReplica(event)
    const { kind } = standing(event)
    edit.accepted = edit.key !== undefined && (kind === 'logged' || kind === 'omitted')
    // Else it was refused, and another state of this disk has that in its list.
    const isTaken =
      kind === 'omitted' && !isLogged(confirmed, event) && !isCovered(edit, next.get(replica))
    if (kind === 'logged') next.set(replica, edit)
    isForked ||= isTaken || kind === 'forked'
    isMoving ||= kind === 'moved' || kind === 'moving'
=======
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
>>>>>>> main
  }
  return { isForked, isMoving }
}

<<<<<<< HEAD
const byFallingNumber = (a: Edit, b: Edit): number => (b.event?.[0] ?? 0) - (a.event?.[0] ?? 0)

/** Left out of its push, as the next one wrote all that it wrote (R5). */
const isCovered = (edit: Edit, next: Edit | undefined): boolean =>
  next !== undefined && areOverwritten(edit.patches, next.patches)

/** Keeps the edits whose promises somebody may hold; the disk may have stamped them anew. */
export function reuse(stored: readonly Edit[], shown: readonly Edit[]): Edit[] {
  const known = new Map(shown.map((edit) => [edit.event && nameOf(edit.event), edit]))
  return stored.map((edit) => {
    const held = edit.event && known.get(nameOf(edit.event))
    if (held === undefined) return edit
    held.event = edit.event
    return held
  })
}

=======
>>>>>>> main
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

<<<<<<< HEAD
/**
 * Finds the first of some entries that another copy of this disk has made, under a number that is
 * given here: of another edit, or past an edit that waits and that nothing of it hides. Only who
 * sends can tell: nobody else knows what was left out of a push, or refused.
 */
export function firstForeign(pending: PendingEdits, events: readonly Event[]): number | undefined {
  const reached = new Map<Replica, number>()
  const index = events.findIndex((event) => {
    const replica = eventReplica(event)
    const passed = pending.between(replica, reached.get(replica) ?? 0, event[0])
    reached.set(replica, event[0])
    return passed.some((edit) => !edit.accepted && !settles(event, edit))
  })
  return index < 0 ? undefined : index
}

const settles = (event: Event, edit: Edit): boolean =>
  edit.event?.[0] === event[0] ? isSameEdit(edit.event, event) : isHidden(edit, event)
=======
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
>>>>>>> main
