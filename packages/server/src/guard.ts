import { type Event, eventReplica, RefusedError, type Refusal } from '@react-collab/core'
import { type AppCalls, typeOf } from './app-call.js'
import { createStumbles, type Stumbles } from './stumbles.js'
import { failureOf } from './failure.js'
import type { Access, Guard } from './options.js'
import type { Platform } from './platform.js'
import type { ReadPush } from './push.js'

/** Asks the app's guard about the events of a push, in their order. */
export type Guarding = (read: ReadPush, access: Access) => ReadPush | Promise<ReadPush>

type Reason = string | undefined

/**
 * Wraps a guard.
 *
 * An event that it vetoes is refused alone. One that it fails on holds the push from there on, to be
 * tried again. If it fails on that event again and again while it has answers for others, then the
 * fault is the event's: it is refused too, so that it stops nothing.
 */
export function createGuarding(guard: Guard, calls: AppCalls, platform: Platform): Guarding {
  const stumbles = createStumbles()
  return (read, access) => new Review({ read, access, guard, calls, stumbles, platform }).run(0)
}

interface ReviewParts {
  readonly read: ReadPush
  readonly access: Access
  readonly guard: Guard
  readonly calls: AppCalls
  readonly stumbles: Stumbles
  readonly platform: Platform
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
    this.#startedAt = parts.platform.now()
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
        if (!this.#isParked(i, error)) return this.#heldFrom(i, error)
      }
    }
    return { ...this.#at.read, refused: this.#refused }
  }

  async #wait(index: number, asking: Promise<Reason>): Promise<ReadPush> {
    try {
      this.#answered(index, await asking)
    } catch (error) {
      if (!this.#isParked(index, error)) return this.#heldFrom(index, error)
    }
    return this.run(index + 1)
  }

  #ask(index: number): Reason | Promise<Reason> {
    const { guard, calls, access, read, platform } = this.#at
    const event = read.events[index] as Event
    const timeoutMs = calls.timeoutMs - (platform.now() - this.#startedAt)
    if (this.#asked++ > 0 && timeoutMs <= 0) throw outOfTime()
    const about = (): string =>
      `event ${event[0]} of replica ${eventReplica(event)} in object ${access.object}`
    return calls.ask({
      name: 'guard',
      about,
      run: () => guard(event, access),
      read: (answer) => readReason(answer, calls, about),
      timeoutMs,
    })
  }

  #answered(index: number, reason: Reason): void {
    this.#at.stumbles.answered(this.#at.access.object)
    if (reason === undefined) return
    this.#refused.push({ index, code: 'REFUSED', message: reason.slice(0, 256) })
  }

  /** Notes that the guard failed on an event; true if the event is refused for it. */
  #isParked(index: number, error: unknown): boolean {
    // Time that others have used up says nothing of this one.
    if (this.#asked > 1 && isTimeout(error)) return false
    const { read, access, stumbles } = this.#at
    const event = read.events[index] as Event
    if (!stumbles.failed(access.object, `${eventReplica(event)} ${event[0]}`)) return false
    this.#refused.push({ index, code: 'POLICY_FAILED', message: 'the guard fails on this edit' })
    return true
  }

  #heldFrom(index: number, error: unknown): ReadPush {
    this.#probe(index + 1)
    const later = this.#at.read.refused.filter((refusal) => refusal.index > index)
    const refused = [...this.#refused, ...later]
    return { ...this.#at.read, refused, failure: failureOf(error), failsFrom: index }
  }

  /** Whether the guard has an answer for any later event tells whose fault it is; nobody waits. */
  #probe(index: number): void {
    if (index >= this.#at.read.events.length) return
    if (this.#wrong.has(index)) return this.#probe(index + 1)
    const answered = (): void => this.#at.stumbles.answered(this.#at.access.object)
    try {
      const reason = this.#ask(index)
      if (reason instanceof Promise) reason.then(answered, () => this.#probe(index + 1))
      else answered()
    } catch (error) {
      if (!isTimeout(error)) this.#probe(index + 1)
    }
  }
}

function readReason(answer: unknown, calls: AppCalls, about: () => string): Reason {
  if (answer === undefined || typeof answer === 'string') return answer
  const wrong = `returned ${typeOf(answer)}, not a reason (a text) or undefined`
  calls.complain('guard', wrong, about)
  throw new RefusedError('POLICY_FAILED', `guard ${wrong}`)
}

const outOfTime = (): RefusedError =>
  new RefusedError('TIMEOUT', 'guard took too long for all events of this push')

const isTimeout = (error: unknown): boolean =>
  error instanceof RefusedError && error.code === 'TIMEOUT'
