import type { Replica } from '../stamp.js'
import type { TextEdit } from './ops.js'
import type { Sequence } from './sequence.js'
import { endOf, visibleLength } from './span.js'
import { sequenceOf, type Text } from './text.js'

/** One part of a change of a text, read from left to right: units kept, deleted or inserted. */
export type TextPart = { readonly k: number } | { readonly d: string } | { readonly i: string }

/**
 * Tells how to get from one state of a text to another: exact, by elements and not by likeness.
 *
 * What both show is kept. Where the states are not of one text, so that elements changed places,
 * what differs is replaced as a whole. Cost O(spans · log spans).
 */
export function diffTexts(before: Text, after: Text): TextPart[] {
  if (before === after) return []
  const olds = sequenceOf(before)
  const news = sequenceOf(after)
  if (olds === news) return []
  const parts = new Parts(String(before), String(after))
  const isOneText = walk(stretches(olds, news), stretches(news, olds), parts)
  return isOneText ? parts.finish() : replaced(String(before), String(after))
}

/** Tells the same as edits, one after the other, each at its place in the text so far. */
export function editsBetween(before: Text, after: Text): TextEdit[] {
  const edits: TextEdit[] = []
  let index = 0
  for (const part of diffTexts(before, after)) {
    const last = edits.at(-1)
    if ('k' in part) index += part.k
    else if ('d' in part) edits.push({ index, removed: part.d, inserted: '' })
    else if (last?.index === index) edits[edits.length - 1] = { ...last, inserted: part.i }
    else edits.push({ index, removed: '', inserted: part.i })
    if ('i' in part) index += part.i.length
  }
  return edits
}

/** Visible elements of one state, in a row, that the other state all shows, or does not. */
interface Stretch {
  readonly name: Replica
  id: number
  length: number
  readonly isShared: boolean
}

function stretches(own: Sequence, other: Sequence): Stretch[] {
  const found: Stretch[] = []
  for (const span of own.tree.spans()) {
    if (visibleLength(span) === 0) continue
    const { name } = span.author
    const author = other.authors.get(name)
    for (let id = span.id; id < endOf(span); ) {
      const match = author?.find(id)
      const to = match === undefined ? (author?.nextFrom(id) ?? endOf(span)) : endOf(match)
      const length = Math.min(to, endOf(span)) - id
      found.push({ name, id, length, isShared: match !== undefined && !match.isDeleted })
      id += length
    }
  }
  return found
}

/** Goes through both states at once; false where they have an element in different places. */
function walk(olds: readonly Stretch[], news: readonly Stretch[], parts: Parts): boolean {
  let i = 0
  let k = 0
  for (;;) {
    const old = olds[i]
    const next = news[k]
    if (old !== undefined && !old.isShared) {
      parts.delete(old.length)
      i++
    } else if (next !== undefined && !next.isShared) {
      parts.insert(next.length)
      k++
    } else if (old === undefined || next === undefined) {
      return old === next
    } else {
      if (old.name !== next.name || old.id !== next.id) return false
      const length = Math.min(old.length, next.length)
      parts.keep(length)
      if (consume(old, length)) i++
      if (consume(next, length)) k++
    }
  }
}

/** Takes elements off the front of a stretch; true when none is left. */
function consume(stretch: Stretch, length: number): boolean {
  stretch.id += length
  stretch.length -= length
  return stretch.length === 0
}

/** Gathers parts, and joins those of one kind. */
class Parts {
  readonly #before: string
  readonly #after: string
  readonly #parts: TextPart[] = []
  #old = 0
  #new = 0
  #kept = 0
  #deleted = 0
  #inserted = 0

  constructor(before: string, after: string) {
    this.#before = before
    this.#after = after
  }

  keep(length: number): void {
    this.#flush()
    this.#kept += length
  }

  delete(length: number): void {
    this.#deleted += length
  }

  insert(length: number): void {
    this.#inserted += length
  }

  /** The parts; what is kept at the end is not told. */
  finish(): TextPart[] {
    this.#flush()
    return this.#parts
  }

  /** Between two kept units, deleted ones are told before inserted ones. */
  #flush(): void {
    if (this.#deleted + this.#inserted === 0) return
    if (this.#kept > 0) this.#parts.push({ k: this.#kept })
    this.#old += this.#kept
    this.#new += this.#kept
    if (this.#deleted > 0) this.#parts.push({ d: slice(this.#before, this.#old, this.#deleted) })
    if (this.#inserted > 0) this.#parts.push({ i: slice(this.#after, this.#new, this.#inserted) })
    this.#old += this.#deleted
    this.#new += this.#inserted
    this.#kept = 0
    this.#deleted = 0
    this.#inserted = 0
  }
}

const slice = (text: string, from: number, length: number): string =>
  text.slice(from, from + length)

/** Keeps what both begin and end with. */
function replaced(before: string, after: string): TextPart[] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++
  if (isHalf(before, start - 1, 0xd800)) start--
  if (isHalf(before, before.length - end, 0xdc00)) end--
  const parts = new Parts(before, after)
  parts.keep(start)
  parts.delete(before.length - start - end)
  parts.insert(after.length - start - end)
  return parts.finish()
}

/** Whether there is the half of a surrogate pair at an index that begins with `first`. */
const isHalf = (text: string, index: number, first: number): boolean => {
  const unit = text.charCodeAt(index)
  return unit >= first && unit < first + 0x400
}
