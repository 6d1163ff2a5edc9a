import { cut, UsageError } from '../errors.js'
import type { Json } from '../json.js'
import type { Decoders } from './change-decode.js'
import type { Path } from './change.js'
import { type Data, type DataObject, isDataObject, type Maybe } from './data.js'
import { RefContainer, RefUpdate } from './ref-container.js'
import type { Caret, Ref } from './refs.js'

function refuse(value: Maybe): never {
  throw new UsageError('BAD_VALUE', `${cut(value)} is no reference`)
}

/** Reads a reference; throws `UsageError` BAD_VALUE for what is none. */
function refOf(data: Maybe): Ref {
  if (!isDataObject(data)) return refuse(data)
  if (data['kind'] === 'path') return { kind: 'path', path: pathOf(data['path']) }
  if (data['kind'] !== 'range') return caretOf(data)
  return { kind: 'range', start: caretOf(data['start']), end: caretOf(data['end']) }
}

function caretOf(data: Maybe): Caret {
  const { kind, path, index, side }: DataObject = isDataObject(data) ? data : refuse(data)
  if (kind !== 'caret' || !isIndex(index) || (side !== 'left' && side !== 'right')) refuse(data)
  return { kind, path: pathOf(path), index, side }
}

const isIndex = (data: Maybe): data is number =>
  typeof data === 'number' && Number.isSafeInteger(data) && data >= 0

function pathOf(data: Maybe): Path {
  const isPath = Array.isArray(data) && data.every((key) => typeof key === 'string' || isIndex(key))
  return isPath ? (data as Path) : refuse(data)
}

const listOf = (json: Json | undefined): readonly Json[] =>
  Array.isArray(json) ? (json as readonly Json[]) : refuse(json ?? null)

/** Reads a container of references. */
export function decodeContainer(json: Json, decode: (json: Json) => Data): RefContainer {
  const [value, inner] = listOf(json)
  const refs = decode(inner ?? null)
  if (!isDataObject(refs)) return refuse(refs)
  const entries = Object.entries(refs).map(([key, ref]): [string, Ref] => [key, refOf(ref)])
  return new RefContainer(decode(value ?? null), new Map(entries))
}

/** Reads an update of a reference. */
export function decodeRefUpdate(json: Json, { data }: Decoders): RefUpdate {
  const [key, before, after] = listOf(json)
  if (typeof key !== 'string') return refuse(key ?? null)
  const side = ([ref]: readonly Json[]): Ref | undefined =>
    ref === undefined ? undefined : refOf(data(ref))
  return new RefUpdate(key, side(listOf(before)), side(listOf(after)))
}
