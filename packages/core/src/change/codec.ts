import { cut, UsageError } from '../errors.js'
import type { Json, JsonObject } from '../json.js'
import { type DecodeChange, decodeChangeWith } from './change-decode.js'
import type { Change, Encoders, Part } from './change.js'
import type { Data, Maybe } from './data.js'
import { type DecodeValue, decodeData, encodeData } from './data-codec.js'
import { decodeContainer, decodeRefUpdate } from './ref-decode.js'
import { RichText } from './rich-text.js'
import { Union } from './union.js'

/** An app's own types, each under the kind that its values or changes name. */
export interface Registered {
  readonly values?: Readonly<Record<string, DecodeValue>>
  readonly changes?: Readonly<Record<string, DecodeChange>>
}

/**
 * Values and changes as JSON, and back.
 *
 * Errors  `UsageError` UNKNOWN_VALUE and UNKNOWN_CHANGE for what is not registered, BAD_VALUE and
 *         BAD_CHANGE for what is malformed, TOO_DEEP
 */
export interface Codec {
  readonly encodeData: (data: Data) => Json
  readonly decodeData: (json: Json) => Data
  readonly encodeChange: (change: Change) => Json
  readonly decodeChange: (json: Json) => Change
}

/** Makes a codec that knows rich text, unions, containers of references, and an app's types. */
export function createCodec({ values = {}, changes = {} }: Registered = {}): Codec {
  const valueKinds = new Map(Object.entries({ ...ownValues, ...values }))
  const changeKinds = new Map(Object.entries({ ...ownChanges, ...changes }))
  const readData = (json: Json): Data => decodeData(valueKinds, json)
  return {
    encodeData,
    decodeData: readData,
    encodeChange,
    decodeChange: (json) => decodeChangeWith({ data: readData, changes: changeKinds }, json, 0),
  }
}

const ownChanges: Readonly<Record<string, DecodeChange>> = { 'ref-update': decodeRefUpdate }

const ownValues: Readonly<Record<string, DecodeValue>> = {
  'ref-container': decodeContainer,
  'rich-text': (json, decode) =>
    RichText.of(
      listOf(json).map((span) => {
        const [text, attrs] = listOf(span)
        return RichText.span(text, decode(attrs ?? null))
      }),
    ),
  union: (json, decode) => {
    const [tag, value] = listOf(json)
    if (typeof tag !== 'string') throw new UsageError('BAD_VALUE', `${cut(tag)} is no tag`)
    return new Union(tag, decode(value ?? null))
  },
}

function listOf(json: Json | undefined): readonly Json[] {
  if (Array.isArray(json)) return json as readonly Json[]
  throw new UsageError('BAD_VALUE', `${cut(json)} is no list`)
}

const encoders: Encoders = { data: encodeData, change: encodeChange }

const maybe = (value: Maybe): Json => (value === undefined ? [] : [encodeData(value)])

/** One letter says which node of the tree it is. */
function encodeChange(change: Change): Json {
  switch (change?.type) {
    case undefined:
      return null
    case 'meta':
      return { n: change.notes.map(encodeData), c: encodeChange(change.change) }
    case 'replace':
      return { r: [maybe(change.before), maybe(change.after)] }
    case 'fields':
      return { m: encodeFields(change.fields) }
    case 'items':
      return { s: change.parts.map(encodePart) }
    case 'increment':
      return { a: change.by }
    case 'steps':
      return { q: change.steps.map(encodeChange) }
    case 'custom':
      return { x: [change.kind, change.toJson(encoders)] }
  }
}

const encodeFields = (fields: ReadonlyMap<string, Change>): JsonObject =>
  Object.fromEntries([...fields].map(([key, change]) => [key, encodeChange(change)]))

function encodePart(part: Part): Json {
  if (part.kind === 'insert') return { i: encodeData(part.content) }
  if (part.kind === 'delete') return { d: encodeData(part.content) }
  if (part.kind === 'put') return { p: [part.from, part.count] }
  const run: Json = part.change === null ? part.count : [part.count, encodeChange(part.change)]
  return part.kind === 'keep' ? run : { t: run }
}
