import {
  type HelloDown,
  hashText,
  type Json,
  type JsonObject,
  messages,
  type ObjectId,
  type PresenceDown,
  type PresenceUp,
  type SaidUp,
  type Shape,
} from '@react-collab/core'
import type { Connection } from '../connection.js'
import type { Platform } from '../platform.js'
import type { Presences } from './presences.js'

/** How often a leader asks the other tabs whether they live. */
const CENSUS_MS = 4000
/** How often, at most, one object's presence goes up. */
const SEND_MS = 50
/** Heartbeats without a word about an object, after which nobody is known to be there. */
const SILENT_BEATS = 3
/** Heartbeats after which all is told again, as the server forgets who is silent. */
const TELL_BEATS = 2
/** Messages that wait for the line; older ones are dropped. */
const MOST_SAID = 64

/** What a line works with. */
export interface PresenceLineHost {
  readonly platform: Platform
  readonly connection: Connection
  readonly presences: Presences
  /** The id that this browser signs in with. */
  readonly client: () => string
}

/** One object's way up and down. */
interface Exchange {
  isJoined: boolean
  /** A message is on its way; what changes meanwhile goes with the next one. */
  isSending: boolean
  /** Nothing is sent for so long, ms, from then on. */
  pause: { readonly from: number; readonly ms: number }
  cancel: (() => void) | undefined
  /** Tabs of which there is something to tell. */
  changed: Set<string>
  /** All is to be told: the server may know nothing, or something else. */
  isWhole: boolean
  said: SaidUp[]
  /** The count of the last message that came. */
  n: number
  /** Whether the server has to be asked who is here: until it tells, at every heartbeat. */
  asking: 'no' | 'due' | 'sent'
  silentBeats: number
}

const anything: Shape<unknown> = { text: 'anything', read: (value) => value }

/**
 * Presence between the leading tab and the server, for all tabs of the browser.
 *
 * One message per object is on its way up at a time, so that a slow line holds no more of it than
 * that. Nothing is repaired by repeating: each message has the newest states, and all are told again
 * every other heartbeat.
 */
export class PresenceLine {
  readonly #host: PresenceLineHost
  readonly #exchanges = new Map<ObjectId, Exchange>()
  /** Names this browser for the others. */
  #cancelCensus: () => void
  #cancelForget: () => void = () => undefined
  #forgetMs = 15_000
  #beats = 0

  constructor(host: PresenceLineHost) {
    this.#host = host
    this.#cancelCensus = host.platform.timer(CENSUS_MS, () => this.#census())
    // Those who were told of to the leader before.
    for (const object of host.presences.objects) this.#exchange(object)
    this.#forgetLater()
  }

  get #name(): string {
    return hashText(this.#host.client())
  }

  /** The connection is open. */
  welcome({ heartbeatMs, principal }: HelloDown): void {
    const { client, presences } = this.#host
    this.#forgetMs = SILENT_BEATS * heartbeatMs
    this.#cancelForget()
    presences.signedIn(this.#name, principal === client() ? this.#name : principal)
  }

  /** The server has let this browser into an object; of its tabs it knows nothing yet. */
  joined(object: ObjectId): void {
    const isKnown = this.#host.presences.objects.includes(object)
    const exchange = this.#exchange(object)
    // If anybody is there the server tells by itself.
    const asking = isKnown ? 'sent' : 'no'
    const begun = { isJoined: true, isSending: false, isWhole: isKnown, n: 0, silentBeats: 0 }
    Object.assign(exchange, { ...begun, asking })
    this.#sendMore(object, exchange)
  }

  /** The object is not served any more. */
  left(object: ObjectId): void {
    this.#exchanges.get(object)?.cancel?.()
    this.#exchanges.delete(object)
    this.#forget(object)
  }

  /** The connection is gone; so are, a while later, those who were told of by it. */
  ended(): void {
    for (const exchange of this.#exchanges.values()) {
      Object.assign(exchange, { isJoined: false, isSending: false, said: [] })
    }
    this.#forgetLater()
  }

  /** Tells the server what a tab shows of itself now, soon. */
  tell(object: ObjectId, tab: string): void {
    this.#exchange(object).changed.add(tab)
    this.#send(object)
  }

  /** Passes a message on, if there is a line. */
  say(object: ObjectId, tab: string, message: Json): void {
    const { isJoined, said } = this.#exchange(object)
    if (!isJoined) return
    said.push({ tab, message })
    if (said.length > MOST_SAID) said.shift()
    this.#send(object)
  }

  /** Takes back what a tab shows, without a moment to wait: it is about to stand still. */
  withdraw(tab: string): void {
    for (const [object, { isJoined }] of this.#exchanges) {
      const isShown = Object.hasOwn(this.#host.presences.statesOf(object), tab)
      if (isJoined && isShown)
        this.#host.connection.send('presence', { object, states: { [tab]: null } })
    }
  }

  /** Tells all, and asks for all, as after standing still. */
  begin(): void {
    for (const [object, exchange] of this.#exchanges) {
      exchange.asking = 'due'
      exchange.isWhole = true
      this.#send(object)
    }
  }

  /** Takes a message of the server. */
  receive(message: unknown): void {
    const told = messages.present.read(message, 'presence')
    const exchange = this.#exchanges.get(told.object)
    if (exchange === undefined || !exchange.isJoined) return
    exchange.silentBeats = 0
    const isNews = told.whole === true ? isWanted(exchange, told) : told.n > exchange.n
    if (told.whole === true && isNews) exchange.asking = 'no'
    else if (isApart(exchange, told) && exchange.asking === 'no') exchange.asking = 'due'
    if (isNews) {
      exchange.n = told.n
      this.#pass(told)
    }
    if (exchange.asking === 'due') this.#send(told.object)
  }

  /** Hears the server's heartbeat. */
  beat(): void {
    const { presences } = this.#host
    this.#beats += 1
    // In a page that is hidden timers are slow, and heartbeats are not.
    this.#census()
    for (const [object, exchange] of this.#exchanges) {
      exchange.silentBeats += 1
      if (exchange.silentBeats > SILENT_BEATS && presences.isElsewhere(object)) {
        this.#forget(object)
        exchange.asking = 'due'
      }
      if (exchange.asking === 'sent') exchange.asking = 'due'
      const isShown = Object.keys(presences.statesOf(object)).length > 0
      if (this.#beats % TELL_BEATS === 0 && isShown) exchange.isWhole = true
      this.#sendMore(object, exchange)
    }
  }

  stop(): void {
    this.#cancelCensus()
    this.#cancelForget()
    for (const { cancel } of this.#exchanges.values()) cancel?.()
  }

  #exchange(object: ObjectId): Exchange {
    const known = this.#exchanges.get(object)
    if (known !== undefined) return known
    const exchange: Exchange = {
      isJoined: false,
      isSending: false,
      pause: { from: -Infinity, ms: 0 },
      cancel: undefined,
      changed: new Set(),
      isWhole: false,
      said: [],
      n: 0,
      asking: 'no',
      silentBeats: 0,
    }
    this.#exchanges.set(object, exchange)
    return exchange
  }

  #census(): void {
    this.#cancelCensus()
    this.#cancelCensus = this.#host.platform.timer(CENSUS_MS, () => this.#census())
    this.#host.presences.census()
  }

  /** Passes on what concerns others. */
  #pass(told: PresenceDown): void {
    const isOther = ({ client }: { readonly client: string }): boolean => client !== this.#name
    const peers = told.peers.filter(isOther)
    const messages = told.messages?.filter(isOther) ?? []
    if (told.whole !== true && peers.length === 0 && messages.length === 0) return
    this.#host.presences.receive({ ...told, peers, messages })
  }

  #forget(object: ObjectId): void {
    const { presences } = this.#host
    if (presences.isElsewhere(object)) presences.receive({ object, n: 0, whole: true, peers: [] })
  }

