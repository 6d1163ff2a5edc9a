import { cut, UsageError } from '../errors.js'
import type { Body, Part } from './change.js'
import type { Maybe } from './data.js'
import { layoutOf, piecesOf } from './layout.js'
import { consumed } from './parts-builder.js'
import { joinAll, mapItems, sameSequence, type Sequence, splitsPair } from './sequence.js'

type Apply = (value: Maybe, change: Body) => Maybe

/** Changes every item of a sequence; the same sequence for no change. */
export const changeItems = (items: Sequence, change: Body, apply: Apply): Sequence =>
  change === null ? items : mapItems(items, (item) => apply(item, change))

/**
 * Gives the sequence after a change.
 *
 * Errors  `UsageError` BAD_OFFSET for offsets beyond the end or inside a surrogate pair, BAD_CHANGE
 *         when what is deleted is not what is there
 */
export function applyParts(source: Sequence, parts: readonly Part[], apply: Apply): Sequence {
  checkParts(source, parts)
  const layout = parts.some((part) => part.kind === 'put') ? layoutOf(parts) : undefined
  const pieces: [Sequence, ...Sequence[]] = [source.slice(0, 0)]
  let at = 0
  for (const part of parts) {
    const end = at + consumed(part)
    if (part.kind === 'keep') pieces.push(changeItems(source.slice(at, end), part.change, apply))
    else if (part.kind === 'insert') pieces.push(part.content)
    else if (part.kind === 'put' && layout !== undefined) {
      for (const { from, count, change } of piecesOf(layout, part.from, part.count)) {
        pieces.push(changeItems(source.slice(from, from + count), change, apply))
      }
    }
    at = end
  }
  return joinAll([...pieces, source.slice(at, source.length)])
}

function checkParts(source: Sequence, parts: readonly Part[]): void {
  let at = 0
  for (const part of parts) {
    checkOffset(source, at)
    const end = at + consumed(part)
    if (end > source.length) {
      throw new UsageError('BAD_OFFSET', `offset ${end} is beyond the end, ${source.length}`)
    }
    if (part.kind === 'delete') checkContent(source.slice(at, end), part.content)
    if (part.kind === 'put') checkOffset(source, part.from)
    at = end
  }
  checkOffset(source, at)
}

function checkOffset(source: Sequence, offset: number): void {
  if (typeof source === 'string' && splitsPair(source, offset)) {
    throw new UsageError('BAD_OFFSET', `offset ${offset} is inside a surrogate pair`)
  }
}

function checkContent(found: Sequence, expected: Sequence): void {
  if (sameSequence(found, expected)) return
  const what = typeof expected === 'string' ? cut(expected) : 'what the change removes'
  throw new UsageError('BAD_CHANGE', `${what} is not there; found ${cut(found)}`)
}
