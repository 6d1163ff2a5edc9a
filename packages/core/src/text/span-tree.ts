import { type Span, visibleLength } from './span.js'

const maxKids = 32
const surrogate = /[\uD800-\uDFFF]/
/** What a new node holds, so that it can grow. */
const packedKids = 24

/** Some spans in document order, and the visible text of them all. */
export interface Leaf {
  parent: Branch | null
  readonly kids: null
  spans: Span[]
  /** Visible UTF-16 units. */
  length: number
  text: string
  next: Leaf | null
}

interface Branch {
  parent: Branch | null
  kids: Node[]
  length: number
}

type Node = Leaf | Branch

/** A visible unit: `offset` units of `span` are visible up to and with it. */
export interface Spot {
  readonly span: Span
  readonly offset: number
}

/** The visible text of a leaf, seen from a unit within it. */
export interface LeafSpot {
  readonly leaf: Leaf
  /** Units of the leaf before and with the one looked for. */
  readonly offset: number
}

const newLeaf = (): Leaf => ({
  parent: null,
  kids: null,
  spans: [],
  length: 0,
  text: '',
  next: null,
})

/**
 * All spans of a text in document order: a B-tree whose nodes know their visible length, so that
 * indexes and spans find each other in O(log n).
 */
export class SpanTree {
  /** False as long as no visible text had a surrogate: then there are no pairs to look for. */
  hasSurrogates: boolean
  #root: Node
  readonly #head: Leaf

  /** Makes a tree of spans in document order; `text` is all that is visible of them. */
  constructor(spans: readonly Span[], text: string) {
    const leaves: Leaf[] = []
    let at = 0
    for (let i = 0; i < spans.length; i += packedKids) {
      const leaf = packLeaf(spans.slice(i, i + packedKids))
      leaf.text = text.slice(at, (at += leaf.length))
      const before = leaves.at(-1)
      if (before !== undefined) before.next = leaf
      leaves.push(leaf)
    }
    this.hasSurrogates = surrogate.test(text)
    this.#head = leaves[0] ?? newLeaf()
    this.#root = packBranches(leaves) ?? this.#head
  }

  /** Visible UTF-16 units. */
  get length(): number {
    return this.#root.length
  }

  /** The visible text. */
  toString(): string {
    let text = ''
    for (let leaf: Leaf | null = this.#head; leaf !== null; leaf = leaf.next) text += leaf.text
    return text
  }

  /** All spans in document order. */
  spans(): Span[] {
    const spans: Span[] = []
    for (let leaf: Leaf | null = this.#head; leaf !== null; leaf = leaf.next) {
      for (const span of leaf.spans) spans.push(span)
    }
    return spans
  }

  /** Finds the leaf of the visible unit before `index`, which is 1 to `length`. */
  leafBefore(index: number): LeafSpot {
    let node = this.#root
    let offset = index
    while (node.kids !== null) {
      const { kids } = node
      let k = 0
      while (offset > (kids[k] as Node).length) offset -= (kids[k++] as Node).length
      node = kids[k] as Node
    }
    return { leaf: node, offset }
  }

  /** Finds the visible unit before `index`, which is 1 to `length`. */
  unitBefore(index: number): Spot {
    const { leaf, offset } = this.leafBefore(index)
    const { spans } = leaf
    let k = 0
    let left = offset
    for (;;) {
      const span = spans[k++] as Span
      if (span.isDeleted) continue
      if (left <= span.length) return { span, offset: left }
      left -= span.length
    }
  }

  /** The visible index at which a span begins. */
  indexOf(span: Span): number {
    const leaf = leafOf(span)
    return startOf(leaf) + offsetOf(leaf, leaf.spans.indexOf(span))
  }

  /** The span behind another, or null at the end. */
  after(span: Span): Span | null {
    const leaf = leafOf(span)
    const slot = leaf.spans.indexOf(span) + 1
    if (slot < leaf.spans.length) return leaf.spans[slot] as Span
    return leaf.next === null ? null : (leaf.next.spans[0] as Span)
  }

  /** The span before another in the same leaf, if there is one. */
  beforeInLeaf(span: Span): Span | undefined {
    const { spans } = leafOf(span)
    return spans[spans.indexOf(span) - 1]
  }

  /** The span behind another in the same leaf, if there is one. */
  afterInLeaf(span: Span): Span | undefined {
    const { spans } = leafOf(span)
    return spans[spans.indexOf(span) + 1]
  }

  /** Puts a span right behind (`step` 1) or before (`step` 0) another; `text` is what shows of it. */
  put(span: Span, beside: Span, step: 0 | 1, text: string): void {
    const leaf = leafOf(beside)
    const slot = leaf.spans.indexOf(beside) + step
    span.leaf = leaf
    if (text !== '') this.#show(leaf, offsetOf(leaf, slot), text)
    leaf.spans.splice(slot, 0, span)
    if (leaf.spans.length > maxKids) this.#splitLeaf(leaf)
  }

  /** Lengthens a visible span at its end. */
  grow(span: Span, text: string): void {
    const leaf = leafOf(span)
    const offset = offsetOf(leaf, leaf.spans.indexOf(span)) + span.length
    span.length += text.length
    this.#show(leaf, offset, text)
  }

  /** Hides a visible span; gives back what was seen of it. */
  hide(span: Span): string {
    const leaf = leafOf(span)
    const offset = offsetOf(leaf, leaf.spans.indexOf(span))
    const text = leaf.text.slice(offset, offset + span.length)
    span.isDeleted = true
    replace(leaf, offset, span.length, '')
    return text
  }

  /** Takes a span out that another one of its leaf has taken in. */
  drop(span: Span): void {
    const { spans } = leafOf(span)
    spans.splice(spans.indexOf(span), 1)
    span.leaf = null
  }

  #show(leaf: Leaf, offset: number, text: string): void {
    this.hasSurrogates ||= surrogate.test(text)
    replace(leaf, offset, 0, text)
  }

