import { type Numbers, type ObjectId, type Replica, replicaOf } from '@react-collab/core'
import type { AppendItem, JoinView } from './event-log.js'
import type { Head } from './head.js'
import { isNumbered } from './judge.js'
import type { LogDisk } from './log-disk.js'

/** Most hashes, per replica, that a join is told; what is beyond is answered when it is pushed. */
const joinHashes = 20_000

/** Reads the hashes that a join asks for: of each replica from a number on, as far as it is logged. */
export async function readHashes(
  disk: LogDisk,
  object: ObjectId,
  replicas: Numbers,
  vv: Numbers,
): Promise<JoinView['hashes']> {
  const logged = (Object.entries(replicas) as [Replica, number][]).filter(
    ([replica, from]) => from <= (vv[replica] ?? 0),
  )
  const reads = logged.map(async ([replica, from]) => [
    replica,
    await disk.hashes(object, replica, from, joinHashes),
  ])
  return Object.fromEntries(await Promise.all(reads)) as JoinView['hashes']
}

/** Up to which numbers hashes are gone, of the replicas asked for; undefined when none are. */
export function forgottenOf({ writers }: Head, replicas: Numbers): Numbers | undefined {
  const found = Object.entries(replicas).flatMap(([replica, from]) => {
    const { forgotten = 0 } = writers.get(replica as Replica) ?? {}
    return forgotten >= from ? [[replica, forgotten] as const] : []
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

/** Tells from which n hashes have to be read, per replica, before a push can be judged. */
export function missingHashes(item: AppendItem, head: Head): Map<Replica, number> | undefined {
  let missing: Map<Replica, number> | undefined
  const need = (replica: Replica, n: number): void => {
    const writer = head.writers.get(replica)
    if (writer === undefined || n > writer.n || n >= writer.recentFrom) return
    if (n <= writer.forgotten) return
    missing ??= new Map()
    missing.set(replica, Math.min(n, missing.get(replica) ?? n))
  }
  const wrong = new Set(item.refused.map(({ index }) => index))
  item.events.forEach((event, index) => {
    if (!isNumbered(event)) return
    need(replicaOf(event[1]), event[0])
    // What an event says of itself is read only where it was found to be one.
    const o = wrong.has(index) ? undefined : event[3]?.o
    if (o !== undefined) need(...o)
  })
  return missing
}
