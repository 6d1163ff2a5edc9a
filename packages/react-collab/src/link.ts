import {
  type Cursor,
  type Echo,
  type ErrorCode,
  errorCodes,
  type Failure,
  type Joined,
  messages,
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
import { createOutbox, type Outbox, type OutboxHost } from './outbox.js'
<<<<<<< HEAD
import {
  editsOf,
  firstForeign,
  loggedOf,
  lowestNumbers,
  recognise,
  type Recognised,
} from './recognition.js'
import type { Replica } from './replica.js'
import { createStanding, findLost, type Lost, planMove } from './standing.js'
import { createStaging, type Staging } from './staging.js'
=======
import { editsOf, emptiedBy, knownIn, loggedOf, lowestNumbers, recognise } from './recognition.js'
import type { Replica } from './replica.js'
import type { Start } from './staging.js'
>>>>>>> main
import type { JournalBatch, OutboxKey, StoredRow } from './store/store.js'
import type { LinkReport, TabMessage } from './tabs.js'
import { asStorageError } from './writer.js'

/** Whom a link tells, and what it works with; all links of a leading tab share one. */
export interface LinkHost extends Omit<OutboxHost, 'rejoin' | 'rewritten'> {
  post(message: TabMessage): void
  /** Makes this disk a client of its own; resolves when it is one, and all goes on by new joins. */
  fork(): Promise<void>
  /** The server has let this browser into an object. */
  joined(object: ObjectId): void
  /** Edits were refused; `rejected` on disk has changed. */
  rejected(): void
  trouble(error: StorageError | undefined): void
}

/** What a join tells of this client. */
const abilities = { paced: true, echoes: true, states: true }

/** What a join was asked with: where it begins, and own rows that the log has, or had. */
interface Asked {
  readonly start: Start
  readonly logged: readonly StoredRow[]
  readonly sent: readonly StoredRow[]
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
  #phase: 'waiting' | 'joining' | 'joined' = 'waiting'
  /** Counts joins, so that an answer to an earlier one is known as such. */
  #era = 0
  #attempt = 0
  #head = 0
  #hold: Hold | undefined
<<<<<<< HEAD
  #staging: Staging | undefined
  /** A loading that was cut: it goes on from there after the next join. */
  #cut: Staging | undefined
  /** Set while another state, or other names, are on their way to the disk and to memory. */
  #swapping: Promise<void> | undefined
  #waiting: JournalBatch[] = []
  #seenSent = -1
=======
  readonly #loading: Loading
  /** What the server was told last. */
  #toldPlace = -1
>>>>>>> main
  #cancelRetry: (() => void) | undefined

  constructor(replica: Replica, host: LinkHost) {
    this.replica = replica
    this.#object = replica.object
    this.#host = host
    replica.queued = (edits) => this.#wake(edits)
    this.#deafness = createDeafness(host.platform)
    const rejoin = (): void => this.#retry()
    // While the disk takes another state, memory still has the old one.
    const confirmedCursor = (): Cursor | undefined =>
      this.#loading.isSwapping ? undefined : replica.cursor
    this.#keeper = createKeeper(replica, { ...host, cursor: confirmedCursor })
    this.#outbox = createOutbox(replica.object, replica, {
      ...host,
      rejoin,
      rewritten: (why, seen) => {
        host.post({ type: 'reload', object: replica.object, why })
        if (why === 'parked') host.rejected()
        this.#journal.settle(seen)
      },
    })
    this.#journal = createJournal(replica.object, {
      ...host,
      confirmed: () => ({ state: replica.visible.confirmed, cursor: confirmedCursor() }),
      checkpointed: () => this.#keeper.plan(),
      written: (batches) => host.post({ type: 'entries', object: replica.object, batches }),
    })
    this.#loading = new Loading(replica, {
      ...host,
      journal: this.#journal,
      disown: (joined, rows) => this.#disown(joined, rows),
      settle: (rows) => this.#settle(rows),
      loaded: (joined) => {
        this.#keeper.plan()
        return this.#begin(joined, [])
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

  /** A person gives up what waits behind a hold. */
  readonly giveUp = (): Promise<void> => this.#outbox.giveUp()

  /** Edits of this object have reached the disk. */
  #wake(edits: readonly Edit[]): void {
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
    this.#deafness.forget()
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
      const start = reset ?? (await this.#loading.start())
      if (era !== this.#era) return
      // The disk knows rows that other tabs wrote, also those whose hint was lost.
<<<<<<< HEAD
      const rows = await this.#readOutbox()
      const logged = loggedOf(this.replica.visible.confirmed, rows)
      const sent = whole ? await this.#host.store.sent(this.#object) : []
=======
      const logged = await this.#readOutbox()
      const sent = start.isReset ? await this.#host.store.sent(this.#object) : []
>>>>>>> main
      if (era !== this.#era) return
      const { cursor, place: from } = start
      const replicas = lowestNumbers([...sent, ...logged], this.replica.visible.pending)
      const message = { object: this.#object, cursor, replicas, from, ...abilities }
      const [failure, joined] = await this.#host.connection.request(
        'join',
        message,
        messages.joined,
      )
      if (era !== this.#era) return
      if (failure !== null) return this.#refused(failure)
<<<<<<< HEAD
      await this.#joined(joined, rows, whole ? sent : undefined)
=======
      await this.#joined(joined, { start, logged, sent })
>>>>>>> main
    } catch (error) {
      if (era === this.#era) this.#failed(error)
    }
  }

<<<<<<< HEAD
  /** Takes the outbox from disk, with edits that nobody had told of. */
  async #readOutbox(): Promise<readonly StoredRow[]> {
    const rows = await this.#host.store.pending(this.#object)
=======
  /**
   * Takes the outbox from disk, with edits that nobody had told of; gives back the rows whose numbers
   * the confirmed state has, as after loading it anew.
   */
  async #readOutbox(knows?: (key: OutboxKey) => boolean): Promise<StoredRow[]> {
    const rows = await this.#host.store.pending(this.#object, 0, knows)
>>>>>>> main
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

<<<<<<< HEAD
  async #joined(
    joined: Joined,
    rows: readonly StoredRow[],
    sent: readonly StoredRow[] | undefined,
  ): Promise<void> {
=======
  async #joined(joined: Joined, { start, logged, sent }: Asked): Promise<void> {
>>>>>>> main
    this.#host.clock.hear(joined.now)
    this.#hold = undefined
    // The whole state again: asked for once more with the numbers of what was accepted before.
    if (joined.reset && !start.isReset) return this.#join(this.#loading.reset())
    this.#phase = 'joined'
    this.#head = joined.head
    this.#host.joined(this.#object)
<<<<<<< HEAD
    if (sent !== undefined) {
      const lost = findLost(sent, rows, createStanding(joined, this.#host.retired()))
      return this.#stage(joined, lost)
    }
    await this.#begin(joined, loggedOf(this.replica.visible.confirmed, rows))
=======
    if (this.#loading.begin(joined, start, sent)) this.#host.changed()
    else await this.#begin(joined, logged)
>>>>>>> main
  }

  async #begin(joined: Joined, rows: readonly StoredRow[]): Promise<void> {
    const era = this.#era
    const { isForked, isMoving } = this.#recognise(joined, rows)
    if (isForked) return void this.#fork()
    const logged = isMoving ? await this.#moveApart(joined) : rows
    if (era !== this.#era) return
    this.#settle(logged)
    this.#outbox.start(joined)
    for (const batch of this.#waiting.splice(0)) this.receive(batch)
    this.#host.changed()
  }

  #recognise(joined: Joined, rows: readonly StoredRow[]): Recognised {
    const { confirmed, pending } = this.replica.visible
    const standing = createStanding(joined, this.#host.retired())
    return recognise(editsOf(pending, rows), confirmed, standing)
  }

<<<<<<< HEAD
  #fork(): void {
    this.#host.fork().catch((error: unknown) => this.#failed(error))
  }

  /** What comes meanwhile waits: entries of the other copy would settle edits of this one. */
  async #moveApart(joined: Joined): Promise<readonly StoredRow[]> {
    const moving = this.#move(joined)
    this.#swapping = moving.then(() => undefined)
    try {
      return await moving
    } finally {
      this.#swapping = undefined
    }
  }

  /** Gives what waits the names under which it can be sent; gives back the rows that the log has. */
  async #move(joined: Joined): Promise<readonly StoredRow[]> {
    const { store, lead, post, retired } = this.#host
    const { replica } = this
    const before = replica.stored
    const rows = await store.move(lead, this.#object, (all) => planMove(all, joined, retired()))
    for (const edit of replica.moved(rows, before)) edit.logged(joined.head)
    post({ type: 'reload', object: this.#object, why: 'moved' })
    return loggedOf(replica.visible.confirmed, rows)
  }

  #stage(joined: Joined, lost: Lost): void {
    const staging = createStaging(joined, lost, joined.reset ? undefined : this.#cut)
    this.#cut = undefined
    this.#staging = staging
    this.#host.changed()
    if (staging.isComplete) void this.#swap(staging)
  }

=======
>>>>>>> main
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
    this.#head = Math.max(this.#head, batch.seq + batch.events.length - 1)
    const isTaken = this.#loading.receive(batch)
    if (isTaken === undefined) this.#receiveLive(batch)
    else this.#taken(isTaken)
  }

  /** Takes a page of rows; a gap means joining again. */
  receivePage(state: State): void {
    if (this.#phase !== 'joined') return
    this.#taken(this.#loading.receivePage(state))
    this.tellSeen()
  }

  #taken(isTaken: boolean): void {
    if (isTaken) this.#host.changed()
    else this.#retry()
  }

  #receiveLive(batch: JournalBatch): void {
    const next = (this.replica.cursor?.seq ?? 0) + 1
    const fresh = batch.events.slice(Math.max(0, next - batch.seq))
    // Nothing of another copy of this disk is taken before what waits here has other names.
    if (batch.seq <= next && firstForeign(this.replica.visible.pending, fresh) !== undefined)
      return this.#fork()
    const settled = this.replica.receive(batch)
    if (settled === undefined) {
      this.#retry()
      return
    }
    this.#attempt = 0
    const seq = Math.max(next, batch.seq)
    const events = batch.events.slice(seq - batch.seq)
    this.#journal.add(
      { term: batch.term, seq, events },
      emptiedBy(settled, this.replica.visible.pending),
    )
    this.#host.changed()
  }

<<<<<<< HEAD
  /**
   * The outbox rows that have no pending event left: only its next one may lie in a settled row, unless
   * some of a row were named anew.
   */
  #emptied(settled: readonly Edit[]): OutboxKey[] {
    const keys = new Set(settled.flatMap((edit) => edit.key ?? []))
    const { pending } = this.replica.visible
    for (const { key } of this.#host.retired().size > 0 ? pending : pending.firsts())
      if (key !== undefined) keys.delete(key)
    return [...keys]
  }

  #receiveStaged(staging: Staging, batch: JournalBatch): void {
    if (!staging.receive(batch)) return this.#retry()
    this.#host.changed()
    if (staging.isComplete) void this.#swap(staging)
  }

  async #swap(staging: Staging): Promise<void> {
    const era = this.#era
    try {
      this.#swapping = this.#replace(staging)
      await this.#swapping
    } catch (error) {
      if (era === this.#era) this.#failed(error)
      return
    } finally {
      this.#swapping = undefined
    }
    if (era !== this.#era) return
    this.#staging = undefined
    await this.#begin(staging.joined, [])
    for (const batch of this.#waiting.splice(0)) this.receive(batch)
    this.tellSeen()
  }

  async #replace({ state, cursor, lost, joined }: Staging): Promise<void> {
    const { store, lead } = this.#host
    await this.#journal.flushed()
    await store.reset(lead, this.#object, state, cursor, lost.keys)
    const found = this.#recognise(joined, await store.pending(this.#object))
    const isForked = found.isForked || lost.isForked
    if (isForked) await this.#host.fork()
    if (isForked || found.isMoving) await this.#move(joined)
    const before = this.replica.stored
    const rows = await store.pending(this.#object)
    this.replica.replace(state, cursor, rows, before)
    this.#settle(loggedOf(state, rows))
    this.#host.post({ type: 'reload', object: this.#object, why: 'reset' })
  }

=======
>>>>>>> main
  /**
   * Hears the server's heartbeat: notices entries that never came, a server that no longer counts
   * this object among the joined (`head` is missing), and rows that no other tab told of.
   */
  async heads(head: Cursor | undefined): Promise<void> {
    if (this.#phase !== 'joined' || this.#loading.isSwapping) return
    if (head === undefined) return this.#retry()
    this.#head = Math.max(this.#head, head.seq)
    const place = this.#place
    if (this.#deafness.isDeaf(place, head.seq)) return this.#retry()
    // The server may wait for what it was told already: the message may have been lost.
    if (place !== this.#toldPlace || place !== head.seq) this.tellSeen()
    if (this.#loading.progress !== undefined) return
    const era = this.#era
<<<<<<< HEAD
    const rows = await this.#readOutbox()
    if (era !== this.#era) return
    // Whether they are what the log has under their numbers, a join tells.
    if (loggedOf(this.replica.visible.confirmed, rows).length > 0) this.#retry()
    else this.#outbox.review()
=======
    this.#settle(await this.#readOutbox(knownIn(this.replica.visible.pending)))
    if (era === this.#era) this.#outbox.review()
>>>>>>> main
  }

  /** How far it is, as one number; pages of rows count below all entries. */
  get #place(): number {
    const { cursor, page } = this.#loading.seen ?? { cursor: this.replica.cursor }
    return page === undefined ? (cursor?.seq ?? 0) : page - Number.MAX_SAFE_INTEGER
  }

  /** Tells the server how far the entries are that have come; it may wait for it. */
  tellSeen(): void {
    const { cursor, page } = this.#loading.seen ?? { cursor: this.replica.cursor }
    if (cursor === undefined || this.#phase !== 'joined') return
    this.#toldPlace = this.#place
    this.#host.connection.send('seen', { object: this.#object, cursor, page })
  }
}
