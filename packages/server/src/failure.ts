import { CollabError, errorCodes, type Failure } from '@react-collab/core'
import type { AckCallback } from './peer.js'

/** Puts an error into an answer; what is no error of ours is a bug, which is reported. */
export function failureOf(error: unknown, report?: (bug: unknown) => void): Failure {
  if (error instanceof CollabError) return { code: error.code, message: messageOf(error) }
  report?.(error)
  return { code: 'INVARIANT', message: 'the server failed to handle this' }
}

/** The code travels beside the message. */
const messageOf = ({ code, message }: CollabError): string =>
  message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message

/** Tells whether no honest client sends what this error answers: only that counts against it. */
export const isBlamed = (error: unknown): boolean =>
  error instanceof CollabError && errorCodes[error.code] === 'never'

/** Lets an ack through the first time only. */
export function once(answer: AckCallback): AckCallback {
  let isAnswered = false
  return (outcome) => {
    if (isAnswered) return
    isAnswered = true
    answer(outcome)
  }
}
