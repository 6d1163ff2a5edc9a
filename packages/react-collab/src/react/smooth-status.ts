import type { Client } from '../client.js'
import { hostPlatform } from '../platform.js'
import type { SyncStatus } from '../status.js'
import type { Readable } from './use-selected.js'

/** A passing state that is over sooner is not shown. */
const SMOOTH_MS = 300

/** Before anything is known. */
export const noStatus: SyncStatus = { state: 'loading', unsent: 0, rejected: 0 }

/** More edits than these nobody makes by hand, and they take their time. */
const FEW = 100

const isPassing = ({ state, unsent }: SyncStatus): boolean =>
  (state === 'saving' || state === 'syncing') && unsent <= FEW

/** The client's status without the flicker of edits that take no time. */
export function smoothStatus(client: Client): Readable<SyncStatus> {
  let shown = client.status
  return {
    read: () => shown,
    readAtServer: () => noStatus,
    subscribe(listener) {
      let cancel: (() => void) | undefined
      let since: number | undefined
      const show = (): void => {
        cancel?.()
        cancel = since = undefined
        shown = client.status
        listener()
      }
      const look = (): void => {
        const { status } = client
        if (!isPassing(status) || status.state === shown.state) return show()
        const now = hostPlatform.elapsed()
        since ??= now
        // A page that is busy with the very edits is late with its timers.
        if (now - since >= SMOOTH_MS) show()
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
