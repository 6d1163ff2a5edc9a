import {
  contentHash,
  type Event,
  eventReplica,
  type Joined,
  type Origin,
  originOf,
  renameEvent,
  Renaming,
  type Replica,
  withOrigin,
} from '@react-collab/core'
import type { StoredRow } from './store/store.js'

/** How an event that waits stands with the log. */
export type Standing =
  /** It is not in the log, as far as is known. */
  | { readonly kind: 'waiting' }
  /** It is, under its number; or it was left out of its push, as the next event wrote all of it. */
  | { readonly kind: 'logged' }
  /** Another copy of this disk has used its number. */
  | { readonly kind: 'forked' }
  /** Another copy of this disk has brought it into the log, as an event of another replica. */
  | { readonly kind: 'moved'; readonly to: Replica }
  /** Its replica is the other copy's; it goes out under the one that took its place. */
  | { readonly kind: 'moving'; readonly to: Replica }

/** Replicas that this disk wrote with before it forked, and those that write in their place. */
export type Retired = ReadonlyMap<Replica, Replica>

/** Tells how events stand with what a join has said. */
export function createStanding(
  { vv, hashes, moved = {} }: Joined,
  retired: Retired,
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
    const to =
      movedTo(originOf(event, text)) ?? under.get(`${replica}${n} ${contentHash(event, text)}`)
    if (to !== undefined && to !== replica) return { kind: 'moved', to }
    if (next !== undefined) return { kind: 'moving', to: next }
    if (!isPast) return waiting
    return { kind: known === undefined ? 'logged' : 'forked' }
  }
}

const waiting: Standing = { kind: 'waiting' }

/**
 * Plans how outbox rows are named from now on: what is in the log as another's goes, what has to go
 * out under another name gets it, and all that waits names texts where they are (R9).
 */
export function planMove(
  rows: readonly StoredRow[],
  joined: Joined,
  retired: Retired,
): (event: Event) => Event | undefined {
  const standing = createStanding(joined, retired)
  const found = new Map<Event, Standing>()
  const names = new Renaming()
  for (const event of rows.flatMap(({ events }) => events)) {
    const stands = standing(event)
    found.set(event, stands)
    if ('to' in stands) names.add(event, stands.to)
  }
  return (event) => {
    const stands = found.get(event) ?? waiting
    if (stands.kind === 'moved') return undefined
    if (stands.kind === 'logged') return event
    const to = stands.kind === 'moving' ? stands.to : eventReplica(event)
    const after = renameEvent(event, to, names)
    return after === event ? event : withOrigin(after, event)
  }
}
