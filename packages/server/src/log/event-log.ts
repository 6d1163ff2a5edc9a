import type {
  Cursor,
  Entries,
  Event,
  Failure,
  Joined,
  Numbers,
  ObjectId,
  Refusal,
} from '@react-collab/core'
import type { PoolStore } from '../pool/pool-store.js'

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
  /** Registers a session of `client` in an object, fencing its older ones. */
  join(
    object: ObjectId,
    client: string,
    cursor: Cursor | undefined,
    replicas: Numbers,
  ): Promise<JoinView>
  /** Forgets a session; what it pushes from now on is FENCED. */
  leave(object: ObjectId, client: string, fence: number): void
  /** Appends what can be appended; one verdict per item, in order. Rejects only when closed. */
  append(items: readonly AppendItem[]): Promise<readonly Verdict[]>
  /** Entries after `after`, all of one term, at least one if there is any, within `limit`. */
  read(object: ObjectId, after: number, limit: PageLimit): Promise<Entries | undefined>
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
