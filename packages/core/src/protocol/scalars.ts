/** The parts that messages share. */
import { type ErrorCode, isErrorCode } from '../errors.js'
import { isObjectId, type ObjectId } from '../names.js'
import { isReplica, type Replica } from '../stamp.js'
import { mapOf, record, scalar, type Shape } from './shape.js'

/** How far an object has been seen; valid only within the range of its term (R2). */
export interface Cursor {
  readonly term: string
  readonly seq: number
}

/** A number per replica. */
export type Numbers = Readonly<Record<Replica, number>>

/** Tells whether a value is text of a size that a message may hold. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 8192
/** Tells whether a value is an opaque id. */
export const isToken = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,64}$/.test(value)
/** Tells whether a value is a whole number from 0. */
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0

/** Text of at most 8 KiB. */
export const text: Shape<string> = scalar('text', isText)
/** An opaque id. */
export const token: Shape<string> = scalar('token', isToken)
/** A whole number from 0. */
export const count: Shape<number> = scalar('count', isCount)
/** True or false. */
export const flag: Shape<boolean> = scalar(
  'flag',
  (value): value is boolean => typeof value === 'boolean',
)
/** An error code. A newer server may know others: those can wait, or be told to a person. */
export const code: Shape<ErrorCode> = {
  text: 'code',
  read(value, path) {
    if (isErrorCode(value)) return value
    text.read(value, path)
    return 'UNKNOWN_CODE'
  },
}
/** The id of an object. */
export const object: Shape<ObjectId> = scalar('object', isObjectId, 'BAD_ID')
/** A cursor. */
export const cursor: Shape<Cursor> = record<Cursor>({
  term: scalar('term', isToken, 'BAD_CURSOR'),
  seq: scalar('seq', isCount, 'BAD_CURSOR'),
})
/** A place in a log. */
export const seq: Shape<number> = scalar('seq', isCount)
/** A number for each of at most 64 replicas. */
export const numbers: Shape<Numbers> = mapOf(isReplica, count, 64)
/** What is read elsewhere. */
export const anything: Shape<unknown> = scalar(
  'event',
  (value): value is unknown => value !== undefined,
)
