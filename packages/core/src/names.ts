import { cut, UsageError } from './errors.js'
import { isWellFormed, limits } from './json.js'

declare const brand: unique symbol

/** Names the unit that people share: `[A-Za-z0-9_-]`, 1 to 128 of them. */
export type ObjectId = string & { readonly [brand]: 'object' }

/**
 * Names a row of an object: `''` for the object's own fields, else `collection/id`, or
 * `collection/owner~id` in an owned collection; the parts are percent-encoded, `~` as `%7E`.
 */
export type RowKey = string & { readonly [brand]: 'row' }

/** The row that holds the object's own fields. */
export const ROOT: RowKey = '' as RowKey

/** The register that marks a row as deleted; true or false. */
export const TOMBSTONE = '$del'

/** The register that says where a row stands in a list: `[list, order key]`. */
export const PLACE = '$pos'

/** The register that holds the item of a list of values, or the value of a dictionary's key. */
export const ITEM = '$v'

const systemFields: ReadonlySet<string> = new Set([TOMBSTONE, PLACE, ITEM])
const reserved: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const idShape = /^[\w-]{1,128}$/
const part = "[\\w.!*'()%-]+"
const rowShape = new RegExp(`^(?:${part}/(?:${part}~)?${part})?$`)
/** Names that need no second look, as most are: written the same in a key, and not reserved. */
const plain = "(?!(?:__proto__|constructor|prototype)(?:/|$))[\\w.!*'()-]{1,128}"
const plainName = new RegExp(`^${plain}$`)
const plainKey = new RegExp(`^${plain}/${plain}$`)
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\u0000-\u001f\u007f]/

const isPlain = (name: unknown): name is string => typeof name === 'string' && plainName.test(name)

/** Tells whether `value` can name an object. */
export const isObjectId = (value: unknown): value is ObjectId =>
  typeof value === 'string' && idShape.test(value) && !reserved.has(value)

/** Reads an object's name; throws `BAD_ID`. */
export function objectId(value: unknown): ObjectId {
  if (isObjectId(value)) return value
  throw new UsageError('BAD_ID', `${cut(value)} names no object: use 1 to 128 of A-Z a-z 0-9 _ -`)
}

function checkName(name: unknown, code: 'BAD_ID' | 'BAD_FIELD'): string {
  if (isPlain(name)) return name
  if (typeof name !== 'string' || name === '' || name.length > limits.nameLength) {
    throw new UsageError(code, `${cut(name)} is no name: use 1 to ${limits.nameLength} characters`)
  }
  if (!isWellFormed(name) || control.test(name)) {
    throw new UsageError(code, `${cut(name)} has characters that no name may have`)
  }
  if (reserved.has(name)) throw new UsageError('RESERVED_NAME', `${cut(name)} is reserved`)
  return name
}

/** Names of fields that were found good of late: an app has few, and each edit names one. */
const goodFields = new Set<unknown>()
const MOST_FIELDS = 1000

/** Checks the name of a field; throws `BAD_FIELD` or `RESERVED_NAME`. */
export function checkField(name: unknown): string {
  if (goodFields.has(name)) return name as string
  if (typeof name === 'string' && name.startsWith('$') && !systemFields.has(name)) {
    throw new UsageError('RESERVED_NAME', `${cut(name)}: only the system's own fields begin with $`)
  }
  const field = checkName(name, 'BAD_FIELD')
  if (goodFields.size >= MOST_FIELDS) goodFields.clear()
  goodFields.add(field)
  return field
}

const encodePart = (text: string): string =>
  isPlain(text) ? text : encodeURIComponent(text).replaceAll('~', '%7E')

const decodePart = (text: string): string => (text.includes('%') ? decodeURIComponent(text) : text)

/** Makes the key of a row; throws `BAD_ID` or `RESERVED_NAME` for names that cannot be. */
export function rowKey(collection: string, id: string, owner?: string): RowKey {
  if (owner === undefined && isPlain(collection) && isPlain(id)) {
    return `${collection}/${id}` as RowKey
  }
  const prefix = `${encodePart(checkName(collection, 'BAD_ID'))}/`
  const own = owner === undefined ? '' : `${encodePart(checkName(owner, 'BAD_ID'))}~`
  return (prefix + own + encodePart(checkName(id, 'BAD_ID'))) as RowKey
}

/** Reads a key that came from elsewhere; it must be written as `rowKey` writes it. */
export function checkRowKey(value: unknown): RowKey {
  if (typeof value === 'string' && plainKey.test(value)) return value as RowKey
  if (typeof value === 'string' && rowShape.test(value)) {
    if (value === '' || rewritten(value) === value) return value as RowKey
  }
  throw new UsageError('BAD_ID', `${cut(value)} is not the key of a row`)
}

/** Tells whether a key that came from elsewhere is one, as `checkRowKey` has it. */
export function isRowKey(value: unknown): value is RowKey {
  try {
    checkRowKey(value)
    return true
  } catch {
    return false
  }
}

function rewritten(key: string): string | undefined {
  try {
    const { collection, id, owner } = parseRowKey(key as RowKey)
    return rowKey(collection, id, owner)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** Takes a row's key apart; the root row has an empty collection and id. */
export function parseRowKey(key: RowKey): { collection: string; id: string; owner?: string } {
  const slash = key.indexOf('/')
  const tilde = key.indexOf('~')
  const collection = decodePart(key.slice(0, Math.max(slash, 0)))
  const id = decodePart(key.slice(Math.max(slash, tilde) + 1))
  return tilde < 0
    ? { collection, id }
    : { collection, id, owner: decodePart(key.slice(slash + 1, tilde)) }
}

/** The start that the keys of all rows of a collection share. */
export const collectionPrefix = (collection: string): string => `${encodePart(collection)}/`

/** The start of a row's key that names its collection; `''` for the root row. */
export const prefixOf = (key: RowKey): string => key.slice(0, key.indexOf('/') + 1)

/** What a row is called within its collection: its id, or `owner~id` as in the key, where it has an owner. */
export const rowName = (key: RowKey): string =>
  key.includes('~') ? key.slice(key.indexOf('/') + 1) : parseRowKey(key).id

/** Makes the key of a row with an owner from what it is called; throws `BAD_ID`. */
export function ownedKey(collection: string, name: unknown): RowKey {
  const isName = typeof name === 'string' && name.includes('~') && !name.includes('/')
  if (isName) return checkRowKey(collectionPrefix(collection) + name)
  throw new UsageError(
    'BAD_ID',
    `${cut(name)} names no row of ${cut(collection)}: use its id as it is shown`,
  )
}

/** Whose row a key names; undefined where it has no owner. */
export const ownerOf = (key: RowKey): string | undefined =>
  key.includes('~') ? parseRowKey(key).owner : undefined
