import { createHash, randomBytes } from 'node:crypto'

/** The surroundings of a host; a simulator passes its own. */
export interface Platform {
  /** Wall clock, ms since the Unix epoch; may step. */
  readonly now: () => number
  /** Ms since some moment; never steps. How long something takes is measured by it. */
  readonly elapsed: () => number
  /** A number in [0, 1). */
  readonly random: () => number
  /** Calls `run` once, after `delayMs`; 0 means after this turn of the event loop. */
  readonly timer: (delayMs: number, run: () => void) => () => void
  /** A token of 128 random bits, base64url. */
  readonly id: () => string
  /** A hash that does not lead back to the text. */
  readonly digest: (text: string) => string
  /** Takes an error that has no other receiver. */
  readonly report: (error: unknown) => void
}

/** The surroundings of a Node process. */
export const nodePlatform = (report: (error: unknown) => void): Platform => ({
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: () => Math.random(),
  timer: startTimer,
  id: () => randomBytes(16).toString('base64url'),
  digest: (text) => createHash('sha256').update(text).digest('base64url'),
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

/** A time, ms since the Unix epoch, as ISO 8601 in UTC. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()

/** Takes what an operator should know; pino fits. */
export interface Logger {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** Writes to the console. */
export const consoleLogger: Logger = {
  info: (details, message) => console.info(message, details),
  warn: (details, message) => console.warn(message, details),
  error: (details, message) => console.error(message, details),
}
