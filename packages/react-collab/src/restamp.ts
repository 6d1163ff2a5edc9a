import {
  createClock,
  type Event,
  eventReplica,
  isSeedStamp,
  type Replica as ReplicaId,
  type Stamp,
} from '@react-collab/core'
import type { Replica } from './replica.js'
import type { Counter, LocalStore } from './store/store.js'

/**
 * Tells how to stamp an outbox anew whose clock was ahead (R4): each event that `isLogged` does not
 * know gets the next stamp after the greatest that stays, in order, and keeps its number. Seeds stay
 * beneath everything.
 */
export function createRestamping(
  replica: Replica,
  now: () => number,
  isLogged: (event: Event) => boolean,
): (event: Event) => Stamp {
  // One clock for all replicas of the device, so that their events keep their order.
  // It stands still meanwhile: stamps that follow each other are said by the first of them (R7).
  const wall = now()
  const clock = createClock('00000000' as ReplicaId, () => wall, greatestKept(replica))
  return (event) =>
    isLogged(event) || isSeedStamp(event[1])
      ? event[1]
      : ((clock.tick().slice(0, 12) + eventReplica(event)) as Stamp)
}

/** Brings a replica to where a re-stamping has left the disk; gives the counter that it goes on from. */
export async function takeRestamped(replica: Replica, store: LocalStore): Promise<Counter> {
  const before = replica.stored
  // The counter first: were the outbox stamped anew once more in between, it would be the old one,
  // and the disk would refuse what is stamped by it.
  const counter = await store.counter(replica.slot, replica.object)
  replica.restamped(await store.pending(replica.object), before, counter)
  return counter
}

/** The greatest stamp seen in the log, or accepted by the server. */
function greatestKept({ held, visible }: Replica): Stamp | undefined {
  let greatest = held.greatest
  const note = (stamp: Stamp): void => {
    if (greatest === undefined || stamp > greatest) greatest = stamp
  }
  for (const row of visible.confirmed.rows.values()) Object.values(row.stamps).forEach(note)
  for (const { accepted, event } of visible.pending) {
    if (accepted && event !== undefined) note(event[1])
  }
  return greatest
}
