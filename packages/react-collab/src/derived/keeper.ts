import type { Cursor, ObjectId, RowKey } from '@react-collab/core'
import { isBranch } from '../branch-id.js'
import type { Platform } from '../platform.js'
import type { Replica } from '../replica.js'
import type { DerivedRecord, LocalStore } from '../store/store.js'
import { asStorageError } from '../writer.js'
import type { KeptDerived, StoredDerived } from './derivations.js'

/** What a keeper works with. */
export interface KeeperHost {
  readonly platform: Platform
  readonly store: LocalStore
  readonly lead: number
  /** How far the confirmed state is; undefined while it is none to store. */
  cursor(): Cursor | undefined
}

/** Stores what is derived of an object: the tab that leads does, for all. */
export interface Keeper {
  /** Stores it at the next idle moment. */
  plan(): void
  close(): void
}

/** Makes the keeper of one object. */
export function createKeeper(
  replica: Replica,
  { platform, store, lead, cursor }: KeeperHost,
): Keeper {
  const { derivations, object } = replica
  let cancel: (() => void) | undefined
  let isClosed = false

  async function keep(): Promise<void> {
    cancel = undefined
    const at = cursor()
    const all = at === undefined ? [] : derivations.stored(pendingKeys(replica))
    if (at === undefined || all.length === 0) return
    await store.keepDerived(
      lead,
      object,
      all.map((derived) => recordOf(derived, at)),
    )
  }

  function plan(): void {
    if (isClosed || cancel !== undefined || derivations.isEmpty) return
    cancel = platform.idle(() => {
      keep().catch((error: unknown) => {
        // It is made again at the next start; who leads now stores it.
        if (asStorageError(error).code !== 'FENCED') platform.report(error)
      })
    })
  }

  derivations.built = plan
  plan()
  return {
    plan,
    close() {
      isClosed = true
      cancel?.()
      derivations.built = () => undefined
    },
  }
}

const recordOf = (
  { collection, version, groups }: StoredDerived,
  cursor: Cursor,
): DerivedRecord => ({
  collection,
  version,
  cursor,
  groups: JSON.stringify(groups),
})

/** The rows that pending edits write. */
export const pendingKeys = ({ visible }: Replica): RowKey[] => [
  ...new Set([...visible.pending].flatMap(({ patches }) => patches.map(([, key]) => key))),
]

/** Reads what is stored of an object's derived rows; ask before the rows are read. */
export const readDerived = async (
  { object, derivations }: Replica,
  store: LocalStore,
): Promise<readonly DerivedRecord[]> =>
  derivations.isEmpty || isBranch(object) ? [] : store.derived(object)

/** Tells which rows changed since what is stored was made; undefined where the journal cannot. */
export async function keptDerived(
  store: LocalStore,
  object: ObjectId,
  records: readonly DerivedRecord[],
): Promise<KeptDerived | undefined> {
  const [first] = records
  if (first === undefined) return undefined
  const batches = await store.journal(object, first.cursor)
  if (batches === undefined) return undefined
  const events = batches.flatMap((batch) => batch.events)
  const changed = new Set(events.flatMap(([, , patches]) => patches.map(([, key]) => key)))
  const stored = records
    .filter(({ cursor }) => cursor.seq === first.cursor.seq)
    .map(({ groups, ...record }) => ({
      ...record,
      groups: JSON.parse(groups) as StoredDerived['groups'],
    }))
  return { stored, changed }
}
