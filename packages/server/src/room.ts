import type { Cursor, Echo, Entries, Event, ObjectId, PresenceDown } from '@react-collab/core'
import type { EventLog, PageLimit } from './log/event-log.js'
import type { Hub, Peer } from './peer.js'
import type { Platform } from './platform.js'
import type { OpenPool, Pools } from './pool/pools.js'
import { Presence } from './presence.js'

/** What a room needs of the host. */
export interface RoomSurroundings {
  readonly log: EventLog
  readonly hub: Hub
  readonly platform: Platform
  readonly page: PageLimit
  readonly pools: Pools
}

/** Someone who is fed by the hub and wants to know when it has published. */
export interface Listener {
  readonly peer: Peer
  published(): void
  /** It has so much to take already that it hears nothing of presence. */
  readonly isBusy: boolean
  tellPresence(message: PresenceDown): void
  /** Gets own entries without what they hold. */
  echo(message: Echo): void
}

/** Entries that wait for the end of the turn. */
interface Batch {
  readonly term: string
  readonly seq: number
  readonly events: Event[]
  /** Whose whole pushes they are, if all are of one who holds them. */
  author: Listener | undefined
}

/**
 * The live side of an object: publishes durable entries, in order, each once.
 *
 * What is appended in one turn of the event loop goes out as one message.
 */
export class Room {
  readonly object: ObjectId
  readonly presence: Presence
  /** All who ever came, and who hears of them. */
  readonly clients: OpenPool
  readonly #at: RoomSurroundings
  readonly #live = new Set<Listener>()
  readonly #term: string
  /** Without gaps. */
  #gathered: Batch[] = []
  #published: number
  #last: number
  #isRepairing = false

  constructor(object: ObjectId, head: Cursor, surroundings: RoomSurroundings) {
    this.object = object
    this.#at = surroundings
    this.#term = head.term
    this.#published = head.seq
    this.#last = head.seq
    const { platform } = surroundings
    this.clients = surroundings.pools.open(object)
    this.presence = new Presence(object, { platform, tell: (told) => this.#tellPresence(told) })
  }

  /** What the hub has been given so far; the term is that of the next entry. */
  get head(): Cursor {
    return { term: this.#term, seq: this.#published }
  }

  /** Feeds `listener` from the next publication on. */
  enter(listener: Listener): void {
    this.#live.add(listener)
  }

  /** Ends what `enter` began. */
  leave(listener: Listener): void {
    this.#live.delete(listener)
  }

  /**
   * Takes entries that are durable; they go out at the end of this turn. They may be a whole push,
   * of an `author` that can do with its echo.
   */
  publish({ term, seq, events }: Entries, author?: Listener): void {
    if (seq > this.#last + 1) return this.repair()
    const fresh = events.slice(this.#last + 1 - seq)
    if (fresh.length === 0) return
    const whose = fresh.length === events.length ? author : undefined
    if (this.#gathered.length === 0) this.#at.platform.timer(0, () => this.flush())
    const batch = this.#gathered.at(-1)
    if (batch?.term === term && batch.events.length + fresh.length <= this.#at.page.events) {
      for (const event of fresh) batch.events.push(event)
      if (batch.author !== whose) batch.author = undefined
    } else {
      this.#gathered.push({ term, seq: this.#last + 1, events: fresh, author: whose })
    }
    this.#last += fresh.length
  }

  /** Publishes what is gathered, now. */
  flush(): void {
    if (this.#gathered.length === 0) return
    for (const batch of this.#gathered.splice(0)) {
      this.#published += batch.events.length
      this.#send(batch)
    }
    for (const listener of this.#live) listener.published()
  }

  /** Presence never makes entries wait: who is busy misses it, and asks when there is room. */
  #tellPresence(message: PresenceDown): void {
    const free = [...this.#live].filter((listener) => !listener.isBusy)
    if (free.length === this.#live.size) this.#at.hub.publishPresence(this.object, message)
    else for (const listener of free) listener.tellPresence(message)
  }

  #send({ author, ...batch }: Batch): void {
    const { object } = this
    const echoed = author !== undefined && this.#live.has(author) ? author : undefined
    this.#at.hub.publish(object, { object, ...batch }, echoed?.peer)
    const { term, seq, events } = batch
    const [first, last] = [events[0], events.at(-1)]
    if (echoed === undefined || first === undefined || last === undefined) return
    echoed.echo({ object, term, seq, count: events.length, first: first[1], last: last[1] })
  }

  /** Asks the log for entries that nobody told this room about. */
  repair(): void {
    if (this.#isRepairing) return
    this.#isRepairing = true
    this.#readOn()
      .catch((error: unknown) => this.#at.platform.report(error))
      .finally(() => {
        this.#isRepairing = false
      })
  }

  async #readOn(): Promise<void> {
    const { seq } = await this.#at.log.head(this.object)
    while (this.#last < seq) {
      const page = await this.#at.log.read(this.object, this.#last, this.#at.page)
      if (page === undefined) return
      this.publish(page)
    }
  }
}
