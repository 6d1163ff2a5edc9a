import { cut, UsageError } from '../errors.js'
import { isWellFormed } from '../json.js'
import type { Replica } from '../stamp.js'
import { anchorAt, type AnchorSide, resolveAnchor, type TextAnchor } from './anchor.js'
import type { Author } from './author.js'
import { copySequence } from './copy.js'
import { decodeSequence } from './decode.js'
import { encodeSequence } from './encode.js'
import { eraseRange, integrateInsert, isApplicable } from './integrate.js'
import {
  BORDER,
  type Delete,
  type ElementRef,
  type Insert,
  LEFT,
  type TextEdit,
  type TextOps,
  type TextWriter,
} from './ops.js'
import { type Emit, Sequence } from './sequence.js'
import type { TextSnapshot } from './snapshot.js'
import type { Origin } from './span.js'
import type { SpanTree } from './span-tree.js'

/** A sequence and how many texts read it; who writes while others read copies it first. */
interface Shared {
  readonly sequence: Sequence
  readers: number
}

let read: (text: Text) => Sequence

/** UTF-16 units of one insert; more are several, so that an event can hold each. */
const MOST_UNITS = 16_384

/**
 * A text that many write at a time: a function of the set of ops that it took in, whatever their
 * order and however often each came [TEXT1].
 *
 * Units  indexes and lengths count visible UTF-16 units; no index parts a surrogate pair [TEXT7]
 * Cost   O(log n) for each op, n being what was ever typed, as runs
 * Source `sequence.ts`
 */
export class Text {
  static {
    read = (text) => text.#read()
  }

  /** What the text was read from, until its elements are asked for. */
  #snapshot: TextSnapshot | undefined
  #shared: Shared | undefined
  #visible: string | undefined

  /** Makes an empty text, or one whose snapshot is decoded when its elements are needed. */
  constructor(snapshot?: TextSnapshot) {
    this.#snapshot = snapshot
    this.#visible = snapshot?.text
  }

  /** Visible UTF-16 units. */
  get length(): number {
    return this.#snapshot?.text.length ?? this.#read().tree.length
  }

  /** What is visible. */
  toString(): string {
    this.#visible ??= this.#read().tree.toString()
    return this.#visible
  }

  /**
   * Types `text` at an index; gives the op that does the same elsewhere, and raises the writer's
   * number. Throws `BAD_OFFSET`, `BAD_VALUE` for an empty text, `BAD_UNICODE` for half a pair.
   */
  insert(index: number, text: string, writer: TextWriter): Insert {
    checkInserted(text)
    this.#checkOffset(index)
    const sequence = this.#write()
    const author = sequence.author(writer.replica)
    const id = Math.max(writer.nextId, author.end)
    const gap = sequence.gapAt(index)
    sequence.place(gap, { author, id, content: text })
    writer.nextId = id + text.length
    return insertOf(gap, author, id, text)
  }

