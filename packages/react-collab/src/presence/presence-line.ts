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
const ROUND_MS = 4000
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
  readonly client: string
}

/** One object's way up and down. */
interface Lane {
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
  readonly #lanes = new Map<ObjectId, Lane>()
  /** Names this browser for the others. */
  readonly #name: string
  #cancelRound: () => void
  #cancelForget: () => void = () => undefined
  #forgetMs = 15_000
  #beats = 0

  constructor(host: PresenceLineHost) {
    this.#host = host
    this.#name = hashText(host.client)
    this.#cancelRound = host.platform.timer(ROUND_MS, () => this.#round())
    // Those who were told of to the leader before.
    for (const object of host.presences.objects) this.#lane(object)
    this.#forgetLater()
  }

  /** The connection is open. */
  welcome({ heartbeatMs, principal }: HelloDown): void {
    const { client, presences } = this.#host
    this.#forgetMs = SILENT_BEATS * heartbeatMs
    this.#cancelForget()
    presences.signedIn(this.#name, principal === client ? this.#name : principal)
  }

  /** The server has let this browser into an object; of its tabs it knows nothing yet. */
  joined(object: ObjectId): void {
    const isKnown = this.#host.presences.objects.includes(object)
    const lane = this.#lane(object)
    // If anybody is there the server tells by itself.
    const asking = isKnown ? 'sent' : 'no'
    const begun = { isJoined: true, isSending: false, isWhole: isKnown, n: 0, silentBeats: 0 }
    Object.assign(lane, { ...begun, asking })
    this.#sendMore(object, lane)
  }

  /** The object is not served any more. */
  left(object: ObjectId): void {
    this.#lanes.get(object)?.cancel?.()
    this.#lanes.delete(object)
    this.#forget(object)
  }

  /** The connection is gone; so are, a while later, those who were told of by it. */
  ended(): void {
    for (const lane of this.#lanes.values()) {
      Object.assign(lane, { isJoined: false, isSending: false, said: [] })
    }
    this.#forgetLater()
  }

  /** Tells the server what a tab shows of itself now, soon. */
  tell(object: ObjectId, tab: string): void {
    this.#lane(object).changed.add(tab)
    this.#send(object)
  }

  /** Passes a message on, if there is a line. */
  say(object: ObjectId, tab: string, message: Json): void {
    const { isJoined, said } = this.#lane(object)
    if (!isJoined) return
    said.push({ tab, message })
    if (said.length > MOST_SAID) said.shift()
    this.#send(object)
  }

  /** Takes back what a tab shows, without a moment to wait: it is about to stand still. */
  withdraw(tab: string): void {
    for (const [object, { isJoined }] of this.#lanes) {
      const isShown = Object.hasOwn(this.#host.presences.statesOf(object), tab)
      if (isJoined && isShown)
        this.#host.connection.send('presence', { object, states: { [tab]: null } })
    }
  }

  /** Tells all, and asks for all, as after standing still. */
  begin(): void {
    for (const [object, lane] of this.#lanes) {
      lane.asking = 'due'
      lane.isWhole = true
      this.#send(object)
    }
  }

  /** Takes a message of the server. */
  receive(message: unknown): void {
    const told = messages.present.read(message, 'presence')
    const lane = this.#lanes.get(told.object)
    if (lane === undefined || !lane.isJoined) return
    lane.silentBeats = 0
    const isNews = told.whole === true ? isWanted(lane, told) : told.n > lane.n
    if (told.whole === true && isNews) lane.asking = 'no'
    else if (isApart(lane, told) && lane.asking === 'no') lane.asking = 'due'
    if (isNews) {
      lane.n = told.n
      this.#pass(told)
    }
    if (lane.asking === 'due') this.#send(told.object)
  }

  /** Hears the server's heartbeat. */
  beat(): void {
    const { presences } = this.#host
    this.#beats += 1
    // In a page that is hidden timers are slow, and heartbeats are not.
    this.#round()
    for (const [object, lane] of this.#lanes) {
      lane.silentBeats += 1
      if (lane.silentBeats > SILENT_BEATS && presences.isElsewhere(object)) {
        this.#forget(object)
        lane.asking = 'due'
      }
      if (lane.asking === 'sent') lane.asking = 'due'
      const isShown = Object.keys(presences.statesOf(object)).length > 0
      if (this.#beats % TELL_BEATS === 0 && isShown) lane.isWhole = true
      this.#sendMore(object, lane)
    }
  }

  stop(): void {
    this.#cancelRound()
    this.#cancelForget()
    for (const { cancel } of this.#lanes.values()) cancel?.()
  }

  #lane(object: ObjectId): Lane {
    const known = this.#lanes.get(object)
    if (known !== undefined) return known
    const lane: Lane = {
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
    this.#lanes.set(object, lane)
    return lane
  }

  #round(): void {
    this.#cancelRound()
    this.#cancelRound = this.#host.platform.timer(ROUND_MS, () => this.#round())
    this.#host.presences.round()
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
      for (const object of this.#lanes.keys()) this.#forget(object)
    })
  }

  /** Sends what there is to tell, unless a message is on its way or has only just been. */
  #send(object: ObjectId): void {
    const { connection, platform } = this.#host
    const lane = this.#lane(object)
    if (!lane.isJoined || lane.isSending || this.#waits(object, lane)) return
    const message = this.#take(object, lane)
    lane.isSending = true
    lane.pause = { from: platform.now(), ms: SEND_MS }
    connection.request('presence', message, anything).then(
      ([failure]) => {
        lane.isSending = false
        if (failure?.code === 'RATE_LIMITED') {
          lane.isWhole = true
          lane.said.unshift(...(message.messages ?? []))
          lane.pause = { from: platform.now(), ms: failure.retryAfterMs ?? SEND_MS }
        }
        this.#sendMore(object, lane)
      },
      // The line is gone, or does not move: a join, or a heartbeat, tells all again.
      () => {
        lane.isSending = false
        lane.isWhole = true
      },
    )
  }

  /** Whether it is too early; then it is sent later. By the clock: in a hidden page timers are late. */
  #waits(object: ObjectId, lane: Lane): boolean {
    const { platform } = this.#host
    const { from, ms } = lane.pause
    const since = platform.now() - from
    lane.cancel?.()
    lane.cancel = undefined
    if (since < 0 || since >= ms) return false
    lane.cancel = platform.timer(ms - since, () => {
      lane.cancel = undefined
      this.#sendMore(object, lane)
    })
    return true
  }

  #sendMore(object: ObjectId, { changed, isWhole, said, asking }: Lane): void {
    if (changed.size > 0 || isWhole || said.length > 0 || asking === 'due') this.#send(object)
  }

