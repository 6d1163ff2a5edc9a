import type { Json } from '../json.js'
import type { Body } from './change.js'

/**
 * What a change works on: JSON-like values, bytes and custom values; never changed in place.
 *
 * Absence is `undefined`, and stands only at the root or for a key that is not there.
 */
export type Data =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | CustomValue
  | readonly Data[]
  | DataObject

/** An object of a value; its keys are data and never looked up on a prototype. */
export interface DataObject {
  readonly [key: string]: Data
}

/** A value, or its absence. */
export type Maybe = Data | undefined

/** Writes a value as JSON; handed to custom values that hold others. */
export type EncodeData = (data: Data) => Json

/**
 * A value of an app's own type: it says itself what a change does to it.
 *
 * A codec that shall read it back has to know its `kind`. Replacing a custom value as a whole needs
 * nothing of it.
 */
export abstract class CustomValue {
  /** The name under which a codec registers this type. */
  abstract readonly kind: string

  /** Gives the value after `change`; throws `UsageError` BAD_CHANGE for one it does not know. */
  abstract apply(change: Body, applyTo: (value: Maybe, change: Body) => Maybe): Maybe

  /** Tells whether `other`, of the same kind, is the same value. */
  abstract equals(other: CustomValue): boolean

  /** Gives what a codec stores; its registered `decode` reads it back. */
  abstract toJson(encode: EncodeData): Json
}

/** Tells whether `value` is a plain object: neither list, bytes nor custom value. */
export const isDataObject = (value: Maybe): value is DataObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof CustomValue)

/** Tells whether two values are the same, whatever the order of their keys. */
export function sameData(a: Maybe, b: Maybe): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b)
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameItems(a, b)
  if (a instanceof CustomValue) {
    return b instanceof CustomValue && a.kind === b.kind && a.equals(b)
  }
  return isDataObject(b) && sameObjects(a as DataObject, b)
}

const sameItems = (a: ArrayLike<Data>, b: ArrayLike<Data>): boolean =>
  a.length === b.length && Array.prototype.every.call(a, (item: Data, i) => sameData(item, b[i]))

function sameObjects(a: DataObject, b: DataObject): boolean {
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameData(a[key], b[key]))
  )
}
