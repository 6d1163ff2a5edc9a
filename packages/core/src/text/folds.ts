import type { AnchorSide } from './anchor.js'
import type { TextEdit } from './ops.js'

/** A part of a text that is hidden behind a placeholder: the units from `from` up to before `to`. */
export interface HiddenRange {
  readonly from: number
  readonly to: number
  readonly placeholder: string
}

/** Shows a text with ranges hidden; they are in order, and none overlaps another. */
export function withHidden(text: string, ranges: readonly HiddenRange[]): string {
  return shownOf(ranges, { from: 0, to: text.length }, { index: 0, text })
}

/** What is shown of a stretch; what of it is not hidden lies in `visible`, which begins at `index`. */
function shownOf(
  ranges: readonly HiddenRange[],
  { from, to }: { readonly from: number; readonly to: number },
  { index, text }: { readonly index: number; readonly text: string },
): string {
  let shown = ''
  let at = from
  for (const range of ranges) {
    if (range.from < from || range.to > to) continue
    shown += text.slice(at - index, range.from - index) + range.placeholder
    at = range.to
  }
  return at < to ? shown + text.slice(at - index, to - index) : shown
}

/** Tells where a place of the text is shown; one within a hidden range on a side of its placeholder. */
export function shownIndex(
  ranges: readonly HiddenRange[],
  index: number,
  side: AnchorSide,
): number {
  let shift = 0
  for (const { from, to, placeholder } of ranges) {
    if (index <= from) break
    if (index < to) return from + shift + (side === 'before' ? placeholder.length : 0)
    shift += placeholder.length - (to - from)
  }
  return index + shift
}

/** Tells what place of the text is shown at an index; within a placeholder, that on a side of it. */
export function hiddenIndex(
  ranges: readonly HiddenRange[],
  index: number,
  side: AnchorSide,
): number {
  let shift = 0
  for (const { from, to, placeholder } of ranges) {
    const start = from - shift
    if (index <= start) break
    if (index < start + placeholder.length) return side === 'after' ? from : to
    shift += to - from - placeholder.length
  }
  return index + shift
}

/**
 * Carries a hidden range past an edit of the text: what is typed within it is hidden as well, what is
 * typed at its edges is not; undefined when nothing of it is left.
 */
export function rangeAfter<R extends HiddenRange>(range: R, edit: TextEdit): R | undefined {
  const { index, removed, inserted } = edit
  const end = index + removed.length
  const more = inserted.length - removed.length
  const { from, to } = range
  if (index >= to) return range
  // Also what is typed right before it, and removes nothing of it.
  if (end <= from) return { ...range, from: from + more, to: to + more }
  if (index >= from && end <= to) return leftOf({ ...range, to: to + more })
  if (index >= from) return leftOf({ ...range, to: index })
  return leftOf({ ...range, from: index + inserted.length, to: Math.max(end, to) + more })
}

const leftOf = <R extends HiddenRange>(range: R): R | undefined =>
  range.from < range.to ? range : undefined

/**
 * Tells an edit of the text as one of what is shown; `before` and `after` are the hidden ranges on
 * either side of it. Undefined when nothing that is shown is another.
 */
export function shownEdit(
  edit: TextEdit,
  before: readonly HiddenRange[],
  after: readonly HiddenRange[],
): TextEdit | undefined {
  const { index, removed, inserted } = edit
  const end = index + removed.length
  const touched = before.filter(({ from, to }) => from < end && index < to)
  const from = Math.min(index, touched[0]?.from ?? index)
  const to = Math.max(end, touched.at(-1)?.to ?? end)
  const more = inserted.length - removed.length
  const old = shownOf(before, { from, to }, { index, text: removed })
  const now = shownOf(after, { from, to: to + more }, { index, text: inserted })
  if (old === now) return undefined
  // What reaches beyond the edit on a side is there before and after.
  const start = from < index ? (touched[0]?.placeholder.length ?? 0) : 0
  const rest = to > end ? (touched.at(-1)?.placeholder.length ?? 0) : 0
  return {
    index: shownIndex(before, from, 'after') + start,
    removed: old.slice(start, old.length - rest),
    inserted: now.slice(start, now.length - rest),
  }
}
