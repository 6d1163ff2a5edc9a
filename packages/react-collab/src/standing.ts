import {
  contentHash,
  type Event,
  eventReplica,
  type Joined,
  type Numbers,
  type ObjectState,
  type Origin,
  originOf,
  type Renamed,
  renameEvent,
  Renaming,
  type Replica,
  withOrigin,
} from '@react-collab/core'
import { areOverwritten } from './push-batch.js'
import { sharedPast } from './shared-past.js'
import type { OutboxKey, StoredRow } from './store/store.js'

/** How an event that waits stands with the log. */
export type Standing =
  /** It is not in the log, as far as is known. */
  | { readonly kind: 'waiting' }
  /** It is, under its number. */
  | { readonly kind: 'logged' }
  /** Its number is passed without it: it was left out of its push, as the next one wrote all of it. */
  | { readonly kind: 'omitted' }
  /** Another copy of this disk has used its number. */
  | { readonly kind: 'forked' }
  /** Another copy of this disk has brought it into the log, as an event of another replica. */
  | { readonly kind: 'moved'; readonly to: Replica }
  /** Its replica is the other copy's; it goes out under the one that took its place. */
  | { readonly kind: 'moving'; readonly to: Replica }

/** Replicas that this disk wrote with before it forked, and those that write in their place. */
export type Retired = ReadonlyMap<Replica, Replica>

/** What a join was about. */
export interface Question {
  /** The events that this disk holds. */
  readonly held: readonly Event[]
  /** The lowest number of each replica that was asked about. */
  readonly asked?: Numbers
  /** What the log has come to, as far as it is known. */
  readonly state: ObjectState
}

/** Tells how events stand with what a join has said. */
export function createStanding(
  { vv, hashes, moved = {}, forgotten = none }: Joined,
  retired: Retired,
  { held, asked = {}, state }: Question,
): (event: Event) => Standing {
  const logged = new Map<string, string>()
  const under = new Map<string, Replica>()
  for (const [replica, list] of Object.entries(hashes))
    for (const [n, hash] of list) logged.set(`${replica}${n}`, hash)
  for (const [replica, list] of Object.entries(moved))
    for (const [n, hash, to] of list) under.set(`${replica}${n} ${hash}`, to)

  const movedTo = ({ replica, n, hash }: Origin): Replica | undefined =>
    under.get(`${replica}${n} ${hash}`) ??
    (logged.get(`${replica}${n}`) === hash ? replica : undefined)

  // To compare all costs time, and hardly any log has forgotten what still waits somewhere.
  const shared = forgotten === none ? none : sharedPast(held, logged, state)
  const isOfSharedPast = (replica: Replica, n: number): boolean =>
    n <= (forgotten[replica] ?? 0) && n <= (shared[replica] ?? 0)
  const made = forgotten === none ? none : greatestNumbers(held)

  return (event) => {
    const [n, , , meta] = event
    const replica = eventReplica(event)
    const isPast = n <= (vv[replica] ?? 0)
    const next = retired.get(replica)
    // Nearly all that waits is new.
    if (!isPast && next === undefined && meta?.o === undefined && under.size === 0) return waiting
    const text = JSON.stringify(event)
    const known = logged.get(`${replica}${n}`)
    if (known === contentHash(event, text)) return { kind: 'logged' }
    const origin = originOf(event, text)
    if (isOfSharedPast(replica, n)) return { kind: 'logged' }
    const to =
      movedTo(origin) ??
      under.get(`${replica}${n} ${contentHash(event, text)}`) ??
      (isOfSharedPast(origin.replica, origin.n) ? origin.replica : undefined)
    if (to !== undefined && to !== replica) return { kind: 'moved', to }
    if (next !== undefined) return { kind: 'moving', to: next }
    if (!isPast) return waiting
    if (known !== undefined) return { kind: 'forked' }
    // It was asked about from the first number on of which is not known that the log has it.
    if (n < (asked[replica] ?? 0)) return { kind: 'logged' }
    // What waits is the newest of a disk: of a number above all that wait another copy has made one.
    const isOvertaken = (vv[replica] ?? 0) > (made[replica] ?? 0)
    if (n <= (forgotten[replica] ?? 0)) return { kind: isOvertaken ? 'forked' : 'logged' }
    // A long list is cut: what is beyond is answered when it is pushed.
    return { kind: n > (hashes[replica]?.at(-1)?.[0] ?? Infinity) ? 'logged' : 'omitted' }
  }
}

