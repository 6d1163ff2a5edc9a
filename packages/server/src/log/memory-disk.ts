import { type ObjectId, UsageError } from '@react-collab/core'
import { Compactor } from './compactor.js'
import type { StoredHead } from './head.js'
import { CommitError, type LogDisk, type ObjectCommit } from './log-disk.js'
import {
  compactObject,
  copyOf,
  emptyObject,
  firstRun,
  levelsOf,
  type MutableObject,
  pruneObject,
  purgeObject,
  readRows,
  removedObject,
  type StoredObject,
  weighObject,
} from './memory-object.js'

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
  const compactor = new Compactor()
  for (const [object, stored] of from) objects.set(object, copyOf(stored))

  function store(commits: readonly ObjectCommit[]): void {
    for (const commit of commits) {
      storeObject(find(commit.object), commit)
    }
  }

  /** What is there of an object, or a new one. */
  function find(object: ObjectId): MutableObject {
    const stored = objects.get(object) ?? copyOf(emptyObject)
    objects.set(object, stored)
    return stored
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
    compact: async (object) => compactObject(object, find(object), compactor),
    digests: async (object, seq) => find(object).digests.get(seq),
    weigh: async (object, after) => weighObject(find(object), after),
    state: async (object, after, limit) => readRows(find(object), after, limit),
    prune: async (object, bounds) => pruneObject(find(object), bounds),
    purge: async (object, bounds, term) => {
      compactor.forget()
      return purgeObject(find(object), bounds, term)
    },
    remove: async (object, term) => {
      compactor.forget()
      objects.set(object, removedObject(find(object), term))
    },
    objects: async (after, most) => {
      const names = [...objects.keys()]
        .filter((object) => object > after && find(object).seq > 0)
        .toSorted()
      return names.slice(0, most).map((object) => levelsOf(object, find(object)))
    },
    backup: () => Promise.reject(new UsageError('BAD_VALUE', inMemory)),
    close: async () => {},
    snapshot: () => new Map([...objects].map(([object, stored]) => [object, copyOf(stored)])),
  }
}

const inMemory = 'what is kept in memory has no backup: give the server a data file'

const headOf = ({
  seq,
  compacted,
  floor,
  greatestMs,
  terms,
  writers,
  hashes,
  forgotten,
  removal,
  origins = [],
}: StoredObject): StoredHead => ({
  removal,
  origins: [...origins],
  seq,
  compacted,
  floor,
  greatestMs,
  terms,
  writers: [...writers].map(([replica, client]) => ({
    replica,
    client,
    n: hashes.get(replica)?.at(-1)?.[0] ?? 0,
    forgotten: forgotten.get(replica) ?? 0,
  })),
})

function storeObject(stored: MutableObject, commit: ObjectCommit): void {
  stored.seq = commit.seq
  stored.greatestMs = commit.greatestMs
  stored.terms = commit.terms ?? stored.terms
  for (const run of commit.runs) stored.runs.push({ ...run, at: commit.at })
  stored.origins.push(...(commit.origins ?? []))
  for (const { replica, client } of commit.newWriters) stored.writers.set(replica, client)
  for (const { replica, hashes } of commit.hashes) {
    const known = stored.hashes.get(replica) ?? []
    for (const hash of hashes) known.push(hash)
    stored.hashes.set(replica, known)
  }
}
