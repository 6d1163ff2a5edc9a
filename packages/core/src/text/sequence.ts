/**
 * The sequence CRDT beneath a text: FugueMax in its tree form.
 *
 * Every element hangs in a tree, before or after its parent; the text is that tree read from left
 * to right. Siblings before a parent are ordered by id, siblings after it by right origin, the
 * farther one first, then by id. The tree depends only on the set of elements, so replicas agree
 * whatever the order of arrival, and text typed into one gap by several writers is not interleaved.
 *
 * Deleted elements stay, without their content. Positions are trusted here; `Text` checks them.
 *
 * Source  Weidner & Kleppmann 2025, "The Art of the Fugue: Minimizing Interleaving in Collaborative
 *         Text Editing", FugueMax (algorithm 1 with the sibling order of section 5)
 */
import type { Replica } from '../stamp.js'
import { Author } from './author.js'
import { adopt, firstBelow, lastBelow, sibling } from './children.js'
import { LEFT, RIGHT, type Side } from './ops.js'
import { continues, endOf, MAX_RUN, type Origin, precedesById, sharesRight, Span } from './span.js'
import { compareSpans, SpanTree } from './span-tree.js'

/** Where new elements go: their origin, and the span that their parent begins or ends. */
export interface Gap extends Origin {
  readonly parent: Span
}

/** Told of what became visible, or was visible and no longer is, by its index. */
export type Emit = (index: number, removed: string, inserted: string) => void

/** New elements of one author: their text, or how many there are when they come deleted. */
export type Content = string | number

/** Elements that are new to a text. */
export interface Elements {
  readonly author: Author
  readonly id: number
  readonly content: Content
}

/** Owner of the one element that stands before all others and is never seen. */
const borderName = '' as Replica

/** The elements of a text, and what is visible of them. */
export class Sequence {
  readonly tree: SpanTree
  readonly authors: Map<Replica, Author>
  /** The virtual element before all others; its children are the top of the tree. */
  readonly start: Span

  constructor(
    start: Span = createStart(),
    tree: SpanTree = new SpanTree([start], ''),
    authors: Map<Replica, Author> = new Map(),
  ) {
    this.start = start
    this.tree = tree
    this.authors = authors
  }

  /** The author of a name; a new one where it has written nothing here. */
  author(name: Replica): Author {
    const known = this.authors.get(name)
    if (known !== undefined) return known
    const author = new Author(name)
    this.authors.set(name, author)
    return author
  }

  /** Finds where text goes that is typed at a visible index. */
  gapAt(index: number): Gap {
    const { span, offset } =
      index === 0 ? { span: this.start, offset: this.start.length } : this.tree.unitBefore(index)
    if (offset < span.length) return gapBefore(this.#split(span, offset))
    const next = this.tree.after(span)
    if (next !== null && span.rights !== null) return gapBefore(next)
    return gapAfter(span, next?.author ?? null, next?.id ?? 0)
  }

  /** Cuts the spans so that a known element begins (side 0) or ends (side 1) one; gives that. */
  spanAt(author: Author, id: number, side: Side): Span {
    const span = author === this.start.author ? this.start : (author.find(id) as Span)
    const offset = id - span.id
    if (side === LEFT) return offset > 0 ? this.#split(span, offset) : span
    if (offset + 1 < span.length) this.#split(span, offset + 1)
    return span
  }

  /** Hangs new elements into a gap; their author knows none of them yet. */
  place(gap: Gap, { author, id, content }: Elements, emit?: Emit): void {
    const { parent } = gap
    if (typeof content === 'string' && canGrow(gap, author, id, content.length)) {
      const offset = parent.length
      this.tree.grow(parent, content)
      author.grew(parent)
      emit?.(this.tree.indexOf(parent) + offset, '', content)
      return
    }
    const isText = typeof content === 'string'
    const span = new Span(author, id, isText ? content.length : content, gap)
    span.isDeleted = !isText
    author.add(span)
    this.#hang(span, parent, isText ? content : '')
    if (!isText) return
    if (span.length > MAX_RUN) this.shorten(span)
    emit?.(this.tree.indexOf(span), '', content)
  }

  /** Deletes visible units; tells the elements, range by range. */
  remove(
    index: number,
    count: number,
    told: (author: Author, id: number, n: number) => void,
  ): void {
    for (let left = count; left > 0; ) {
      const spot = this.tree.unitBefore(index + 1)
      const span = spot.offset > 1 ? this.#split(spot.span, spot.offset - 1) : spot.span
      if (span.length > left) this.#split(span, left)
      const { author, id, length } = span
      this.#hide(span)
      told(author, id, length)
      left -= length
    }
  }

  /** Deletes known elements, numbers `from` to before `to`; those that are deleted stay so. */
  erase(author: Author, from: number, to: number, emit?: Emit): void {
    for (let id = from; id < to; ) {
      const found = author.find(id) as Span
      if (found.isDeleted) {
        id = endOf(found)
        continue
      }
      const span = id > found.id ? this.#split(found, id - found.id) : found
      if (endOf(span) > to) this.#split(span, to - id)
      id = endOf(span)
      const index = emit === undefined ? 0 : this.tree.indexOf(span)
      const removed = this.#hide(span)
      emit?.(index, removed, '')
    }
  }

  /** Cuts a visible span that is longer than `MAX_RUN`. */
  shorten(span: Span): void {
    for (let rest = span; rest.length > MAX_RUN; ) rest = this.#split(rest, MAX_RUN)
  }

  #hang(span: Span, parent: Span, text: string): void {
    if (span.side === RIGHT) {
      parent.rights = adopt(parent.rights, span, precedesByRight)
      const before = sibling(parent.rights, span, -1)
      this.tree.put(span, before === undefined ? parent : lastBelow(before), 1, text)
    } else {
      parent.lefts = adopt(parent.lefts, span, precedesById)
      const behind = sibling(parent.lefts, span, 1)
      this.tree.put(span, behind === undefined ? parent : firstBelow(behind), 0, text)
    }
  }

