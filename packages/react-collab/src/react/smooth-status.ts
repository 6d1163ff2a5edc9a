import type { Client } from '../client.js'
import { hostPlatform } from '../platform.js'
import type { SyncStatus } from '../status.js'
import type { Readable } from './use-selected.js'

/** A passing state that is over sooner is not shown. */
const SMOOTH_MS = 300

/** Before anything is known. */
export const noStatus: SyncStatus = { state: 'loading', unsent: 0, rejected: 0 }

const isPassing = ({ state }: SyncStatus): boolean => state === 'saving' || state === 'syncing'

/** The client's status without the flicker of edits that take no time. */
export function smoothStatus(client: Client): Readable<SyncStatus> {
  let shown = client.status
  return {
    read: () => shown,
    readAtServer: () => noStatus,
    subscribe(listener) {
      let cancel: (() => void) | undefined
      const show = (): void => {
        cancel?.()
        cancel = undefined
        shown = client.status
        listener()
      }
      const look = (): void => {
        const { status } = client
        if (!isPassing(status) || status.state === shown.state) show()
        else cancel ??= hostPlatform.timer(SMOOTH_MS, show)
      }
      const unsubscribe = client.subscribe(look)
      look()
      return () => {
        cancel?.()
        unsubscribe()
      }
    },
  }
}
