import {
  hashText,
  type Json,
  type JsonObject,
  type ObjectId,
  type PresenceDown,
  sameJson,
} from '@react-collab/core'
import type { Desk } from '../desk.js'
import type { Unsubscribe } from '../listeners.js'
import type { Platform } from '../platform.js'
import type { PresenceLine } from './presence-line.js'
import type { TabMessage } from '../tabs.js'
import { isPresenceNews, type PresenceNews } from './presence-news.js'
import { PresenceRoom } from './room.js'

/** How often, at most, a tab tells what it shows. */
const TELL_MS = 50

/** Whom the presences of a tab tell. */
export interface PresencesHost {
  readonly platform: Platform
  /** Names this tab among all. */
  readonly tab: string
  /** Its store knows who this browser is. */
  readonly desk: Promise<Desk>
  readonly post: (message: PresenceNews) => void
  /** The way to the server, while this tab leads. */
  readonly line: () => PresenceLine | undefined
  /** Somebody uses an object: it is to be kept open. */
  readonly used: (object: ObjectId) => void
  /** Throws where nothing is taken any more. */
  readonly checkUsable: () => void
}

/**
 * Who is here, in all objects, as one tab sees it.
 *
 * Every tab keeps what all tabs of the browser show, so that any of them can lead: the one that does
 * tells the server of all, and the others what it hears. Nothing of it is stored.
 */
export class Presences {
  readonly #host: PresencesHost
  readonly #rooms = new Map<ObjectId, PresenceRoom>()
  /** When each object was told of last, and what calls off the next time. */
  readonly #told = new Map<ObjectId, { at: number; cancel: Unsubscribe | undefined }>()
  #client = ''
  #principal: string | undefined
  #isAsked = false

  constructor(host: PresencesHost) {
    this.#host = host
  }

  /** What is known of an object; the same as long as anything is. */
  room(object: ObjectId): PresenceRoom {
    const known = this.#rooms.get(object)
    if (known !== undefined) return known
    const room = new PresenceRoom(object, this.#host.platform.report)
    this.#rooms.set(object, room)
    return room
  }

  /** Whether something of an object is shown or heard here. */
  isUsed(object: ObjectId): boolean {
    return this.#rooms.get(object)?.isUsed ?? false
  }

  /** Keeps an object open for who begins to hear of it; what others show is asked for, once. */
  use(object: ObjectId): PresenceRoom {
    this.#host.checkUsable()
    this.#host.used(object)
    this.#ask()
    return this.room(object)
  }

  /** Shows another state in an object, soon; undefined takes it back. */
  show(object: ObjectId, own: JsonObject | undefined): void {
    const room = own === undefined ? this.#rooms.get(object) : this.use(object)
    if (room === undefined || room.own === own) return
    room.show(own)
    this.#tellSoon(object)
  }

  /** Counts who wants something to be shown; when the last one has gone, it is taken back. */
  hold(object: ObjectId): Unsubscribe {
    const room = this.use(object)
    room.holds += 1
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      room.holds -= 1
      // Whoever comes in the same task, as a component that is mounted again, goes on with it.
      this.#host.platform.timer(0, () => room.holds > 0 || this.show(object, undefined))
    }
  }

  /** Says something to all others, at once. */
  say(object: ObjectId, message: Json): void {
    this.use(object)
    const { tab, post, line } = this.#host
    post({ type: 'said', tab, object, message })
    line()?.say(object, tab, message)
  }

