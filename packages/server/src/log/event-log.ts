import type {
  Cursor,
  Entries,
  Event,
  Failure,
  Joined,
  Numbers,
  ObjectId,
  Refusal,
  StateEnd,
  StatePlace,
} from '@react-collab/core'
import type { PoolStore } from '../pool/pool-store.js'
import type { ObjectLevels, PruneBounds } from './log-disk.js'
import type { PurgeBounds } from './purge.js'

/** A push, as far as it could be judged without the log. */
export interface AppendItem {
  readonly object: ObjectId
  readonly client: string
  /** The number that the client's join was given; a later join of the same client fences it. */
  readonly fence: number
  readonly term: string
  /** The client's round: after a refusal the log takes only later ones from this stream. */
  readonly round: number
  readonly prev: Numbers
  /** What was sent; an item of `refused` may be no event at all. */
  readonly events: readonly Event[]
  /** The JSON of each of `events`: what is stored and hashed. */
  readonly texts: readonly string[]
  /** Events that are wrong in themselves, or that the app's guard refused; by rising index. */
  readonly refused: readonly Refusal[]
  /** Set when the push is refused for a reason outside the log, such as FORBIDDEN. */
  readonly failure?: Failure
  /** The first event that `failure` concerns; without it, all of them. */
  readonly failsFrom?: number | undefined
}

/** What became of one push. Duplicates are accepted before anything else is looked at. */
export interface Verdict {
  /** The new entries, if any, as they now stand in the log. */
  readonly appended?: Entries
  /** Why not all were taken. Events before the first refused one are in the log, none after it. */
  readonly failure?: Failure
}

/** What a join learns: `Joined`, and the number that fences the client's older sessions. */
export interface JoinView extends Omit<Joined, 'now' | 'session'> {
  readonly fence: number
  /** Where feeding begins: with the rows behind this where `state` counts any, else with entries. */
  readonly after: RowsAfter
}

/** What a joining client can do with, beside entries. */
export interface JoinWants {
  /** Rows in place of entries. */
  readonly states?: boolean | undefined
  /** Where loading rows was cut. */
  readonly from?: StatePlace | undefined
  /** Buckets whose rows are to come whole. */
  readonly heal?: readonly number[] | undefined
  /** Where the state stands that the client shows while it loads all anew. */
  readonly was?: Cursor | undefined
}

/** Where rows begin: behind a place, or with what changed after an entry. */
export type RowsAfter = HealPlace | RowPlace | number

/** Behind a place, of the rows only those that lie in these buckets or changed after entry `since`. */
export interface HealPlace extends RowPlace {
  readonly heal: { readonly since: number; readonly buckets: readonly number[] }
}

/** The place of a row, in whatever term. */
export type RowPlace = Omit<StatePlace, 'term'>

/** Rows as they stand at the time of reading. */
export interface StatePage {
  /** What `packStatePage` gives. */
  readonly rows: unknown
  /** That of the last row; undefined when there is none. */
  readonly place: RowPlace | undefined
  /** Present when there are no further rows: how far these go. */
  readonly end: StateEnd | undefined
  /** With `end`: the term of the entry there; undefined where there is none. */
  readonly endTerm?: string | undefined
}

/** Bounds of a page read from the log. */
export interface PageLimit {
  readonly events: number
  readonly bytes: number
}

/**
 * The durable, gapless, ordered log of each object.
 *
 * `seq` is 1, 2, 3 … per object. Session, order, clock and numbers are judged where the log alone
 * decides what comes next (R13). What a promise of `append` resolves to is on disk; an entry is
 * never readable before that.
 */
export interface EventLog {
  /** Where the clients of its objects are kept; without it they are known as long as the process lasts. */
  readonly pools?: PoolStore | undefined
  /**
   * Registers a session of `client` in an object, fencing its older ones. Rejects with CLIENT_TOO_OLD
   * when entries that it needs are gone, and it can do with nothing else.
   */
  join(
    object: ObjectId,
    client: string,
    cursor: Cursor | undefined,
    replicas: Numbers,
    wants?: JoinWants,
  ): Promise<JoinView>
  /** Forgets a session; what it pushes from now on is FENCED. */
  leave(object: ObjectId, client: string, fence: number): void
  /** Appends what can be appended; one verdict per item, in order. Rejects only when closed. */
  append(items: readonly AppendItem[]): Promise<readonly Verdict[]>
  /**
   * Entries after `after`, all of one term, at least one if there is any, within `limit`; `pruned`
   * when the next one is gone.
   */
  read(object: ObjectId, after: number, limit: PageLimit): Promise<Entries | 'pruned' | undefined>
  /**
   * Rows in the order of their places (R3). Compacting may go on between pages: a row that changes
   * has a place further on then, and comes again.
   */
  state(object: ObjectId, after: RowsAfter, limit: PageLimit): Promise<StatePage>
  /** Brings entries into the rows, a small step; gives the last one that these hold. */
  compact(object: ObjectId): Promise<number>
  /** As `LogDisk.digests` says. */
  digests(object: ObjectId, seq: number): Promise<readonly string[] | undefined>
  /** Removes entries that rows hold, a small step; tells whether there is more to remove. */
  prune(object: ObjectId, bounds: PruneBounds): Promise<boolean>
  /**
   * Removes deleted rows for good, after all that was pushed before. Where there were any another term
   * begins, in which no earlier cursor counts: whoever has the object loads all of it. Tells whether
   * there were; the object's sessions are forgotten then.
   */
  purge(object: ObjectId, bounds: PurgeBounds): Promise<boolean>
  /**
   * Removes an object, after all that was pushed before: what is pushed later begins it anew, in another
   * term, with entry 1. Tells whether there was anything; its sessions are forgotten.
   */
  remove(object: ObjectId): Promise<boolean>
  /** Objects by name, those after a name. */
  objects(after: string, most: number): Promise<readonly ObjectLevels[]>
  /** The last durable entry: its seq, and the term of what comes next. */
  head(object: ObjectId): Promise<Cursor>
  /**
   * Copies all that was appended so far, and maybe more, to a new file, which is a data file like the
   * log's own; appending goes on meanwhile. Rejects when that fails, with no harm to the log.
   */
  backup(path: string): Promise<void>
  /** Commits what was appended, then lets go of the disk. */
  close(): Promise<void>
}
