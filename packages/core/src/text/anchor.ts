import type { Replica } from '../stamp.js'
import type { Sequence } from './sequence.js'

/** What an anchor holds on to: the unit before its place, or the one after it. */
export type AnchorSide = 'before' | 'after'

/**
 * A place in a text that edits do not move: the element that it holds on to, which also a deleted
 * one can be. An empty replica is the border: the start before, the end after the place.
 */
export type TextAnchor = readonly [replica: Replica | '', id: number, side: AnchorSide]

/** Makes an anchor of a visible index. */
export function anchorAt(sequence: Sequence, index: number, side: AnchorSide): TextAnchor {
  const isBorder = side === 'before' ? index === 0 : index === sequence.tree.length
  if (isBorder) return ['', 0, side]
  const { span, offset } = sequence.tree.unitBefore(side === 'before' ? index : index + 1)
  return [span.author.name, span.id + offset - 1, side]
}

/** Finds the visible index of an anchor; undefined where its element is not known. */
export function resolveAnchor(sequence: Sequence, anchor: TextAnchor): number | undefined {
  const [replica, id, side] = anchor
  if (replica === '') return side === 'before' ? 0 : sequence.tree.length
  const span = sequence.authors.get(replica)?.find(id)
  if (span === undefined) return undefined
  const index = sequence.tree.indexOf(span)
  return span.isDeleted ? index : index + id - span.id + (side === 'before' ? 1 : 0)
}
