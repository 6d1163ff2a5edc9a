import { isReplica, type Json, sameJson, type TextAnchor } from '@react-collab/core'
import type { EditableText } from '../editable-text.js'
import type { FieldPath } from '../field-path.js'
import type { Unsubscribe } from '../listeners.js'
import type { SharedObject } from '../shared-object.js'
import { colorOf, inkOn, isColor } from './color.js'
import { type Presence, presenceOf } from './presence.js'
import type { PeerCaret } from './roster.js'

/** How one's own caret is shown to others. */
export interface CaretLook {
  /** At most 64 characters are shown. */
  readonly name: string
  /** Such as `#1971c2`; by default one that is made of the tab's id. */
  readonly color?: string | undefined
}

/** Somebody else's caret in a text, as offsets in UTF-16 units of what is shown here. */
export interface Caret {
  /** Names the tab, as `id` of a peer does. */
  readonly id: string
  /** Who the server says this is, as of a peer. */
  readonly principal: string | undefined
  readonly name: string
  /** As `#1971c2`. */
  readonly color: string
  /** What is read well on `color`. */
  readonly ink: string
  /** Where the selection began; the same as `head` where nothing is selected. */
  readonly anchor: number
  /** Where the caret is. */
  readonly head: number
  /** Counts how often its owner has moved it; others' edits, which carry it along, do not count. */
  readonly moves: number
}

/** Where one's own selection is. */
export interface CaretRange {
  readonly anchor: number
  readonly head: number
}

/** What a tab tells of its caret. */
interface Told {
  readonly at: readonly [row: string, field: string]
  readonly anchor: TextAnchor
  readonly head: TextAnchor
  readonly name?: string
  readonly color?: string
}

/** What is known of a peer's caret. */
interface Known {
  readonly json: Json
  readonly told: Told
  readonly moves: number
  /** The last place that could be found. */
  readonly found: Told | undefined
}

/** Units of a name that are shown. */
const MOST_NAME = 64

/**
 * The carets of one text: shares one's own, and follows those of the others through all edits.
 *
 * Carets travel as anchors, and faster than what was typed: one that holds on to a character which
 * has not come yet stays where it was until that comes.
 */
export class TextCarets {
  readonly #object: SharedObject
  readonly #text: EditableText
  readonly #at: readonly [row: string, field: string]
  /** What is known of each peer that has its caret here. */
  #known = new Map<string, Known>()
  #carets: readonly Caret[] = []

  /** `shown` is what is shown of the text, where that is not all of it. */
  constructor(object: SharedObject, path: FieldPath, shown: EditableText = object.text(path)) {
    this.#object = object
    this.#text = shown
    this.#at = typeof path === 'string' ? ['', path] : [object.key(path[0], path[1]), path[2]]
  }

  /** Units of the text. */
  get length(): number {
    return this.#text.length
  }

  get #presence(): Presence {
    return presenceOf(this.#object)
  }

  /** The carets of others, by id; the same list as long as none is elsewhere. */
  get all(): readonly Caret[] {
    const known = new Map<string, Known>()
    const carets = this.#presence.carets.flatMap((one) => this.#read(one, known) ?? [])
    this.#known = known
    if (!sameJson(carets as unknown as Json, this.#carets as unknown as Json)) this.#carets = carets
    return this.#carets
  }

  /** Shows others where one is; undefined shows nothing. */
  share(range: CaretRange | undefined, { name, color }: CaretLook): void {
    if (range === undefined || !this.#object.ready) return this.hide()
    const { length } = this.#text
    const [anchor, head] = [Math.min(range.anchor, length), Math.min(range.head, length)]
    // What others insert at an end of a selection stays outside of it.
    const side = (at: number, other: number) => (at < other ? 'after' : 'before')
    const told: Told = {
      at: this.#at,
      anchor: this.#text.anchor(anchor, side(anchor, head)),
      head: this.#text.anchor(head, side(head, anchor)),
      name: name.slice(0, MOST_NAME),
      ...(isColor(color) && { color }),
    }
    this.#presence.showCaret(told as unknown as Json)
  }

  /** Shows others nothing, if it is this text where they saw one. */
  hide(): void {
    const own = this.#presence.ownCaret as Partial<Told> | undefined
    if (sameJson(own?.at, this.#at)) {
      this.#presence.showCaret(undefined)
    }
  }

  /** Calls `listener` when a caret may be elsewhere. */
  subscribe(listener: () => void): Unsubscribe {
    const stop = [this.onMoved(listener), this.#text.subscribe(listener)]
    return () => {
      for (const end of stop) end()
    }
  }

  /** Calls `listener` when others have moved their carets; not when the text carries them along. */
  onMoved(listener: () => void): Unsubscribe {
    const release = this.#presence.hold()
    const unsubscribe = this.#presence.onCarets(listener)
    return () => {
      unsubscribe()
      this.hide()
      release()
    }
  }

  #read({ peer, caret: json }: PeerCaret, known: Map<string, Known>): Caret | undefined {
    const before = this.#known.get(peer.id)
    const isSame = before?.json === json
    const told = isSame ? before.told : readTold(json)
    if (told === undefined || !sameJson(told.at, this.#at)) return undefined
    const moves = (before?.moves ?? 0) + (isSame ? 0 : 1)
    const found = this.#rangeOf(told) === undefined ? before?.found : told
    known.set(peer.id, { json, told, moves, found })
    const range = found && this.#rangeOf(found)
    if (range === undefined) return undefined
    const color = told.color ?? colorOf(peer.id)
    const { id, principal } = peer
    return { id, principal, name: told.name ?? '', color, ink: inkOn(color), ...range, moves }
  }

  #rangeOf(told: Told): CaretRange | undefined {
    const anchor = this.#text.resolve(told.anchor)
    const head = this.#text.resolve(told.head)
    return anchor === undefined || head === undefined ? undefined : { anchor, head }
  }
}

/** Reads what another tab tells, which may be anything. */
function readTold(json: Json): Told | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const { at, anchor, head, name, color } = json as Readonly<Record<string, unknown>>
  if (!Array.isArray(at) || !isAnchor(anchor) || !isAnchor(head)) return undefined
  return {
    at: at as unknown as Told['at'],
    anchor,
    head,
    ...(typeof name === 'string' && { name: name.slice(0, MOST_NAME) }),
    ...(isColor(color) && { color }),
  }
}

function isAnchor(value: unknown): value is TextAnchor {
  if (!Array.isArray(value) || value.length !== 3) return false
  const [replica, id, side] = value as readonly unknown[]
  const isKnown = replica === '' || isReplica(replica)
  return isKnown && Number.isSafeInteger(id) && (side === 'before' || side === 'after')
}
