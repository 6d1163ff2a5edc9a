import { type Event, eventReplica, type Patch, type TextPatch } from './event.js'
import type { Json } from './json.js'
import { type Replica, replicaOf, type Stamp } from './stamp.js'
import { isTextAnchor } from './text/anchor.js'
import { BORDER, type Delete, type ElementRef, type Insert, sizeOf } from './text/ops.js'

/** Elements of texts, from `from` on and before `end`, that are `to`'s and no more `replica`'s. */
export interface Renamed {
  readonly replica: Replica
  readonly from: number
  readonly end: number
  readonly to: Replica
}

/**
 * Where elements of texts are that were made by a replica which two copies of a disk have (R9): they
 * keep their numbers and change the replica, where their events go, or went, into the log as another's.
 */
export class Renaming {
  readonly #ranges = new Map<Replica, Renamed[]>()

  /** Begins with what another one knew. */
  constructor(known: readonly Renamed[] = []) {
    for (const one of known) this.#rangesOf(one.replica).push(one)
  }

  /** All that it knows. */
  get all(): readonly Renamed[] {
    return [...this.#ranges.values()].flat()
  }

  get isEmpty(): boolean {
    return this.#ranges.size === 0
  }

  /** Takes note that what an event typed, as an event of `replica`, is `to`'s. */
  add(event: Event, to: Replica): void {
    const replica = eventReplica(event)
    if (replica === to) return
    for (const [, , , inserts] of event[2].filter(isTyping)) {
      for (const insert of inserts) {
        const [from] = insert
        this.#rangesOf(replica).push({ replica, from, end: from + sizeOf(insert), to })
      }
    }
  }

  #rangesOf(replica: Replica): Renamed[] {
    const known = this.#ranges.get(replica) ?? []
    this.#ranges.set(replica, known)
    return known
  }

  /** Who has an element, and how many from it on have the same. */
  of(replica: Replica, id: number): { readonly owner: Replica; readonly count: number } {
    let count = Infinity
    // A copy of a disk that gave a number again made the later one of the two.
    for (const { from, end, to } of [...(this.#ranges.get(replica) ?? [])].reverse()) {
      if (from <= id && id < end) return { owner: to, count: Math.min(count, end - id) }
      if (from > id) count = Math.min(count, from - id)
    }
    return { owner: replica, count }
  }

  /** Whether any element of a replica is another's. */
  has(replica: string): boolean {
    return this.#ranges.has(replica as Replica)
  }
}

/**
 * An event as the one of another replica, or as it is, with the elements that it names where they are
 * now. The number and the time of its stamp stay; nothing changed is the same event.
 */
export function renameEvent(event: Event, to: Replica, names: Renaming): Event {
  const [n, stamp, patches, meta] = event
  const own = replicaOf(stamp)
  const after = names.isEmpty && own === to ? patches : renameAll(patches, own, to, names)
  if (after === patches && own === to) return event
  const now = `${stamp.slice(0, 12)}${to}` as Stamp
  return meta === undefined ? [n, now, after] : [n, now, after, meta]
}

/** Like `renameEvent`, for the patches of one: written by `own`, they are to be `to`'s. */
function renameAll(
  patches: readonly Patch[],
  own: Replica,
  to: Replica,
  names: Renaming,
): readonly Patch[] {
  const after = patches.map((patch): Patch => {
    if (patch[0] === '~') return renameTyping(patch, own, to, names)
    if (patch[0] !== '=' || names.isEmpty) return patch
    const value = renameAnchors(patch[3], names)
    return value === patch[3] ? patch : ['=', patch[1], patch[2], value]
  })
  return after.some((patch, i) => patch !== patches[i]) ? after : patches
}

function renameTyping(patch: TextPatch, own: Replica, to: Replica, names: Renaming): TextPatch {
  const [kind, row, field, inserts, deletes] = patch
  const refOf = (ref: ElementRef, before: number): ElementRef => {
    if (ref === BORDER) return ref
    const [replica, id] = typeof ref === 'number' ? [own, ref] : ref
    const { owner } = names.of(replica, id)
    if (owner === to && id < before) return id
    return typeof ref !== 'number' && owner === replica ? ref : [owner, id]
  }
  const made = inserts.map((insert): Insert => {
    const [id, parent, side, right, text] = insert
    const [newParent, newRight] = [refOf(parent, id), refOf(right, id)]
    const isSame = newParent === parent && newRight === right
    return isSame ? insert : [id, newParent, side, newRight, text]
  })
  const gone = deletes.flatMap((one) => renameDelete(one, names))
  const isSame =
    made.every((insert, i) => insert === inserts[i]) &&
    gone.length === deletes.length &&
    gone.every((one, i) => one === deletes[i])
  return isSame ? patch : [kind, row, field, made, gone]
}

/** A range may have become several. */
function renameDelete(range: Delete, names: Renaming): Delete[] {
  const [replica, id, length] = range
  if (!names.has(replica)) return [range]
  const parts: Delete[] = []
  for (let at = id; at < id + length; ) {
    const { owner, count } = names.of(replica, at)
    const size = Math.min(count, id + length - at)
    parts.push([owner, at, size])
    at += size
  }
  return parts.every(([owner]) => owner === replica) ? [range] : parts
}

/** Anchors are stored as values: of marks, and wherever an app keeps a place in a text. */
function renameAnchors(value: Json, names: Renaming): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isTextAnchor(value)) {
    const [replica, id, side] = value
    if (replica === '' || !names.has(replica)) return value
    const { owner } = names.of(replica, id)
    return owner === replica ? value : [owner, id, side]
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => renameAnchors(item as Json, names))
    return items.every((item, i) => item === value[i]) ? value : items
  }
  const entries = Object.entries(value).map(
    ([key, item]) => [key, renameAnchors(item as Json, names)] as const,
  )
  const before = value as Readonly<Record<string, Json>>
  return entries.every(([key, item]) => item === before[key]) ? value : Object.fromEntries(entries)
}

const isTyping = (patch: Patch): patch is TextPatch => patch[0] === '~'
