import {
  type Cursor,
  type Echo,
  type ErrorCode,
  errorCodes,
  type Failure,
  type Joined,
  messages,
  type Numbers,
  type ObjectId,
  ProtocolError,
  type State,
  type StorageError,
} from '@react-collab/core'
import { backoffMs } from './backoff.js'
import type { Edit } from './edit.js'
import { createKeeper, type Keeper } from './derived/keeper.js'
import { createDeafness, type Deafness } from './deafness.js'
import { createJournal, type Journal } from './journal.js'
import { Loading } from './loading.js'
import type { Hold } from './hold.js'
import { Integrity } from './integrity.js'
import { LossWatch } from './loss-watch.js'
import { createOutbox, type Outbox, type OutboxHost } from './outbox.js'
import { emptiedBy, firstForeign, knownIn, loggedOf, lowestNumbers } from './recognition.js'
import type { Replica } from './replica.js'
import { emptyRemoved } from './object-removal.js'
import { SeenTeller } from './seen-teller.js'
import { sortOut } from './sorting-out.js'
import { createStanding, findLost } from './standing.js'
import type { Start } from './staging.js'
import type { JournalBatch, OutboxKey, StoredRow } from './store/store.js'
import type { LinkReport, TabMessage } from './tabs.js'
import { asStorageError } from './writer.js'

/** Whom a link tells, and what it works with; all links of a leading tab share one. */
export interface LinkHost extends Omit<OutboxHost, 'rejoin' | 'lostAmong' | 'rewritten'> {
  readonly post: (message: TabMessage) => void
  /** Makes this disk a client of its own; resolves when it is one, and all goes on by new joins. */
  fork(): Promise<void>
  /** The server has let this browser into an object. */
  joined(object: ObjectId): void
  /** Some tab wants to hear of the clients of an object. */
  readonly wantsPool: (object: ObjectId) => boolean
  /** Edits were refused; `rejected` on disk has changed: resolves when this tab knows of it. */
  rejected(): unknown
  /** Others have overwritten values; what is told of them on disk has changed. */
  readonly overwritten: (object: ObjectId) => void
  trouble(error: StorageError | undefined): void
}

/** What a join tells of this client. */
const abilities = { paced: true, echoes: true, states: true }

/** What a join was asked with: where it begins, and own rows that the log has, or had. */
interface Asked {
  readonly start: Start
  readonly rows: readonly StoredRow[]
  readonly sent: readonly StoredRow[]
  /** The lowest number of each replica that was asked about. */
  readonly replicas: Numbers
}

/**
 * One object's way to the server, kept by the tab that leads: joins, receives, and lets the outbox
 * send.
 *
 * Whatever goes wrong, a gap, a new term, a fenced stream, is mended in one way: by joining again.
 */
export class Link {
  readonly replica: Replica
  readonly #object: ObjectId
  readonly #host: LinkHost
  readonly #outbox: Outbox
  readonly #journal: Journal
  readonly #keeper: Keeper
  readonly #deafness: Deafness
  readonly integrity: Integrity
  #phase: 'waiting' | 'joining' | 'joined' = 'waiting'
  /** Counts joins, so that an answer to an earlier one is known as such. */
  #era = 0
  #attempt = 0
  #head = 0
  #hold: Hold | undefined
  readonly #loading: Loading
  /** What the server was asked for names its clients. */
  #asksPool = false
  readonly #teller: SeenTeller
  readonly #losses: LossWatch
  /** Set while what waits gets other names, with what comes meanwhile. */
  #moving: { readonly done: Promise<unknown>; readonly batches: JournalBatch[] } | undefined
  #cancelRetry: (() => void) | undefined

