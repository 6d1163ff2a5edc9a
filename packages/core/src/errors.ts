/** What a caller may do about an error: nothing, try again later, or load the app anew. */
export type Retry = 'never' | 'later' | 'reload'

/**
 * Lists every error code of the project with what its receiver may do.
 *
 * Codes are stable API: they are what logs, acks and apps match on. SPEC.md says when each is used.
 */
export const errorCodes = {
  // The call or message itself is wrong.
  BAD_REQUEST: 'never',
  BAD_ID: 'never',
  BAD_FIELD: 'never',
  BAD_VALUE: 'never',
  BAD_UNICODE: 'never',
  BAD_EVENT: 'never',
  BAD_STAMP: 'never',
  BAD_CURSOR: 'never',
  BAD_OFFSET: 'never',
  BAD_CHANGE: 'never',
  RESERVED_NAME: 'never',
  UNSAFE_INTEGER: 'never',
  TOO_DEEP: 'never',
  TOO_MANY_KEYS: 'never',
  VALUE_TOO_LARGE: 'never',
  PAYLOAD_TOO_LARGE: 'never',
  BATCH_TOO_LARGE: 'never',
  UNKNOWN_CHANGE: 'never',
  UNKNOWN_VALUE: 'never',
  UNKNOWN_EVENT: 'never',
  UNKNOWN_KIND: 'never',
  // An object is asked for as another kind than it is open as.
  KIND_CONFLICT: 'never',
  UNKNOWN_COLLECTION: 'never',
  UNKNOWN_FIELD: 'never',
  NO_BRANCH: 'never',
  NOT_LOADED: 'later',
  // An app's converter threw, or took long.
  CONVERTER_FAILED: 'never',
  CONVERTER_SLOW: 'never',
  // A function of the schema threw: what it was to make is shown without it.
  UPCAST_FAILED: 'never',
  DERIVE_FAILED: 'never',
  // The server refuses an edit, an object or a whole client.
  REFUSED: 'never',
  FORBIDDEN: 'later',
  AUTH: 'later',
  POLICY_FAILED: 'later',
  CLOCK_AHEAD: 'later',
  RATE_LIMITED: 'later',
  NOT_JOINED: 'later',
  JOIN_LIMIT: 'later',
  PRESENCE_LIMIT: 'later',
  NUMBER_REUSED: 'never',
  REPLICA_TAKEN: 'never',
  CLIENT_FORKED: 'never',
  DEPENDS_ON_REFUSED: 'never',
  BASE_LOST: 'never',
  // Whose a row is, what became of an object, and who one is.
  FORGED_OWNER: 'never',
  NOT_OWNER: 'never',
  ROW_KIND_CONFLICT: 'never',
  REMOVED: 'never',
  FORGED_CLIENT: 'never',
  UNSENT_EDITS: 'later',
  OTHER_ACCOUNT: 'later',
  DIGEST_DIFFERS: 'never',
  // The push stream has to be taken up again by a new join.
  OUT_OF_ORDER: 'later',
  TERM_CHANGED: 'later',
  STALE_ROUND: 'later',
  FENCED: 'later',
  // Connection and versions.
  UNKNOWN_CODE: 'later',
  PROTOCOL_UNSUPPORTED: 'reload',
  CLIENT_TOO_OLD: 'reload',
  SERVER_TOO_OLD: 'later',
  SLOW_CONSUMER: 'later',
  TIMEOUT: 'later',
  SHUTTING_DOWN: 'later',
  ORIGIN: 'never',
  // Disks, of the client and of the server.
  QUOTA: 'later',
  BLOCKED: 'later',
  CORRUPT: 'never',
  MEMORY_ONLY: 'never',
  LOCAL_STATE_LOST: 'reload',
  STORE_TOO_NEW: 'reload',
  STORE_FAILED: 'later',
  LOG_LOCKED: 'never',
  LOG_FAILED: 'later',
  // The rest.
  CLOSED: 'reload',
  CLOCK_RANGE: 'never',
  INVARIANT: 'never',
} as const

/** A stable, greppable name of what went wrong. */
export type ErrorCode = keyof typeof errorCodes

/** Tells whether `code` is one of ours; a code that a newer server sends may not be. */
export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(errorCodes, code)

/** The base of all errors that this project throws or hands out; catch it by `code`. */
export class CollabError extends Error {
  readonly code: ErrorCode
  readonly retry: Retry

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options)
    this.name = new.target.name
    this.code = code
    this.retry = errorCodes[code]
  }
}

/** The call is wrong; thrown to the programmer, at the call, before anything changed. */
export class UsageError extends CollabError {}

/** Tells, before what a usage error says, where the fault is. */
export const located = (error: UsageError, place: string): UsageError =>
  new UsageError(error.code, `${place}: ${error.message.slice(error.code.length + 2)}`, {
    cause: error.cause,
  })

/** The other side sent something that cannot be understood. */
export class ProtocolError extends CollabError {}

/** The server said no; the edit is parked, or the stream holds, visibly. */
export class RefusedError extends CollabError {}

/** A disk did not do what was asked of it. */
export class StorageError extends CollabError {}

/** A stamp cannot be made or converted. */
export class ClockError extends CollabError {}

/** A bug of this project: something impossible happened. */
export class InvariantError extends CollabError {
  constructor(message: string) {
    super('INVARIANT', message)
  }
}

/**
 * Shortens a name for an error message, so that a hostile one cannot flood a log.
 *
 * Of anything but a scalar it tells only the type: an object from elsewhere need not have a
 * `toString` that works.
 */
export function cut(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 64))
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 64)
}
