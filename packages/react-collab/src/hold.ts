import type { ErrorCode, Failure } from '@react-collab/core'
import { backoffMs } from './backoff.js'
import type { Platform } from './platform.js'

/** Why a stream holds; lifted by time, a new token, or a person. */
export interface Hold {
  readonly code: ErrorCode
  readonly message: string
}

/** Holds a stream, for longer each time in a row. */
export interface Holding {
  readonly current: Hold | undefined
  /** Why it held last, until something went through or a person wanted another try. */
  readonly last: Hold | undefined
  /** Begins to hold; lifts itself after what the server said, or with growing patience. */
  begin(failure: Pick<Failure, 'code' | 'message' | 'retryAfterMs'>): void
  /** Lifts it now, as a person wants it. */
  lift(): void
  /** What was held went through: the next hold is short again. */
  forget(): void
}

/** Makes a holding that holds nothing; `lifted` is called each time it ends. */
export function createHolding(platform: Platform, lifted: () => void): Holding {
  let current: Hold | undefined
  let last: Hold | undefined
  let failures = 0
  let cancel: (() => void) | undefined

  function end(): void {
    if (current === undefined) return
    cancel?.()
    current = undefined
    lifted()
  }

  return {
    get current() {
      return current
    },
    get last() {
      return last
    },
    begin({ code, message, retryAfterMs }) {
      cancel?.()
      current = last = { code, message }
      const delay = retryAfterMs ?? backoffMs(failures++, platform.random, 1000)
      cancel = platform.timer(delay, end)
    },
    lift() {
      last = undefined
      end()
    },
    forget() {
      last = undefined
      failures = 0
    },
  }
}
