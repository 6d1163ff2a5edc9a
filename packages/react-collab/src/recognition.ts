import {
  eventReplica,
  type Event,
  type Numbers,
  type ObjectState,
  type Replica,
} from '@react-collab/core'
import { Edit } from './edit.js'
import type { PendingEdits } from './pending-edits.js'
import { isHidden, isSameEdit } from './same-edit.js'
import type { Standing } from './standing.js'
import type { OutboxKey, StoredRow } from './store/store.js'

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
export function recognise(
  pending: Iterable<Edit>,
  confirmed: ObjectState,
  standing: (event: Event) => Standing,
): Recognised {
  const found = [...pending].map((edit) => ({ edit, kind: standing(edit.event as Event).kind }))
  const past = found.filter(({ kind }) => kind !== 'waiting').sort(byFallingNumber)
  for (const { edit } of found) edit.accepted = false
  const next = new Map<Replica, Event>()
  let isForked = false
  let isMoving = false
  for (const { edit, kind } of past) {
    const event = edit.event as Event
    const later = next.get(eventReplica(event))
    edit.accepted = edit.key !== undefined && (kind === 'logged' || kind === 'omitted')
    // What the next one does not hide was refused, and another state of this disk knows of it.
    const isOpen = kind === 'omitted' && !isLogged(confirmed, event)
    const isTaken = isOpen && (later === undefined || !isHidden(edit, later))
    if (kind === 'logged') next.set(eventReplica(event), event)
    isForked ||= isTaken || kind === 'forked'
    isMoving ||= kind === 'moved' || kind === 'moving'
  }
  return { isForked, isMoving }
}

type Found = { readonly edit: Edit }

const byFallingNumber = ({ edit: a }: Found, { edit: b }: Found): number =>
  (b.event?.[0] ?? 0) - (a.event?.[0] ?? 0)

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

/** Tells which outbox rows hold something that is pending here. */
export function knownIn(pending: PendingEdits): (key: OutboxKey) => boolean {
  const keys = new Set([...pending].map(({ key }) => key))
  return (key) => keys.has(key)
}

/**
 * The outbox rows that have no pending event left: only its next one may lie in a settled row, unless
 * some of a row were named anew.
 */
export function emptiedBy(
  settled: readonly Edit[],
  pending: PendingEdits,
  isMixed: boolean,
): OutboxKey[] {
  const keys = new Set(settled.flatMap((edit) => edit.key ?? []))
  for (const { key } of isMixed ? pending : pending.firsts())
    if (key !== undefined) keys.delete(key)
  return [...keys]
}
