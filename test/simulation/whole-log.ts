import type { Event, ObjectId, RowKey } from '@react-collab/core'
import type { LogSnapshot, TimedRun } from '@react-collab/server'

type Run = Pick<TimedRun, 'events'>
import type { createMemoryLogDisk } from '@react-collab/server/testing'

type MemoryDisk = ReturnType<typeof createMemoryLogDisk>

/** What a log in memory has, and what was pruned of it, which only its oracle knows. */
export interface WholeLog {
  readonly log: LogSnapshot
  readonly pruned: ReadonlyMap<ObjectId, readonly TimedRun[]>
  readonly purges: Purges
}

/** Rows that were let go of for good, when the log was at an entry. */
export interface Purge {
  readonly seq: number
  readonly keys: readonly RowKey[]
}

/** All purges of objects, in order. */
export type Purges = ReadonlyMap<ObjectId, readonly Purge[]>

/** A log that nobody has written. */
export const emptyLog: WholeLog = {
  log: new Map<ObjectId, never>(),
  pruned: new Map(),
  purges: new Map(),
}

/** The entries of earlier lives of objects, which were removed. */
export type Removed = Map<ObjectId, Event[]>

/** Remembers what goes with an object. */
export function noteRemoved(removed: Removed, object: ObjectId, runs: readonly Run[]): void {
  const events = runs.flatMap((run) => JSON.parse(run.events) as Event[])
  removed.set(object, [...(removed.get(object) ?? []), ...events])
}

/** Remembers what is pruned, purged or removed from a disk that was opened over `from`. */
export function watchPruning(
  disk: MemoryDisk,
  from: WholeLog,
  removed: Removed,
): { whole(): WholeLog } {
  const pruned = new Map(from.pruned)
  const purges = new Map(from.purges)
  const prune = disk.prune.bind(disk)
  disk.prune = async (object, bounds) => {
    const before = disk.snapshot().get(object)?.runs ?? []
    const left = await prune(object, bounds)
    const gone = before.filter(({ seq }) => seq <= left.floor)
    pruned.set(object, [...(pruned.get(object) ?? []), ...gone])
    return left
  }
  const purge = disk.purge.bind(disk)
  disk.purge = async (object, bounds, term) => {
    const before = [...(disk.snapshot().get(object)?.rows.keys() ?? [])]
    const wereThere = await purge(object, bounds, term)
    const { seq = 0, rows } = disk.snapshot().get(object) ?? {}
    const keys = before.filter((key) => rows?.has(key) !== true)
    if (wereThere) purges.set(object, [...(purges.get(object) ?? []), { seq, keys }])
    return wereThere
  }
  const remove = disk.remove.bind(disk)
  disk.remove = async (object, term) => {
    const { runs = [] } = disk.snapshot().get(object) ?? {}
    const gone = [...(pruned.get(object) ?? []), ...runs]
    pruned.delete(object)
    purges.delete(object)
    noteRemoved(removed, object, gone)
    await remove(object, term)
  }
  return {
    whole: () => ({
      log: disk.snapshot(),
      pruned: new Map(pruned),
      purges: new Map(purges),
    }),
  }
}

/** All that was ever committed, as if nothing had been pruned. */
export const unpruned = ({ log, pruned }: WholeLog): LogSnapshot =>
  new Map(
    [...log].map(([object, stored]) => {
      const runs = [...(pruned.get(object) ?? []), ...stored.runs]
      return [object, { ...stored, runs }]
    }),
  )
