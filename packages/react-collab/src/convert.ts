import {
  CollabError,
  cut,
  emptyRow,
  jsonFromValue,
  type Patch,
  ROOT,
  sameJson,
  UsageError,
} from '@react-collab/core'
import type { Written } from './edit.js'
import { checkObject } from './argument.js'
import type { Unsubscribe } from './listeners.js'
import { notLoaded } from './not-loaded.js'
import type { FieldValues, SharedObject } from './shared-object.js'
import type { RowView } from './sorted-rows.js'

/** Longer than this, ms, and people notice. */
const SLOW_MS = 50

/**
 * Turns an object's own fields into a value of the app's own shape, such as an instance of a class,
 * and back.
 *
 * Both functions are pure and quick. `fromObject` is called once for each change, whoever made it;
 * fields may be missing, as nobody may have written them yet. What `toObject` does not name, and
 * never did, is left as it is.
 */
export interface Converter<A, F = FieldValues> {
  readonly fromObject: (fields: F) => A
  readonly toObject: (value: A) => Partial<F>
}

/** An object of the app's own shape. */
export interface Converted<A> {
  /**
   * The value now; the same as long as the object is. Undefined while the object is being read from
   * disk; the last good one where the object as it is cannot be converted.
   */
  readonly value: A | undefined
  /** Why the object as it is cannot be converted: CONVERTER_FAILED, its `cause` what was thrown. */
  readonly error: CollabError | undefined
  /**
   * Takes another value, or what a function makes of the present one; only fields that differ between
   * the two are written, in one edit.
   *
   * Errors  `UsageError` CONVERTER_FAILED where `toObject` throws, NOT_LOADED for a function while
   *         there is no value yet; nothing has changed then
   */
  set(next: A | ((value: A) => A)): Written
  /** Calls `listener` after each change of the object's own fields. */
  subscribe(listener: () => void): Unsubscribe
}

/** What became of one state of the object. */
export interface Conversion<A> {
  readonly value: A | undefined
  readonly error: CollabError | undefined
}

const known = new WeakMap<SharedObject, WeakMap<object, ConvertedObject<unknown>>>()

/**
 * Reads and writes an object in the app's own shape.
 *
 * ```ts
 * const todo = convert(object, {
 *   fromObject: ({ title, due }) => new Todo(title, due),
 *   toObject: ({ title, due }: Todo) => ({ title, due }),
 * })
 * todo.set((now) => now.withTitle('Milk')) // writes the title
 * ```
 * The same for the same object and converter, so keep the converter: declare it outside of functions.
 * One that throws, or is slow, is reported, with the name of the object, and stops nothing.
 */
export function convert<A, F = FieldValues>(
  object: SharedObject,
  converter: Converter<A, F>,
): Converted<A> {
  checkObject(object)
  checkConverter(converter)
  return convertedOf(object, converter)
}

/** Refuses a converter that converts nothing. */
export function checkConverter(converter: unknown): void {
  const { fromObject, toObject } = (converter ?? {}) as Readonly<Record<string, unknown>>
  if (typeof fromObject === 'function' && typeof toObject === 'function') return
  const message = `a converter has functions fromObject and toObject, and is not ${cut(converter)}`
  throw new UsageError('BAD_VALUE', message)
}

/** The one reading of an object by a converter. */
export function convertedOf<A, F>(
  object: SharedObject,
  converter: Converter<A, F>,
): ConvertedObject<A> {
  const own = known.get(object) ?? new WeakMap<object, ConvertedObject<unknown>>()
  known.set(object, own)
  const found = own.get(converter)
  if (found !== undefined) return found as ConvertedObject<A>
  const made = new ConvertedObject<A>(object, converter as unknown as Converter<A>)
  own.set(converter, made as ConvertedObject<unknown>)
  return made
}

/** What `convert` gives. */
class ConvertedObject<A> implements Converted<A> {
  readonly #object: SharedObject
  readonly #converter: Converter<A>
  #seen: RowView | undefined
  #conversion: Conversion<A> | undefined
  #isKnownAsSlow = false

