import {
  type Event,
  eventReplica,
  InvariantError,
  type ObjectId,
  renameEvent,
  Renaming,
  type Replica,
  withOrigin,
} from '@react-collab/core'
import { isBranch } from '../branch-id.js'
import type { Range, Transaction } from './disk.js'
import { isBatch } from './batches.js'
import type { OutboxRecord, Records, Table } from './records.js'
import type { NameMaker } from './store.js'

/** What a fork rewrites. */
export const forkedTables: readonly Table[] = ['device', 'slots', 'counters', 'outbox', 'rejected']

const numbers: Range = { from: 0, to: Number.MAX_SAFE_INTEGER }
const objects: Range = { from: [''], to: ['\uffff'] }

/**
 * Makes a disk a client of its own: see `LocalStore.fork`.
 *
 * What waits in the outboxes of objects stays as it is: only the log knows what of it the other copy
 * has sent. Edits of branches were never sent, and refused ones are nowhere in the log.
 */
export async function forkDevice(tx: Transaction, make: NameMaker): Promise<Records['device']> {
  const [known, slots, counters, outbox, rejected] = await Promise.all([
    tx.get('device', 'device'),
    tx.getAll('slots', numbers),
    tx.getAll('counters', objects),
    tx.getAll('outbox', objects),
    tx.getAll('rejected', numbers),
  ])
  const fresh = new Map<Replica, Replica>()
  const successor = (replica: Replica): Replica => {
    const next = fresh.get(replica) ?? make.replica()
    fresh.set(replica, next)
    return next
  }
  for (const slot of slots) tx.put('slots', { ...slot, replica: successor(slot.replica) })
  for (const counter of counters) {
    if (counter.replica === undefined) continue
    tx.put('counters', { ...counter, replica: successor(counter.replica) })
  }
  const retired = new Map([
    ...(known?.retired ?? []).map(([old, now]) => [old, fresh.get(now) ?? now] as const),
    ...fresh,
  ])
  renameRejected(tx, rejected, retired)
  renameBranches(tx, outbox, retired)
  if (known === undefined) throw new InvariantError('a fork before an identity')
  // The secret stays, and with it the owner ids: what waits here may be of rows that they own.
  const { generation: _, ...kept } = known
  const device = { ...kept, client: make.id(), retired: [...retired] }
  tx.put('device', device)
  return device
}

type Names = ReadonlyMap<Replica, Replica>

/** They can be made again by who writes in place of the one that made them. */
function renameRejected(
  tx: Transaction,
  rejected: readonly Records['rejected'][],
  retired: Names,
): void {
  const names = namesBy(
    rejected.map(({ object, event }) => [object, event] as const),
    retired,
  )
  for (const one of rejected) {
    const event = successorOf(one.event, retired, names(one.object))
    if (event !== one.event) tx.put('rejected', { ...one, event: withOrigin(event, one.event) })
  }
}

function renameBranches(tx: Transaction, outbox: readonly OutboxRecord[], retired: Names): void {
  // In a branch rows that were made together are edits like any other.
  const rows = outbox.flatMap((row) => (isBranch(row.key[0]) && !isBatch(row) ? [row] : []))
  const events = rows.flatMap(({ key, events }) => events.map((event) => [key[0], event] as const))
  const names = namesBy(events, retired)
  for (const row of rows) {
    const after = row.events.map((event) => {
      const renamed = successorOf(event, retired, names(row.key[0]))
      return renamed === event ? event : withOrigin(renamed, event)
    })
    if (after.some((event, i) => event !== row.events[i]))
      tx.put('outbox', { ...row, events: after })
  }
}

/** What was typed in each object by those who write no more. */
function namesBy(
  events: readonly (readonly [ObjectId, Event])[],
  retired: Names,
): (object: ObjectId) => Renaming {
  const byObject = new Map<ObjectId, Renaming>()
  for (const [object, event] of events) {
    const names = byObject.get(object) ?? new Renaming()
    byObject.set(object, names)
    const to = retired.get(eventReplica(event))
    if (to !== undefined) names.add(event, to)
  }
  return (object) => byObject.get(object) ?? new Renaming()
}

const successorOf = (event: Event, retired: Names, names: Renaming): Event => {
  const replica = eventReplica(event)
  return renameEvent(event, retired.get(replica) ?? replica, names)
}
