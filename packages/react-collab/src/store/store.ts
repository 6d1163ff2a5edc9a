import type {
  Cursor,
  ErrorCode,
  Event,
  ObjectId,
  ObjectState,
  Owners,
  OwnerSets,
  Renamed,
  Replica,
  Row,
  RowKey,
  Stamp,
  StatePlace,
} from '@react-collab/core'
import type { BatchImages } from '../image.js'
import type { MovePlan } from '../standing.js'
import type { StoredPool } from '../pool/pool-list.js'
import type { Loss } from '../losses.js'
import type { Windowing } from '../windows/windowing.js'
import type { OnRows, StagedRows } from './row-store.js'
import type { WindowPage, WindowQuery } from './windows.js'

/** Position of an outbox row: rises in the order in which the edits reached this disk. */
export type OutboxKey = number

/** Slots from here on are held by word alone, without a lock: two tabs may take one for theirs. */
export const UNLOCKED_SLOT = 1000

/** Edits that one tab made in one task: what waits to be sent. */
export interface OutboxRow {
  readonly object: ObjectId
  readonly events: readonly Event[]
  /** When they were made, ms since the Unix epoch. */
  readonly at: number
}

/** An outbox row as it lies on disk. */
export interface StoredRow extends OutboxRow {
  readonly key: OutboxKey
}

/** Who this device is: 128 random bits, a secret, and the token of the next connect (R9). */
export interface Identity {
  readonly client: string
  readonly secret: string
  readonly generation?: string
  /** Ids made up here to own rows with (R8). */
  readonly owners: Owners
  /** Whose rows it may write, as the server last said. */
  readonly ownerSets?: OwnerSets
  /** Whose edits lie here, as the server names them: empty for nobody, none while that is not known. */
  readonly principal?: string
  /** Whose they are in the app's words; none for nobody, and while that is not known. */
  readonly account?: string
  /** Replicas that it wrote with before another copy of it was found, and who writes in their place. */
  readonly retired: ReadonlyMap<Replica, Replica>
}

/** The edits that wait on a disk, and whose they are. */
export interface HandOver extends Pick<Identity, 'client' | 'secret' | 'owners' | 'principal'> {
  /** An account has taken over the secret and the owner ids. */
  readonly isGiven: boolean
  readonly rows: readonly StoredRow[]
}

/** Makes what a disk is named by: ids of 128 random bits, and replicas. */
export interface NameMaker {
  id(): string
  replica(): Replica
}

/** How far the writer of a slot has come in an object. */
export interface Counter {
  /** The last number given to an event. */
  readonly n: number
  /** The greatest stamp made. */
  readonly stamp?: Stamp
  /** The number of the next element that is typed into a text; none when nothing was. */
  readonly element?: number
  /** How often the object's outbox was stamped anew, or moved; none when never. */
  readonly epoch?: number
  /** What was moved since the slot wrote last (R9). */
  readonly moves?: readonly Moved[]
  /** Who writes from the slot in a branch; in an object it is the writer of the slot (R6). */
  readonly replica?: Replica
}

/** Whose elements of texts are since an outbox was moved, which made the counter's epoch `epoch`. */
export interface Moved {
  readonly epoch: number
  readonly names: readonly Renamed[]
}

/** What a tab writes to the disk in one strict transaction. */
export interface Write {
  readonly object: ObjectId
  readonly slot: number
  readonly counter: Counter
  /** Events for the outbox; none where only local rows changed. */
  readonly row?: OutboxRow
  /** What the events of `row` make, one row each: then a record stands for them on disk (R7). */
  readonly batch?: BatchImages
  /** Rows of local collections; merged into what another tab may have written since. */
  readonly locals?: readonly (readonly [RowKey, Row])[]
}

/** Entries of the log as they were received: consecutive, all of one term. */
export interface JournalBatch {
  readonly term: string
  /** The seq of the first event. */
  readonly seq: number
  readonly events: readonly Event[]
}

/** A value that a later write of somebody else has replaced. */
export interface Overwritten extends Omit<Loss, 'isOwn' | 'late'> {
  /** When this device heard of it, ms of the server's clock. */
  readonly lostAt: number
  /** It was replaced while this device had no line. */
  readonly wasAway: boolean
}

/** A replaced value as it lies on disk. */
export interface StoredOverwritten extends Overwritten {
  readonly id: string
}

/** Rows of the confirmed state to come, of a loading that is not done. */
export interface StoredPage {
  /** That of the state that they are to be put over. */
  readonly cursor: Cursor | undefined
  /** They are to be put over nothing: the log is another. */
  readonly isReset: boolean
  /** Of the last of them. */
  readonly place: StatePlace
  /** The JSON text of a `RowPage`. */
  readonly page: string
}

