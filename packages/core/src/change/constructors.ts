import { cut, UsageError } from '../errors.js'
import { composeAll } from './algebra.js'
import type { Body, Change, Part, Path } from './change.js'
import { bodyOf, notesOf, withNotes } from './compose.js'
import { type Data, type Maybe, sameData } from './data.js'
import { PartsBuilder } from './parts-builder.js'
import { isAlike, sameSequence, type Sequence } from './sequence.js'

function checkCount(value: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new UsageError('BAD_OFFSET', `${name} ${cut(value)} is no whole number from 0`)
}

const itemsOf = (parts: readonly Part[]): Body =>
  parts.length === 0 ? null : { type: 'items', parts }

/** Makes a value another one as a whole; absent is `undefined`, so this also creates and deletes. */
export const replace = (before: Maybe, after: Maybe): Body =>
  sameData(before, after) ? null : { type: 'replace', before, after }

/**
 * Removes `before` at an offset of a sequence, and inserts `after` there.
 *
 * Units   offsets in text are UTF-16 units
 * Errors  `UsageError` BAD_OFFSET, BAD_CHANGE
 */
export function splice(offset: number, before: Sequence, after: Sequence): Body {
  checkCount(offset, 'offset')
  if (!isAlike(before, after)) {
    throw new UsageError('BAD_CHANGE', 'what is removed and inserted is of two kinds')
  }
  if (sameSequence(before, after)) return null
  const parts = new PartsBuilder()
  parts.keep(offset)
  parts.insert(after)
  parts.remove(before)
  return itemsOf(parts.finish())
}

/**
 * Moves `count` items over `distance` others; a negative distance moves them towards the start.
 *
 * Errors  `UsageError` BAD_OFFSET
 */
export function move(offset: number, count: number, distance: number): Body {
  checkCount(offset, 'offset')
  checkCount(count, 'count')
  checkCount(Math.abs(distance), 'distance')
  checkCount(offset + Math.min(distance, 0), 'destination')
  const parts = new PartsBuilder()
  parts.keep(offset + Math.min(distance, 0))
  if (distance < 0) parts.put(offset, count)
  else parts.take(count)
  parts.keep(count === 0 ? 0 : Math.abs(distance))
  if (distance < 0) parts.take(count)
  else parts.put(offset, count)
  return count === 0 ? null : itemsOf(parts.finish())
}

/**
 * Moves `count` items to before the item that is now at index `to`.
 *
 * Errors  `UsageError` BAD_OFFSET; BAD_CHANGE when `to` is inside what is moved
 */
export function moveTo(offset: number, count: number, to: number): Body {
  checkCount(to, 'destination')
  if (to > offset && to < offset + count) {
    throw new UsageError('BAD_CHANGE', 'items cannot be moved into themselves')
  }
  return move(offset, count, to > offset ? to - offset - count : to - offset)
}

/** Applies the same change to each of `count` items of a sequence. */
export function run(offset: number, count: number, change: Change): Change {
  checkCount(offset, 'offset')
  checkCount(count, 'count')
  const parts = new PartsBuilder()
  const inner = bodyOf(change)
  parts.keep(offset)
  if (inner !== null) parts.keep(count, inner)
  return withNotes(notesOf(change), itemsOf(parts.finish()))
}

/** Makes changes, one after the other, one. */
export const changeSet = (changes: readonly Change[]): Change => composeAll(changes)

/**
 * Changes what is at `path` of a value.
 *
 * Errors  `UsageError` BAD_OFFSET for a number that is no index, RESERVED_NAME for `__proto__`
 */
export const pathChange = (path: Path, change: Change): Change =>
  withNotes(
    notesOf(change),
    path.reduceRight<Body>((inner, key) => wrap(key, inner), bodyOf(change)),
  )

function wrap(key: string | number, inner: Body): Body {
  if (typeof key === 'number') return bodyOf(run(key, 1, inner))
  if (key === '__proto__') throw new UsageError('RESERVED_NAME', 'a key is named __proto__')
  return inner === null ? null : { type: 'fields', fields: new Map([[key, inner]]) }
}

/** Adds a whole number to a number; concurrent increments all count. */
export function increment(by: number): Body {
  if (!Number.isSafeInteger(by)) throw new UsageError('UNSAFE_INTEGER', `increment ${cut(by)}`)
  return by === 0 ? null : { type: 'increment', by }
}

/** Puts a note on a change, such as its author; it stays with the change through everything. */
export const meta = (note: Data, change: Change): Change =>
  withNotes([note, ...notesOf(change)], bodyOf(change))
