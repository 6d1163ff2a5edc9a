import { messages, type ObjectId, type PresenceUp, RefusedError } from '@react-collab/core'
import { type Bucket, createBucket, type Limits } from './limits.js'
import type { AckCallback } from './peer.js'
import type { Platform } from './platform.js'
import type { Who } from './session-state.js'
import type { Subscription } from './subscription.js'

/** What one session tells of its tabs: where it has joined, and within its limits. */
export class SessionPresence {
  readonly #platform: Platform
  readonly #limits: Limits
  readonly #bucket: Bucket
  /** The tabs that it has shown, by object. */
  readonly #tabs = new Map<ObjectId, ReadonlySet<string>>()

  constructor(platform: Platform, limits: Limits) {
    const { presencePerSecond } = limits
    this.#platform = platform
    this.#limits = limits
    this.#bucket = createBucket(presencePerSecond, 2 * presencePerSecond, platform.elapsed())
  }

  /** Passes on what it tells; what is over a limit is refused, and forgotten. */
  hear(
    message: unknown,
    who: Who,
    subscriptions: ReadonlyMap<ObjectId, Subscription>,
  ): Parameters<AckCallback>[0] {
    const told = messages.presence.read(message, 'presence')
    const subscription = subscriptions.get(told.object)
    if (subscription === undefined) throw new RefusedError('NOT_JOINED', 'join the object first')
    const { object, states = {}, messages: said = [], ask } = told
    const count = Object.keys(states).length + said.length
    const retryAfterMs = this.#bucket.spend(Math.max(1, count), this.#platform.elapsed())
    if (retryAfterMs > 0) {
      return [{ code: 'RATE_LIMITED', message: 'too much presence at a time', retryAfterMs }]
    }
    this.#tabs.set(object, this.#tabsAfter(told))
    subscription.room.presence.hear(this, who, told)
    if (ask === true) subscription.tellPresence(subscription.room.presence.whole)
    return [null, {}]
  }

  /** Takes back what it has told of an object. */
  leave({ room }: Subscription): void {
    this.#tabs.delete(room.object)
    room.presence.leave(this)
  }

  #tabsAfter({ object, states = {}, whole }: PresenceUp): ReadonlySet<string> {
    const tabs = new Set(whole === true ? [] : this.#tabs.get(object))
    for (const [tab, state] of Object.entries(states)) {
      if (state === null) tabs.delete(tab)
      else tabs.add(tab)
    }
    let count = tabs.size
    for (const [other, { size }] of this.#tabs) if (other !== object) count += size
    if (count > this.#limits.presences) throw new RefusedError('PRESENCE_LIMIT', 'too many tabs')
    return tabs
  }
}
