import type { Author } from './author.js'
import type { Leaf } from './span-tree.js'
import type { Side } from './ops.js'

/**
 * The most units that stay visible in one span; longer runs are kept as several. Bounds what an
 * edit inside a long paste has to copy.
 */
export const MAX_RUN = 512

/** The children of one side of a span, in document order; one alone needs no array. */
export type Children = Span | Span[] | null

/** Where the first element of a span hangs, and what stood to its right when it was written. */
export interface Origin {
  readonly parentAuthor: Author
  readonly parentId: number
  readonly side: Side
  /** Null is the end of the text. */
  readonly rightAuthor: Author | null
  readonly rightId: number
}

/**
 * Consecutive elements of one author, all visible or all deleted, each the right child of the one
 * before it, and all with the same right origin. `lefts` hang before the first, `rights` after the
 * last element: nothing ever hangs in between, for that a span is split.
 */
export class Span {
  readonly author: Author
  readonly id: number
  length: number
  isDeleted = false
  parentAuthor: Author
  parentId: number
  readonly side: Side
  rightAuthor: Author | null
  rightId: number
  /** Set when it is put into a tree. */
  leaf: Leaf | null = null
  lefts: Children = null
  rights: Children = null

  constructor(author: Author, id: number, length: number, origin: Origin) {
    this.author = author
    this.id = id
    this.length = length
    this.parentAuthor = origin.parentAuthor
    this.parentId = origin.parentId
    this.side = origin.side
    this.rightAuthor = origin.rightAuthor
    this.rightId = origin.rightId
  }
}

/** The number after a span's last element. */
export const endOf = (span: Span): number => span.id + span.length

/** Counts what of a span is visible. */
export const visibleLength = (span: Span): number => (span.isDeleted ? 0 : span.length)

/** Tells whether the run of `span` could go on with an element that has this right origin. */
export const sharesRight = (span: Span, author: Author | null, id: number): boolean =>
  span.rightAuthor === author && span.rightId === id

/**
 * Tells whether `b`, which stands right behind `a`, is the same run going on, so that one span can
 * hold both. It depends on the elements alone, not on how they are cut into spans.
 */
export const continues = (a: Span, b: Span): boolean =>
  a.rights === b &&
  a.author === b.author &&
  endOf(a) === b.id &&
  a.isDeleted === b.isDeleted &&
  sharesRight(b, a.rightAuthor, a.rightId)

/** Orders elements by replica, then by number: the order of siblings that nothing else tells apart. */
export function precedesById(a: Span, b: Span): boolean {
  return a.author === b.author ? a.id < b.id : a.author.name < b.author.name
}
