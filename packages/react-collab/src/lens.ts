import {
  CollabError,
  emptyRow,
  isVersioned,
  ITEM,
  type Json,
  type JsonObject,
  type ObjectId,
  type Patch,
  patchesByRow,
  type Row,
  type RowKey,
  type Stamp,
  upcastFailed,
  upcastRow,
  type Versions,
  writtenUnder,
} from '@react-collab/core'

/** What a lens is made of. */
export interface LensHost {
  readonly object: ObjectId
  /** The schema's; version 1 without one. */
  readonly versions?: Versions | undefined
  readonly report: (error: unknown) => void
  /** Something was written under a version that is newer than this app's. */
  readonly tooOld?: ((error: CollabError) => void) | undefined
}

/**
 * Shows rows as this app's version of the schema has them, and marks what is written with it.
 *
 * State, outbox and log hold what was written, as it was written: upcasting is a way to read, so it
 * is the same whether entries, pages or an old disk brought a row.
 */
export class Lens {
  readonly #host: LensHost
  readonly #versions: Versions
  readonly #rows = new WeakMap<Row, Row>()
  #newest: number
  readonly #failed = new Set<string>()

  constructor(host: LensHost) {
    this.#host = host
    this.#versions = host.versions ?? { version: 1 }
    this.#newest = this.#versions.version
  }

  /** Shows a row; the same row gives the same. */
  read(row: Row, key: RowKey): Row {
    // Nearly all apps have one version, and nearly no value an object: nothing is made for those.
    if (this.#versions.version === 1 && !hasVersions(row)) return row
    const known = this.#rows.get(row)
    if (known !== undefined) return known
    const shown = this.#upcast(row, key)
    this.#rows.set(row, shown)
    return shown
  }

  #upcast(row: Row, key: RowKey): Row {
    const { object } = this.#host
    try {
      const { row: shown, newest } = upcastRow(row, key, this.#versions, object)
      if (newest > this.#newest) this.#outdated(newest)
      return shown
    } catch (error) {
      this.#fail(upcastFailed(key, object, error), key)
      return upcastRow(row, key, { version: this.#versions.version }, object).row
    }
  }

  #outdated(newest: number): void {
    this.#newest = newest
    const { object, tooOld, report } = this.#host
    const { version } = this.#versions
    const message = `${object} was written under version ${newest} of its schema, this app has ${version}: load it anew`
    const error = new CollabError('CLIENT_TOO_OLD', message)
    report(error)
    tooOld?.(error)
  }

  /** Reports once for each collection: what fails for one row fails for many. */
  #fail(error: CollabError, key: RowKey): void {
    const collection = key.slice(0, key.indexOf('/') + 1)
    if (this.#failed.has(collection)) return
    this.#failed.add(collection)
    this.#host.report(error)
  }

  /** Marks what is written with the version that it is written under. */
  write(patches: readonly Patch[]): readonly Patch[] {
    const { version } = this.#versions
    if (version === 1 && !patches.some(isMarked)) return patches
    return patches.map((patch): Patch => {
      const [kind, key, field] = patch
      return kind === '=' && isOwn(field)
        ? ['=', key, field, writtenUnder(version, patch[3])]
        : patch
    })
  }

  /** Marks the fields of a new row. */
  writeFields(values: JsonObject): JsonObject {
    const { version } = this.#versions
    const all = Object.entries(values)
    if (version === 1 && !all.some(([, json]) => isVersioned(json))) return values
    return Object.fromEntries(all.map(([field, json]) => [field, writtenUnder(version, json)]))
  }

  /** Shows patches that were written under any version as this app's has them. */
  shown(patches: readonly Patch[]): readonly Patch[] {
    const { version } = this.#versions
    if (version === 1 && !patches.some(isMarked)) return patches
    return patchesByRow(patches).flatMap(([key, own]) => this.#shown(key, own))
  }

  #shown(key: RowKey, patches: readonly Patch[]): Patch[] {
    const isValue = (patch: Patch): boolean => patch[0] === '=' && isOwn(patch[2])
    const values: Record<string, Json> = {}
    const stamps: Record<string, Stamp> = {}
    for (const patch of patches) {
      if (patch[0] !== '=' || !isOwn(patch[2])) continue
      values[patch[2]] = patch[3]
      stamps[patch[2]] = '' as Stamp
    }
    const row = this.#upcast({ ...emptyRow, values, stamps }, key)
    const written = Object.entries(row.values).map(
      ([field, json]): Patch => ['=', key, field, json],
    )
    return [...written, ...patches.filter((patch) => !isValue(patch))]
  }
}

/** A field of the app, or an item of its lists. */
const isOwn = (field: string): boolean => !field.startsWith('$') || field === ITEM

const isMarked = (patch: Patch): boolean => patch[0] === '=' && isVersioned(patch[3])

function hasVersions({ values }: Row): boolean {
  for (const field in values) {
    const json = values[field]
    if (typeof json === 'object' && isVersioned(json)) return true
  }
  return false
}
