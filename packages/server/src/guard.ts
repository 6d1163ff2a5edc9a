import { type Event, RefusedError, type Refusal } from '@react-collab/core'
import type { AppCalls } from './app-call.js'
import { failureOf } from './failure.js'
import { createGuardProbe, type GuardProbe } from './guard-probe.js'
import {
  type AskGuard,
  createAskGuard,
  keyOf,
  type Question,
  type Reason,
} from './guard-question.js'
import type { Access, Guard } from './options.js'
import type { Platform } from './platform.js'
import type { ReadPush } from './push.js'
import { createStumbles, type Stumble, type Stumbles } from './stumbles.js'

/** Asks the app's guard about the events of a push, in their order. */
export type Guarding = (read: ReadPush, access: Access) => ReadPush | Promise<ReadPush>

/**
 * Wraps a guard.
 *
 * An event that it vetoes is refused alone. One that it fails on holds the push from there on, to be
 * tried again. If it fails on that event again and again while it has answers for others, then the
 * fault is the event's: it is refused too, so that it stops nothing.
 */
export function createGuarding(guard: Guard, calls: AppCalls, platform: Platform): Guarding {
  const ask = createAskGuard(guard, calls)
  const stumbles = createStumbles()
  const probe = createGuardProbe(ask, stumbles)
  const shared = { ask, stumbles, probe, platform, timeoutMs: calls.timeoutMs }
  return (read, access) => new Review({ read, access, ...shared }).run(0)
}

interface ReviewParts {
  readonly read: ReadPush
  readonly access: Access
  readonly ask: AskGuard
  readonly stumbles: Stumbles
  readonly probe: GuardProbe
  readonly platform: Platform
  /** For all events of the push. */
  readonly timeoutMs: number
}

/** One push on its way past the guard. */
class Review {
  readonly #at: ReviewParts
  readonly #wrong: ReadonlyMap<number, Refusal>
  readonly #refused: Refusal[] = []
  readonly #startedAt: number
  #asked = 0

  constructor(parts: ReviewParts) {
    this.#at = parts
    this.#wrong = new Map(parts.read.refused.map((refusal) => [refusal.index, refusal]))
    this.#startedAt = parts.platform.elapsed()
  }

  /** Goes on with event `index`; waits only for a guard that makes it wait. */
  run(index: number): ReadPush | Promise<ReadPush> {
    const { events } = this.#at.read
    for (let i = index; i < events.length; i++) {
      const wrong = this.#wrong.get(i)
      if (wrong !== undefined) {
        this.#refused.push(wrong)
        continue
      }
      try {
        const reason = this.#ask(i)
        if (reason instanceof Promise) return this.#wait(i, reason)
        this.#answered(i, reason)
      } catch (error) {
        const held = this.#failed(i, error)
        if (held !== undefined) return held
      }
    }
    return { ...this.#at.read, refused: this.#refused }
  }

  async #wait(index: number, asking: Promise<Reason>): Promise<ReadPush> {
    try {
      this.#answered(index, await asking)
    } catch (error) {
      const held = this.#failed(index, error)
      if (held !== undefined) return held
    }
    return this.run(index + 1)
  }

  #ask(index: number): Reason | Promise<Reason> {
    const { ask, timeoutMs, platform } = this.#at
    const leftMs = timeoutMs - (platform.elapsed() - this.#startedAt)
    if (this.#asked++ > 0 && leftMs <= 0) throw outOfTime()
    return ask(this.#question(index), leftMs)
  }

  #question(index: number): Question {
    return { event: this.#at.read.events[index] as Event, access: this.#at.access }
  }

  #answered(index: number, reason: Reason): void {
    this.#at.stumbles.answered()
    if (reason === undefined) this.#at.probe.passed(this.#question(index))
    else this.#refused.push({ index, code: 'REFUSED', message: reason.slice(0, 256) })
  }

  /** The guard failed on an event: it is refused for it, or the push is held from there on. */
  #failed(index: number, error: unknown): ReadPush | undefined {
    // Time that others have used up says nothing of this one.
    if (this.#asked > 1 && isTimeout(error)) return this.#heldFrom(index, error)
    const stumble = this.#at.stumbles.failed(keyOf(this.#question(index)))
    if (!stumble.isBlamed) return this.#heldFrom(index, error, stumble)
    this.#refused.push({ index, code: 'POLICY_FAILED', message: 'the guard fails on this edit' })
    return undefined
  }

  #heldFrom(index: number, error: unknown, { retryAfterMs }: Partial<Stumble> = {}): ReadPush {
    this.#at.probe.start(this.#question(index), this.#after(index))
    const later = this.#at.read.refused.filter((refusal) => refusal.index > index)
    const refused = [...this.#refused, ...later]
    const failure = { ...failureOf(error), ...(retryAfterMs !== undefined && { retryAfterMs }) }
    return { ...this.#at.read, refused, failure, failsFrom: index }
  }

  #after(index: number): readonly Question[] {
    const rest = this.#at.read.events.map((_, i) => i).slice(index + 1)
    return rest.filter((i) => !this.#wrong.has(i)).map((i) => this.#question(i))
  }
}

const outOfTime = (): RefusedError =>
  new RefusedError('TIMEOUT', 'guard took too long for all events of this push')

const isTimeout = (error: unknown): boolean =>
  error instanceof RefusedError && error.code === 'TIMEOUT'
