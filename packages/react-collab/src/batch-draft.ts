import {
  cut,
  type Json,
  located,
  type Patch,
  prefixOf,
  type RowKey,
  rowKey,
  rowName,
  UsageError,
} from '@react-collab/core'
import { checkFieldNames } from './change-reader.js'
import { checkFields, type FieldValues } from './differences.js'
import type { Edit } from './edit.js'
import { fieldJson, type KnownFields } from './field-json.js'
import { type Image, PAGE_ROWS, pageOf, patchesOf } from './image.js'
import type { SharedObject } from './shared-object.js'

/** Rows that are looked at, or shown, in one step. */
const STEP_ROWS = 250

/** Rows that are to be made at once, on their way from what an app gave to edits. */
export class BatchDraft {
  readonly #object: SharedObject
  readonly #collection: string
  readonly #rows: readonly FieldValues[]
  readonly #keys: RowKey[]
  /** Those of the page that is not full yet. */
  #images: Image[] = []
  readonly #pages: string[] = []
  readonly #patches: (readonly Patch[])[] = []
  #ids: readonly string[] | undefined
  #shown = 0

  constructor(object: SharedObject, collection: string, rows: readonly FieldValues[]) {
    this.#object = object
    this.#collection = collection
    this.#rows = [...rows]
    this.#keys = Array.from<RowKey>({ length: rows.length })
    this.#look()
  }

  /** Looks at what all rows are made of, but for their values: those of many take long. */
  #look(): void {
    const known = this.#object.collection(this.#collection)?.fields
    const good = new Set(['id'])
    const ids = new Set<unknown>()
    let place = 0
    // One closure for them all: there may be 100,000.
    const look = (): void => {
      for (; place < this.#rows.length; place++) {
        const fields = this.#rows[place] as FieldValues
        checkFields(fields)
        for (const name in fields) {
          if (good.has(name) || !Object.hasOwn(fields, name)) continue
          checkFieldNames(known, [name])
          good.add(name)
        }
        const { id } = fields
        if (id === undefined) continue
        if (ids.has(id)) this.#twice(id)
        ids.add(id)
        checkId(this.#collection, id)
      }
    }
    at(() => place, look)
  }

  #twice(id: unknown): never {
    const first = this.#rows.findIndex((fields) => fields['id'] === id)
    throw new UsageError('BAD_ID', `the id ${cut(id)} is that of row ${first}, too`)
  }

  /** How many may be written. */
  get checked(): number {
    return this.#patches.length
  }

  get shown(): number {
    return this.#shown
  }

  /** The ids of all; those that are not made up yet are now. */
  get ids(): readonly string[] {
    this.#ids ??= this.#rows.map((_, place) => rowName(this.#keyAt(place)))
    return this.#ids
  }

  /**
   * Looks at the values of all rows, and makes them when none is wrong: nothing was written before.
   *
   * Errors  `UsageError` for the first that is wrong, with its place
   */
  *make(): Generator<void, readonly Edit[]> {
    for (let place = 0; place < this.#rows.length; place++) {
      if (place > 0 && place % STEP_ROWS === 0) yield
      at(
        () => place,
        () => this.#check(place),
      )
    }
    yield
    const { editing } = this.#object.replica
    const batch = { prefix: this.#prefix, count: this.#rows.length, pages: this.#pages }
    const steps = editing.editBatch(batch, this.#patches, STEP_ROWS)
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value
      this.#shown = step.value
      yield
    }
  }

  /** What the keys begin with, up to the id. */
  get #prefix(): string {
    const key = this.#keyAt(0)
    const tilde = key.indexOf('~')
    return tilde < 0 ? prefixOf(key) : key.slice(0, tilde + 1)
  }

  #check(place: number): void {
    const { editing } = this.#object.replica
    const known = this.#object.collection(this.#collection)?.fields
    const key = this.#keyAt(place)
    const { id: _, ...values } = this.#rows[place] as FieldValues
    const prefix = this.#prefix
    const image: Image = [key.slice(prefix.length), editing.written(jsonIn(values, known))]
    const patches = patchesOf(prefix, image)
    editing.check(patches)
    this.#images.push(image)
    this.#patches.push(patches)
    if (this.#images.length < PAGE_ROWS && place < this.#rows.length - 1) return
    this.#pages.push(pageOf(this.#images))
    this.#images = []
  }

  #keyAt(place: number): RowKey {
    return (this.#keys[place] ??= this.#newKey(place))
  }

  #newKey(place: number): RowKey {
    const { id = this.#object.newId() } = this.#rows[place] as FieldValues
    return this.#object.newKey(this.#collection, id as string)
  }
}

/** Does something with rows; an error names the one at whose place that is. */
function at<T>(place: () => number, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof UsageError ? located(error, `row ${place()}`) : error
  }
}

function checkId(collection: string, id: unknown): void {
  if (typeof id !== 'string')
    throw new UsageError('BAD_ID', `the id of a row is text, not ${cut(id)}`)
  rowKey(collection, id)
}

const jsonIn = (values: FieldValues, known: KnownFields | undefined): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, fieldJson(field, value, known)]),
  )
