import {
  type Collection,
  collectionPrefix,
  isDeleted,
  type ObjectSpec,
  ownedKey,
  prefixOf,
  readRegister,
  type RefField,
  type Row,
  type RowKey,
  rowKey,
  UsageError,
} from '@react-collab/core'

/** A field that refers to rows of a collection. */
interface RefTo {
  readonly field: string
  readonly to: string
  readonly isOwned: boolean
}

/** How a row stands that others refer to: not there, there, or there and deleted. */
type Standing = 'missing' | 'shown' | 'deleted'

/**
 * Tells which rows wait for rows that they refer to.
 *
 * A row waits when something that its references lead to, over however many rows, is not there. What
 * is deleted is there, and is looked at no further.
 */
export class RefIndex {
  readonly #byPrefix: ReadonlyMap<string, readonly RefTo[]>
  readonly #rowOf: (key: RowKey) => Row | undefined
  /** Rows that were asked about, by each row that the answer stood on. */
  readonly #askers = new Map<RowKey, { standing: Standing; readonly keys: Set<RowKey> }>()

  private constructor(
    byPrefix: ReadonlyMap<string, readonly RefTo[]>,
    rowOf: (key: RowKey) => Row | undefined,
  ) {
    this.#byPrefix = byPrefix
    this.#rowOf = rowOf
  }

  /** Makes an index of what a schema says; undefined where nothing refers to anything. */
  static of(spec: ObjectSpec, rowOf: (key: RowKey) => Row | undefined): RefIndex | undefined {
    const byPrefix = new Map<string, readonly RefTo[]>()
    for (const [name, member] of Object.entries(spec)) {
      const refs = 'fields' in member ? refsOf(member, spec) : []
      if (refs.length > 0) byPrefix.set(collectionPrefix(name), refs)
    }
    return byPrefix.size === 0 ? undefined : new RefIndex(byPrefix, rowOf)
  }

  /** Whether a row has to wait for another. */
  waits(key: RowKey): boolean {
    if (!this.#byPrefix.has(prefixOf(key))) return false
    const seen = new Set([key])
    let isWaiting = false
    for (const one of seen) {
      for (const target of this.#targets(one)) {
        if (seen.has(target)) continue
        const standing = this.#standing(target)
        this.#note(target, standing, key)
        isWaiting ||= standing === 'missing'
        if (standing === 'shown') seen.add(target)
      }
    }
    return isWaiting
  }

  /** The rows that may begin or end to wait, as `key` has changed. */
  *changed(key: RowKey): Iterable<RowKey> {
    const known = this.#askers.get(key)
    if (known === undefined) return
    const standing = this.#standing(key)
    // Of what was there before only the references count; most rows refer to nothing.
    if (standing === known.standing && !this.#byPrefix.has(prefixOf(key))) return
    known.standing = standing
    yield* known.keys
  }

  #note(target: RowKey, standing: Standing, asker: RowKey): void {
    const known = this.#askers.get(target)
    if (known === undefined) this.#askers.set(target, { standing, keys: new Set([asker]) })
    else known.keys.add(asker)
  }

  #standing(key: RowKey): Standing {
    const row = this.#rowOf(key)
    if (row === undefined) return 'missing'
    return isDeleted(row) ? 'deleted' : 'shown'
  }

  #targets(key: RowKey): RowKey[] {
    const row = this.#rowOf(key)
    if (row === undefined) return []
    return (this.#byPrefix.get(prefixOf(key)) ?? []).flatMap((ref) => targetOf(row, ref) ?? [])
  }
}

function refsOf({ fields }: Collection, spec: ObjectSpec): RefTo[] {
  return Object.entries(fields).flatMap(([field, it]) => {
    if (it.kind !== 'ref') return []
    const { to } = it as RefField
    return [{ field, to, isOwned: Object.hasOwn(spec, to) && spec[to]?.kind === 'owned' }]
  })
}

/** The row that a field names; what is no name refers to nothing. */
function targetOf(row: Row, { field, to, isOwned }: RefTo): RowKey | undefined {
  const name = readRegister(row, field)
  if (typeof name !== 'string') return undefined
  try {
    return isOwned ? ownedKey(to, name) : rowKey(to, name)
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}
