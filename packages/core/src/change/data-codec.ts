import { base64FromBytes, bytesFromBase64 } from '../base64.js'
import { cut, UsageError } from '../errors.js'
import type { Json, JsonObject } from '../json.js'
import { CustomValue, type Data, type DataObject } from './data.js'

/** Reads the JSON of a custom value of one kind. */
export type DecodeValue = (json: Json, decode: (json: Json) => Data) => Data

const BYTES = '$bytes'
const CUSTOM = '$custom'
/** Keys that mark something, and an app's own ones like them, which get one more `$`. */
const marking = /^\$+(bytes|custom)$/

/** Levels of arrays and objects that are read; deeper JSON is refused with TOO_DEEP. */
const MAX_DEPTH = 128

/** Writes a value as JSON; custom values by their kind, bytes as base64url. */
export function encodeData(data: Data): Json {
  if (typeof data !== 'object' || data === null) return data
  if (data instanceof Uint8Array) return { [BYTES]: base64FromBytes(data) }
  if (data instanceof CustomValue) return { [CUSTOM]: [data.kind, data.toJson(encodeData)] }
  if (Array.isArray(data)) return (data as readonly Data[]).map(encodeData)
  const entries = Object.entries(data as DataObject)
  return Object.fromEntries(
    entries.map(([key, item]) => [marking.test(key) ? `$${key}` : key, encodeData(item)]),
  )
}

/**
 * Reads what `encodeData` wrote.
 *
 * Errors  `UsageError` UNKNOWN_VALUE for a kind that is not registered, BAD_VALUE for what is not
 *         its form, TOO_DEEP
 */
export function decodeData(kinds: ReadonlyMap<string, DecodeValue>, json: Json, depth = 0): Data {
  if (typeof json !== 'object' || json === null) return json
  if (depth > MAX_DEPTH) throw new UsageError('TOO_DEEP', `over ${MAX_DEPTH} levels`)
  const decode = (item: Json): Data => decodeData(kinds, item, depth + 1)
  if (Array.isArray(json)) return (json as readonly Json[]).map(decode)
  const entries = Object.entries(json as JsonObject)
  const [[key, item] = ['', null]] = entries
  if (entries.length === 1 && key === BYTES) return decodeBytes(item)
  if (entries.length === 1 && key === CUSTOM) return decodeCustom(kinds, item, decode)
  return Object.fromEntries(
    entries.map(([name, inner]) => [marking.test(name) ? name.slice(1) : name, decode(inner)]),
  )
}

function decodeBytes(json: Json): Data {
  const bytes = typeof json === 'string' ? bytesFromBase64(json) : undefined
  if (bytes === undefined) throw new UsageError('BAD_VALUE', `${cut(json)} is no base64url`)
  return bytes
}

function decodeCustom(
  kinds: ReadonlyMap<string, DecodeValue>,
  json: Json,
  decode: (json: Json) => Data,
): Data {
  const [kind, inner] = Array.isArray(json) ? (json as readonly Json[]) : []
  const read = typeof kind === 'string' ? kinds.get(kind) : undefined
  if (read === undefined) {
    throw new UsageError('UNKNOWN_VALUE', `no value of kind ${cut(kind)} is registered`)
  }
  return read(inner ?? null, decode)
}
