import { Author } from './author.js'
import { createStart, Sequence } from './sequence.js'
import { type Children, Span } from './span.js'
import { SpanTree } from './span-tree.js'

/** Copies a sequence, so that each can go on without the other. Cost O(spans). */
export function copySequence(sequence: Sequence): Sequence {
  const start = createStart()
  const authors = new Map([...sequence.authors.keys()].map((name) => [name, new Author(name)]))
  const authorOf = (author: Author): Author => authors.get(author.name) ?? start.author
  const originals = sequence.tree.spans()
  const copies = new Map<Span, Span>([[sequence.start, start]])
  for (const span of originals) {
    if (span !== sequence.start) copies.set(span, copySpan(span, authorOf))
  }
  for (const [span, copy] of copies) {
    copy.lefts = mapChildren(span.lefts, copies)
    copy.rights = mapChildren(span.rights, copies)
  }
  for (const author of sequence.authors.values()) {
    authorOf(author).append(author.spans().map((span) => copies.get(span) as Span))
  }
  const spans = originals.map((span) => copies.get(span) as Span)
  return new Sequence(start, new SpanTree(spans, sequence.tree.toString()), authors)
}

function copySpan(span: Span, authorOf: (author: Author) => Author): Span {
  const { rightAuthor, rightId, parentId, side } = span
  const copy = new Span(authorOf(span.author), span.id, span.length, {
    parentAuthor: authorOf(span.parentAuthor),
    parentId,
    side,
    rightAuthor: rightAuthor === null ? null : authorOf(rightAuthor),
    rightId,
  })
  copy.isDeleted = span.isDeleted
  return copy
}

function mapChildren(children: Children, copies: ReadonlyMap<Span, Span>): Children {
  if (Array.isArray(children)) return children.map((child) => copies.get(child) as Span)
  return children === null ? null : (copies.get(children) as Span)
}
