import { type HashedNumber, type ObjectId, type Replica, UsageError } from '@react-collab/core'
import type { StoredHead, Term } from './head.js'
import type { MovedEvent } from './origins.js'
import { CommitError, type LogDisk, type ObjectCommit, type Run } from './log-disk.js'

/** What a commit in memory can be made to suffer. */
export type CommitFault =
  /** Nothing is stored, and the log is told so. */
  | 'abort'
  /** All is stored, but the log is told that nobody knows. */
  | 'unknown'
  /** Nothing is stored, and the log is told that nobody knows. */
  | 'lost'

/** All that a memory log holds; a copy of it is a backup. */
export type LogSnapshot = ReadonlyMap<ObjectId, StoredObject>

/** One object as it is stored. */
export interface StoredObject {
  readonly seq: number
  readonly greatestMs: number
  readonly terms: readonly Term[]
  readonly runs: readonly Run[]
  /** The client of each replica. */
  readonly writers: ReadonlyMap<Replica, string>
  readonly hashes: ReadonlyMap<Replica, readonly HashedNumber[]>
  readonly origins?: readonly MovedEvent[]
}

const nothing: StoredObject = {
  seq: 0,
  greatestMs: 0,
  terms: [],
  runs: [],
  writers: new Map(),
  hashes: new Map(),
}

/** The disk of a memory log. */
export interface MemoryDisk extends LogDisk {
  snapshot(): LogSnapshot
}

/** Makes rows in memory, starting from a copy of others. */
export function createMemoryDisk(
  from: LogSnapshot = new Map(),
  fault?: (
    objects: readonly ObjectId[],
  ) => CommitFault | undefined | Promise<CommitFault | undefined>,
): MemoryDisk {
  const objects = new Map<ObjectId, MutableObject>()
  for (const [object, stored] of from) objects.set(object, copyOf(stored))

  function store(commits: readonly ObjectCommit[]): void {
    for (const commit of commits) {
      const stored = objects.get(commit.object) ?? copyOf(nothing)
      objects.set(commit.object, stored)
      storeObject(stored, commit)
    }
  }

  return {
    load: async (object) => {
      const stored = objects.get(object)
      return stored && headOf(stored)
    },
    hashes: async (object, replica, from, most = Infinity) =>
      (objects.get(object)?.hashes.get(replica) ?? []).filter(([n]) => n >= from).slice(0, most),
    read: async (object, after, limit) => {
      const runs = objects.get(object)?.runs ?? []
      const first = firstRun(runs, after + 1)
      return runs.slice(first, first + limit.events)
    },
    commit: async (commits) => {
      const suffered = await fault?.(commits.map(({ object }) => object))
      if (suffered === undefined || suffered === 'unknown') store(commits)
      if (suffered === undefined) return
      throw new CommitError(suffered === 'abort' ? 'aborted' : 'unknown', `injected: ${suffered}`)
    },
    backup: () => Promise.reject(new UsageError('BAD_VALUE', inMemory)),
    close: async () => {},
    snapshot: () => new Map([...objects].map(([object, stored]) => [object, copyOf(stored)])),
  }
}

const inMemory = 'what is kept in memory has no backup: give the server a data file'

interface MutableObject {
  seq: number
  greatestMs: number
  terms: readonly Term[]
  readonly runs: Run[]
  readonly writers: Map<Replica, string>
  readonly hashes: Map<Replica, HashedNumber[]>
  readonly origins: MovedEvent[]
}

const copyOf = ({
  seq,
  greatestMs,
  terms,
  runs,
  writers,
  hashes,
  origins = [],
}: StoredObject): MutableObject => ({
  seq,
  greatestMs,
  terms,
  runs: [...runs],
  writers: new Map(writers),
  hashes: new Map([...hashes].map(([replica, list]) => [replica, [...list]])),
  origins: [...origins],
})

const headOf = ({
  seq,
  greatestMs,
  terms,
  writers,
  hashes,
  origins = [],
}: StoredObject): StoredHead => ({
  origins: [...origins],
  seq,
  greatestMs,
  terms,
  writers: [...writers].map(([replica, client]) => ({
    replica,
    client,
    n: hashes.get(replica)?.at(-1)?.[0] ?? 0,
  })),
})

function storeObject(stored: MutableObject, commit: ObjectCommit): void {
  stored.seq = commit.seq
  stored.greatestMs = commit.greatestMs
  stored.terms = commit.terms ?? stored.terms
  for (const run of commit.runs) stored.runs.push(run)
  stored.origins.push(...(commit.origins ?? []))
  for (const { replica, client } of commit.newWriters) stored.writers.set(replica, client)
  for (const { replica, hashes } of commit.hashes) {
    const known = stored.hashes.get(replica) ?? []
    for (const hash of hashes) known.push(hash)
    stored.hashes.set(replica, known)
  }
}

/** Finds the run that holds entry `seq`, by halving. */
function firstRun(runs: readonly Run[], seq: number): number {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >> 1
    const run = runs[middle]!
    if (run.seq + run.count <= seq) low = middle + 1
    else high = middle
  }
  return low
}
