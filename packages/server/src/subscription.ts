import type { Echo, Entries, Fatal, ObjectId, Pool, PresenceDown } from '@react-collab/core'
import type { Limits } from './limits.js'
import type { EventLog, RowPlace, RowsAfter } from './log/event-log.js'
import { createPace, type Pace } from './pace.js'
import type { Peer } from './peer.js'
import type { Platform } from './platform.js'
import type { Watcher } from './pool/pool-news.js'
import type { Listener, Room } from './room.js'

/** How a peer gets the entries of an object. */
type Feed =
  /** Rows as they stand, page by page, before any entries. */
  | { readonly kind: 'loading'; readonly after: RowsAfter; readonly page: number }
  /** Page by page from the log, as fast as its transport takes them. */
  | { readonly kind: 'behind'; readonly after: number }
  /** From the hub, as they are published. */
  | { readonly kind: 'live' }
  | { readonly kind: 'ended' }

/** What a subscription needs of its session. */
export interface SubscriptionSurroundings {
  readonly log: EventLog
  readonly platform: Platform
  readonly limits: Limits
  readonly peer: Peer
  /** The peer tells by `seen` that a page has come. */
  readonly paced: boolean
  /** The peer can do with echoes of what it pushes. */
  readonly echoes: boolean
  /** The peer is to hear of the clients of the object. */
  readonly pool: boolean
  /** Ends the whole session. */
  fail(fatal: Fatal): void
  /** Ends it without a reason: the client comes back, and joins again. */
  cut(): void
}

/** Where feeding begins: behind rows, or with the entry after one. */
export interface FeedStart {
  readonly after: RowsAfter
  readonly withRows: boolean
}

const pollMs = 10

/** Pages of rows in the order of what a peer has seen: before all entries. */
const orderOf = (page: number): number => page - Number.MAX_SAFE_INTEGER

/**
 * Feeds one peer the entries of one object in order, without gap or repeat: rows in place of the
 * first ones where that is less, the log until it is at the head, then the hub; back to the log when
 * its transport falls behind.
 */
export class Subscription implements Listener, Watcher {
  readonly fence: number
  readonly room: Room
  readonly #at: SubscriptionSurroundings
  readonly #pace: Pace
  #feed: Feed = { kind: 'ended' }
  /** The entry up to which rows were sent. */
  #loaded = 0

  constructor(room: Room, fence: number, surroundings: SubscriptionSurroundings) {
    this.room = room
    this.fence = fence
    this.#at = surroundings
    this.#pace = createPace(surroundings.platform.elapsed)
  }

