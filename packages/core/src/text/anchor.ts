import { isReplica, type Replica } from '../stamp.js'
import { MAX_ELEMENT } from './ops.js'
import type { Sequence } from './sequence.js'

/** What an anchor holds on to: the unit before its place, or the one after it. */
export type AnchorSide = 'before' | 'after'

/**
 * A place in a text that edits do not move: the element that it holds on to, which also a deleted
 * one can be. An empty replica is the border: the start before, the end after the place.
 *
 * It is JSON, so that it can be stored in a row or sent; what comes back is checked by
 * `isTextAnchor`.
 */
export type TextAnchor = readonly [replica: Replica | '', id: number, side: AnchorSide]

/** A stretch of a text that edits around it do not move; JSON, as its anchors are. */
export interface TextRange {
  readonly from: TextAnchor
  readonly to: TextAnchor
}

/** Tells whether a value from elsewhere is an anchor; whether its element is known is another matter. */
export function isTextAnchor(value: unknown): value is TextAnchor {
  if (!Array.isArray(value) || value.length !== 3) return false
  const [replica, id, side] = value as readonly unknown[]
  if (side !== 'before' && side !== 'after') return false
  if (replica === '') return id === 0
  return isReplica(replica) && Number.isInteger(id) && Number(id) > 0 && Number(id) <= MAX_ELEMENT
}

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
