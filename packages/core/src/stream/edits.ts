import type { Maybe } from '../change/data.js'
import { move, replace, splice } from '../change/constructors.js'
import { isSequence, type Sequence } from '../change/sequence.js'
import { cut, UsageError } from '../errors.js'
import type { Stream } from './stream.js'

/**
 * Removes `count` items at an offset of a text or list, and inserts others there.
 *
 * Errors  `UsageError` BAD_OFFSET; BAD_CHANGE when the value is no sequence
 */
export function spliceStream<V>(
  stream: Stream<V>,
  offset: number,
  count: number,
  after: V & Sequence,
): Stream<V> {
  const items = itemsOf(stream)
  const isWithin = Number.isInteger(offset) && Number.isInteger(count) && count >= 0
  if (!isWithin || offset < 0 || offset + count > items.length) {
    throw new UsageError('BAD_OFFSET', `${cut(offset)} and ${cut(count)} of ${items.length} items`)
  }
  return stream.append(splice(offset, items.slice(offset, offset + count), after))
}

/** Moves `count` items of a text or list over `distance` others; same errors as `spliceStream`. */
export function moveInStream<V>(
  stream: Stream<V>,
  offset: number,
  count: number,
  distance: number,
): Stream<V> {
  itemsOf(stream)
  return stream.append(move(offset, count, distance))
}

/** Replaces the value of a stream as a whole. */
export const updateStream = <V>(stream: Stream<V>, after: V): Stream<V> =>
  stream.append(replace(stream.value as Maybe, after as Maybe))

function itemsOf(stream: Stream<unknown>): Sequence {
  const value = stream.value as Maybe
  if (isSequence(value)) return value
  throw new UsageError('BAD_CHANGE', `${cut(value)} is no text or list`)
}
