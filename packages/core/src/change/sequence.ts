import { cut, UsageError } from '../errors.js'
import type { Body } from './change.js'
import { CustomValue, type Data, type Maybe, sameData } from './data.js'

/** Values with offsets: text (UTF-16 units), lists, and custom sequences. */
export type Sequence = string | readonly Data[] | CustomSequence

/** So many items in a row, each of which gets the same change. */
export interface ChangedRun {
  readonly count: number
  readonly change: Body
}

/** A custom value with offsets: splices, moves and runs work on it as on a list. */
export abstract class CustomSequence extends CustomValue {
  abstract readonly length: number

  abstract slice(from: number, to: number): CustomSequence

  /** Joins sequences of this kind, this one first. */
  abstract concat(others: readonly CustomSequence[]): CustomSequence

  /** Gives the sequence with every item changed by `change`. */
  abstract mapItems(change: (item: Data) => Maybe): CustomSequence

  /**
   * Says how this content changes when it is inserted between two items that are concurrently
   * changed by `left` and `right`; by default not at all.
   */
  spread(_left: Body, _right: Body): readonly ChangedRun[] {
    return []
  }
}

/** Tells whether offsets work on `value`. */
export const isSequence = (value: Maybe): value is Sequence =>
  typeof value === 'string' || Array.isArray(value) || value instanceof CustomSequence

/** Tells whether parts of both may stand in one sequence. */
export const isAlike = (a: Sequence, b: Sequence): boolean =>
  typeof a === 'string' || typeof b === 'string'
    ? typeof a === typeof b
    : a instanceof CustomSequence || b instanceof CustomSequence
      ? a instanceof CustomSequence && b instanceof CustomSequence && a.kind === b.kind
      : true

/** Joins at least one sequence, all of one kind; throws `UsageError` BAD_CHANGE if they are not. */
export function joinAll(list: readonly [Sequence, ...Sequence[]]): Sequence {
  const [first, ...rest] = list
  const stranger = rest.find((one) => !isAlike(first, one))
  if (stranger !== undefined) {
    throw new UsageError('BAD_CHANGE', `${cut(stranger)} cannot stand beside ${cut(first)}`)
  }
  if (rest.length === 0) return first
  if (typeof first === 'string') return (list as readonly string[]).join('')
  if (first instanceof CustomSequence) return first.concat(rest as CustomSequence[])
  return (list as readonly (readonly Data[])[]).flat()
}

/** Tells whether two sequences hold the same. */
export const sameSequence = (a: Sequence, b: Sequence): boolean => sameData(a, b)

/** Tells whether `offset` lies between the two halves of a character. */
export const splitsPair = (text: string, offset: number): boolean =>
  isHalf(text.charCodeAt(offset - 1), 0xd800) && isHalf(text.charCodeAt(offset), 0xdc00)

const isHalf = (unit: number, first: number): boolean => unit >= first && unit < first + 0x400

/** Changes every item; text has none that could change. */
export function mapItems(sequence: Sequence, change: (item: Data) => Maybe): Sequence {
  if (typeof sequence === 'string') {
    throw new UsageError('BAD_CHANGE', 'a character of a text cannot be changed, only replaced')
  }
  if (sequence instanceof CustomSequence) return sequence.mapItems(change)
  return sequence.map((item) => present(change(item)))
}

function present(item: Maybe): Data {
  if (item !== undefined) return item
  throw new UsageError('BAD_CHANGE', 'an item of a list is removed by a splice, not by a replace')
}
