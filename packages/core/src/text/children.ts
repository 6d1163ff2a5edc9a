import type { Children, Span } from './span.js'

/** Puts a span among siblings; `precedes` is their order. */
export function adopt(
  children: Children,
  span: Span,
  precedes: (a: Span, b: Span) => boolean,
): Children {
  if (children === null) return span
  const siblings = Array.isArray(children) ? children : [children]
  let at = siblings.length
  while (at > 0 && precedes(span, siblings[at - 1] as Span)) at--
  siblings.splice(at, 0, span)
  return siblings
}

/** Puts a span behind its siblings. */
export function appendChild(children: Children, span: Span): Children {
  if (children === null) return span
  if (!Array.isArray(children)) return [children, span]
  children.push(span)
  return children
}

/** The sibling `step` places from `span`; undefined beyond the ends. */
export const sibling = (children: Children, span: Span, step: -1 | 1): Span | undefined =>
  Array.isArray(children) ? children[children.indexOf(span) + step] : undefined

/** The span that stands first in the subtree of `span`. */
export function firstBelow(span: Span): Span {
  let first = span
  while (first.lefts !== null) {
    first = Array.isArray(first.lefts) ? (first.lefts[0] as Span) : first.lefts
  }
  return first
}

/** The span that stands last in the subtree of `span`. */
export function lastBelow(span: Span): Span {
  let last = span
  while (last.rights !== null) {
    last = Array.isArray(last.rights) ? (last.rights.at(-1) as Span) : last.rights
  }
  return last
}
