import { CollabError, cut, UsageError } from './errors.js'
import { type Json, jsonFromValue, type Value, valueFromJson } from './json.js'
import { checkField, ITEM, parseRowKey, type RowKey } from './names.js'
import type { Row } from './row.js'
import type { Stamp } from './stamp.js'
import { readWritten } from './written.js'

/** The fields of a row that were last written under an older version; may be any part of it. */
export type OldFields = Readonly<Record<string, Value>>

/** Where a row is: `collection` is `''` for the object's own fields. */
export interface RowPlace {
  readonly object: string
  readonly collection: string
}

/**
 * Tells what fields of one version of a schema are in the next one. Pure: all replicas have to make
 * the same of the same. The item of a list of values goes by the name `value`.
 */
export type Upcast = (fields: OldFields, place: RowPlace) => Readonly<Record<string, unknown>>

/** How to read what was written under an older version, by that version. */
export type Upcasts = Readonly<Record<number, Upcast>>

/** The version of a schema, and the way to it from older ones. */
export interface Versions {
  readonly version: number
  readonly upcast?: Upcasts | undefined
}

/** Makes sure that each upcast is a function, of a version that is older than the schema's. */
export function checkUpcasts(upcast: unknown, version: number): void {
  const isObject = typeof upcast === 'object' && upcast !== null && !Array.isArray(upcast)
  if (!isObject) throw new UsageError('BAD_VALUE', 'upcast is as in { 1: (fields) => fields }')
  for (const [name, value] of Object.entries(upcast)) {
    const from = Number(name)
    if (!Number.isSafeInteger(from) || from < 1 || from >= version)
      throw new UsageError(
        'BAD_VALUE',
        `there is no upcast from ${name}: versions below are 1 to ${version - 1}`,
      )
    if (typeof value !== 'function')
      throw new UsageError('BAD_VALUE', `the upcast from ${name} is a function of a row's fields`)
  }
}

interface Cell {
  readonly json: Json
  readonly stamp: Stamp
}

type Cells = Map<string, Cell>

/** What a row is in one version of a schema, and what was found on the way. */
export interface Upcasted {
  readonly row: Row
  /** The newest version that anything in it was written under. */
  readonly newest: number
}

/**
 * Reads a row whose registers were written under various versions as a row of one of them.
 *
 * A function of the row alone, and of the upcasts: whoever has the same registers sees the same,
 * however they came. Registers go from version to version together; what comes of one under its own
 * name keeps its stamp, a new name has the greatest stamp of those that went for it, and of two for
 * one name the later counts. What was written under a newer version is shown as it is.
 *
 * Errors  what an upcast throws, and `UsageError` for what it makes that no value or field may be
 */
export function upcastRow(row: Row, key: RowKey, to: Versions, object: string): Upcasted {
  const cells: Cells = new Map()
  const found = sorted(row)
  const place = { object, collection: parseRowKey(key).collection }
  for (let version = 1; version <= to.version; version++) {
    for (const [field, cell] of found.get(version) ?? []) put(cells, field, cell)
    drop(cells, row)
    const upcast =
      to.upcast !== undefined && Object.hasOwn(to.upcast, version) && to.upcast[version]
    if (upcast !== undefined && upcast !== false && cells.size > 0 && version < to.version)
      raise(cells, upcast, place)
    drop(cells, row)
  }
  const newest = Math.max(1, ...found.keys())
  for (const [version, all] of found)
    if (version > to.version) for (const [field, cell] of all) put(cells, field, cell)
  return { row: rowOf(cells, row), newest }
}

/** The registers of a row by the version they were written under; the system's own have none. */
function sorted(row: Row): Map<number, [field: string, cell: Cell][]> {
  const found = new Map<number, [string, Cell][]>()
  for (const [field, json] of Object.entries(row.values)) {
    if (isSystems(field)) continue
    const { version, value } = readWritten(json)
    const all = found.get(version) ?? []
    all.push([field, { json: value, stamp: row.stamps[field] as Stamp }])
    found.set(version, all)
  }
  return found
}

const isSystems = (field: string): boolean => field.startsWith('$') && field !== ITEM

function put(cells: Cells, field: string, cell: Cell): void {
  const known = cells.get(field)
  if (known === undefined || known.stamp <= cell.stamp) cells.set(field, cell)
}

/** Takes away what was removed later than it was written. */
function drop(cells: Cells, { values, stamps }: Row): void {
  for (const [field, { stamp }] of cells) {
    const isRemoved = Object.hasOwn(stamps, field) && !Object.hasOwn(values, field)
    if (isRemoved && (stamps[field] as Stamp) > stamp) cells.delete(field)
  }
}

/** Takes all registers to the next version. */
function raise(cells: Cells, upcast: Upcast, place: RowPlace): void {
  const item = cells.has(ITEM) && !cells.has('value') ? 'value' : ITEM
  const nameOf = (field: string): string => (field === ITEM ? item : field)
  const before = new Map([...cells].map(([field, cell]) => [nameOf(field), cell]))
  const values = [...before].map(([name, { json }]) => [name, valueFromJson(json)] as const)
  const fields = Object.freeze(Object.fromEntries(values))
  const given: unknown = upcast(fields, place)
  // Of a promise nothing could be read: the row would show no field.
  if (typeof given !== 'object' || given === null || 'then' in given)
    throw new UsageError('BAD_VALUE', `an upcast gives fields at once, and not ${cut(given)}`)
  const after = Object.entries(given).filter(([, value]) => value !== undefined)
  const gone = [...before].filter(([name]) => !after.some(([other]) => other === name))
  const made = greatest(gone.length > 0 ? gone : [...before])
  cells.clear()
  for (const [name, value] of after) {
    const field = name === item ? ITEM : checkOwn(name)
    const known = before.get(name)
    const isSame = known !== undefined && value === valueFromJson(known.json)
    cells.set(field, isSame ? known : { json: jsonFromValue(value), stamp: known?.stamp ?? made })
  }
}

function checkOwn(field: string): string {
  if (isSystems(field)) throw new UsageError('RESERVED_NAME', `${field} is written by no upcast`)
  return checkField(field)
}

const greatest = (cells: readonly (readonly [string, Cell])[]): Stamp =>
  cells.map(([, { stamp }]) => stamp).reduce((a, b) => (a > b ? a : b))

/** A row of these registers, and of all else that a row has. */
function rowOf(cells: Cells, row: Row): Row {
  const values: Record<string, Json> = {}
  const stamps: Record<string, Stamp> = {}
  for (const [field, stamp] of Object.entries(row.stamps)) {
    const isOther = isSystems(field) || !Object.hasOwn(row.values, field)
    if (!isOther || cells.has(field)) continue
    stamps[field] = stamp
    if (Object.hasOwn(row.values, field)) values[field] = row.values[field] as Json
  }
  for (const [field, { json, stamp }] of cells) {
    values[field] = json
    stamps[field] = stamp
  }
  return { ...row, values, stamps }
}

/** Says that an upcast failed: the row is shown as it was written. */
export const upcastFailed = (key: RowKey, object: string, cause: unknown): CollabError =>
  new CollabError(
    'UPCAST_FAILED',
    `${key === '' ? object : `${key} of ${object}`} is shown as it was written`,
    { cause },
  )