  #forgetLater(): void {
    this.#cancelForget()
    this.#cancelForget = this.#host.platform.timer(this.#forgetMs, () => {
      for (const object of this.#exchanges.keys()) this.#forget(object)
    })
  }

  /** Sends what there is to tell, unless a message is on its way or has only just been. */
  #send(object: ObjectId): void {
    const { connection, platform } = this.#host
    const exchange = this.#exchange(object)
    if (!exchange.isJoined || exchange.isSending || this.#waits(object, exchange)) return
    const message = this.#take(object, exchange)
    exchange.isSending = true
    exchange.pause = { from: platform.elapsed(), ms: SEND_MS }
    connection.request('presence', message, anything).then(
      ([failure]) => {
        exchange.isSending = false
        if (failure?.code === 'RATE_LIMITED') {
          exchange.isWhole = true
          exchange.said.unshift(...(message.messages ?? []))
          exchange.pause = { from: platform.elapsed(), ms: failure.retryAfterMs ?? SEND_MS }
        }
        this.#sendMore(object, exchange)
      },
      // The line is gone, or does not move: a join, or a heartbeat, tells all again.
      () => {
        exchange.isSending = false
        exchange.isWhole = true
      },
    )
  }

  /** Whether it is too early; then it is sent later. By the clock: in a hidden page timers are late. */
  #waits(object: ObjectId, exchange: Exchange): boolean {
    const { platform } = this.#host
    const { from, ms } = exchange.pause
    const since = platform.elapsed() - from
    exchange.cancel?.()
    exchange.cancel = undefined
    if (since >= ms) return false
    exchange.cancel = platform.timer(ms - since, () => {
      exchange.cancel = undefined
      this.#sendMore(object, exchange)
    })
    return true
  }

  #sendMore(object: ObjectId, { changed, isWhole, said, asking }: Exchange): void {
    if (changed.size > 0 || isWhole || said.length > 0 || asking === 'due') this.#send(object)
  }

  #take(object: ObjectId, exchange: Exchange): PresenceUp {
    const all = this.#host.presences.statesOf(object)
    const states = exchange.isWhole ? all : picked(all, exchange.changed)
    const message = {
      object,
      states,
      ...(exchange.isWhole && { whole: true }),
      ...(exchange.asking === 'due' && { ask: true }),
      ...(exchange.said.length > 0 && { messages: exchange.said }),
    }
    Object.assign(exchange, { changed: new Set(), isWhole: false, said: [] })
    if (exchange.asking === 'due') exchange.asking = 'sent'
    return message
  }
}

/** What was asked for counts, however it is numbered: the room may be another one. */
const isWanted = (exchange: Exchange, { n }: PresenceDown): boolean =>
  n >= exchange.n || exchange.asking !== 'no'

/** Tells whether something was missed. A heartbeat counts nothing: it tells how many there were. */
function isApart(exchange: Exchange, { n, whole, peers, messages: said }: PresenceDown): boolean {
  if (whole === true) return false
  const isBeat = peers.length === 0 && said === undefined
  return isBeat ? n !== exchange.n : n > exchange.n + 1
}

function picked(
  all: Readonly<Record<string, JsonObject>>,
  tabs: ReadonlySet<string>,
): Record<string, JsonObject | null> {
  return Object.fromEntries([...tabs].map((tab) => [tab, all[tab] ?? null]))
}
