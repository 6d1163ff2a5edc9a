import { createReplica, type Replica, type StorageError } from '@react-collab/core'
import { strangerOn } from './account-guard.js'
import type { Platform } from './platform.js'
import type { Identity, LocalStore } from './store/store.js'
import type { Tabs } from './tabs.js'

/** What a tab that has its disk works with: the store, and the writer that it leased. */
export interface Desk {
  readonly store: LocalStore
  readonly slot: number
  /** Another one when the disk has become a client of its own. */
  replica: Replica
  readonly identity: Identity
}

/** Opens the disk that the client's tabs share. */
export type OpenStore = (
  onTrouble: (trouble: StorageError | undefined) => void,
) => Promise<LocalStore>

/** What a desk is made of. */
interface DeskParts {
  readonly openStore: OpenStore
  readonly tabs: Tabs
  readonly platform: Platform
  /** Who wants it; undefined for nobody. */
  readonly account?: string | undefined
  readonly token?: unknown
}

/** Opens the disk and leases a writer; rejects with OTHER_ACCOUNT when the disk is somebody else's. */
export async function openDesk(
  { openStore, tabs, platform, account, token }: DeskParts,
  onTrouble: (trouble: StorageError | undefined) => void,
): Promise<Desk> {
  const [store, slot] = await Promise.all([openStore(onTrouble), tabs.slot()])
  // Made before anybody signs in, edits are nobody's.
  const owner = account ?? (token === undefined ? '' : undefined)
  const identity = await store.identity(platform.id, owner)
  const stranger = strangerOn(identity, account)
  if (stranger !== undefined) {
    await store.close()
    throw stranger
  }
  const replica = await store.replica(slot, () => createReplica(platform.random))
  return { store, slot, replica, identity }
}
