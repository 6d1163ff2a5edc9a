import { cut, textName, UsageError } from '@react-collab/core'
import type { FieldPath } from '../field-path.js'
import type { SharedObject } from '../shared-object.js'
import { checkObject } from '../argument.js'
import { growsByDefault } from './growth.js'
import { MarkIndex } from './mark-index.js'
import { MarkReading } from './mark-reading.js'
import { MARKS, noteMarks } from './reanchor.js'
import { TextMarks } from './text-marks.js'

/** Where marks are kept, and how their kinds behave. */
export interface MarksOptions {
  /** The collection that holds them; `marks`, if none is named. */
  readonly collection?: string | undefined
  /**
   * Whether what is typed at the end of a mark takes it, by kind; true where nothing is said, but for
   * `link` and `comment`.
   */
  readonly grows?: Readonly<Record<string, boolean>> | undefined
}

/** The marks of one object, each reading made once. */
interface Known {
  readonly indexes: Map<string, MarkIndex>
  readonly readings: Map<string, MarkReading>
}

const knownByObject = new WeakMap<SharedObject, Known>()

/**
 * The marks of a text of an object, to read and to write.
 *
 * ```ts
 * const marks = marksOf(object, ['notes', id, 'body'], { grows: { spoiler: false } })
 * marks.toggle(0, 5, 'bold')
 * ```
 * They are rows of a collection of the object. With a schema it has to be there: `marks: marks()`. A
 * function and no method of the object, so that who has no marks does not load them.
 */
export function marksOf(
  object: SharedObject,
  path: FieldPath,
  options: MarksOptions = {},
): TextMarks {
  checkObject(object)
  const { collection = MARKS, grows = {} } = checked(options)
  const spec = object.collection(collection)
  if (spec !== undefined && spec.kind !== 'shared')
    throw new UsageError('UNKNOWN_COLLECTION', `${cut(collection)} is no shared collection`)
  return new TextMarks(readingOf(object, path, collection), {
    object,
    path,
    collection,
    grows: (kind) => (Object.hasOwn(grows, kind) ? grows[kind] === true : growsByDefault(kind)),
  })
}

function readingOf(object: SharedObject, path: FieldPath, collection: string): MarkReading {
  const text = object.text(path)
  const name = textName(path)
  const key = JSON.stringify([collection, name])
  const known = knownByObject.get(object) ?? { indexes: new Map(), readings: new Map() }
  knownByObject.set(object, known)
  const found = known.readings.get(key)
  if (found !== undefined) return found
  const index = known.indexes.get(collection) ?? new MarkIndex(object.replica, collection)
  known.indexes.set(collection, index)
  noteMarks(object.replica, collection)
  const reading = new MarkReading(text, index, name)
  known.readings.set(key, reading)
  return reading
}

function checked(options: unknown): MarksOptions {
  const { grows = {} } = isObject(options) ? options : { grows: options }
  const isGrowth =
    isObject(grows) && Object.values(grows).every((flag) => typeof flag === 'boolean')
  if (isObject(options) && isGrowth) return options
  const example = `{ collection: 'marks', grows: { link: false } }`
  throw new UsageError('BAD_VALUE', `marks have options as ${example}, not ${cut(options)}`)
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