  #splitLeaf(leaf: Leaf): void {
    const half = leaf.spans.length >> 1
    const offset = offsetOf(leaf, half)
    const right = packLeaf(leaf.spans.splice(half))
    right.text = leaf.text.slice(offset)
    leaf.text = leaf.text.slice(0, offset)
    leaf.length = offset
    right.next = leaf.next
    leaf.next = right
    this.#addBeside(leaf, right)
  }

  /** Hangs a node that was split off its left neighbour beside it. */
  #addBeside(left: Node, right: Node): void {
    const { parent } = left
    if (parent === null) {
      this.#root = packBranch([left, right])
      return
    }
    parent.kids.splice(parent.kids.indexOf(left) + 1, 0, right)
    right.parent = parent
    if (parent.kids.length <= maxKids) return
    const half = packBranch(parent.kids.splice(parent.kids.length >> 1))
    parent.length -= half.length
    this.#addBeside(parent, half)
  }
}

/** Tells which of two spans of a tree stands first: negative, 0 or positive. */
export function compareSpans(a: Span, b: Span): number {
  if (a === b) return 0
  let left: Node = leafOf(a)
  let right: Node = leafOf(b)
  if (left === right) return left.spans.indexOf(a) - left.spans.indexOf(b)
  while (left.parent !== right.parent) {
    left = left.parent as Branch
    right = right.parent as Branch
  }
  const { kids } = left.parent as Branch
  return kids.indexOf(left) - kids.indexOf(right)
}

const leafOf = (span: Span): Leaf => span.leaf as Leaf

/** The visible units of a leaf before the span in a slot. */
function offsetOf({ spans }: Leaf, slot: number): number {
  let offset = 0
  for (let i = 0; i < slot; i++) offset += visibleLength(spans[i] as Span)
  return offset
}

function startOf(leaf: Leaf): number {
  let index = 0
  let node: Node = leaf
  for (let parent = node.parent; parent !== null; parent = node.parent) {
    for (const kid of parent.kids) {
      if (kid === node) break
      index += kid.length
    }
    node = parent
  }
  return index
}

function replace(leaf: Leaf, offset: number, count: number, text: string): void {
  const before = leaf.text
  const end = offset + count
  leaf.text =
    end === before.length
      ? before.slice(0, offset) + text
      : before.slice(0, offset) + text + before.slice(end)
  const change = text.length - count
  for (let node: Node | null = leaf; node !== null; node = node.parent) node.length += change
}

function packLeaf(spans: Span[]): Leaf {
  const leaf = newLeaf()
  leaf.spans = spans
  for (const span of spans) {
    span.leaf = leaf
    leaf.length += visibleLength(span)
  }
  return leaf
}

function packBranch(kids: Node[]): Branch {
  const branch: Branch = { parent: null, kids, length: 0 }
  for (const kid of kids) {
    kid.parent = branch
    branch.length += kid.length
  }
  return branch
}

function packBranches(nodes: readonly Node[]): Node | undefined {
  let level = nodes
  while (level.length > 1) {
    const above: Node[] = []
    for (let i = 0; i < level.length; i += packedKids) {
      above.push(packBranch(level.slice(i, i + packedKids)))
    }
    level = above
  }
  return level[0]
}