/** What is known of a state that takes the place of another. */
export interface Replacement {
  /** Only these rows are not as they were in the state before; all may be where that is undefined. */
  readonly changed?: Iterable<RowKey> | undefined
  /** Its rows are those of the kept pages, if these are so many. */
  readonly pages?: number | undefined
  /** What is lost with the state before. */
  readonly overwritten?: readonly Overwritten[]
  /**
   * Says which edits cannot be made any more, of all outbox rows; `held` are those of its `rows` in
   * windowed collections that the state has.
   */
  readonly parking?:
    | {
        readonly rows: Iterable<RowKey>
        readonly plan: (rows: readonly StoredRow[], held: ReadonlySet<RowKey>) => readonly Parking[]
        readonly now: number
      }
    | undefined
}

/** All that this disk holds of an object. */
export interface Loaded {
  /** The confirmed state at `cursor`. */
  readonly state: ObjectState
  readonly cursor: Cursor | undefined
  /** At least the greatest stamp in the state; none where nothing was written. */
  readonly greatest: Stamp | undefined
  /** The outbox of all tabs, in order. */
  readonly pending: readonly StoredRow[]
  readonly locals: readonly (readonly [RowKey, Row])[]
}

/** A page of the rows of all windowed collections, as the log has them, in the order of their keys. */
export interface ScannedRows {
  /** Counts the transactions that have written such rows: pages of one version are of one moment. */
  readonly version: number
  readonly rows: readonly (readonly [RowKey, Row])[]
  /** Where the next begin; undefined when these are the last. */
  readonly next: RowKey | undefined
}

/** Rows of windowed collections, and of which loading they are. */
export interface StoredRows {
  readonly generation: number
  readonly rows: readonly (readonly [RowKey, Row | undefined])[]
}

/** An edit that was refused: kept, with its reason, until a person decides. */
export interface Rejected {
  readonly key: number
  readonly object: ObjectId
  readonly event: Event
  readonly code: ErrorCode
  readonly message: string
  /** When it was refused, ms since the Unix epoch. */
  readonly at: number
}

/** What is left of an object whose confirmed state was forgotten. */
export interface Forgotten {
  /** Outbox rows that are still there. */
  readonly kept: number
  /** Records that could not be read, and are gone. */
  readonly lost: readonly unknown[]
}

/** Events of one outbox row to be moved to `rejected`; the rest of the row stays. */
export interface Parking {
  readonly key: OutboxKey
  readonly parked: readonly {
    readonly n: number
    readonly code: ErrorCode
    readonly message: string
  }[]
}

/** A derived collection as it lies on disk. */
export interface DerivedRecord {
  readonly collection: string
  /** Of which functions it was made. */
  readonly version: string
  /** Of which confirmed rows. */
  readonly cursor: Cursor
  /** JSON text. */
  readonly groups: string
}

/** Stamps events, one after the other, later than all that a state holds. */
export type StampLater = (state: ObjectState) => (event: Event) => Stamp

/**
 * The disk of one client: what all its tabs share.
 *
 * Everything is a transaction of its own: it happened whole when the promise resolves, or not at
 * all when it rejects with a `StorageError`. Methods that take `lead` are for the tab that drives
 * the connection: they reject with `FENCED`, and write nothing, once another tab has taken the
 * lead (R14).
 */
