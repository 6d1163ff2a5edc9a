import type { Replica } from '../stamp.js'
import type { Author } from './author.js'
import {
  BORDER,
  type Delete,
  type ElementRef,
  type Insert,
  LEFT,
  RIGHT,
  rightOf,
  sizeOf,
  type TextOps,
} from './ops.js'
import type { Content, Emit, Gap, Sequence } from './sequence.js'
import { endOf, type Span } from './span.js'

/**
 * Takes in an insert of a replica; elements that are known already are passed over.
 *
 * False, and no effect, where its parent or right neighbour is not known.
 */
export function integrateInsert(
  sequence: Sequence,
  replica: Replica,
  insert: Insert,
  emit?: Emit,
): boolean {
  const own = sequence.authors.get(replica)
  if (!isHung(sequence, own, insert)) return false
  const author = own ?? sequence.author(replica)
  const [id, , , , content] = insert
  if (id < author.end) integrateUnknown(sequence, author, insert, emit)
  else sequence.place(gapOf(sequence, author, insert), { author, id, content }, emit)
  return true
}

/** Takes in an insert of which something may be known, stretch by stretch. */
function integrateUnknown(sequence: Sequence, author: Author, insert: Insert, emit?: Emit): void {
  const [first, , , , content] = insert
  const end = first + sizeOf(insert)
  for (let id = first; id < end; ) {
    const known = author.nextFrom(id)
    const to = Math.min(known > id ? known : endOf(author.find(id) as Span), end)
    if (known > id) {
      const elements = { author, id, content: part(content, id - first, to - first) }
      sequence.place(gapOf(sequence, author, restOf(insert, id)), elements, emit)
    } else if (typeof content === 'number') {
      sequence.erase(author, id, to, emit)
    }
    id = to
  }
}

/** The insert that remains of one from an element on, but for its content. */
const restOf = (insert: Insert, id: number): Insert =>
  id === insert[0] ? insert : [id, id - 1, RIGHT, rightOf(insert), 0]

const part = (content: Content, from: number, to: number): Content =>
  typeof content === 'number' ? to - from : content.slice(from, to)

/** Deletes elements; false, and no effect, where one of them is not known. */
export function eraseRange(
  sequence: Sequence,
  [replica, id, length]: Delete,
  emit?: Emit,
): boolean {
  const author = sequence.authors.get(replica)
  if (author === undefined || knownUntil(author, id, id + length) < id + length) return false
  sequence.erase(author, id, id + length, emit)
  return true
}

/**
 * Tells whether all that the ops of a replica refer to is known, or made by an earlier one of them.
 *
 * Cost  O((ops + spans deleted) · log n)
 */
export function isApplicable(sequence: Sequence, replica: Replica, ops: TextOps): boolean {
  const own = sequence.authors.get(replica)
  const made = new MadeElements(ops.inserts)
  for (const insert of ops.inserts) {
    if (!isHung(sequence, own, insert, made)) return false
    made.count++
  }
  return ops.deletes.every(([name, id, length]) => {
    const author = sequence.authors.get(name)
    const also = name === replica ? made : undefined
    return knownUntil(author, id, id + length, also) >= id + length
  })
}

/** The elements that the first `count` of some inserts make; their numbers rise. */
class MadeElements {
  count = 0
  readonly #inserts: readonly Insert[]

  constructor(inserts: readonly Insert[]) {
    this.#inserts = inserts
  }

  /** The number after the insert that makes an element; undefined where none does. */
  endAt(id: number): number | undefined {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#inserts[middle] as Insert)[0] <= id) low = middle + 1
      else high = middle
    }
    const insert = this.#inserts[low - 1]
    if (insert === undefined || low === 0) return undefined
    const end = insert[0] + sizeOf(insert)
    return id < end ? end : undefined
  }
}

/** Tells whether an insert names elements that are known, or among those that were made. */
function isHung(
  sequence: Sequence,
  own: Author | undefined,
  insert: Insert,
  made?: MadeElements,
): boolean {
  const [, parent, side, right] = insert
  if (side === LEFT) return parent !== BORDER && isKnown(sequence, own, parent, made)
  return isKnown(sequence, own, parent, made) && isKnown(sequence, own, right, made)
}

function isKnown(
  sequence: Sequence,
  own: Author | undefined,
  ref: ElementRef,
  made?: MadeElements,
): boolean {
  if (ref === BORDER) return true
  if (typeof ref !== 'number') return sequence.authors.get(ref[0])?.find(ref[1]) !== undefined
  return own?.find(ref) !== undefined || made?.endAt(ref) !== undefined
}

/** The number up to which all from `id` on are known, or `to` where that comes first. */
function knownUntil(
  author: Author | undefined,
  id: number,
  to: number,
  made?: MadeElements,
): number {
  let at = id
  while (at < to) {
    const span = author?.find(at)
    const end = span === undefined ? made?.endAt(at) : endOf(span)
    if (end === undefined) break
    at = end
  }
  return at
}

/** Finds the gap of an insert that names known elements. */
function gapOf(sequence: Sequence, own: Author, insert: Insert): Gap {
  const [, parent, side] = insert
  const right = rightOf(insert)
  const { author: border } = sequence.start
  const parentAuthor = parent === BORDER ? border : authorOf(sequence, own, parent)
  const parentId = idOf(parent)
  return {
    parent: sequence.spanAt(parentAuthor, parentId, side),
    parentAuthor,
    parentId,
    side,
    rightAuthor: right === BORDER ? null : authorOf(sequence, own, right),
    rightId: idOf(right),
  }
}

const authorOf = (sequence: Sequence, own: Author, ref: ElementRef): Author =>
  typeof ref === 'number' ? own : sequence.author(ref[0])

const idOf = (ref: ElementRef): number => (typeof ref === 'number' ? ref : ref[1])
