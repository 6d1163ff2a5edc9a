import { createReplica, type Replica, type StorageError } from '@react-collab/core'
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

/** Opens the disk and leases a writer. */
export async function openDesk(
  openStore: OpenStore,
  tabs: Tabs,
  platform: Platform,
  onTrouble: (trouble: StorageError | undefined) => void,
): Promise<Desk> {
  const [store, slot] = await Promise.all([openStore(onTrouble), tabs.slot()])
  const [replica, identity] = await Promise.all([
    store.replica(slot, () => createReplica(platform.random)),
    store.identity(platform.id),
  ])
  return { store, slot, replica, identity }
}
