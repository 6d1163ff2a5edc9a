import { applyWith } from './apply.js'
import type { Algebra, Change, Merged } from './change.js'
import { composeBody, composeWith } from './compose.js'
import type { Maybe } from './data.js'
import { invertBody, invertWith } from './invert.js'
import { mergeBody, mergeWith } from './merge.js'

/** The four functions tied together, for what nests. */
export const algebra: Algebra = {
  apply: (value, change) => applyWith(algebra, value, change),
  invert: (change) => invertBody(algebra, change),
  compose: (first, second) => composeBody(algebra, first, second),
  merge: (earlier, later) => mergeBody(algebra, earlier, later),
}

/**
 * Gives the value after a change; the old value stays as it was, and what is not touched is shared.
 *
 * Errors  `UsageError` BAD_CHANGE when the change does not fit the value, BAD_OFFSET when an offset
 *         does not; then nothing has changed
 */
export const apply = (value: Maybe, change: Change): Maybe => applyWith(algebra, value, change)

/** Gives the change that undoes `change`; inverting twice gives the same change. */
export const invert = (change: Change): Change => invertWith(algebra, change)

/** Makes two changes, one after the other, one; associative. */
export const compose = (first: Change, second: Change): Change =>
  composeWith(algebra, first, second)

/**
 * Makes any number of changes, one after the other, one.
 *
 * Cost  O(n log n) in their size: neighbours are composed pairwise
 */
export function composeAll(changes: readonly Change[]): Change {
  if (changes.length < 2) return changes[0] ?? null
  const pairs: Change[] = []
  for (let i = 0; i < changes.length; i += 2) {
    pairs.push(compose(changes[i] ?? null, changes[i + 1] ?? null))
  }
  return composeAll(pairs)
}

/**
 * Brings two concurrent changes of one value past each other; who is first in the agreed order is
 * `earlier`.
 *
 * Laws  TP1: applying `earlier`, then the first of what is given, ends in the same value as applying
 *       `later`, then the second
 */
export const merge = (earlier: Change, later: Change): Merged<Change> =>
  mergeWith(algebra, earlier, later)