export interface LocalStore {
  /** Whether what is stored outlives the process. */
  readonly durable: boolean
  /**
   * Reads who this device is; makes it up at the first start. `id()` gives 128 random bits. A disk that is
   * nobody's and no account's yet is `account`'s from then on: empty for nobody, undefined where that is not said.
   */
  identity(id: () => string, account?: string): Promise<Identity>
  /** Keeps the generation token for the next connect, and whose rows may be written here. */
  saveGeneration(lead: number, generation: string, owners?: OwnerSets): Promise<void>
  /** Takes the lead: returns a number that fences all earlier leaders. */
  lead(): Promise<number>
  /**
   * Makes this disk a client of its own: another copy of it is at work (R9). It gets another identity,
   * and each slot, in branches too, another replica; what waits is named anew as it is sent.
   */
  fork(lead: number, make: NameMaker): Promise<Identity>
  /**
   * Rewrites an object's outbox rows, in one transaction, as `plan` says, which gets them all. Returns the
   * rows as they are now. What was to be written before that is `FENCED`, and the counters tell of it.
   */
  move(
    lead: number,
    object: ObjectId,
    plan: (rows: readonly StoredRow[]) => MovePlan,
    now: number,
  ): Promise<readonly StoredRow[]>
  /** Counts the edits that no log has: those that wait, were refused, or lie in branches. */
  unsent(): Promise<number>
  /**
   * Forgets all that lies here, and who it was of; whoever leads is fenced.
   *
   * Errors  `UNSENT_EDITS` where there are any, unless they are `isDiscarded`: then nothing has changed
   */
  erase(isDiscarded: boolean): Promise<void>
  /** Remembers whose edits lie here; empty for nobody. `account` says it in the app's words. */
  saveAccount(lead: number, principal: string, account?: string): Promise<void>
  /** Tells what waits here, for another disk to take over; undefined when nothing does. */
  handOver(): Promise<HandOver | undefined>
  /**
   * Takes what waits on another disk into the outbox, each row once; tells whether the secret and the owner
   * ids of that disk are this one's now, too. Else rows that are made there become this one's own.
   */
  takeOver(from: HandOver, make: NameMaker): Promise<boolean>
  /** Forgets rows that another disk has taken over, with secret and owner ids where those are given. */
  handedOver(rows: readonly StoredRow[], isGiven: boolean): Promise<void>
  /** Reads the replica that writes from `slot`; makes it with `fresh` when the slot is new. */
  replica(slot: number, fresh: () => Replica): Promise<Replica>
  /** Reads how far the writer of `slot` has come in an object. */
  counter(slot: number, object: ObjectId): Promise<Counter>
  /** Reads all that is stored of an object: chunks, then the journal applied over them. */
  load(object: ObjectId): Promise<Loaded>
  /**
   * Writes edits, strictly durable; the outbox keys come in the order of `writes`. Rejects with
   * `FENCED`, and writes nothing, when an outbox was stamped anew since a write was stamped: the
   * new stamps may be as great as its own. With `LOCAL_STATE_LOST` where their
   * numbers were given before from the same slot.
   */
  append(writes: readonly Write[]): Promise<readonly (OutboxKey | undefined)[]>
  /** The objects that have outbox rows. */
  pendingObjects(): Promise<readonly ObjectId[]>
  /**
   * The outbox rows of an object after `key`, in order; without batches that `knows` knows by their
   * key, as it takes time to read them.
   */
  pending(
    object: ObjectId,
    after?: OutboxKey,
    knows?: (key: OutboxKey) => boolean,
  ): Promise<readonly StoredRow[]>
  /**
   * Writes received entries to the journal, moves the cursor past them, and moves outbox rows
   * that they settle whole to `sent`: one transaction. A batch that does not follow the stored
   * cursor is an `INVARIANT` error.
   */
  confirm(
    lead: number,
    object: ObjectId,
    batches: readonly JournalBatch[],
    settled: readonly OutboxKey[],
    now: number,
    overwritten?: readonly Overwritten[],
  ): Promise<void>
  /**
   * The journal after a place in it. Undefined (load anew) when it no longer reaches back so far,
   * or when `after` is no place in it: the state was replaced since (R2).
   */
  journal(object: ObjectId, after: Cursor | undefined): Promise<readonly JournalBatch[] | undefined>
  /**
   * Rewrites the chunks of rows that changed since the last time, and empties the journal up to
   * `cursor`; `sent` rows older than 24 h go. For idle moments. Cheap when nothing changed.
   * `state` is read at the call. `INVARIANT` when `cursor` is not the end of a confirmed batch.
   */
  checkpoint(
    lead: number,
    object: ObjectId,
    state: ObjectState,
    cursor: Cursor,
    now: number,
  ): Promise<void>
  /**
   * Replaces the confirmed state (R2, R3), and moves `restored` rows from `sent` back to the outbox;
   * kept pages go. Gives back the events that were parked.
   */
  reset(
    lead: number,
    object: ObjectId,
    state: ObjectState,
    cursor: Cursor,
    restored: readonly OutboxKey[],
    known?: Replacement,
  ): Promise<readonly Event[]>
  /** Values that others have replaced, newest first: at most 8 of a field. */
  overwritten(object: ObjectId): Promise<readonly StoredOverwritten[]>
  /** Forgets one of them. */
  dismissOverwritten(object: ObjectId, id: string): Promise<void>
  /** All who write on this device, in whatever tab. */
  replicas(): Promise<readonly Replica[]>
  /** Keeps a page of rows that is loaded; the first one in place of all that were kept before. */
  keepPage(lead: number, object: ObjectId, page: StoredPage, isFirst: boolean): Promise<void>
  /** The pages that a loading that was cut has left, in the order of their places. */
  pages(object: ObjectId): Promise<readonly StoredPage[]>
  /**
   * Forgets an object's confirmed state; keeps outbox and local rows that can be read, and gives
   * back, as they lie there, those that cannot.
   */
  forget(object: ObjectId): Promise<Forgotten>
  /**
   * Takes away what the log said of an object that was removed for everyone; of its outbox rows what
   * `plan` says is parked. Numbers are never given again.
   */
  removeObject(
    lead: number,
    object: ObjectId,
    plan: (rows: readonly StoredRow[]) => readonly Parking[],
    now: number,
  ): Promise<void>
  /** Own rows that the log has accepted, of the last 24 h, in order. */
  sent(object: ObjectId): Promise<readonly StoredRow[]>
  /** Moves refused events from the outbox to `rejected`. */
  park(lead: number, object: ObjectId, parking: readonly Parking[], now: number): Promise<void>
  /**
   * Rewrites the stamps of an object's outbox rows in order, n kept (R4). `stampOf` is called for
   * each event and returns its new stamp, of the same replica. Every slot's counter falls back to
   * the greatest new stamp, and begins another epoch. Returns the rows as they are now.
   */
  restamp(
    lead: number,
    object: ObjectId,
    stampOf: (event: Event) => Stamp,
  ): Promise<readonly StoredRow[]>
  /** The branches of an object, or of a branch, that are on this disk. */
  branches(parent: ObjectId): Promise<readonly ObjectId[]>
  /**
   * Makes a branch of what its parent shows on this disk; false when it was there already. `term`
   * is a new name for the base, here as below.
   */
  createBranch(branch: ObjectId, term: string): Promise<boolean>
  /**
   * Brings what the parent now shows into a branch, beneath its own edits: these are stamped anew,
   * as `restamp` does it, to be later than all that the parent has. Edits of what the parent no
   * longer has are parked as `BASE_LOST`; returns how many. `NO_BRANCH` without a branch.
   */
  pullBranch(branch: ObjectId, term: string, later: StampLater, now: number): Promise<number>
  /**
   * Moves a branch's own edits, stamped anew, to the end of its parent's outbox, and into its own
   * base (R6). Parks as `pullBranch` does. Returns what moved, as it lies in the parent's outbox.
   * `NO_BRANCH` without a branch.
   */
  pushBranch(
    branch: ObjectId,
    term: string,
    later: StampLater,
    now: number,
  ): Promise<{ readonly rows: readonly StoredRow[]; readonly parked: number }>
  /** Takes the base of a branch anew from its parent, for one that is `CORRUPT`. */
  rebuildBranch(branch: ObjectId, term: string): Promise<void>
  /** Forgets a branch, with its own edits and its branches; returns all that are gone. */
  dropBranch(branch: ObjectId): Promise<readonly ObjectId[]>
  /** The clients of an object, as they were last known. */
  pool(object: ObjectId): Promise<StoredPool | undefined>
  /** Keeps them. */
  savePool(object: ObjectId, pool: StoredPool): Promise<void>
  /**
   * Says once, before anything else, which collections are windowed, and who hears of rows in them
   * that are others on disk than they were, by a transaction of this store.
   */
  useWindows(windowing: Windowing, onRows: OnRows): void
  /** Says that an entry has no effect, before it is confirmed. */
  voidEvent(event: Event): void
  /** Reads a part of a windowed collection. */
  readWindow(object: ObjectId, query: WindowQuery): Promise<WindowPage>
  /** Reads rows of windowed collections as the log has them; undefined are those that it has not. */
  readRows(object: ObjectId, keys: readonly RowKey[]): Promise<StoredRows>
  /** Reads all of them, `most` at once, from a key on. */
  scanRows(object: ObjectId, most: number, from?: RowKey): Promise<ScannedRows>
  /** Writes rows of windowed collections that are being loaded. */
  stageRows(lead: number, object: ObjectId, staged: StagedRows): Promise<void>
  /** All refused edits, oldest first. */
  rejected(): Promise<readonly Rejected[]>
  /** Forgets a refused edit: it was retried, or discarded. False when it was already gone. */
  discard(key: number): Promise<boolean>
  /** Reads what was stored of an object's derived rows. */
  derived(object: ObjectId): Promise<readonly DerivedRecord[]>
  /** Stores what an object's rows derive at a place in the log, in place of what was stored before. */
  keepDerived(lead: number, object: ObjectId, records: readonly DerivedRecord[]): Promise<void>
  close(): Promise<void>
}