  /** What the tabs of this browser show of an object. */
  statesOf(object: ObjectId): Record<string, JsonObject> {
    const room = this.#rooms.get(object)
    const states: Record<string, JsonObject> = {}
    if (room === undefined) return states
    if (room.own !== undefined) states[this.#host.tab] = room.own
    for (const [tab, { state }] of room.tabs) states[tab] = state
    return states
  }

  /** The objects of which anything is known. */
  get objects(): readonly ObjectId[] {
    return [...this.#rooms].flatMap(([object, { isEmpty }]) => (isEmpty ? [] : [object]))
  }

  /** Whether anybody is known to be here who is not in this browser. */
  isElsewhere(object: ObjectId): boolean {
    return this.#rooms.get(object)?.elsewhere !== undefined
  }

  /** Takes, as the leader, what the server tells of others, and passes it on. */
  receive(told: PresenceDown): void {
    this.room(told.object).receive(told)
    this.#host.post({ type: 'presence', told })
    this.#sweep(told.object)
  }

  /** Hears, as the leader, who the server takes this browser for. */
  signedIn(client: string, principal: string): void {
    this.#client = client
    this.#named(principal)
    this.#host.post({ type: 'principal', principal })
  }

  /** Asks, as the leader, the other tabs whether they live, and says that this one does. */
  census(): void {
    if (this.#rooms.size === 0) return
    this.#host.post({ type: 'tell', isCensus: true })
    this.#age()
    this.#answer()
  }

  /** Hears what there is to hear of presence; true for what is of nobody else's interest. */
  take(message: TabMessage): message is PresenceNews {
    if (message.type === 'leaving') this.#pause()
    if (message.type === 'missed') this.#resume()
    if (!isPresenceNews(message)) return false
    this.#hear(message)
    return true
  }

  #hear(news: PresenceNews): void {
    switch (news.type) {
      case 'shown':
        return this.#shown(news)
      case 'said':
        this.room(news.object).hear(news.message, news.tab, { ...this.#name, tab: news.tab })
        return this.#host.line()?.say(news.object, news.tab, news.message)
      case 'tell':
        if (news.isCensus) this.#age()
        return this.#answer()
      case 'presence':
        this.room(news.told.object).receive(news.told)
        return this.#sweep(news.told.object)
      case 'principal':
        return this.#named(news.principal)
    }
  }

  /** The tab is about to be frozen, or gone: it is not here any more. */
  #pause(): void {
    const { tab, post, line } = this.#host
    post({ type: 'shown', tab, states: {}, whole: true })
    line()?.withdraw(tab)
  }

  /** The tab was frozen, and has heard nothing meanwhile. */
  #resume(): void {
    for (const room of this.#rooms.values()) room.clear()
    this.#answer()
    this.#host.post({ type: 'tell', isCensus: false })
    this.#host.line()?.begin()
  }

  close(): void {
    for (const { cancel } of this.#told.values()) cancel?.()
    if (this.#rooms.size > 0) this.#pause()
  }

  get #name(): { readonly client: string; readonly principal: string | undefined } {
    return { client: this.#client, principal: this.#principal }
  }

  /** This disk signs in under another id by now. */
  renamed(): void {
    if (!this.#isAsked) return
    this.#isAsked = false
    this.#ask()
  }

  /** Asks the other tabs what they show, when it is first of interest here. */
  #ask(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    const { desk, platform, post } = this.#host
    desk
      .then(({ store }) => store.identity(platform.id))
      .then(({ client }) => {
        this.#client = hashText(client)
        post({ type: 'tell', isCensus: false })
        this.#answer()
      })
      .catch(platform.report)
  }

  #tellSoon(object: ObjectId): void {
    const { platform } = this.#host
    const told = this.#told.get(object) ?? { at: -Infinity, cancel: undefined }
    this.#told.set(object, told)
    if (told.cancel !== undefined) return
    const since = platform.elapsed() - told.at
    told.cancel = platform.timer(since < TELL_MS ? TELL_MS - since : 0, () => {
      told.cancel = undefined
      told.at = platform.elapsed()
      this.#tell(object)
    })
  }

  #tell(object: ObjectId): void {
    const { tab, post, line } = this.#host
    const own = this.#rooms.get(object)?.own ?? null
    post({ type: 'shown', tab, states: { [object]: own }, whole: false })
    line()?.tell(object, tab)
    if (own === null) this.#told.delete(object)
    this.#sweep(object)
  }

  /** Tells all that this tab shows; as the leader also who is elsewhere. */
  #answer(): void {
    const { tab, post, line } = this.#host
    const shown = [...this.#rooms].flatMap(([object, { own }]) => (own ? [[object, own]] : []))
    post({ type: 'shown', tab, states: Object.fromEntries(shown), whole: true })
    if (line() === undefined) return
    if (this.#principal !== undefined) post({ type: 'principal', principal: this.#principal })
    for (const { elsewhere } of this.#rooms.values()) {
      if (elsewhere !== undefined) post({ type: 'presence', told: elsewhere })
    }
  }

  #named(principal: string): void {
    this.#principal = principal
    for (const room of this.#rooms.values()) room.rename(this.#name)
  }

  #shown({ tab, states, whole }: Extract<PresenceNews, { type: 'shown' }>): void {
    for (const [object, state] of Object.entries(states)) this.#put(object as ObjectId, tab, state)
    if (!whole) return
    for (const [object, { tabs }] of this.#rooms) {
      if (tabs.has(tab) && !Object.hasOwn(states, object)) this.#put(object, tab, null)
    }
  }

  #put(object: ObjectId, tab: string, state: JsonObject | null): void {
    const room = this.room(object)
    const isSame = sameJson(room.tabs.get(tab)?.state ?? null, state)
    room.put(tab, this.#name, state)
    if (!isSame) this.#host.line()?.tell(object, tab)
    this.#sweep(object)
  }

  #age(): void {
    for (const [object, room] of this.#rooms) {
      for (const tab of room.age()) this.#host.line()?.tell(object, tab)
      this.#sweep(object)
    }
  }

  #sweep(object: ObjectId): void {
    if (this.#rooms.get(object)?.isEmpty === true) this.#rooms.delete(object)
  }
}
