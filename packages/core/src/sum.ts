import { cut, UsageError } from './errors.js'

/** Sums lie in ±2^52 and go round there, so that they do not depend on the order of adding. */
const HALF = 2 ** 52

/** Reads what is to be added to a counter: a whole number within ±2^52; throws `BAD_VALUE`. */
export function checkCount(by: unknown): number {
  if (Number.isInteger(by) && Math.abs(by as number) < HALF) return by as number
  throw new UsageError('BAD_VALUE', `a counter counts in whole numbers, not by ${cut(by)}`)
}

/**
 * Adds up a counter.
 *
 * Laws  commutative, associative [CNT1]; what has been added once must not be added again
 */
export function addToSum(sum: number, by: number): number {
  const next = sum + by
  if (next >= HALF) return next - 2 * HALF
  return next < -HALF ? next + 2 * HALF : next
}

/** Checks the sum of a counter that came from elsewhere; throws `BAD_VALUE`. */
export function checkSum(sum: unknown): number {
  if (Number.isInteger(sum) && (sum as number) >= -HALF && (sum as number) < HALF) {
    return sum as number
  }
  throw new UsageError('BAD_VALUE', `no counter stands at ${cut(sum)}`)
}
