import {
  cut,
  isDeleted,
  ITEM,
  type Json,
  msOf,
  parseRowKey,
  type Patch,
  readRegister,
  type Replica as ReplicaId,
  replicaOf,
  ROOT,
  rowName,
  sameJson,
  UsageError,
  type Value,
  valueFromJson,
} from '@react-collab/core'
import type { Client } from './client.js'
import { type Written, writtenWith } from './edit.js'
import { createListeners, type Listeners, type Unsubscribe } from './listeners.js'
import { aimAt, type Target } from './object-ref.js'
import type { Replica } from './replica.js'
import type { LocalStore, StoredOverwritten } from './store/store.js'
import { workshopOf } from './workshop.js'

/** A value of a field that a later write of somebody else has replaced. */
export interface OverwrittenValue {
  readonly id: string
  /** The row that has the field; neither for the object's own. */
  readonly collection?: string
  readonly row?: string
  readonly field: string
  readonly value: Value
  /** What the field shows now; undefined where it has no value. */
  readonly current: Value | undefined
  /** Who wrote what the field shows now: a tab of another device, or of this one when it wrote since. */
  readonly by: ReplicaId
  /** When that was, by the clock of its writer, ms since the Unix epoch. */
  readonly writtenAt: number
  /** When this device heard of it, by the server's clock. */
  readonly lostAt: number
  /** It was replaced while this device had no line. */
  readonly wasAway: boolean
}

/** Where the list is kept. */
interface Shelf {
  readonly store: Promise<LocalStore>
  readonly report: (error: unknown) => void
  /** Tells other tabs that the list has changed on disk. */
  readonly told: () => void
}

/** What others have overwritten of an object, and what a person may do about it. */
export class Overwrites {
  readonly #replica: Replica
  readonly #shelf: Shelf
  #stored: readonly StoredOverwritten[] | undefined
  #shown: readonly OverwrittenValue[] = []
  #reading: Promise<void> | undefined
  readonly #listeners: Listeners

  constructor(replica: Replica, shelf: Shelf) {
    this.#replica = replica
    this.#shelf = shelf
    this.#listeners = createListeners(shelf.report)
    replica.overwritten.add(() => {
      if (this.#reading !== undefined) this.#read().catch(shelf.report)
    })
  }

  /** Resolves when the list was read from disk. */
  get loaded(): Promise<void> {
    this.#reading ??= this.#read()
    return this.#reading
  }

  /** The values that are not shown any more, newest first; undefined until the disk was read. */
  get items(): readonly OverwrittenValue[] | undefined {
    if (this.#stored === undefined || !this.#replica.ready) return undefined
    const items = this.#stored.flatMap((item) => this.#show(item))
    const isSame =
      items.length === this.#shown.length && items.every((item, i) => item === this.#shown[i])
    if (!isSame) this.#shown = items
    return this.#shown
  }

  /** Hears of changes of the list, and of the rows that it speaks of. */
  subscribe(listener: () => void): Unsubscribe {
    this.loaded.catch(this.#shelf.report)
    const ends = [this.#listeners.add(listener), this.#replica.listeners.onAny(listener)]
    return () => ends.forEach((end) => end())
  }

  /**
   * Writes a value again, as an edit of its own, and takes it off the list.
   *
   * Errors  `UsageError` BAD_ID for what is not in the list, NOT_LOADED before that was read
   */
  putBack(item: Pick<OverwrittenValue, 'id'>): Written {
    const stored = this.#find(idOf(item))
    const edit = this.#replica.editing.editAs([patchOf(stored)])
    // The edit first: a crash between the two leaves a value that is shown, and so is not listed.
    edit.local.then(() => this.dismiss(item)).catch(this.#shelf.report)
    return writtenWith([edit])
  }

  #find(id: string): StoredOverwritten {
    const of = `of the overwritten values of ${this.#replica.object}`
    if (this.#stored === undefined)
      throw new UsageError('NOT_LOADED', `nothing is known ${of} yet: await \`loaded\``)
    const stored = this.#stored.find((item) => item.id === id)
    if (stored !== undefined) return stored
    throw new UsageError('BAD_ID', `none ${of} has the id ${cut(id)}: give one of \`items\``)
  }

  /** Takes a value off the list; one that is not in it stays so. */
  async dismiss(item: Pick<OverwrittenValue, 'id'>): Promise<void> {
    const id = idOf(item)
    const store = await this.#shelf.store
    await store.dismissOverwritten(this.#replica.object, id)
    this.#shelf.told()
  }

  async #read(): Promise<void> {
    const store = await this.#shelf.store
    // Readings of a disk end in their order: the last one is the newest.
    this.#stored = await store.overwritten(this.#replica.object)
    this.#listeners.call()
  }

  #show(stored: StoredOverwritten): readonly OverwrittenValue[] {
    const { lens } = this.#replica.showing
    const row = this.#replica.shown(stored.row)
    const [patch] = lens.shown([patchOf(stored)])
    if (row === undefined || isDeleted(row) || patch?.[0] !== '=') return []
    const read = lens.read(row, stored.row)
    const json = readRegister(read, patch[2])
    if (sameJson(json, patch[3])) return []
    const known = this.#shown.find(({ id }) => id === stored.id)
    const current = json === undefined ? undefined : valueFromJson(json)
    const by = read.stamps[patch[2]] ?? stored.by
    const isSame = known?.by === replicaOf(by) && known.writtenAt === msOf(by)
    if (known !== undefined && isSame && known.current === current) return [known]
    return [itemOf({ ...stored, by }, patch[2], patch[3], current)]
  }
}

function idOf(item: unknown): string {
  if (typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string')
    return item.id
  throw new UsageError('BAD_ID', `an overwritten value is one of \`items\`, not ${cut(item)}`)
}

const patchOf = ({ row, field, value }: StoredOverwritten): Patch => ['=', row, field, value]

function itemOf(
  { id, row, by, lostAt, wasAway }: StoredOverwritten,
  field: string,
  value: Json,
  current: Value | undefined,
): OverwrittenValue {
  const place = row === ROOT ? {} : { collection: parseRowKey(row).collection, row: rowName(row) }
  return {
    id,
    ...place,
    field: field === ITEM ? 'value' : field,
    value: valueFromJson(value),
    current,
    by: replicaOf(by),
    writtenAt: msOf(by),
    lostAt,
    wasAway,
  }
}

const known = new WeakMap<Replica, Overwrites>()

/**
 * What others have overwritten of an object, without React: `items`, `subscribe`, `putBack`,
 * `dismiss`.
 */
export function overwritesOf(client: Client, target: Target): Overwrites {
  const { desk, platform, post } = workshopOf(client)
  const { id, spec } = aimAt(target)
  const { replica } = client.peek(id, spec)
  const found = known.get(replica)
  if (found !== undefined) return found
  const overwrites = new Overwrites(replica, {
    store: desk.then(({ store }) => store),
    report: platform.report,
    told() {
      post({ type: 'overwritten', object: replica.object })
      replica.overwritten.call()
    },
  })
  known.set(replica, overwrites)
  return overwrites
}
