import type { TextEdit } from '@react-collab/core'

/**
 * The one edit that makes `before` into `after`, as short as it can be; undefined when they are
 * equal. It never cuts a surrogate pair in two. `caret`, where the typing ended in `after`, settles
 * which of equal letters was typed.
 */
export function editBetween(
  before: string,
  after: string,
  caret: number = after.length,
): TextEdit | undefined {
  if (before === after) return undefined
  const least = Math.min(before.length, after.length)
  // What stands behind the caret was not typed: it is the same in both, as far as it reaches.
  const most = Math.min(least, after.length - caret)
  let end = 0
  while (end < most && unitFromEnd(before, end) === unitFromEnd(after, end)) end += 1
  let start = 0
  while (start < least - end && before.charCodeAt(start) === after.charCodeAt(start)) start += 1
  while (end < least - start && unitFromEnd(before, end) === unitFromEnd(after, end)) end += 1
  if (start > 0 && isHigh(before.charCodeAt(start - 1))) start -= 1
  if (end > 0 && isLow(unitFromEnd(before, end - 1))) end -= 1
  return {
    index: start,
    removed: before.slice(start, before.length - end),
    inserted: after.slice(start, after.length - end),
  }
}

const unitFromEnd = (text: string, at: number): number => text.charCodeAt(text.length - 1 - at)
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000