  constructor(replica: Replica, host: LinkHost) {
    this.replica = replica
    this.#object = replica.object
    this.#host = host
    replica.queued = (edits) => this.#wake(edits)
    this.#deafness = createDeafness(host.platform)
    this.#losses = new LossWatch(replica, host.clock)
    const rejoin = (): void => this.#retry()
    this.integrity = new Integrity(replica, { ...host, flushed: this.flushed }, rejoin)
    // While the disk takes another state, memory still has the old one.
    const confirmedCursor = (): Cursor | undefined =>
      this.#loading.isSwapping ? undefined : replica.cursor
    this.#teller = new SeenTeller(replica.object, {
      ...host,
      seen: () => this.#loading.seen ?? { cursor: replica.cursor },
    })
    this.#keeper = createKeeper(replica, { ...host, cursor: confirmedCursor })
    this.#outbox = createOutbox(replica.object, replica, {
      ...host,
      rejoin,
      lostAmong: (edits) => this.#loading.gone.lostAmong(edits),
      rewritten: (why, seen) => {
        host.post({ type: 'reload', object: replica.object, why })
        this.#journal.settle(seen)
      },
    })
    this.#journal = createJournal(replica.object, {
      ...host,
      confirmed: () => ({ state: replica.visible.confirmed, cursor: confirmedCursor() }),
      checkpointed: () => this.#keeper.plan(),
      overwritten: () => host.overwritten(replica.object),
      written: (batches) => host.post({ type: 'entries', object: replica.object, batches }),
    })
    this.#loading = new Loading(replica, {
      ...host,
      journal: this.#journal,
      losses: this.#losses,
      sortOut: (joined, rows, isTaken) => sortOut(replica, host, { joined, rows, isTaken }),
      settle: (rows) => this.#settle(rows),
      loaded: (joined) => {
        this.integrity.healed()
        this.#keeper.plan()
        return this.#begin(joined, []).catch((error: unknown) => this.#failed(error))
      },
      follow: (batches) => {
        for (const batch of batches) this.receive(batch)
        this.tellSeen()
      },
      failed: (error) => this.#failed(error),
    })
  }

  get report(): LinkReport {
    const seq = this.replica.cursor?.seq ?? 0
    const hold = this.#hold ?? this.#outbox.hold
    const pending = this.replica.visible.pending.size
    const base = { seq, head: Math.max(this.#head, seq), pending, ...hold }
    if (hold !== undefined) return { ...base, phase: 'held' }
    if (this.#phase !== 'joined') return { ...base, phase: this.#phase }
    const { progress } = this.#loading
    if (progress !== undefined) return { ...base, phase: 'catching-up', progress }
    return { ...base, phase: seq >= this.#head ? 'live' : 'catching-up' }
  }

  /** The connection is open: joins. */
  connect(): void {
    this.#attempt = 0
    this.#hold = undefined
    void this.#join()
  }

  /** The connection is gone. */
  disconnect(code?: ErrorCode): void {
    this.#leave(code)
    this.#host.changed()
  }

  /** Lifts whatever holds the stream, as after a new token. */
  release(): void {
    if (this.#hold !== undefined) this.connect()
    this.#outbox.release()
  }

  /** Some tab begins to want to hear of the clients: the server tells who joins. */
  askPool(): void {
    if (this.#phase !== 'waiting' && !this.#asksPool) void this.#join()
  }

  /** A person gives up what waits behind a hold. */
  readonly giveUp = (): Promise<void> => this.#outbox.giveUp()

  /** Edits of this object have reached the disk. */
  #wake(edits: readonly Edit[]): void {
    this.#losses.sawOwn(edits)
    if (this.#phase === 'joined' && this.#loading.progress === undefined) this.#outbox.wake(edits)
  }

  close(): void {
    this.#leave()
    this.#journal.close()
    this.#keeper.close()
    this.replica.queued = () => undefined
  }

  /** Resolves when all that was received is on disk. */
  readonly flushed = (): Promise<void> => this.#journal.flushed()

  #leave(code?: ErrorCode): void {
    this.#era += 1
    this.#phase = 'waiting'
    this.#loading.leave()
    this.#cancelRetry?.()
    this.#teller.stop()
    this.#deafness.forget()
    this.integrity.leave()
    this.#outbox.stop(code)
  }

  /** Joins again, soon: at once the first time, then with growing patience. */
  #retry(failure?: Failure): void {
    this.#leave()
    const { platform } = this.#host
    const delay =
      failure?.retryAfterMs ?? (this.#attempt === 0 ? 1 : backoffMs(this.#attempt, platform.random))
    this.#attempt += 1
    this.#cancelRetry = platform.timer(delay, () => void this.#join())
    this.#host.changed()
  }

  async #join(reset?: Start): Promise<void> {
    this.#leave()
    const era = this.#era
    this.#phase = 'joining'
    this.#host.changed()
    try {
      await this.#moving?.done.catch(() => undefined)
      const start = this.integrity.healing(reset ?? (await this.#loading.start()))
      if (era !== this.#era) return
      // The disk knows rows that other tabs wrote, also those whose hint was lost.
      const rows = await this.#readOutbox()
      await this.#losses.readOwn(this.#host.store)
      const sent = start.isReset ? await this.#host.store.sent(this.#object) : []
      if (era !== this.#era) return
      const { cursor, place: from, heal } = start
      // Of another log nothing is known yet: not what the old one had of a row that goes on waiting.
      const { confirmed, pending } = this.replica.visible
      const unknown = start.isReset ? [...sent, ...rows] : loggedOf(confirmed, rows)
      const replicas = lowestNumbers(unknown, pending)
      this.#asksPool = this.#host.wantsPool(this.#object)
      const pool = this.#asksPool || undefined
      const was = start.isReset ? this.replica.cursor : undefined
      const shown = { cursor, was, from, heal }
      const message = { object: this.#object, replicas, ...shown, ...abilities, pool }
      const { connection } = this.#host
      const [failure, joined] = await connection.request('join', message, messages.joined)
      if (era !== this.#era) return
      if (failure !== null) return this.#refused(failure)
      await this.#joined(joined, { start, rows, sent, replicas })
    } catch (error) {
      if (era === this.#era) this.#failed(error)
    }
  }

  /** Takes the outbox from disk, with edits that nobody had told of. */
  async #readOutbox(knows?: (key: OutboxKey) => boolean): Promise<readonly StoredRow[]> {
    const rows = await this.#host.store.pending(this.#object, 0, knows)
    this.replica.addRows(rows)
    return rows
  }

  /** Clears rows away that the log has. */
  #settle(rows: readonly StoredRow[]): void {
    if (rows.length > 0) this.#journal.settle(rows.map((row) => row.key))
  }

  #failed(error: unknown): void {
    if (error instanceof ProtocolError) return this.#host.connection.restart()
    const trouble = asStorageError(error)
    if (trouble.code === 'FENCED') return this.#host.fenced()
    this.#host.trouble(trouble)
    this.#retry()
  }

  #refused(failure: Failure): void {
    if (failure.now !== undefined) this.#host.clock.hear(failure.now)
    this.#retry(failure)
    this.#hold = { code: failure.code, message: failure.message }
    if (errorCodes[failure.code] === 'never') this.#cancelRetry?.()
    this.#host.changed()
  }

  async #joined(joined: Joined, { start, rows, sent, replicas }: Asked): Promise<void> {
    this.#host.clock.hear(joined.now)
    this.#hold = undefined
    if (joined.removed === true && start.cursor !== undefined) return this.removed()
    // The whole state again: asked for once more with the numbers of what was accepted before.
    if (joined.reset && !start.isReset) return this.#join(this.#loading.reset())
    this.#phase = 'joined'
    this.#head = joined.head
    this.#teller.term = joined.term
    this.#losses.joined(joined.head, start.isReset)
    this.#host.joined(this.#object)
    const held = [...sent, ...rows].flatMap(({ events }) => events)
    const { confirmed: state } = this.replica.visible
    const standing = createStanding(joined, this.#host.retired(), { held, asked: replicas, state })
    const lost = findLost(start.isReset ? sent : [], rows, standing)
    if (this.#loading.begin(joined, start, lost)) this.#host.changed()
    else await this.#begin(joined, loggedOf(this.replica.visible.confirmed, rows))
  }

  /** The object was removed for everyone: nothing of it stays but what waits, among the refused. */
  async removed(): Promise<void> {
    this.#leave()
    const era = this.#era
    try {
      await Promise.all([this.#loading.start(), this.#journal.flushed()])
      this.#loading.forget()
      await emptyRemoved(this.replica, this.#host)
      this.#host.rejected()
    } catch (error) {
      if (era === this.#era) this.#failed(error)
      return
    }
    if (era === this.#era) await this.#join()
  }

  async #begin(joined: Joined, rows: readonly StoredRow[]): Promise<void> {
    const era = this.#era
    const batches: JournalBatch[] = []
    // What comes meanwhile waits: entries of another copy would settle edits of this one.
    const done = sortOut(this.replica, this.#host, { joined, rows })
    this.#moving = { done, batches }
    try {
      const logged = await done
      if (era !== this.#era) return
      this.#settle(logged)
    } finally {
      this.#moving = undefined
    }
    // Before anything is sent: its answer comes after them.
    for (const batch of batches) this.receive(batch)
    if (era !== this.#era) return
    // What the server heard meanwhile was that nothing has come.
    if (batches.length > 0) this.tellKept()
    this.#outbox.start(joined)
    this.#host.changed()
  }

  #fork(): void {
    this.#host.fork().catch((error: unknown) => this.#failed(error))
  }

  /** Takes entries that are own pushes; one that is not known means joining again. */
  echo({ term, seq, ...named }: Echo): void {
    if (this.#phase !== 'joined') return
    const events = this.#outbox.sent(named)
    if (events === undefined) this.#retry()
    else this.receive({ term, seq, events })
  }

  /** Takes entries as they come from the server; a gap means joining again. */
  receive(batch: JournalBatch): void {
    // What comes before the join is answered may be of a log that the answer disowns.
    if (this.#phase !== 'joined') return
    if (this.#moving !== undefined) return void this.#moving.batches.push(batch)
    this.#head = Math.max(this.#head, batch.seq + batch.events.length - 1)
    const isTaken = this.#loading.receive(batch)
    if (isTaken === undefined) this.#receiveLive(batch)
    else this.#taken(isTaken)
  }

  /** Takes a page of rows; a gap means joining again. */
  receivePage(state: State): void {
    if (this.#phase !== 'joined') return
    this.#taken(this.#loading.receivePage(state))
    this.tellKept()
  }

  #taken(isTaken: boolean): void {
    if (isTaken) this.#host.changed()
    else this.#retry()
  }

  #receiveLive(batch: JournalBatch): void {
    for (const part of this.integrity.parts(batch)) if (this.#phase === 'joined') this.#take(part)
  }

  #take(batch: JournalBatch): void {
    const seq = (this.replica.cursor?.seq ?? 0) + 1
    const { pending } = this.replica.visible
    const events = batch.events.slice(Math.max(0, seq - batch.seq))
    // Nothing of another copy of this disk is taken before what waits here has other names.
    if (batch.seq <= seq && firstForeign(pending, events) !== undefined) return this.#fork()
    const lost = batch.seq > seq ? [] : this.#losses.ofEvents(events, seq)
    const settled = this.replica.receive(batch)
    if (settled === undefined) return this.#retry()
    this.#attempt = 0
    const emptied = emptiedBy(settled, pending, this.#host.retired().size > 0)
    this.#journal.add({ term: batch.term, seq, events }, emptied, lost)
    this.#teller.tellSoon()
    this.#host.changed()
  }

  /**
   * Hears the server's heartbeat: notices entries that never came, a server that no longer counts
   * this object among the joined (`head` is missing), and rows that no other tab told of.
   */
  async heads(head: Cursor | undefined): Promise<void> {
    if (this.#phase !== 'joined' || this.#loading.isSwapping || this.#moving !== undefined) return
    if (head === undefined) return this.#retry()
    this.#head = Math.max(this.#head, head.seq)
    if (this.#deafness.isDeaf(this.#teller.place, head.seq)) return this.#retry()
    // Each is answered: the server may wait for what was lost, and knows who is there.
    this.tellSeen()
    if (this.#loading.progress !== undefined) return
    if (this.#teller.place === head.seq) this.integrity.beat()
    const era = this.#era
    const rows = await this.#readOutbox(knownIn(this.replica.visible.pending))
    if (era !== this.#era) return
    // Whether they are what the log has under their numbers, a join tells.
    if (loggedOf(this.replica.visible.confirmed, rows).length > 0) this.#retry()
    else this.#outbox.review()
  }

  /**
   * Tells how far it is once the disk is so far, where rows are kept there alone: what waits for the
   * disk is in memory.
   */
  tellKept(): void {
    if (this.replica.held.windowing.size === 0) return this.tellSeen()
    const kept = [this.#journal.flushed(), this.#loading.kept]
    Promise.all(kept).then(
      () => this.tellSeen(),
      (error: unknown) => this.#failed(error),
    )
  }

  /** Tells the server how far the entries are that have come; it may wait for it. */
  tellSeen(): void {
    if (this.#phase === 'joined') this.#teller.tell()
  }
}