  /** Cuts a span in two; gives back what is from `offset` on. */
  #split(span: Span, offset: number): Span {
    const rest = new Span(span.author, span.id + offset, span.length - offset, {
      parentAuthor: span.author,
      parentId: span.id + offset - 1,
      side: RIGHT,
      rightAuthor: span.rightAuthor,
      rightId: span.rightId,
    })
    rest.isDeleted = span.isDeleted
    rest.rights = span.rights
    span.rights = rest
    span.length = offset
    span.author.add(rest)
    this.tree.put(rest, span, 1, '')
    return rest
  }

  /** Hides a span, and joins it with its neighbours where they are deleted too. */
  #hide(span: Span): string {
    const text = this.tree.hide(span)
    const behind = this.tree.afterInLeaf(span)
    if (behind !== undefined) this.#join(span, behind)
    const before = this.tree.beforeInLeaf(span)
    if (before !== undefined) this.#join(before, span)
    return text
  }

  #join(a: Span, b: Span): void {
    if (!continues(a, b)) return
    b.author.drop(b)
    this.tree.drop(b)
    a.length += b.length
    a.rights = b.rights
  }
}

/** Makes the element that stands before all others. */
export function createStart(): Span {
  const author = new Author(borderName)
  const origin: Origin = {
    parentAuthor: author,
    parentId: 0,
    side: RIGHT,
    rightAuthor: null,
    rightId: 0,
  }
  const start = new Span(author, 0, 1, origin)
  start.isDeleted = true
  return start
}

function gapBefore(parent: Span): Gap {
  const { author, id } = parent
  return {
    parent,
    parentAuthor: author,
    parentId: id,
    side: LEFT,
    rightAuthor: author,
    rightId: id,
  }
}

function gapAfter(parent: Span, rightAuthor: Author | null, rightId: number): Gap {
  const parentId = endOf(parent) - 1
  return { parent, parentAuthor: parent.author, parentId, side: RIGHT, rightAuthor, rightId }
}

/** Tells whether visible elements in this gap are just more of the run before it. */
function canGrow(gap: Gap, author: Author, id: number, length: number): boolean {
  const { parent } = gap
  return (
    parent.author === author &&
    gap.side === RIGHT &&
    parent.rights === null &&
    !parent.isDeleted &&
    endOf(parent) === id &&
    parent.length + length <= MAX_RUN &&
    sharesRight(parent, gap.rightAuthor, gap.rightId)
  )
}

/** The order of siblings after a parent: the farther right origin first, then by id. */
function precedesByRight(a: Span, b: Span): boolean {
  const order = compareRights(a, b)
  return order === 0 ? precedesById(a, b) : order > 0
}

/** Tells whose right origin stands farther right: positive where it is that of `a`. */
function compareRights(a: Span, b: Span): number {
  if (sharesRight(a, b.rightAuthor, b.rightId)) return 0
  if (a.rightAuthor === null) return 1
  if (b.rightAuthor === null) return -1
  const left = a.rightAuthor.find(a.rightId) as Span
  const right = b.rightAuthor.find(b.rightId) as Span
  return left === right ? a.rightId - b.rightId : compareSpans(left, right)
}
