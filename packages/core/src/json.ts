import { base64FromBytes, bytesFromBase64 } from './base64.js'
import { cut, type ErrorCode, located, UsageError } from './errors.js'

/** What travels and is stored: JSON, with bytes as a marked object. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object; its keys are data and never looked up on a prototype. */
export interface JsonObject {
  readonly [key: string]: Json
}

/** What an app may write: JSON or bytes, at any depth. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [key: string]: Value }

/** The border of values [VAL1]. */
export const limits = {
  /** Levels of arrays and objects. */
  depth: 32,
  /** Keys and items of one value, all levels together. */
  keys: 10_000,
  /** UTF-8 bytes of all strings and keys; what else there is, `keys` bounds. */
  valueBytes: 65_536,
  /** UTF-16 units of a collection, field, row or object name. */
  nameLength: 128,
  /** Patches of one event. */
  patches: 256,
  /** Encoded UTF-8 bytes of one event. */
  eventBytes: 131_072,
  /** Encoded UTF-8 bytes of all events of a push. */
  pushBytes: 262_144,
  /** Events of a push. */
  pushEvents: 4096,
  /** Encoded UTF-8 bytes of what one tab shows of itself, or says at once. */
  presenceBytes: 4096,
} as const

const loneSurrogate = /\p{Surrogate}/u
/** Marks bytes; an app's own key of this name gets one more `$`, and loses it when it is read. */
const BYTES = '$bytes'
const bytesKey = /^\$+bytes$/

/** Tells whether each surrogate of `text` has its other half. */
export const isWellFormed = (text: string): boolean => !loneSurrogate.test(text)

/** Counts the UTF-8 bytes of `text`. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // A pair is two units and four bytes: each half adds one; other units above 7ff add two.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes
}

interface Walk {
  readonly own: boolean
  readonly path: object[]
  /** For each of `path`, the key of the item that is looked at. */
  readonly keysOfPath: (string | number)[]
  keys: number
  bytes: number
}

function refuse(code: ErrorCode, message: string): never {
  throw new UsageError(code, message)
}

/**
 * Copies an app's value into frozen JSON; refuses, by name, what JSON would change silently.
 *
 * Errors  `UsageError` BAD_VALUE, BAD_UNICODE, UNSAFE_INTEGER, TOO_DEEP, TOO_MANY_KEYS,
 *         VALUE_TOO_LARGE, RESERVED_NAME
 */
export const jsonFromValue = (value: unknown): Json => read(value, true)

/** Checks a value that came over the wire by the same rules; same errors. */
export const checkJson = (value: unknown): Json => read(value, false)

function read(value: unknown, own: boolean): Json {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? readText(value) : readScalar(value)
  }
  const walk: Walk = { own, path: [], keysOfPath: [], keys: 0, bytes: 0 }
  try {
    return readNode(value, walk)
  } catch (error) {
    const place = placeOf(walk)
    const refused =
      error instanceof UsageError
        ? error
        : new UsageError('BAD_VALUE', 'the value cannot be read', { cause: error })
    throw place === '' ? refused : located(refused, place)
  }
}

