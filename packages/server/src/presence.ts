import {
  type Json,
  type JsonObject,
  type ObjectId,
  type PeerName,
  type PresenceDown,
  type PresenceUp,
} from '@react-collab/core'
import type { Platform } from './platform.js'
import { publicName } from './public-name.js'
import type { Who } from './session-state.js'

/** What a presence needs of its room. */
export interface PresenceSurroundings {
  readonly platform: Platform
  /** Tells everybody in the room who can take it. */
  tell(message: PresenceDown): void
}

/** What the room of an object knows of one tab. */
interface Present extends PeerName {
  readonly state: JsonObject
  /** The state as text, so that one that is told again is no news. */
  readonly text: string
  /** The session that told it last. */
  readonly owner: object
  /** Heartbeats since then. */
  beats: number
}

/** What is told of a room in this time goes out as one message. */
const GATHER_MS = 30
/** Characters of one message, but for the last state in it; the rest goes with the next one. */
const MOST_TOLD = 32_768
/** Things said that go with one message. */
const MOST_SAID = 16
/** Things said that wait for the next messages of a room; of more the oldest are dropped. */
const MOST_WAITING = 256
/** Heartbeats after which a state that nobody told again is gone: clients tell every second one. */
const MOST_BEATS = 6

/**
 * Who is in the room of an object: kept in memory only, told to those who are there, and forgotten
 * with the session that said it.
 */
export class Presence {
  readonly #object: ObjectId
  readonly #at: PresenceSurroundings
  /** By client and tab: a session that comes after another of its client takes its tabs over. */
  readonly #present = new Map<string, Present>()
  /** Who has changed since the last message; those who went have no `Present` any more. */
  readonly #changed = new Map<string, PeerName>()
  readonly #said: (PeerName & { readonly message: Json })[] = []
  #n = 0
  #toldAt = -Infinity
  #isPlanned = false

  constructor(object: ObjectId, surroundings: PresenceSurroundings) {
    this.#object = object
    this.#at = surroundings
  }

  /** Takes what a session tells of its tabs. */
  hear(owner: object, who: Who, { states = {}, whole, messages = [] }: PresenceUp): void {
    const name = publicName(who)
    if (whole === true)
      this.#forget((one) => one.owner === owner && !Object.hasOwn(states, one.tab))
    for (const [tab, state] of Object.entries(states)) {
      const key = `${who.principal}/${who.client}/${tab}`
      if (state === null) this.#forget((_, other) => other === key)
      else this.#put(key, { ...name, tab, state, owner })
    }
    for (const { tab, message } of messages) this.#said.push({ ...name, tab, message })
    if (this.#said.length > MOST_WAITING) this.#said.splice(0, this.#said.length - MOST_WAITING)
    this.#plan()
  }

  /** Forgets what a session has told. */
  leave(owner: object): void {
    this.#forget((one) => one.owner === owner)
    this.#plan()
  }

  /** Forgets who is silent; tells where the count stands, so that a message that was lost is missed. */
  beat(): void {
    if (this.#present.size === 0) return
    this.#forget((one) => ++one.beats > MOST_BEATS)
    if (this.#changed.size > 0) this.#plan()
    else this.#at.tell({ object: this.#object, n: this.#n, peers: [] })
  }

  /** Whether anything was ever told. */
  get isTold(): boolean {
    return this.#n > 0
  }

  /** All who are here. */
  get whole(): PresenceDown {
    const peers = [...this.#present.values()].map(peerOf)
    return { object: this.#object, n: this.#n, whole: true, peers }
  }

  #put(key: string, told: Omit<Present, 'text' | 'beats'>): void {
    const text = JSON.stringify(told.state)
    if (text !== this.#present.get(key)?.text) this.#changed.set(key, told)
    this.#present.set(key, { ...told, text, beats: 0 })
  }

  #forget(isGone: (one: Present, key: string) => boolean): void {
    for (const [key, one] of this.#present) {
      if (!isGone(one, key)) continue
      this.#present.delete(key)
      this.#changed.set(key, one)
    }
  }

  /** At the end of this turn; later if the last message has only just gone. */
  #plan(): void {
    if (this.#isPlanned || (this.#changed.size === 0 && this.#said.length === 0)) return
    this.#isPlanned = true
    const { platform } = this.#at
    const since = platform.elapsed() - this.#toldAt
    const delayMs = since < GATHER_MS ? GATHER_MS - since : 0
    platform.timer(delayMs, () => this.#tell())
  }

  #tell(): void {
    this.#isPlanned = false
    this.#toldAt = this.#at.platform.elapsed()
    const peers = this.#takeChanged()
    const messages = this.#said.splice(0, MOST_SAID)
    const told = { object: this.#object, n: ++this.#n, peers }
    this.#at.tell(messages.length > 0 ? { ...told, messages } : told)
    this.#plan()
  }

  #takeChanged(): PresenceDown['peers'] {
    const taken: PresenceDown['peers'][number][] = []
    let length = 0
    for (const [key, { client, principal, tab }] of this.#changed) {
      const { state = null, text = '' } = this.#present.get(key) ?? {}
      taken.push({ client, principal, tab, state })
      this.#changed.delete(key)
      length += text.length
      if (length > MOST_TOLD) break
    }
    return taken
  }
}

const peerOf = ({ client, principal, tab, state }: Present): PresenceDown['peers'][number] => ({
  client,
  principal,
  tab,
  state,
})
