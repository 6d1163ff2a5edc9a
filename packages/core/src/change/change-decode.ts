import { cut, type ErrorCode, UsageError } from '../errors.js'
import type { Json, JsonObject } from '../json.js'
import type { Body, Change, CustomChange, Part } from './change.js'
import { bodyOf } from './compose.js'
import { type Data, isDataObject, type Maybe } from './data.js'
import { consumed, PartsBuilder } from './parts-builder.js'
import { isSequence, type Sequence } from './sequence.js'

/** Reads the JSON of a custom change of one kind. */
export type DecodeChange = (json: Json, decoders: Decoders) => CustomChange

/** Reads values and changes; handed to custom changes that hold some. */
export interface Decoders {
  readonly data: (json: Json) => Data
  readonly change: (json: Json) => Change
}

interface Context {
  readonly data: (json: Json) => Data
  readonly changes: ReadonlyMap<string, DecodeChange>
}

/** Nested changes that are read. */
const MAX_DEPTH = 128

function refuse(message: string, code: ErrorCode = 'BAD_CHANGE'): never {
  throw new UsageError(code, message)
}

/** Reads a change; all that it holds is checked, and its parts are canonical again. */
export function decodeChangeWith(context: Context, json: Json, depth: number): Change {
  if (json === null) return null
  if (depth > MAX_DEPTH) refuse(`over ${MAX_DEPTH} levels`, 'TOO_DEEP')
  const node = objectOf(json)
  if (!Object.hasOwn(node, 'n')) return decodeBody(context, node, depth)
  const change = bodyOf(decodeChangeWith(context, node['c'] ?? null, depth + 1))
  return { type: 'meta', notes: listOf(node['n']).map(context.data), change }
}

const decoders: Readonly<Record<string, (context: Context, json: Json, depth: number) => Body>> = {
  r: (context, json) => {
    const [before, after] = listOf(json).map((side) => maybeOf(context, side))
    return { type: 'replace', before, after }
  },
  m: (context, json, depth) => ({
    type: 'fields',
    fields: fieldsOf(context, objectOf(json), depth),
  }),
  s: (context, json, depth) => ({ type: 'items', parts: partsOf(context, listOf(json), depth) }),
  a: (_context, json) => ({ type: 'increment', by: wholeOf(json) }),
  q: (context, json, depth) => ({
    type: 'steps',
    steps: listOf(json).map((step) => stepOf(bodyAt(context, step, depth))),
  }),
  x: (context, json, depth) => customOf(context, listOf(json), depth),
}

function decodeBody(context: Context, node: JsonObject, depth: number): Body {
  const [[letter, json] = ['', null]] = Object.entries(node)
  const decode = Object.hasOwn(decoders, letter) ? decoders[letter] : undefined
  if (decode === undefined) refuse(`no form of a change: ${cut(letter)}`, 'UNKNOWN_CHANGE')
  return decode(context, json, depth)
}

const bodyAt = (context: Context, json: Json, depth: number): Body =>
  bodyOf(decodeChangeWith(context, json, depth + 1))

function stepOf(body: Body): Exclude<Body, null | { type: 'steps' }> {
  return body === null || body.type === 'steps' ? refuse('a step is no single change') : body
}

function maybeOf(context: Context, json: Json): Maybe {
  const [value] = listOf(json)
  return value === undefined ? undefined : context.data(value)
}

function fieldsOf(context: Context, json: JsonObject, depth: number): Map<string, Body> {
  return new Map(
    Object.entries(json).map(([key, inner]) => {
      if (key === '__proto__') refuse('a key is named __proto__', 'RESERVED_NAME')
      return [key, bodyAt(context, inner, depth)]
    }),
  )
}

function customOf(context: Context, [kind, inner]: readonly Json[], depth: number): CustomChange {
  const decode = typeof kind === 'string' ? context.changes.get(kind) : undefined
  if (decode === undefined) refuse(`no change of kind ${cut(kind)} is registered`, 'UNKNOWN_CHANGE')
  return decode(inner ?? null, {
    data: context.data,
    change: (json) => decodeChangeWith(context, json, depth + 1),
  })
}

function partsOf(context: Context, list: readonly Json[], depth: number): readonly Part[] {
  const builder = new PartsBuilder()
  const parts = list.map((json) => partOf(context, json, depth))
  checkMoves(parts)
  for (const part of parts) builder.add(part)
  return builder.finish()
}

function partOf(context: Context, json: Json, depth: number): Part {
  if (typeof json === 'number' || Array.isArray(json)) return runOf('keep', context, json, depth)
  const [[letter, inner] = ['', null]] = Object.entries(objectOf(json))
  if (letter === 't') return runOf('take', context, inner, depth)
  if (letter === 'i') return { kind: 'insert', content: contentOf(context, inner) }
  if (letter === 'd') return { kind: 'delete', content: contentOf(context, inner) }
  if (letter !== 'p') refuse(`no form of a part: ${cut(letter)}`, 'UNKNOWN_CHANGE')
  const [from, count] = listOf(inner)
  return { kind: 'put', from: countOf(from), count: countOf(count) }
}

function runOf(kind: 'keep' | 'take', context: Context, json: Json, depth: number): Part {
  const [count, change] = Array.isArray(json) ? (json as readonly Json[]) : [json]
  return { kind, count: countOf(count), change: bodyAt(context, change ?? null, depth) }
}

function contentOf(context: Context, json: Json): Sequence {
  const content = context.data(json)
  return isSequence(content) ? content : refuse(`${cut(content)} is no sequence`)
}

/** What is taken and what is put have to be the same indexes, each once. */
function checkMoves(parts: readonly Part[]): void {
  const taken = new PartsRanges()
  const put = new PartsRanges()
  let from = 0
  for (const part of parts) {
    if (part.kind === 'take') taken.add(from, part.count)
    if (part.kind === 'put') put.add(part.from, part.count)
    from += consumed(part)
  }
  if (taken.text() !== put.text()) refuse('what is taken is not what is put')
}

/** Ranges of indexes, to compare. */
class PartsRanges {
  readonly #ranges: [from: number, to: number][] = []

  add(from: number, count: number): void {
    if (count > 0) this.#ranges.push([from, from + count])
  }

  text(): string {
    const joined: [number, number][] = []
    for (const [from, to] of this.#ranges.toSorted((a, b) => a[0] - b[0])) {
      const last = joined.at(-1)
      if (last?.[1] === from) last[1] = to
      else joined.push([from, to])
    }
    return JSON.stringify(joined)
  }
}

function wholeOf(json: Json | undefined): number {
  if (typeof json === 'number' && Number.isSafeInteger(json)) return json
  return refuse(`${cut(json)} is no whole number`)
}

function countOf(json: Json | undefined): number {
  const count = wholeOf(json)
  return count >= 0 ? count : refuse(`${count} is no count`, 'BAD_OFFSET')
}

function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : refuse(`${cut(json)} is no list`)
}

function objectOf(json: Json): JsonObject {
  return isDataObject(json) ? (json as JsonObject) : refuse(`${cut(json)} is no object`)
}