  constructor(object: SharedObject, converter: Converter<A>) {
    this.#object = object
    this.#converter = converter
  }

  get value(): A | undefined {
    return this.conversion?.value
  }

  get error(): CollabError | undefined {
    return this.conversion?.error
  }

  /** Value and error; the same as long as the object is, undefined while it is being read. */
  get conversion(): Conversion<A> | undefined {
    const fields = this.#object.get()
    if (fields === undefined) return undefined
    if (fields !== this.#seen) this.#conversion = this.#convert(fields)
    this.#seen = fields
    return this.#conversion
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#object.subscribe(listener)
  }

  set(next: A | ((value: A) => A)): Written {
    const now = this.conversion
    const after = this.#fieldsOf(
      typeof next === 'function' ? this.#next(next as (value: A) => A) : next,
    )
    const before = now?.value === undefined ? {} : this.#fieldsOf(now.value)
    return this.#object.edit(ROOT, this.#patches(before, after), undefined)
  }

  #next(next: (value: A) => A): A {
    const { value, error } = this.conversion ?? {}
    if (value !== undefined) return next(value)
    throw error ?? notLoaded(`what is in ${this.#object.id}`)
  }

  #patches(before: FieldValues, after: FieldValues): Patch[] {
    const changed = Object.entries(after).filter(([name, value]) => !isSame(before, name, value))
    const row = this.#object.replica.visible.row(ROOT) ?? emptyRow
    const gone = Object.keys(before).filter(
      (name) => !Object.hasOwn(after, name) && Object.hasOwn(row.values, name),
    )
    return [
      ...this.#object.changes.patchesOf(ROOT, Object.fromEntries(changed), undefined),
      ...gone.map((name): Patch => ['x', ROOT, name]),
    ]
  }

  #convert(fields: RowView): Conversion<A> {
    const before = this.#conversion
    try {
      const value = this.#timed('fromObject', () => this.#converter.fromObject(fields))
      if (isPromise(value)) throw new TypeError('it gives a promise, and not a value')
      return { value, error: undefined }
    } catch (cause) {
      const error = this.#failure('fromObject', cause)
      // It fails as it did: nobody has to hear of it once more.
      if (before?.error?.message === error.message) return before
      this.#object.replica.platform.report(error)
      return { value: before?.value, error }
    }
  }

  /** The fields of a value; those that are undefined are not there. */
  #fieldsOf(value: A): FieldValues {
    let fields: unknown
    try {
      fields = this.#timed('toObject', () => this.#converter.toObject(value))
    } catch (cause) {
      throw this.#failure('toObject', cause)
    }
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields) || isPromise(fields))
      throw this.#failure('toObject', new TypeError(`it gives ${cut(fields)}, and no fields`))
    return Object.fromEntries(Object.entries(fields).filter(([, own]) => own !== undefined))
  }

  #failure(name: string, cause: unknown): UsageError {
    const why = cause instanceof Error ? cause.message : cut(cause)
    const message = `${name} of a converter of ${this.#object.id} threw: ${why}`
    return new UsageError('CONVERTER_FAILED', message, { cause })
  }

  #timed<T>(name: string, run: () => T): T {
    const { now, report } = this.#object.replica.platform
    const start = now()
    try {
      return run()
    } finally {
      const ms = now() - start
      if (ms > SLOW_MS && !this.#isKnownAsSlow) {
        this.#isKnownAsSlow = true
        const message = `${name} of a converter of ${this.#object.id} took ${ms} ms`
        report(new CollabError('CONVERTER_SLOW', message))
      }
    }
  }
}

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

function isSame(before: FieldValues, name: string, value: unknown): boolean {
  if (!Object.hasOwn(before, name)) return false
  if (Object.is(before[name], value)) return true
  try {
    return sameJson(jsonFromValue(before[name]), jsonFromValue(value))
  } catch {
    // What cannot be written is named where it would be.
    return false
  }
}
