/**
 * Tells how long to wait before try number `attempt` (0, 1, 2 …): full jitter, so that a thousand
 * clients of a restarted server do not come back at once.
 *
 * Units   ms; at least 100, at most `capMs`
 * Source  Brooker 2015, Exponential Backoff and Jitter
 */
export function backoffMs(
  attempt: number,
  random: () => number,
  baseMs = 500,
  capMs = 30_000,
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 16))
  return Math.max(100, Math.round(random() * ceiling))
}
