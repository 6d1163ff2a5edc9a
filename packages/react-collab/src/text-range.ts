import { cut, isTextAnchor, type TextRange, UsageError } from '@react-collab/core'
import { checkText } from './argument.js'
import type { SharedText } from './shared-text.js'

/** What holds on to places of a text, and finds them again. */
export type Anchored = Pick<SharedText, 'anchor' | 'resolve'>

/** A stretch of a text by its offsets; a caret where both are the same. */
export interface TextSpot {
  readonly from: number
  readonly to: number
}

/**
 * Holds on to a stretch of a text, or to a caret where `to` is `from` or missing.
 *
 * ```ts
 * object.add('comments', { text: 'Why?', at: anchorRange(object.text('body'), 3, 8) })
 * ```
 * What comes back is JSON, to be stored in a row or sent, and finds its place after any edits and for
 * everyone. What is typed at the edges of a stretch stays outside; a caret stays behind what it was
 * behind. Throws a `UsageError` BAD_OFFSET for what is no stretch.
 */
export function anchorRange(text: Anchored, from: number, to: number = from): TextRange {
  checkText(text, 'anchor')
  const start = text.anchor(from, from === to ? 'before' : 'after')
  const end = text.anchor(to, 'before')
  checkForwards(from, to)
  return { from: start, to: end }
}

/** Refuses a stretch that ends before it begins; its offsets are checked by making anchors. */
export function checkForwards(from: number, to: number): void {
  if (from <= to) return
  throw new UsageError('BAD_OFFSET', `a stretch from ${cut(from)} to ${cut(to)} runs backwards`)
}

/**
 * Finds a stretch or caret that `anchorRange` held on to; where its text is deleted it is the caret
 * where that was. Undefined for what is none, and where its text is not known here.
 */
export function resolveRange(text: Anchored, range: unknown): TextSpot | undefined {
  checkText(text, 'resolve')
  if (!isTextRange(range)) return undefined
  const from = text.resolve(range.from)
  const to = text.resolve(range.to)
  if (from === undefined || to === undefined) return undefined
  // Both may come from anybody, in any order.
  return { from, to: Math.max(from, to) }
}

function isTextRange(value: unknown): value is TextRange {
  if (typeof value !== 'object' || value === null) return false
  const { from, to } = value as Partial<TextRange>
  return isTextAnchor(from) && isTextAnchor(to)
}
