import {
  createReplica,
  type Event,
  eventReplica,
  type ObjectId,
  RefusedError,
  type Replica as ReplicaId,
  type Row,
  type RowKey,
} from '@react-collab/core'
import { isBranch } from './branch-id.js'
import { keptDerived, readDerived } from './derived/keeper.js'
import type { Desk } from './desk.js'
import type { Edit } from './edit.js'
import type { Seat } from './pen.js'
import { Replica } from './replica.js'
import type { ReplicaHost } from './replica-host.js'
import { knownIn } from './recognition.js'
import { takeRestamped } from './restamp.js'
import type { JournalBatch, LocalStore, StoredRow } from './store/store.js'
import type { TabMessage } from './tabs.js'

/**
 * A branch is written by replicas of its own (R6): what is typed there and in the object at a time
 * must not get the same names.
 */
function seatInBranch(seat: Seat, random: () => number): Seat {
  const replica = seat.counter.replica ?? createReplica(random)
  return { ...seat, replica, counter: { ...seat.counter, replica } }
}

/** What tabs tell each other of one object, for whoever holds it open. */
export type ObjectNews = Extract<TabMessage, { type: 'locals' | 'entries' | 'reload' | 'leave' }>

/** An object that this tab holds open, kept true to the disk that all tabs share. */
export class OpenObject {
  readonly replica: Replica
  /** How many hooks and callers hold it open here. */
  uses = 0
  /** Asked for since the last sweep: a render that is not committed yet may be about to hold it. */
  isFresh = true
  /** Tabs that hold it open elsewhere; the leader serves them too. */
  readonly tabs: Map<string, number> = new Map()
  /** Resolves when it was read from disk. */
  loaded: Promise<void> | undefined
  /** The disk is being read, for the first time or after a rest. */
  isReading = false
  /** It was let go of: what is in memory may be older than the disk. */
  #isBehind = false
  /** Hints that came while the disk was being read; they may tell what the reading missed. */
  #missed = false
  /** Rows of the outbox were not told, and have to be read before any that are. */
  #isUnread = false
  /** More of them may have come since the reading began. */
  #hasMore = false
  #fetching: Promise<void> | undefined
  /** Set while what was rewritten is being read: entries that came after it wait for it. */
  #rewriting: Promise<void> | undefined

  constructor(object: ObjectId, host: ReplicaHost) {
    this.replica = new Replica(object, host)
  }

  /** It has been read, and is kept up to date. */
  get isCurrent(): boolean {
    return this.replica.ready && !this.#isBehind
  }