/** Writes the way to what was looked at last, as code would: `.list[3].name`. */
function placeOf({ keysOfPath, path }: Walk): string {
  const keys = keysOfPath.slice(0, path.length)
  const text = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key.slice(0, 32)}`))
  return text.length > 8
    ? `${text.slice(0, 4).join('')} … ${text.slice(-2).join('')}`
    : text.join('')
}

function readText(text: string): string {
  if (text.length > limits.valueBytes / 3 && utf8Length(text) > limits.valueBytes) tooLarge()
  if (!isWellFormed(text)) refuse('BAD_UNICODE', `${cut(text)} has half a surrogate pair`)
  return text
}

const tooLarge = (): never =>
  refuse('VALUE_TOO_LARGE', `the value is over ${limits.valueBytes} bytes`)

function readScalar(value: unknown): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value !== 'number') return refuse('BAD_VALUE', `${kindOf(value)} is no JSON value`)
  if (!Number.isFinite(value)) refuse('BAD_VALUE', `${value} is no JSON value; null may be meant`)
  // Above 1e21 a number is written with an exponent and reads back as it was.
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    refuse('UNSAFE_INTEGER', `${value} may not be the integer that was meant`)
  }
  return value === 0 ? 0 : value
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'undefined (delete the field in a draft to remove it)'
  return typeof value === 'bigint' ? 'a bigint (its text may be stored)' : `a ${typeof value}`
}

function readNode(value: unknown, walk: Walk): Json {
  if (typeof value === 'string') return count(walk, readText(value))
  if (typeof value !== 'object' || value === null) return readScalar(value)
  if (walk.path.length >= limits.depth) {
    if (walk.path.includes(value)) refuse('BAD_VALUE', 'the value contains itself')
    refuse('TOO_DEEP', `the value has over ${limits.depth} levels`)
  }
  if (walk.own && value instanceof Uint8Array) return readBytes(value, walk)
  walk.keysOfPath.length = walk.path.length
  walk.path.push(value)
  const copy = Array.isArray(value) ? readArray(value, walk) : readObject(value, walk)
  walk.path.pop()
  return walk.own ? Object.freeze(copy) : copy
}

function count(walk: Walk, text: string): string {
  walk.bytes += utf8Length(text)
  if (walk.bytes > limits.valueBytes) tooLarge()
  return text
}

function countItem(walk: Walk): void {
  if (++walk.keys > limits.keys)
    refuse('TOO_MANY_KEYS', `the value has over ${limits.keys} keys and items`)
}

function readArray(items: readonly unknown[], walk: Walk): Json[] {
  const copy: Json[] = []
  const depth = walk.path.length - 1
  for (let i = 0; i < items.length; i++) {
    walk.keysOfPath[depth] = i
    if (!Object.hasOwn(items, i)) refuse('BAD_VALUE', 'the array has holes')
    countItem(walk)
    copy.push(readNode(items[i], walk))
  }
  return copy
}

function readObject(value: object, walk: Walk): JsonObject {
  const prototype: unknown = Object.getPrototypeOf(value)
  // A plain object of another realm has a prototype that has none.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    refuse('BAD_VALUE', classMessage(value))
  }
  if (Object.getOwnPropertySymbols(value).length > 0) refuse('BAD_VALUE', 'a key is a symbol')
  const copy: Record<string, Json> = {}
  const depth = walk.path.length - 1
  for (const [key, item] of Object.entries(value)) {
    walk.keysOfPath[depth] = key
    if (key === '__proto__') refuse('RESERVED_NAME', 'a key is named __proto__')
    const name = walk.own && bytesKey.test(key) ? `$${key}` : key
    countItem(walk)
    count(walk, readText(name))
    copy[name] = readNode(item, walk)
  }
  return copy
}

function classMessage(value: object): string {
  const isDate = Object.prototype.toString.call(value) === '[object Date]'
  if (isDate) return 'a Date is no JSON value; its toISOString() or getTime() may be'
  const { name } = value.constructor ?? {}
  return `an instance of ${cut(name)} is no JSON value; plain objects and arrays are`
}

/** Counts bytes as the object that they become, so that the other side finds the same size. */
function readBytes(bytes: Uint8Array, walk: Walk): Json {
  if (bytes.length > limits.valueBytes) tooLarge()
  countItem(walk)
  count(walk, BYTES)
  return Object.freeze({ [BYTES]: count(walk, base64FromBytes(bytes)) })
}

const revived = new WeakMap<object, Value>()

/**
 * Gives back what an app wrote: marked bytes as `Uint8Array`, escaped keys as they were.
 *
 * The same JSON gives the same value. It is frozen, the JSON with it: an app that changes what it
 * was shown must not change the state beneath.
 */
export function valueFromJson(json: Json): Value {
  if (typeof json !== 'object' || json === null) return json
  const known = revived.get(json)
  if (known !== undefined) return known
  const value = revive(json)
  revived.set(json, value)
  return value
}

function revive(json: readonly Json[] | JsonObject): Value {
  if (Array.isArray(json)) {
    const items = (json as readonly Json[]).map(valueFromJson)
    return Object.freeze(items.every((item, i) => item === json[i]) ? json : items)
  }
  const entries = Object.entries(json)
  const [first] = entries
  if (entries.length === 1 && first?.[0] === BYTES && typeof first[1] === 'string') {
    return bytesFromBase64(first[1]) ?? Object.freeze(json as JsonObject)
  }
  const value = entries.map(([key, item]): [string, Value] => [
    bytesKey.test(key) && key !== BYTES ? key.slice(1) : key,
    valueFromJson(item),
  ])
  const same = value.every(([key, item], i) => entries[i]?.[0] === key && entries[i]?.[1] === item)
  return Object.freeze(same ? (json as JsonObject) : Object.fromEntries(value))
}

/** Tells whether two JSON values are the same, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  const left = a as JsonObject
  const right = b as JsonObject
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
  )
}

/** Writes JSON with sorted keys, so that equal values have equal text. */
export function canonicalJson(json: Json): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json)
  if (Array.isArray(json)) return `[${(json as readonly Json[]).map(canonicalJson).join()}]`
  const object = json as JsonObject
  const parts = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] ?? null)}`)
  return `{${parts.join()}}`
}
