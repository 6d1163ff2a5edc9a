import { type Event, eventReplica, RefusedError } from '@react-collab/core'
import { type AppCalls, typeOf } from './app-call.js'
import type { Access, Guard } from './options.js'

/** An event that a guard is asked about. */
export interface Question {
  readonly event: Event
  readonly access: Access
}

/** Why an event is vetoed; undefined lets it pass. */
export type Reason = string | undefined

/**
 * Asks the guard, and waits only for a promise; without a time, as long as any function of the app
 * may take.
 *
 * Errors  `RefusedError` POLICY_FAILED or TIMEOUT, thrown or rejected
 */
export type AskGuard = (question: Question, timeoutMs?: number) => Reason | Promise<Reason>

/** Makes the one way in which a guard is asked. */
export function createAskGuard(guard: Guard, calls: AppCalls): AskGuard {
  return ({ event, access }, timeoutMs) => {
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
}

/** Names the event of a question among all of a server. */
export const keyOf = ({ event, access }: Question): string =>
  `${access.object} ${eventReplica(event)} ${event[0]}`

function readReason(answer: unknown, calls: AppCalls, about: () => string): Reason {
  if (answer === undefined || typeof answer === 'string') return answer
  const wrong = `returned ${typeOf(answer)}, not a reason (a text) or undefined`
  calls.complain('guard', wrong, about)
  throw new RefusedError('POLICY_FAILED', `guard ${wrong}`)
}