  /** Begins. */
  start({ after, withRows }: FeedStart): void {
    if (this.#at.pool) this.room.clients.news.enter(this)
    if (!withRows && typeof after === 'number') return this.#fallBehind(after)
    this.#loaded = Infinity
    this.#follow({ kind: 'loading', after, page: 1 })
  }

  /** Stops feeding. */
  end(): void {
    this.#leaveLive()
    this.room.clients.news.leave(this)
    this.#feed = { kind: 'ended' }
    this.#pace.end()
  }

  /** The peer has all entries up to `seq`, or rows up to this page: further pages may go. */
  seen(seq: number, page: number | undefined): void {
    if (seq >= this.#loaded) this.#pace.seen(seq)
    else if (page !== undefined) this.#pace.seen(orderOf(page))
  }

  cut(): void {
    this.#at.cut()
  }

  get peer(): Peer {
    return this.#at.peer
  }

  echo(message: Echo): void {
    this.#at.peer.send('echo', message)
  }

  /** Takes a live peer off the hub when it does not keep up. */
  published(): void {
    if (this.#at.peer.unsentBytes() <= this.#at.limits.unsentBytes) return
    this.#leaveLive()
    this.#fallBehind(this.room.head.seq)
  }

  get isBusy(): boolean {
    return this.#at.peer.unsentBytes() > this.#at.limits.presenceUnsentBytes
  }

  /** Tells this peer alone; one that is not live, or busy, hears it later. */
  tellPresence(message: PresenceDown): void {
    if (this.#feed.kind === 'live' && !this.isBusy) this.#at.peer.send('presence', message)
  }

  tellPool(message: Pool): void {
    this.#at.peer.send('pool', message)
  }

  /** Who is to be sent an echo of a push, if anybody. */
  get author(): Listener | undefined {
    return this.#at.echoes ? this : undefined
  }

  get #object(): ObjectId {
    return this.room.object
  }

  #leaveLive(): void {
    if (this.#feed.kind !== 'live') return
    this.room.leave(this)
    this.#at.peer.leave(this.#object)
  }

  #goLive(): void {
    this.room.enter(this)
    this.#at.peer.enter(this.#object)
    this.#feed = { kind: 'live' }
    const { presence } = this.room
    if (presence.isTold) this.tellPresence(presence.whole)
  }

  #fallBehind(after: number): void {
    this.#follow({ kind: 'behind', after })
  }

  #follow(feed: Feed): void {
    this.#feed = feed
    this.#pump().catch((error: unknown) => {
      this.#at.platform.report(error)
      this.#at.fail({ code: 'LOG_FAILED', message: 'the log could not be read' })
    })
  }

  async #pump(): Promise<void> {
    for (let feed = this.#feed; isPaged(feed); feed = this.#feed) {
      if (this.#at.peer.unsentBytes() > this.#at.limits.unsentBytes) await this.#drain()
      else if (this.#at.paced && this.#pace.isFull) await this.#pace.changed()
      else if (feed.kind === 'loading') await this.#sendRows(feed)
      else if (!this.#isAtHead(feed.after)) await this.#sendPage(feed)
      else return this.#goLive()
    }
  }

  /** The test and the switch to live happen in one turn, so nothing comes between. */
  #isAtHead(after: number): boolean {
    this.room.flush()
    return after === this.room.head.seq
  }

  async #sendRows(feed: Feed & { kind: 'loading' }): Promise<void> {
    const { stateRows, stateBytes } = this.#at.limits
    const limit = { events: stateRows, bytes: stateBytes }
    const { rows, place, end, endTerm } = await this.#at.log.state(this.#object, feed.after, limit)
    if (this.#feed !== feed) return
    const { page } = feed
    const { term } = this.room.head
    const named = place && { place: { term, ...place } }
    const object = this.#object
    this.#at.peer.send('state', {
      object,
      term: endTerm ?? term,
      page,
      rows,
      ...named,
      ...(end && { end }),
    })
    this.#pace.sent(orderOf(page))
    if (end !== undefined) this.#loaded = end.seq
    this.#feed =
      end === undefined
        ? { kind: 'loading', after: behind(feed.after, place), page: page + 1 }
        : { kind: 'behind', after: end.seq }
  }

  async #sendPage(feed: Feed & { kind: 'behind' }): Promise<void> {
    const { pageEvents, pageBytes } = this.#at.limits
    const limit = { events: pageEvents, bytes: pageBytes }
    const page = await this.#at.log.read(this.#object, feed.after, limit)
    if (this.#feed !== feed) return
    if (page === 'pruned') return this.#at.cut()
    // What the room has not published yet will come from the hub.
    const known = page && cutAt(page, this.room.head.seq)
    if (known === undefined) return this.#pause(pollMs)
    const after = feed.after + known.events.length
    this.#at.peer.send('entries', this.#at.paced ? { ...known, more: true } : known)
    this.#pace.sent(after)
    this.#feed = { kind: 'behind', after }
  }

  /** Waits for a peer that is slow; ends one that takes nothing at all. */
  async #drain(): Promise<void> {
    const { peer, platform, limits } = this.#at
    let taken = peer.takenBytes()
    let progressAt = platform.elapsed()
    while (isPaged(this.#feed) && peer.unsentBytes() > limits.unsentBytes) {
      await this.#pause(pollMs)
      const now = platform.elapsed()
      if (peer.takenBytes() !== taken) progressAt = now
      taken = peer.takenBytes()
      if (now - progressAt > limits.slowMs) {
        return this.#at.fail({ code: 'SLOW_CONSUMER', message: 'the connection takes nothing' })
      }
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#at.platform.timer(delayMs, resolve))
  }
}

/** Further on in the same rows. */
const behind = (after: RowsAfter, place: RowPlace | undefined): RowsAfter =>
  typeof after === 'number' ? (place ?? after) : { ...after, ...place }

const isPaged = (feed: Feed): feed is Feed & { kind: 'loading' | 'behind' } =>
  feed.kind === 'loading' || feed.kind === 'behind'

function cutAt(page: Entries, seq: number): Entries | undefined {
  const count = seq + 1 - page.seq
  if (count >= page.events.length) return page
  return count > 0 ? { ...page, events: page.events.slice(0, count) } : undefined
}
