import {
  applyEvent,
  createObjectState,
  type Event,
  eventReplica,
  hashText,
  type HashedNumber,
  type ObjectState,
  type Replica,
  type Row,
  type RowKey,
} from '@react-collab/core'
import { replicaOf } from './test-replica.js'

/** The writer of a client that meets such a log. */
export const me: Replica = replicaOf('o')

/** A log as a server compacts it: its state at a seq, and where each row changed last. */
export class CompactedLog {
  readonly events: readonly Event[]

  constructor(events: readonly Event[]) {
    this.events = JSON.parse(JSON.stringify(events)) as Event[]
  }

  at(seq: number): { readonly state: ObjectState; readonly changed: ReadonlyMap<RowKey, number> } {
    const state = createObjectState()
    const changed = new Map<RowKey, number>()
    this.events.slice(0, seq).forEach((event, i) => {
      applyEvent(state, event, (key) => changed.set(key, i + 1))
    })
    return { state, changed }
  }

  /** Rows that changed after `after`, as they are at `seq`, in the order of their places. */
  rows(after: number, seq: number): { readonly key: RowKey; readonly at: number; row: Row }[] {
    const { state, changed } = this.at(seq)
    return [...changed]
      .filter(([, at]) => at > after)
      .map(([key, at]) => ({ key, at, row: state.rows.get(key) as Row }))
      .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
  }

  hashes(): HashedNumber[] {
    const own = this.events.filter((event) => eventReplica(event) === me)
    return own.map((event) => [event[0], hashText(JSON.stringify(event))])
  }
}

/** The events of others, without what is there twice, and own ones put among them. */
export function logOf(
  others: readonly Event[],
  own: readonly Event[],
  places: readonly number[],
): Event[] {
  const seen = new Map<Replica, number>()
  const log = others.filter((event) => {
    const replica = eventReplica(event)
    const isNew = event[0] > (seen.get(replica) ?? 0)
    if (isNew) seen.set(replica, event[0])
    return isNew
  })
  const cuts = own
    .map((_, i) => (places[i % places.length] ?? 0) % (log.length + 1))
    .sort((a, b) => a - b)
  own.forEach((event, i) => log.splice(Math.min((cuts[i] ?? 0) + i, log.length), 0, event))
  return log
}
