import { RefusedError } from '@react-collab/core'
import { createBucket } from './limits.js'
import type { Platform } from './platform.js'

/** The functions that an app gives to its server. */
export type AppFunction = 'authenticate' | 'authorize' | 'guard'

/** A call of one of them. */
export interface AppCall<T> {
  readonly name: AppFunction
  /** What the call is about, for the log. */
  readonly about: () => string
  readonly run: () => unknown
  /** Makes sense of what came back. */
  readonly read: (answer: unknown) => T
  /** Less than usual, where part of the time is spent. */
  readonly timeoutMs?: number | undefined
}

/** Calls an app's functions: they may throw, reject, never settle or answer nonsense. */
export interface AppCalls {
  readonly timeoutMs: number
  /**
   * Asks, and waits only for a promise.
   *
   * Errors  `RefusedError` POLICY_FAILED or TIMEOUT, thrown or rejected, after it was logged
   */
  ask<T>(call: AppCall<T>): T | Promise<T>
  /** Logs what is wrong with a function, as long as it is not too often. */
  complain(name: AppFunction, wrong: string, about: () => string, cause?: unknown): void
}

/** Below the 10 s after which a client gives a request up: it should hear the reason. */
const defaultTimeoutMs = 5_000

/** Per function: this many complaints at once, then one in ten seconds. */
const burst = 5
const perSecond = 0.1

/** Makes the one way in which a host calls its app. */
export function createAppCalls(platform: Platform, timeoutMs: number = defaultTimeoutMs): AppCalls {
  const complain = createComplaints(platform)
  const failed = ({ name, about }: AppCall<unknown>, cause: unknown): RefusedError => {
    complain(
      name,
      `failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      about,
      cause,
    )
    return new RefusedError('POLICY_FAILED', `${name} failed on the server`, { cause })
  }
  const late = ({ name, about }: AppCall<unknown>, ms: number): RefusedError => {
    complain(name, `did not answer within ${ms} ms`, about)
    return new RefusedError('TIMEOUT', `${name} took too long on the server`)
  }

  function settle(call: AppCall<unknown>, answer: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ms = call.timeoutMs ?? timeoutMs
      const stop = platform.timer(ms, () => reject(late(call, ms)))
      const end = (settled: () => void): void => {
        stop()
        settled()
      }
      answer.then(
        (value) => end(() => resolve(value)),
        (error: unknown) => end(() => reject(failed(call, error))),
      )
    })
  }

  function ask<T>(call: AppCall<T>): T | Promise<T> {
    let answer: unknown
    try {
      answer = call.run()
    } catch (error) {
      throw failed(call, error)
    }
    return isThenable(answer) ? settle(call, answer).then(call.read) : call.read(answer)
  }

  return { timeoutMs, ask, complain }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { then?: unknown }).then === 'function'

/** An app's function is wrong: for the log of its operator. */
class AppFunctionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppFunctionError'
  }
}

function createComplaints({ elapsed, report }: Platform): AppCalls['complain'] {
  const logs = new Map<
    AppFunction,
    { readonly bucket: ReturnType<typeof createBucket>; left: number }
  >()
  return (name, wrong, about, cause) => {
    const log = logs.get(name) ?? { bucket: createBucket(perSecond, burst, elapsed()), left: 0 }
    logs.set(name, log)
    if (log.bucket.spend(1, elapsed()) > 0) {
      // What is not logged costs nothing: else a flood would silence the log for hours.
      log.bucket.spend(-1, elapsed())
      log.left += 1
      return
    }
    const more = log.left > 0 ? ` (and ${log.left} more like it)` : ''
    log.left = 0
    report(new AppFunctionError(`${name} ${wrong}; ${about()}${more}`, { cause }))
  }
}

/** Says of what type an answer is. */
export function typeOf(answer: unknown): string {
  if (answer === null || answer === undefined) return String(answer)
  if (answer === '') return 'an empty text'
  if (Array.isArray(answer)) return 'an array'
  return typeof answer === 'object' ? 'an object' : `a ${typeof answer}`
}