  /** Reads the object from disk; once, however often it is called. */
  load(desk: Desk): Promise<void> {
    this.loaded ??= this.#read(desk).catch((error: unknown) => {
      this.loaded = undefined
      throw error
    })
    return this.loaded
  }

  /** Is kept up to date no longer; `roused` is called at the next use, by whoever still has it. */
  rest(roused: () => void): void {
    this.loaded = undefined
    this.#isBehind = this.replica.ready
    this.#missed = false
    this.replica.rest(roused)
  }

  async #read(desk: Desk): Promise<void> {
    this.isReading = true
    try {
      await (this.#isBehind ? this.#catchUp(desk) : this.#load(desk))
    } finally {
      this.isReading = false
    }
  }

  /** Takes what was missed from the disk; edits that were made meanwhile stay. */
  async #catchUp(desk: Desk): Promise<void> {
    const { store } = desk
    if (!isBranch(this.replica.object)) this.replica.rename(desk.replica)
    await this.reload(store)
    this.#isBehind = false
    if (this.#missed) await this.repair(store)
  }

  /** Writes as whoever has the slot by now. */
  async rename({ store, slot, replica }: Desk, newReplica: () => ReplicaId): Promise<void> {
    const { object } = this.replica
    if (!isBranch(object)) return this.replica.rename(replica)
    const counter = await store.counter(slot, object)
    this.replica.rename(counter.replica ?? newReplica())
  }

  async #load({ store, slot, replica }: Desk): Promise<void> {
    const { object, platform } = this.replica
    const [records, counter, loaded] = await Promise.all([
      readDerived(this.replica, store),
      store.counter(slot, object),
      store.load(object),
    ])
    const kept = await keptDerived(store, object, records)
    const seat = { slot, replica, counter }
    this.replica.start(loaded, isBranch(object) ? seatInBranch(seat, platform.random) : seat, kept)
    if (this.#missed) await this.repair(store)
  }

  /** Catches up with the disk: entries from the journal, and the outbox of all tabs. */
  async repair(store: LocalStore): Promise<void> {
    const { replica } = this
    const before = replica.stored
    // In this order: a row that left the outbox after it was read is settled by the journal.
    const rows = await store.pending(replica.object)
    const batches = await store.journal(replica.object, replica.cursor)
    if (batches === undefined) await this.reload(store)
    else for (const batch of batches) replica.receive(batch)
    const left = replica.adopt(rows, before)
    replica.windows.lookAgain()
    if (left.length === 0) return
    await this.#dropParked(store)
    if (!isBranch(replica.object)) await this.#dropDecided(store, left)
  }

  /** Takes everything anew from the disk. */
  async reload(store: LocalStore): Promise<void> {
    const { object, stored } = this.replica
    const { state, cursor, pending, locals } = await store.load(object)
    this.replica.visible.setLocals(locals)
    this.replica.replace(state, cursor, pending, stored)
    this.replica.windows.lookAgain()
    // A branch that was dropped: there is nothing to be undone in.
    if (isBranch(object) && cursor === undefined) this.replica.recorder?.clear()
  }

  /** Hears what another tab tells of this object. */
  async hear(message: ObjectNews, store: LocalStore): Promise<void> {
    switch (message.type) {
      case 'locals':
        return this.#locals(message.rows)
      case 'entries':
        return this.#entries(store, message.batches)
      case 'reload':
        return this.#taking(this.#rewritten(store, message.why))
      case 'leave':
        this.tabs.delete(message.tab)
    }
  }

  /** Hears that it is a branch whose base is another on disk, and whose edits are stamped anew. */
  async rebased({ store, slot }: Desk): Promise<void> {
    if (this.#unready()) return
    // The counter first, as after any re-stamping: an old one is refused, a new one is not.
    const counter = await store.counter(slot, this.replica.object)
    await this.reload(store)
    this.replica.renew(counter)
  }

  /** Hears of rows that are in the outbox; behind a batch that is being read they wait for it. */
  async rows(rows: readonly StoredRow[], store: LocalStore): Promise<void> {
    if (this.#unready()) return
    if (this.#isUnread) await this.unread(store)
    else this.replica.addRows(rows)
  }

  /**
   * Hears that the disk has rows that were not told. They are taken in the order of the disk: were a
   * later one sent first, its number would be taken for a sign that they were left out.
   */
  unread(store: LocalStore): Promise<void> {
    if (this.#unready()) return Promise.resolve()
    this.#isUnread = true
    this.#hasMore = true
    this.#fetching ??= this.#fetch(store).finally(() => (this.#fetching = undefined))
    return this.#fetching
  }

  async #fetch(store: LocalStore): Promise<void> {
    const { object, visible } = this.replica
    while (this.#hasMore) {
      this.#hasMore = false
      this.replica.addRows(await store.pending(object, 0, knownIn(visible.pending)))
    }
    this.#isUnread = false
  }

  /** Hears of entries that the leader has put on disk. */
  async #entries(store: LocalStore, batches: readonly JournalBatch[]): Promise<void> {
    // Else what was refused would be taken for what was left out of its push.
    while (this.#rewriting !== undefined) await this.#rewriting
    if (this.#unready()) return
    for (const batch of batches) {
      const { cursor } = this.replica
      // Of another term it may begin anew: only the disk tells whether it follows what is here.
      const isOfTerm = cursor === undefined || cursor.term === batch.term
      if (!isOfTerm || this.replica.receive(batch) === undefined) return this.repair(store)
    }
  }

  async #taking(rewritten: Promise<void>): Promise<void> {
    const all = Promise.allSettled([this.#rewriting, rewritten]).then(() => {
      if (this.#rewriting === all) this.#rewriting = undefined
    })
    this.#rewriting = all
    await rewritten
  }

  /** Hears of rows that stay on this device. */
  #locals(rows: readonly (readonly [RowKey, Row])[]): void {
    if (this.#unready()) return
    this.replica.visible.setLocals(rows)
    this.replica.listeners.flush()
  }

  /** Hears that the leader has rewritten the outbox, or the state. */
  async #rewritten(
    store: LocalStore,
    why: Extract<TabMessage, { type: 'reload' }>['why'],
  ): Promise<void> {
    if (this.#unready()) return
    const { replica } = this
    if (why === 'reset') return this.reload(store)
    if (why === 'removed') return this.#removed(store)
    if (why === 'parked') return this.#parked(store)
    if (why === 'moved') return this.#takeMoved(store)
    await takeRestamped(replica, store)
  }

  /** What was refused goes first: were the journal read before, it would tell that it was left out. */
  async #parked(store: LocalStore): Promise<void> {
    await this.#dropParked(store)
    if (!isBranch(this.replica.object)) await this.repair(store)
  }

  async #removed(store: LocalStore): Promise<void> {
    const { replica } = this
    const before = replica.stored
    const rows = await store.pending(replica.object)
    const rejected = await store.rejected()
    replica.remove({ rows, rejected }, before)
  }

  /** What is neither in the outbox nor refused went into the log as another copy's. */
  async #takeMoved(store: LocalStore): Promise<void> {
    const { replica } = this
    const before = replica.stored
    const counter = await store.counter(replica.slot, replica.object)
    const left = replica.moved(await store.pending(replica.object), before, counter)
    if (left.length === 0) return
    await this.#dropParked(store)
    for (const edit of left) if (edit.stage === 'saved') edit.logged(replica.cursor?.seq ?? 0)
  }

  async #dropParked(store: LocalStore): Promise<void> {
    const { object, visible } = this.replica
    const rejected = (await store.rejected()).filter((item) => item.object === object)
    const edits = rejected.flatMap(({ event, code, message }) => {
      const edit = visible.pending.find(event)
      edit?.refused(new RefusedError(code, message))
      return edit ?? []
    })
    this.replica.refuse(
      edits,
      rejected.map(({ event }) => event),
    )
    this.replica.windows.lookAgain()
  }

  /**
   * Drops what was refused, and retried or discarded since: of `left`, what has left the outbox and is
   * neither in the log nor among what is refused. What has another name has its own hint.
   */
  async #dropDecided(store: LocalStore, left: readonly Edit[]): Promise<void> {
    const { platform, visible } = this.replica
    const { retired } = await store.identity(platform.id)
    const gone = left.filter(
      (edit) => visible.pending.has(edit) && !retired.has(eventReplica(edit.event as Event)),
    )
    const error = new RefusedError('REFUSED', 'it was refused, and retried or discarded since')
    for (const edit of gone) edit.refused(error)
    this.replica.refuse(gone)
  }

  #unready(): boolean {
    if (!this.isCurrent) this.#missed = true
    return !this.isCurrent
  }
}
