import type { HashedNumber, ObjectId, Replica } from '@react-collab/core'
import type { PoolStore } from '../pool/pool-store.js'
import type { PageLimit, RowsAfter, StatePage } from './event-log.js'
import type { StoredHead, Term } from './head.js'
import type { MovedEvent } from './origins.js'
import type { PurgeBounds } from './purge.js'

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
  /** When it was judged, by the log clock. */
  readonly at: number
  /** Present when a term begins. */
  readonly terms?: readonly Term[]
  readonly runs: readonly Run[]
  /** Replicas that the object has not seen before. */
  readonly newWriters: readonly NewWriter[]
  readonly hashes: readonly HashRun[]
  /** Events among them that other replicas have made. */
  readonly origins?: readonly MovedEvent[]
}

/** A row as it is stored: what `decodeRow` reads, and the entry that last changed it. */
export interface StoredRow {
  readonly at: number
  readonly row: string
  /** What `digestRow` gives. */
  readonly digest: number
}

/** What somebody who has all up to an entry would be sent: rows, or entries. */
export interface Weight {
  /** Entries up to this one are in the rows. */
  readonly compacted: number
  /** Entries up to this one are gone. */
  readonly floor: number
  /** Rows that changed since, or that follow the place. */
  readonly rows: number
  readonly rowBytes: number
  /** Of the entries since that are in the rows. */
  readonly entryBytes: number
}

/** Which entries are not needed any more, if rows hold them: those of either kind. */
export interface PruneBounds {
  /** Up to this one. */
  readonly upTo: number
  /** Older than this, by the log clock. */
  readonly before: number
}

/** What pruning has left. */
export interface Pruned {
  readonly floor: number
  /** There is more to prune. */
  readonly more: boolean
  /** The replicas whose hashes were dropped, with the greatest number of these. */
  readonly forgotten: readonly (readonly [Replica, number])[]
}

/** An object of a log, at a glance. */
export interface ObjectLevels {
  readonly object: ObjectId
  readonly seq: number
  readonly compacted: number
  readonly floor: number
  /** When its oldest entry was appended; undefined when it has none. */
  readonly oldest: number | undefined
  /** The time of its latest stamp, ms since the Unix epoch. */
  readonly greatestMs: number
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
  /** Applies entries to rows, a small step in one transaction; gives the last one that rows hold. */
  compact(object: ObjectId): Promise<number>
  /**
   * The digests of all rows at entry `seq`, one word for each bucket: where rows end, and at the last
   * multiples of 256; undefined elsewhere (R15).
   */
  digests(object: ObjectId, seq: number): Promise<readonly string[] | undefined>
  /** Compares the ways to bring somebody up to date. */
  weigh(object: ObjectId, after: RowsAfter): Promise<Weight>
  /** Rows behind a place, or changed after an entry, in their order; at least one if there is any. */
  state(object: ObjectId, after: RowsAfter, limit: PageLimit): Promise<StatePage>
  /** Removes runs, a small step in one transaction; never what rows do not hold. */
  prune(object: ObjectId, bounds: PruneBounds): Promise<Pruned>
  /**
   * Removes deleted rows for good, in one transaction, if rows hold all entries; the object is in `term`
   * then, with the last entry, and no earlier term counts. Tells whether there were any.
   */
  purge(object: ObjectId, bounds: PurgeBounds, term: string): Promise<boolean>
  /**
   * Removes an object in one transaction, with all that is known of it but its terms; `term` is the one
   * that its next entry would have had.
   */
  remove(object: ObjectId, term: string): Promise<void>
  /** Objects by name, those after a name. */
  objects(after: string, most: number): Promise<readonly ObjectLevels[]>
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
