import { randomBytes } from 'node:crypto'

/** The surroundings of a host; a simulator passes its own. */
export interface Platform {
  /** Ms since the Unix epoch. */
  now(): number
  /** A number in [0, 1). */
  random(): number
  /** Calls `run` once, after `delayMs`; 0 means after this turn of the event loop. */
  timer(delayMs: number, run: () => void): () => void
  /** A token of 128 random bits, base64url. */
  id(): string
  /** Takes an error that has no other receiver. */
  report(error: unknown): void
}

/** The surroundings of a Node process. */
export const nodePlatform = (report: (error: unknown) => void): Platform => ({
  now: () => Date.now(),
  random: () => Math.random(),
  timer: startTimer,
  id: () => randomBytes(16).toString('base64url'),
  report,
})

function startTimer(delayMs: number, run: () => void): () => void {
  if (delayMs === 0) {
    const immediate = setImmediate(run)
    return () => clearImmediate(immediate)
  }
  const timeout = setTimeout(run, delayMs)
  return () => clearTimeout(timeout)
}
