import type { HashedNumber, ObjectId, Replica } from '@react-collab/core'
import type { PoolStore } from '../pool/pool-store.js'
import type { PageLimit } from './event-log.js'
import type { StoredHead, Term } from './head.js'
import type { MovedEvent } from './origins.js'

/** Consecutive events of one term, kept together as one JSON array. */
export interface Run {
  readonly seq: number
  readonly count: number
  readonly term: string
  readonly events: string
}

/** Hashes of one replica's events, by rising n; the last is the greatest n that it has reached. */
export interface HashRun {
  readonly replica: Replica
  readonly hashes: readonly HashedNumber[]
}

/** A replica's first appearance. */
export interface NewWriter {
  readonly replica: Replica
  readonly client: string
}

/** All that one group commit changes in an object. */
export interface ObjectCommit {
  readonly object: ObjectId
  readonly seq: number
  readonly greatestMs: number
  /** Present when a term begins. */
  readonly terms?: readonly Term[]
  readonly runs: readonly Run[]
  /** Replicas that the object has not seen before. */
  readonly newWriters: readonly NewWriter[]
  readonly hashes: readonly HashRun[]
  /** Events among them that other replicas have made. */
  readonly origins?: readonly MovedEvent[]
}

/**
 * Where a log keeps its rows; one process has it to itself.
 *
 * It decides nothing: heads, order and verdicts are the log's.
 */
export interface LogDisk {
  load(object: ObjectId): Promise<StoredHead | undefined>
  /** Hashes of a replica's logged events from number `from` on, by rising n. */
  hashes(
    object: ObjectId,
    replica: Replica,
    from: number,
    most?: number,
  ): Promise<readonly HashedNumber[]>
  /** Runs that hold the entries after `after`; the first may begin before. */
  read(object: ObjectId, after: number, limit: PageLimit): Promise<readonly Run[]>
  /** Commits all or nothing, durably; rejects with a `CommitError`. */
  commit(commits: readonly ObjectCommit[]): Promise<void>
  /** Where the clients of objects are kept, if it keeps them. */
  readonly pools?: PoolStore | undefined
  /** Copies all that is committed to a new file; commits go on meanwhile. */
  backup(path: string): Promise<void>
  close(): Promise<void>
}

/** A group commit that failed: rolled back, or with an outcome that nobody knows. */
export class CommitError extends Error {
  readonly outcome: 'aborted' | 'unknown'

  constructor(outcome: 'aborted' | 'unknown', message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CommitError'
    this.outcome = outcome
  }
}
