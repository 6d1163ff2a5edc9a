import type { Platform } from './platform.js'

/** What can be seen of a line: it moves when this changes. */
export interface Traffic {
  /** Whole messages that came, heartbeats apart. */
  readonly messages: number
  /** Bytes that came of a message that is not whole yet. */
  readonly partial: number
  /** Bytes that wait to go. */
  readonly unsent: number
}

/** Looks in a row that may find nothing but bytes that come: an answer does not wait forever. */
const MOST_LOOKS = 6

/**
 * Calls `fire` when the line has not moved for `ms`: an answer may be behind much that comes, and
 * its question behind much that goes. The function that comes back calls it off.
 */
export function createPatience(
  platform: Platform,
  ms: number,
  look: () => Traffic,
  fire: () => void,
): () => void {
  let cancel = (): void => undefined
  let seen = look()
  let looks = 0
  const wait = (): void => {
    cancel = platform.timer(ms, () => {
      const now = look()
      const isSending = now.unsent > 0 && now.unsent !== seen.unsent
      const isReceiving = now.messages !== seen.messages || now.partial > seen.partial
      seen = now
      if (isSending || (isReceiving && ++looks < MOST_LOOKS)) wait()
      else fire()
    })
  }
  wait()
  return () => cancel()
}