  #take(object: ObjectId, lane: Lane): PresenceUp {
    const all = this.#host.presences.statesOf(object)
    const states = lane.isWhole ? all : picked(all, lane.changed)
    const message = {
      object,
      states,
      ...(lane.isWhole && { whole: true }),
      ...(lane.asking === 'due' && { ask: true }),
      ...(lane.said.length > 0 && { messages: lane.said }),
    }
    Object.assign(lane, { changed: new Set(), isWhole: false, said: [] })
    if (lane.asking === 'due') lane.asking = 'sent'
    return message
  }
}

/** What was asked for counts, however it is numbered: the room may be another one. */
const isWanted = (lane: Lane, { n }: PresenceDown): boolean => n >= lane.n || lane.asking !== 'no'

/** Tells whether something was missed. A heartbeat counts nothing: it tells how many there were. */
function isApart(lane: Lane, { n, whole, peers, messages: said }: PresenceDown): boolean {
  if (whole === true) return false
  const isBeat = peers.length === 0 && said === undefined
  return isBeat ? n !== lane.n : n > lane.n + 1
}

function picked(
  all: Readonly<Record<string, JsonObject>>,
  tabs: ReadonlySet<string>,
): Record<string, JsonObject | null> {
  return Object.fromEntries([...tabs].map((tab) => [tab, all[tab] ?? null]))
}
