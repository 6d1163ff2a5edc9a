import { type Json, type JsonObject, sameJson, type Value, valueFromJson } from '@react-collab/core'
import type { FieldValues } from '../differences.js'

/** Someone else who has an object open and shows it: one tab of one browser. */
export interface Peer<T = FieldValues> {
  /** Names the tab; the same for everybody. */
  readonly id: string
  /** Names the browser. */
  readonly client: string
  /**
   * Who the server's `authenticate` says this is, which nobody can make up; without it, the same as
   * `client`. Undefined for another tab of this browser that was never online.
   */
  readonly principal: string | undefined
  /** What it shows of itself: its own word, to be checked before it is relied upon. */
  readonly state: Readonly<Partial<T>>
}

/** Where a peer's caret is, as it tells; not an app's to read. */
export interface PeerCaret {
  readonly peer: Peer
  readonly caret: Json
}

/** The field of a state that is not the app's: where the tab's caret is. */
export const CARET = '$caret'

/** What is known of one peer. */
interface Known {
  readonly json: JsonObject
  readonly peer: Peer
  readonly caret: PeerCaret | undefined
}

/**
 * Who else is here, as one tab sees it.
 *
 * What did not change keeps its identity: a peer, its state, the list of all; a caret that moves
 * changes the carets alone.
 */
export class Roster {
  readonly #known = new Map<string, Known>()
  #peers: readonly Peer[] = nobody
  #carets: readonly PeerCaret[] = nobody

  /** All peers, in the order in which they came. */
  get peers(): readonly Peer[] {
    return this.#peers
  }

  /** The carets of those that have one. */
  get carets(): readonly PeerCaret[] {
    return this.#carets
  }

  get(key: string): Peer | undefined {
    return this.#known.get(key)?.peer
  }

  /** Takes what a peer shows; `key` names it here. */
  put(key: string, name: Omit<Peer, 'state'>, json: JsonObject): void {
    const before = this.#known.get(key)
    if (before !== undefined && isNamed(before.peer, name) && sameJson(before.json, json)) return
    const peer = peerOf(name, json, before)
    this.#known.set(key, { json, peer, caret: caretOf(peer, json, before) })
    this.#list()
  }

  /** Forgets the peers that `isGone` names. */
  drop(isGone: (key: string) => boolean): void {
    let isChanged = false
    for (const key of this.#known.keys()) {
      if (isGone(key)) isChanged = this.#known.delete(key)
    }
    if (isChanged) this.#list()
  }

  #list(): void {
    const known = [...this.#known.values()]
    this.#peers = kept(
      this.#peers,
      known.map(({ peer }) => peer),
    )
    this.#carets = kept(
      this.#carets,
      known.flatMap(({ caret }) => caret ?? []),
    )
  }
}

const nobody: readonly never[] = Object.freeze([])

const isNamed = (peer: Peer, name: Omit<Peer, 'state'>): boolean =>
  peer.id === name.id && peer.client === name.client && peer.principal === name.principal

/** The list before, if it holds the same. */
const kept = <T>(before: readonly T[], now: readonly T[]): readonly T[] =>
  before.length === now.length && before.every((one, i) => one === now[i]) ? before : now

function peerOf(name: Omit<Peer, 'state'>, json: JsonObject, before: Known | undefined): Peer {
  const state = stateOf(json)
  const isSame = before !== undefined && sameJson(stateJson(before.json), stateJson(json))
  if (isSame && isNamed(before.peer, name)) return before.peer
  const { id, client, principal } = name
  return Object.freeze({ id, client, principal, state: isSame ? before.peer.state : state })
}

function caretOf(peer: Peer, json: JsonObject, before: Known | undefined): PeerCaret | undefined {
  const caret = json[CARET]
  if (caret === undefined) return undefined
  const known = before?.caret
  return known?.peer === peer && sameJson(known.caret, caret) ? known : { peer, caret }
}

/** The part of a state that is the app's. */
function stateJson(json: JsonObject): JsonObject {
  if (!Object.hasOwn(json, CARET)) return json
  const { [CARET]: _, ...own } = json
  return own
}

/** A state as its app sees it. */
export const stateOf = (json: JsonObject): FieldValues =>
  valueFromJson(stateJson(json)) as Readonly<Record<string, Value>>
