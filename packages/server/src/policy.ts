import { type HelloUp, type ObjectId, RefusedError } from '@react-collab/core'
import { type AppCalls, createAppCalls, typeOf } from './app-call.js'
import { failureOf } from './failure.js'
import { createGuarding, type Guarding } from './guard.js'
import type { Access, HostOptions } from './options.js'
import type { Platform } from './platform.js'
import type { ReadPush } from './push.js'
import { createRowJudge, judgeRows } from './row-judge.js'
import type { Who } from './session-state.js'

/**
 * The app's decisions: who this is, what they may do, which events are fit.
 *
 * What fails in there allows nothing, for now: a `RefusedError` POLICY_FAILED or TIMEOUT, which the
 * client sees and which it tries again. An answer of the wrong type denies.
 */
export interface Policy {
  /** Who holds `token`; rejects with AUTH for nobody. */
  principal(token: string | undefined, hello: HelloUp): Promise<string>
  /** Throws, or rejects, when `authorize` does not answer. */
  mayRead(access: Access): boolean | Promise<boolean>
  /** Adds to a push what is wrong with the rows that it writes, and what `authorize` and `guard` have against it. */
  review(read: ReadPush, who: Who, object: ObjectId): ReadPush | Promise<ReadPush>
}

/** Wraps the app's `authenticate`, `authorize` and `guard`; one for all sessions of a host. */
export function createPolicy(options: HostOptions, platform: Platform): Policy {
  const { authenticate, authorize, guard } = options
  const calls = createAppCalls(platform, options.policyTimeoutMs)
  const rowJudge = createRowJudge(options.schema)
  const guarding = guard && createGuarding(guard, calls, platform)
  const may = (access: Access, action: 'read' | 'write'): boolean | Promise<boolean> => {
    const about = (): string => `${action} of object ${access.object} by ${access.principal}`
    const read = (answer: unknown): boolean => readDecision(answer, calls, about)
    return calls.ask({
      name: 'authorize',
      about,
      run: () => authorize({ ...access, action }),
      read,
    })
  }
  return {
    principal: async (token, { client, schema }) => {
      if (authenticate === undefined) return client
      const about = (): string => `client ${client}`
      const run = (): unknown => authenticate(token, { client, schema })
      const read = (answer: unknown): string => readPrincipal(answer, calls, about)
      return calls.ask({ name: 'authenticate', about, run, read })
    },
    mayRead: (access) => may(access, 'read'),
    review({ refused, ...read }, { client, principal, owners }, object) {
      const judged = judgeRows(read.events, refused, (event) => rowJudge(event, owners))
      const access = { client, principal, object }
      return review({ ...read, refused: judged }, access, { may, guarding })
    },
  }
}

function readDecision(answer: unknown, calls: AppCalls, about: () => string): boolean {
  if (typeof answer === 'boolean') return answer
  calls.complain('authorize', `returned ${typeOf(answer)}, not true or false: denied`, about)
  return false
}

function readPrincipal(answer: unknown, calls: AppCalls, about: () => string): string {
  if (typeof answer === 'string' && answer !== '') return answer
  if (answer !== null) {
    const wrong = `returned ${typeOf(answer)}, not a principal (a text) or null: denied`
    calls.complain('authenticate', wrong, about)
  }
  throw new RefusedError('AUTH', 'the token is not valid')
}

interface Reviewers {
  readonly may: (access: Access, action: 'write') => boolean | Promise<boolean>
  readonly guarding: Guarding | undefined
}

function review(
  read: ReadPush,
  access: Access,
  { may, guarding }: Reviewers,
): ReadPush | Promise<ReadPush> {
  const failed = (error: unknown): ReadPush => ({ ...read, failure: failureOf(error) })
  const judged = (isAllowed: boolean): ReadPush | Promise<ReadPush> => {
    if (!isAllowed) return { ...read, failure: forbidden }
    return guarding === undefined || read.failure !== undefined ? read : guarding(read, access)
  }
  try {
    const isAllowed = may(access, 'write')
    return typeof isAllowed === 'boolean' ? judged(isAllowed) : isAllowed.then(judged).catch(failed)
  } catch (error) {
    return failed(error)
  }
}

const forbidden = { code: 'FORBIDDEN', message: 'the object is not yours to write' } as const
