import {
  checkField,
  cut,
  emptyRow,
  ITEM,
  type Json,
  located,
  parseRowKey,
  type Patch,
  PLACE,
  ROOT,
  type RowKey,
  rowName,
  TOMBSTONE,
  UsageError,
  type ValueList,
} from '@react-collab/core'
import { addRemoved, checkValues, differences, drafted, touched } from './differences.js'
import { fieldJson, type KnownFields } from './field-json.js'
import type { Replica } from './replica.js'
import type { Change, SharedObject } from './shared-object.js'

/** Reads what an app is about to write to the rows of an object; an error names the row. */
export class ChangeReader {
  readonly #object: SharedObject
  readonly #replica: Replica

  constructor(object: SharedObject, replica: Replica) {
    this.#object = object
    this.#replica = replica
  }

  /** Checks a change of a row, and maybe whether it is deleted; tells what that writes. */
  patchesOf(
    key: RowKey,
    change: Change,
    collection: string | undefined,
    isDeleted?: boolean,
  ): Patch[] {
    return this.#located(key, () => {
      const patches = this.#patchesOf(key, change, collection)
      return isDeleted === undefined ? patches : [...patches, ...this.#deleting(key, isDeleted)]
    })
  }

  /** Reads what is about to be written to the item, or to a field, of a row. */
  jsonOf(key: RowKey, field: string, value: unknown, known: KnownFields | undefined): Json {
    return this.#located(key, () => fieldJson(field, value, known))
  }

  /** What the item of a row may be. */
  itemsOf(collection: string): KnownFields | undefined {
    const spec = this.#object.collection(collection)
    return spec !== undefined && 'item' in spec ? { [ITEM]: (spec as ValueList).item } : undefined
  }

  /** Names the row in whatever is wrong with what is written to it. */
  #located<T>(key: RowKey, read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw error instanceof UsageError ? located(error, this.#placeOf(key)) : error
    }
  }

  #deleting(key: RowKey, isDeleted: boolean): Patch[] {
    const row = this.#replica.visible.row(key) ?? emptyRow
    return differences(key, row, { [TOMBSTONE]: isDeleted }, [TOMBSTONE])
  }

  /** Names a row for a person. */
  #placeOf(key: RowKey): string {
    if (key === ROOT) return this.#object.id
    const { collection } = parseRowKey(key)
    return `${collection}/${rowName(key)} of ${this.#object.id}`
  }

  #patchesOf(key: RowKey, change: Change, collection: string | undefined): Patch[] {
    const row = this.#replica.visible.row(key) ?? emptyRow
    const spec = collection === undefined ? undefined : this.#object.collection(collection)
    this.#replica.showing.derivations.check(key)
    if (typeof change === 'function' && this.#replica.visible.isPartial(key))
      throw new UsageError('NOT_LOADED', 'it is not in memory: give the fields, not a function')
    if (typeof change !== 'function') checkValues(change)
    const after = typeof change === 'function' ? drafted(row, key, change) : change
    const known = collection === undefined ? this.#object.spec : spec?.fields
    const fields = typeof change === 'function' ? touched(row, key, after) : Object.keys(after)
    checkFieldNames(known, fields)
    const patches = differences(key, row, after, fields, known)
    if (typeof change === 'function') addRemoved(patches, key, row, after)
    return patches
  }
}

/** Refuses fields that rows of the schema do not have, and those that are the system's own. */
export function checkFieldNames(known: KnownFields | undefined, fields: Iterable<string>): void {
  for (const field of fields) {
    checkField(field)
    if (field === PLACE || field === ITEM)
      throw new UsageError('RESERVED_NAME', `${cut(field)} is written by lists only`)
    if (field === TOMBSTONE)
      throw new UsageError('RESERVED_NAME', `${cut(field)} is written by remove and restore only`)
    if (known === undefined) continue
    const kind = Object.hasOwn(known, field) ? known[field]?.kind : undefined
    if (kind === 'value' || kind === 'ref') continue
    const hint = kind === 'counter' || kind === 'text' ? `: use ${kind}('${field}')` : ''
    throw new UsageError('UNKNOWN_FIELD', `the schema has no value ${cut(field)}${hint}`)
  }
}
