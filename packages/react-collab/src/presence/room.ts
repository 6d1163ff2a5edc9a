import type { Json, JsonObject, ObjectId, PeerName, PresenceDown } from '@react-collab/core'
import { createListeners, type Listeners } from '../listeners.js'
import { sameEntries } from '../same-entries.js'
import { type Peer, Roster, stateOf } from './roster.js'

/** Who says something. */
type Speaker = Omit<PeerName, 'principal'> & Pick<Peer, 'principal'>

/** Hears a message, and who said it. */
export type MessageListener = (message: Json, from: Peer) => void

/** Censuses without an answer after which a tab of this browser is taken for gone. */
const MOST_MISSED = 2

/** Another tab of this browser that shows something. */
interface OtherTab {
  readonly state: JsonObject
  /** Censuses since it was last heard. */
  missed: number
}

/**
 * Who is here in one object: this tab, the other tabs of this browser, and those who are elsewhere.
 */
export class PresenceRoom {
  readonly object: ObjectId
  /** Called when the own state or the others are others. */
  readonly listeners: Listeners
  /** Called when a caret has moved. */
  readonly caretListeners: Listeners
  readonly messageListeners: Set<MessageListener> = new Set()
  readonly roster: Roster = new Roster()
  readonly #report: (error: unknown) => void
  readonly #tabs = new Map<string, OtherTab>()
  readonly #elsewhere = new Map<string, PresenceDown['peers'][number]>()
  /** How many here want something to be shown. */
  holds = 0
  /** What this tab shows, if anything. */
  own: JsonObject | undefined
  /** The app's part of `own`. */
  #state: ReturnType<typeof stateOf> = nothing

  constructor(object: ObjectId, report: (error: unknown) => void) {
    this.object = object
    this.#report = report
    this.listeners = createListeners(report)
    this.caretListeners = createListeners(report)
  }

  get state(): ReturnType<typeof stateOf> {
    return this.#state
  }

  /** The tabs of this browser that show something, but for this one. */
  get tabs(): ReadonlyMap<string, { readonly state: JsonObject }> {
    return this.#tabs
  }

  /** Those who are not in this browser, as one message; undefined for nobody. */
  get elsewhere(): PresenceDown | undefined {
    if (this.#elsewhere.size === 0) return undefined
    return { object: this.object, n: 0, whole: true, peers: [...this.#elsewhere.values()] }
  }

  /** Somebody here shows or hears something. */
  get isUsed(): boolean {
    const isHeard = !this.listeners.isEmpty || !this.caretListeners.isEmpty
    return isHeard || this.own !== undefined || this.holds > 0 || this.messageListeners.size > 0
  }

  /** There is nothing to remember. */
  get isEmpty(): boolean {
    return !this.isUsed && this.#tabs.size === 0 && this.roster.peers.length === 0
  }

  /** Shows another state; undefined takes it back. */
  show(own: JsonObject | undefined): void {
    const before = this.#state
    const next = own === undefined ? nothing : stateOf(own)
    this.own = own
    // A caret that moves is no change of what the app shows.
    this.#state = sameEntries(before, next) ? before : next
    if (this.#state !== before) this.listeners.call()
  }

  /** Takes what another tab of this browser shows; null is nothing. */
  put(tab: string, name: Omit<Peer, 'state' | 'id'>, state: JsonObject | null): void {
    if (state === null) this.#tabs.delete(tab)
    else this.#tabs.set(tab, { state, missed: 0 })
    if (state === null) this.#change(() => this.roster.drop((key) => key === tab))
    else this.rename(name)
  }

  /** Names the other tabs of this browser anew. */
  rename(name: Omit<Peer, 'state' | 'id'>): void {
    this.#change(() => {
      for (const [tab, { state }] of this.#tabs)
        this.roster.put(tab, { ...name, id: idOf({ ...name, tab }) }, state)
    })
  }

  /** Asks who is still there; gives those that are gone. */
  age(): string[] {
    const gone = [...this.#tabs].filter(([, tab]) => ++tab.missed > MOST_MISSED).map(([tab]) => tab)
    for (const tab of gone) this.put(tab, nobody, null)
    return gone
  }

  /** Takes what the server tells of those who are elsewhere. */
  receive({ peers, whole, messages = [] }: PresenceDown): void {
    if (whole === true) this.#elsewhere.clear()
    for (const peer of peers) {
      if (peer.state === null) this.#elsewhere.delete(keyOf(peer))
      else this.#elsewhere.set(keyOf(peer), peer)
    }
    this.#change(() => {
      this.roster.drop((key) => key.includes('/') && !this.#elsewhere.has(key))
      for (const { state, ...name } of peers) {
        if (state !== null) this.roster.put(keyOf(name), { ...name, id: idOf(name) }, state)
      }
    })
    for (const { message, ...name } of messages) this.hear(message, keyOf(name), name)
  }

  /** Passes a message on; who says it may not have shown anything. */
  hear(message: Json, key: string, { tab, ...name }: Speaker): void {
    const from = this.roster.get(key) ?? { ...name, id: idOf({ ...name, tab }), state: nothing }
    for (const listener of this.messageListeners) {
      try {
        listener(message, from)
      } catch (error) {
        this.#report(error)
      }
    }
  }

  /** Forgets all but this tab. */
  clear(): void {
    this.#tabs.clear()
    this.#elsewhere.clear()
    this.#change(() => this.roster.drop(() => true))
  }

  #change(change: () => void): void {
    const { peers, carets } = this.roster
    change()
    if (this.roster.peers !== peers) this.listeners.call()
    if (this.roster.carets !== carets) this.caretListeners.call()
  }
}

const nothing = Object.freeze({})
const nobody = { client: '', principal: undefined }

/** How the roster names one who is elsewhere: nobody can take the place of another principal. */
const keyOf = ({ principal, client, tab }: PeerName): string => `${principal}/${client}/${tab}`

const idOf = ({ client, tab }: Omit<PeerName, 'principal'>): string => `${client}.${tab}`
