import type { Cursor, Fatal, Join, ObjectId, Seen } from '@react-collab/core'
import { Integrity } from './integrity.js'
import type { EventLog, JoinView } from './log/event-log.js'
import type { Limits } from './limits.js'
import type { AckCallback, Peer } from './peer.js'
import type { Platform } from './platform.js'
import type { Rooms } from './rooms.js'
import { SessionPresence } from './session-presence.js'
import type { Who } from './session-state.js'
import { Subscription } from './subscription.js'

/** What the memberships of a session need of it, and of its host. */
export interface MembershipsHost {
  readonly log: EventLog
  readonly platform: Platform
  readonly rooms: Rooms
  readonly limits: Limits
  readonly peer: Peer
  /** Ends the connection for a reason. */
  fail(fatal: Fatal): void
  /** Ends it without one: the client comes back by itself. */
  cut(): void
}

/** The objects that one connection has joined. */
export class Memberships {
  /** This connection, as the clients of its objects are looked at. */
  readonly line = { heardAt: 0, answers: false }
  readonly #subscriptions = new Map<ObjectId, Subscription>()
  readonly #presence: SessionPresence
  readonly #integrity: Integrity
  readonly #at: MembershipsHost

  constructor(host: MembershipsHost) {
    this.#at = host
    this.#presence = new SessionPresence(host.platform, host.limits)
    this.#integrity = new Integrity(host)
  }

  find(object: ObjectId): Subscription | undefined {
    return this.#subscriptions.get(object)
  }

  /** How many there are, with those that are about to be. */
  countWith(joining: Iterable<ObjectId>): number {
    return new Set([...this.#subscriptions.keys(), ...joining]).size
  }

  /** How far each object is. */
  get heads(): readonly (readonly [ObjectId, Cursor])[] {
    return [...this.#subscriptions].map(([object, { room }]) => [object, room.head])
  }

  /** Joins; what is returned begins to send, once the join was answered. */
  enter(join: Join, view: JoinView, who: Who): () => void {
    const { object, paced = false, echoes = false, pool = false } = join
    const { fence, after, term, head, reset, state } = view
    const room = this.#at.rooms.open(object, { term, seq: head })
    this.#end(object)
    const subscription = new Subscription(room, fence, { ...this.#at, paced, echoes, pool })
    this.#subscriptions.set(object, subscription)
    return () => {
      // Who begins anew has nothing for sure; where there is nothing yet, all.
      const from = reset ? 0 : (join.cursor?.seq ?? 0)
      const seq = from > 0 || head === 0 ? from : undefined
      room.clients.pool.enter(this.line, who, seq, room.head.seq)
      subscription.start({ after, withRows: state !== undefined })
    }
  }

  /** The client tells how far it is. */
  seen({ object, cursor: { seq }, page, digest }: Seen, { client }: Who): void {
    const subscription = this.#subscriptions.get(object)
    if (subscription === undefined) return
    if (digest !== undefined) return this.#integrity.compare({ object, client, seq, digest })
    const { clients, head } = subscription.room
    subscription.seen(seq, page)
    // Who is still loading rows has nothing for sure.
    if (page === undefined) clients.pool.seen(this.line, client, seq, head.seq)
  }

  /** The client tells of its tabs. */
  hearPresence(message: unknown, who: Who): Parameters<AckCallback>[0] {
    return this.#presence.hear(message, who, this.#subscriptions)
  }

  /** Leaves an object; false where it was not joined. */
  leave(object: ObjectId, { client }: Who): boolean {
    const subscription = this.#end(object)
    if (subscription === undefined) return false
    this.#presence.leave(subscription)
    subscription.room.clients.pool.leave(this.line, client)
    this.#at.log.leave(object, client, subscription.fence)
    return true
  }

  leaveAll(who: Who): void {
    for (const object of this.#subscriptions.keys()) this.leave(object, who)
  }

  #end(object: ObjectId): Subscription | undefined {
    const subscription = this.#subscriptions.get(object)
    if (subscription === undefined) return undefined
    subscription.end()
    this.#subscriptions.delete(object)
    this.#at.rooms.close(object)
    return subscription
  }
}