/** What was accepted and is in the log no more (R2). */
export interface Lost {
  readonly keys: readonly OutboxKey[]
  /** Another copy of this disk has used the numbers meanwhile (R9). */
  readonly isForked: boolean
}

/** Finds the rows of `sent` that the log no longer holds; `outbox` comes after them. */
export function findLost(
  sent: readonly StoredRow[],
  outbox: readonly StoredRow[],
  standing: (event: Event) => Standing,
): Lost {
  const next = new Map<Replica, Event>()
  const lost = new Set<OutboxKey>()
  let isForked = false
  for (const { key, events } of [...sent, ...outbox].reverse()) {
    for (const event of [...events].reverse()) {
      const stands = standing(event)
      const { kind } = stands
      const replica = eventReplica(event)
      if (kind === 'logged') next.set(replica, event)
      // Left out it was only if the one after it has written all of it.
      const isTaken = kind === 'omitted' && !isCovered(event, next.get(replica))
      isForked ||= isTaken || kind === 'forked'
      if (isTaken || !isSettled(stands)) lost.add(key)
    }
  }
  return { keys: sent.filter(({ key }) => lost.has(key)).map(({ key }) => key), isForked }
}

const isCovered = ([, stamp, patches]: Event, next: Event | undefined): boolean =>
  next !== undefined && stamp < next[1] && areOverwritten(patches, next[2])

const none: Numbers = {}

function greatestNumbers(held: Iterable<Event>): Numbers {
  const greatest: Record<Replica, number> = {}
  for (const event of held) {
    const replica = eventReplica(event)
    greatest[replica] = Math.max(greatest[replica] ?? 0, event[0])
  }
  return greatest
}

const settled: ReadonlySet<Standing['kind']> = new Set(['logged', 'omitted', 'moved'])

/** Tells whether nothing of an event has to be sent. */
export const isSettled = ({ kind }: Standing): boolean => settled.has(kind)

/** Tells whether the log is known to have this very event under its number. */
export const isProven = (event: Event, hashes: Joined['hashes']): boolean =>
  hashes[eventReplica(event)]?.some(
    ([n, hash]) => n === event[0] && hash === contentHash(event, JSON.stringify(event)),
  ) === true

const waiting: Standing = { kind: 'waiting' }

/** How outbox rows are named from now on. */
export interface MovePlan {
  /** What an event is from now on; undefined takes it out: the log has it. */
  readonly rewrite: (event: Event) => Event | undefined
  /** Whose the elements of texts are that were moved. */
  readonly names: readonly Renamed[]
}

/**
 * Plans how outbox rows are named from now on: what is in the log as another's goes, what has to go
 * out under another name gets it, and all that waits names texts where they are (R9).
 */
export function planMove(
  rows: readonly StoredRow[],
  joined: Joined,
  retired: Retired,
  state: ObjectState,
): MovePlan {
  const held = rows.flatMap(({ events }) => events)
  const standing = createStanding(joined, retired, { held, state })
  const found = new Map<Event, Standing>()
  const names = new Renaming()
  for (const event of held) {
    const stands = standing(event)
    found.set(event, stands)
    if ('to' in stands) names.add(event, stands.to)
  }
  const rewrite: MovePlan['rewrite'] = (event) => {
    const stands = found.get(event) ?? waiting
    if (stands.kind === 'moved') return undefined
    if (stands.kind === 'logged' || stands.kind === 'omitted') return event
    const to = stands.kind === 'moving' ? stands.to : eventReplica(event)
    const after = renameEvent(event, to, names)
    return after === event ? event : withOrigin(after, event)
  }
  return { rewrite, names: names.all }
}
