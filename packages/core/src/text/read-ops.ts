import { type ErrorCode, ProtocolError } from '../errors.js'
import { isWellFormed } from '../json.js'
import { isReplica } from '../stamp.js'
import {
  BORDER,
  type Delete,
  type Insert,
  LEFT,
  MAX_ELEMENT,
  RIGHT,
  sizeOf,
  type TextOps,
} from './ops.js'

function bad(message: string, code: ErrorCode = 'BAD_EVENT'): never {
  throw new ProtocolError(code, message)
}

/** The most inserts and deletes that one patch may have, each. */
export const MAX_TEXT_OPS = 10_000

/**
 * Reads the inserts and deletes of a text patch that came from elsewhere; gives back the very
 * arrays. Throws a `ProtocolError`: `BATCH_TOO_LARGE`, `BAD_UNICODE`, or `BAD_EVENT`.
 *
 * The form alone is judged. Whether the elements named are known, `Text.canApply` tells.
 */
export function readTextOps(inserts: unknown, deletes: unknown): TextOps {
  const ops = { inserts: readList(inserts), deletes: readList(deletes) }
  if (ops.inserts.length + ops.deletes.length === 0) bad('a text patch changes something')
  let end = 1
  for (const insert of ops.inserts) {
    const [id, size] = readInsert(insert)
    if (id < end) bad('the elements of a patch have rising numbers')
    end = id + size
  }
  for (const range of ops.deletes) readDelete(range)
  return ops as { inserts: Insert[]; deletes: Delete[] }
}

function readList(value: unknown): unknown[] {
  if (!Array.isArray(value)) bad('inserts and deletes are arrays')
  if (value.length > MAX_TEXT_OPS) bad(`over ${MAX_TEXT_OPS} text ops`, 'BATCH_TOO_LARGE')
  return value as unknown[]
}

/** Gives the first number of an insert, and how many elements it makes. */
function readInsert(value: unknown): [id: number, size: number] {
  if (!Array.isArray(value) || value.length !== 5) {
    bad('an insert is [id, parent, side, right, text]')
  }
  const [id, parent, side, right, text] = value as unknown[]
  if (!isElement(id)) bad('elements count from 1')
  checkText(text)
  const size = sizeOf(value as unknown as Insert)
  if (id + size - 1 > MAX_ELEMENT) bad('an element is out of range')
  checkRef(parent, id)
  checkRef(right, id)
  if (side !== LEFT && side !== RIGHT) bad('the side is 0 or 1')
  if (side === LEFT && parent === BORDER) bad('nothing stands before the start')
  if (side === LEFT && right !== BORDER) bad('what stands before its parent has 0 at its right')
  return [id, size]
}

function checkText(text: unknown): void {
  if (typeof text === 'number') {
    if (!isElement(text)) bad('of deleted elements there is at least one')
  } else if (typeof text !== 'string' || text === '') {
    bad('an insert has a text')
  } else if (!isWellFormed(text)) {
    bad('the text has half a surrogate pair', 'BAD_UNICODE')
  }
}

function checkRef(value: unknown, own: number): void {
  if (typeof value === 'number') {
    if (value !== BORDER && !(isElement(value) && value < own)) {
      bad('an own element is named after it was made')
    }
    return
  }
  const [replica, id, ...rest] = Array.isArray(value) ? (value as unknown[]) : []
  if (!isReplica(replica) || !isElement(id) || rest.length > 0) {
    bad('an element is named [replica, id]')
  }
}

function readDelete(value: unknown): void {
  const [replica, id, length, ...rest] = Array.isArray(value) ? (value as unknown[]) : []
  if (!isReplica(replica) || !isElement(id) || !isElement(length) || rest.length > 0) {
    bad('a delete is [replica, id, length]')
  }
  if (id + length - 1 > MAX_ELEMENT) bad('an element is out of range')
}

const isElement = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_ELEMENT
