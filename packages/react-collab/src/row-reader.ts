import {
  collectionPrefix,
  isDeleted,
  type ObjectSpec,
  type OwnedBy,
  type OwnedRows,
  ownerOf,
  prefixOf,
  ROOT,
  type Row,
  type RowKey,
  rowName,
  rowView,
} from '@react-collab/core'
import type { Ownership } from './ownership.js'
import { RefIndex } from './ref-index.js'
import type { Replica } from './replica.js'
import type { RowView } from './sorted-rows.js'

/** What hides rows of a replica from all who show them. */
export interface Screen {
  hides(key: RowKey): boolean
  /** What the owner of a row is, where its collection is owned. */
  ownedBy(key: RowKey): OwnedBy | undefined
  /** A row is another: tells which others may be shown or hidden now. */
  changed(key: RowKey): Iterable<RowKey>
}

interface Shown {
  readonly version: number
  readonly view: RowView
}

/**
 * Reads the rows of an object as its schema wants them shown.
 *
 * A row has an owner if and only if its collection is owned; keys of the other shape are hidden. One
 * that refers to what has not come yet is hidden until that comes.
 */
export class RowReader implements Screen {
  readonly #replica: Replica
  readonly #ownership: Ownership
  readonly #views = new WeakMap<Row, Shown>()
  #spec: ObjectSpec | undefined
  #owned: ReadonlyMap<string, OwnedBy> = new Map()
  #refs: RefIndex | undefined

  constructor(replica: Replica) {
    this.#replica = replica
    this.#ownership = replica.ownership
    replica.showing.screen = this
  }

  describe(spec: ObjectSpec): void {
    if (this.#spec === spec) return
    this.#spec = spec
    this.#owned = ownedIn(spec)
    const rowOf = (key: RowKey): Row | undefined => this.#replica.visible.row(key)
    this.#refs = RefIndex.of(spec, rowOf)
  }

  hides(key: RowKey): boolean {
    if (key === ROOT) return false
    return !this.#isOfSchema(key) || this.#refs?.waits(key) === true
  }

  changed(key: RowKey): Iterable<RowKey> {
    return this.#refs?.changed(key) ?? none
  }

  /** What a row shows as; undefined when it is hidden, missing or deleted. */
  view(key: RowKey, deleted = false): RowView | undefined {
    const row = this.#replica.shown(key)
    return row === undefined || isDeleted(row) !== deleted ? undefined : this.#viewOf(row, key)
  }

  /** The rows that are hidden only because something that they refer to is not there. */
  *waiting(prefix: string): Iterable<RowView> {
    const { visible } = this.#replica
    if (this.#refs === undefined) return
    for (const key of visible.keys(prefix)) {
      const row = visible.row(key)
      const isRow = row !== undefined && !isDeleted(row) && this.#isOfSchema(key)
      if (isRow && this.#refs.waits(key)) yield this.#viewOf(row, key)
    }
  }

  #isOfSchema(key: RowKey): boolean {
    return key.includes('~') === this.#owned.has(prefixOf(key))
  }

  #viewOf(row: Row, key: RowKey): RowView {
    if (key === ROOT) return rowView(row, undefined)
    const owner = ownerOf(key)
    return owner === undefined ? rowView(row, rowName(key)) : this.#ownedView(row, key, owner)
  }

  #ownedView(row: Row, key: RowKey, owner: string): RowView {
    const { version } = this.#ownership
    const known = this.#views.get(row)
    if (known?.version === version) return known.view
    const mine = this.#ownership.isMine(owner, this.ownedBy(key))
    const view = Object.freeze({ ...rowView(row, rowName(key)), owner, mine })
    this.#views.set(row, { version, view })
    return view
  }

  ownedBy(key: RowKey): OwnedBy | undefined {
    return this.#owned.get(prefixOf(key))
  }
}

const none: readonly RowKey[] = []

/** The owned collections of a schema, by what the keys of their rows begin with. */
function ownedIn(spec: ObjectSpec): Map<string, OwnedBy> {
  const owned = new Map<string, OwnedBy>()
  for (const [name, member] of Object.entries(spec))
    if (member.kind === 'owned') owned.set(collectionPrefix(name), (member as OwnedRows).by)
  return owned
}