  /** Deletes `count` units from an index on; gives the ops that do so elsewhere; `BAD_OFFSET`. */
  remove(index: number, count: number): Delete[] {
    this.#checkRange(index, count)
    const ranges: [Replica, number, number][] = []
    if (count === 0) return ranges
    this.#write().remove(index, count, ({ name }, id, length) => {
      const last = ranges.at(-1)
      if (last?.[0] === name && last[1] + last[2] === id) last[2] += length
      else ranges.push([name, id, length])
    })
    return ranges
  }

  /**
   * Types `text` in place of `count` units, behind the first letter of them: an anchor that holds on to
   * that letter, or to what is before, is before the text, one further on is behind it.
   */
  replace(index: number, count: number, text: string, writer: TextWriter): TextOps {
    checkInserted(text)
    this.#checkRange(index, count)
    const letter = count === 0 ? 0 : partsPair(this.#read().tree, index + 1) ? 2 : 1
    const insert = this.insert(index + letter, text, writer)
    const first = this.remove(index, letter)
    const rest = this.remove(index + text.length, count - letter)
    return { inserts: [insert], deletes: joined(first, rest) }
  }

  /**
   * Takes in an insert of `replica`; what is known of it already is passed over. False, and no
   * effect, where its parent or right neighbour is not known.
   */
  integrate(replica: Replica, insert: Insert, told?: (edit: TextEdit) => void): boolean {
    return integrateInsert(this.#write(), replica, insert, emitTo(told))
  }

  /** Deletes a range of elements; false, and no effect, where one of them is not known. */
  erase(range: Delete, told?: (edit: TextEdit) => void): boolean {
    return eraseRange(this.#write(), range, emitTo(told))
  }

  /** Tells whether all that the ops of `replica` refer to is known, or made by themselves. */
  canApply(replica: Replica, ops: TextOps): boolean {
    return isApplicable(this.#read(), replica, ops)
  }

  /** Takes in all ops of an event; false, and no effect, unless `canApply`. */
  apply(replica: Replica, ops: TextOps, told?: (edit: TextEdit) => void): boolean {
    const [insert] = ops.inserts
    if (insert !== undefined && ops.inserts.length === 1 && ops.deletes.length === 0) {
      return this.integrate(replica, insert, told)
    }
    if (!this.canApply(replica, ops)) return false
    for (const insert of ops.inserts) this.integrate(replica, insert, told)
    for (const range of ops.deletes) this.erase(range, told)
    return true
  }

  /** A text of its own with the same elements; they are copied when one of the two is written. */
  clone(): Text {
    const copy = new Text(this.#snapshot)
    copy.#visible = this.#visible
    copy.#shared = this.#shared
    if (this.#shared !== undefined) this.#shared.readers++
    return copy
  }

  /** Makes an anchor that holds on to the unit before or after an index; throws `BAD_OFFSET`. */
  anchor(index: number, side: AnchorSide): TextAnchor {
    this.#checkOffset(index)
    return anchorAt(this.#read(), index, side)
  }

  /** Finds the index of an anchor; undefined where what it holds on to is not known. */
  resolve(anchor: TextAnchor): number | undefined {
    const index = resolveAnchor(this.#read(), anchor)
    return index !== undefined && partsPair(this.#read().tree, index) ? index - 1 : index
  }

  /** The greatest number that an element of `replica` has here; 0 where there is none. */
  lastId(replica: Replica): number {
    return (this.#read().authors.get(replica)?.end ?? 1) - 1
  }

  /** Writes the text as a snapshot; equal sets of elements give equal bytes. */
  encode(): TextSnapshot {
    return this.#snapshot ?? encodeSequence(this.#read())
  }

  #read(): Sequence {
    if (this.#shared !== undefined) return this.#shared.sequence
    const sequence = this.#snapshot === undefined ? new Sequence() : decodeSequence(this.#snapshot)
    this.#shared = { sequence, readers: 1 }
    return sequence
  }

  #write(): Sequence {
    const sequence = this.#read()
    this.#snapshot = undefined
    this.#visible = undefined
    if (this.#shared === undefined || this.#shared.readers === 1) return sequence
    this.#shared.readers--
    this.#shared = { sequence: copySequence(sequence), readers: 1 }
    return this.#shared.sequence
  }

  #checkOffset(index: number): void {
    const { length } = this
    if (!Number.isInteger(index) || index < 0 || index > length) {
      throw new UsageError('BAD_OFFSET', `${cut(index)} is no index of a text of ${length}`)
    }
    if (partsPair(this.#read().tree, index)) {
      throw new UsageError('BAD_OFFSET', `${index} is inside a surrogate pair`)
    }
  }

  #checkRange(index: number, count: number): void {
    this.#checkOffset(index)
    if (!Number.isInteger(count) || count < 0) {
      throw new UsageError('BAD_OFFSET', `${cut(count)} is no number of units`)
    }
    this.#checkOffset(index + count)
  }
}

/** Cuts text into pieces that an event can hold, and no surrogate pair in two. */
export function textPieces(text: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = Math.min(at + MOST_UNITS, text.length)
    const isPair = end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))
    pieces.push(text.slice(at, isPair ? end + 1 : end))
    at = isPair ? end + 1 : end
  }
  return pieces
}

/** The elements of a text, to be read only: for what belongs to texts but is not of their surface. */
export const sequenceOf = (text: Text): Sequence => read(text)

function checkInserted(text: unknown): void {
  if (typeof text !== 'string' || text === '') {
    throw new UsageError('BAD_VALUE', 'what is inserted is a string, and not empty')
  }
  if (!isWellFormed(text)) {
    throw new UsageError('BAD_UNICODE', `${cut(text)} has half a surrogate pair`)
  }
}

/** Two lists of ranges as one; where they meet they are one range. */
function joined(before: readonly Delete[], after: readonly Delete[]): Delete[] {
  const last = before.at(-1)
  const next = after[0]
  if (last === undefined || next === undefined) return [...before, ...after]
  const [replica, id, length] = last
  if (replica !== next[0] || id + length !== next[1]) return [...before, ...after]
  return [...before.slice(0, -1), [replica, id, length + next[2]], ...after.slice(1)]
}

const emitTo = (told: ((edit: TextEdit) => void) | undefined): Emit | undefined =>
  told && ((index, removed, inserted) => told({ index, removed, inserted }))

/** Tells whether an index is between the halves of a visible surrogate pair. */
function partsPair(tree: SpanTree, index: number): boolean {
  if (!tree.hasSurrogates || index === 0 || index === tree.length) return false
  const { leaf, offset } = tree.leafBefore(index)
  if (!isHigh(leaf.text.charCodeAt(offset - 1))) return false
  if (offset < leaf.length) return isLow(leaf.text.charCodeAt(offset))
  const next = tree.leafBefore(index + 1)
  return isLow(next.leaf.text.charCodeAt(next.offset - 1))
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000

function insertOf(origin: Origin, own: Author, id: number, text: string): Insert {
  const { parentAuthor, parentId, side, rightAuthor, rightId } = origin
  const parent = refOf(parentAuthor, parentId, own)
  const right = side === LEFT || rightAuthor === null ? BORDER : refOf(rightAuthor, rightId, own)
  return [id, parent, side, right, text]
}

/** Names an element; that before all others, whose name is empty, is the border. */
const refOf = (author: Author, id: number, own: Author): ElementRef =>
  author === own || author.name === '' ? id : [author.name, id]
