import type { PruneBounds } from './log/log-disk.js'

/** How long the log keeps entries that are in the rows of their object, for those who come back. */
export interface Retention {
  /** Those older than this may go; 30 by default. */
  readonly days: number
  /** Those beyond the last so many of an object may go; 10,000 by default. */
  readonly entries: number
  /** Keep entries, within these bounds, that all clients have already. */
  readonly history: boolean
}

/** What is kept unless a server is told otherwise. */
export const defaultRetention: Retention = { days: 30, entries: 10_000, history: false }

const dayMs = 86_400_000

/** The entries of an object that may go; all clients that count have those up to `acknowledged`. */
export const boundsOf = (
  { days, entries, history }: Retention,
  seq: number,
  now: number,
  acknowledged = 0,
): PruneBounds => ({
  upTo: Math.max(seq - entries, history ? 0 : acknowledged),
  // What was appended in this very millisecond is old enough for no days at all.
  before: days === 0 ? Infinity : now - days * dayMs,
})
