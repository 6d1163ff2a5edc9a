import { cut, UsageError } from '../errors.js'
import { applyParts } from './apply-parts.js'
import type { Algebra, Body, Change, Fields, Increment } from './change.js'
import {
  CustomValue,
  type Data,
  type DataObject,
  isDataObject,
  type Maybe,
  sameData,
} from './data.js'
import { isSequence } from './sequence.js'

/**
 * Gives the value after a change; the old value stays as it was, and what is not touched is shared.
 *
 * Errors  `UsageError` BAD_CHANGE when the change does not fit the value, BAD_OFFSET when an offset
 *         does not; then nothing has changed
 * Source  DOT's `Value.Apply`
 */
export function applyWith(algebra: Algebra, value: Maybe, change: Change): Maybe {
  if (change === null) return value
  if (change.type === 'meta') return applyWith(algebra, value, change.change)
  if (change.type === 'custom') return change.apply(value, algebra)
  if (change.type === 'steps') return change.steps.reduce(algebra.apply, value)
  if (change.type === 'replace') {
    if (!sameData(value, change.before)) mismatch(value, change.before)
    return change.after
  }
  return applyInside(algebra, value, change)
}

function applyInside(
  { apply }: Algebra,
  value: Maybe,
  change: Exclude<Body, null | { type: 'replace' | 'steps' | 'custom' }>,
): Maybe {
  if (change.type === 'items' && isSequence(value)) return applyParts(value, change.parts, apply)
  if (value instanceof CustomValue) return value.apply(change, apply)
  if (change.type === 'fields' && isDataObject(value)) return applyFields(value, change, apply)
  if (change.type === 'increment' && typeof value === 'number') return add(value, change)
  throw new UsageError('BAD_CHANGE', `a change of ${nouns[change.type]} does not fit ${cut(value)}`)
}

const nouns = { items: 'a sequence', fields: 'an object', increment: 'a number' } as const

function mismatch(found: Maybe, expected: Maybe): never {
  throw new UsageError('BAD_CHANGE', `to replace: ${cut(expected)}, found: ${cut(found)}`)
}

function applyFields(value: DataObject, { fields }: Fields, apply: Algebra['apply']): DataObject {
  const after: Record<string, Data> = { ...value }
  for (const [key, change] of fields) {
    const inner = apply(Object.hasOwn(after, key) ? after[key] : undefined, change)
    if (inner === undefined) delete after[key]
    // A key of this name would become the prototype.
    else if (key === '__proto__') Object.defineProperty(after, key, { ...plain, value: inner })
    else after[key] = inner
  }
  return after
}

const plain = { enumerable: true, configurable: true, writable: true } as const

function add(value: number, { by }: Increment): number {
  const sum = value + by
  if (!Number.isSafeInteger(sum)) throw new UsageError('UNSAFE_INTEGER', `${value} + ${by}`)
  return sum
}
