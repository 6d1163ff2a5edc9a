import { UsageError } from './errors.js'
import { checkJson, type Json, type JsonObject } from './json.js'

/** The key that a value of version 3 stands under: `{ "$3": value }`. */
const versionKey = /^\$[1-9]\d{0,8}$/

/** A value, and the version of the schema that it was written under. */
export interface Written {
  readonly version: number
  readonly value: Json
}

/**
 * Takes a register's JSON apart: `{ "$3": value }` was written under version 3 of the schema, what is
 * bare under version 1.
 *
 * The version lies in the value, so that it goes wherever the register goes: through merging,
 * compaction, pages and disks, and past a server that knows nothing of it.
 */
export function readWritten(json: Json): Written {
  const key = keyOf(json)
  return key === undefined
    ? { version: 1, value: json }
    : { version: Number(key.slice(1)), value: (json as JsonObject)[key] as Json }
}

/** Whether a register says under which version it was written. */
export const isVersioned = (json: Json | undefined): boolean => keyOf(json) !== undefined

function keyOf(json: Json | undefined): string | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const keys = Object.keys(json)
  const [key] = keys
  return key !== undefined && keys.length === 1 && versionKey.test(key) ? key : undefined
}

/**
 * Makes a register's JSON of a value. One of version 1 that looks as if it told a version tells it.
 *
 * Errors  `UsageError` where telling the version makes the value pass a limit [VAL1]
 */
export function writtenUnder(version: number, value: Json): Json {
  if (version === 1 && !isVersioned(value)) return value
  const json = Object.freeze({ [`$${version}`]: value })
  return checkJson(json)
}

/** Makes sure that the version of a schema is one. */
export function checkVersion(version: number): number {
  if (Number.isSafeInteger(version) && version >= 1 && version <= 999_999_999) return version
  throw new UsageError('BAD_VALUE', 'the version of a schema counts from 1')
}
