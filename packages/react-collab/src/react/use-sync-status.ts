import { useMemo } from 'react'
import type { Client } from '../client.js'
import type { SyncStatus } from '../status.js'
import { isSame } from './is-same.js'
import { noStatus, smoothStatus } from './smooth-status.js'
import { useClient } from './use-client.js'
import { type Readable, useSelected } from './use-selected.js'

const plainStatus = (client: Client): Readable<SyncStatus> => ({
  read: () => client.status,
  readAtServer: () => noStatus,
  subscribe: (listener) => client.subscribe(listener),
})

const whole = (status: SyncStatus): SyncStatus => status

/**
 * Tells how the edits of this device stand.
 *
 * ```tsx
 * const { state, unsent } = useSyncStatus({ smooth: true })
 * return <Badge>{state === 'offline' ? `${unsent} edits wait` : state}</Badge>
 * ```
 * With `smooth`, `saving` and `syncing` are shown only when they last; failures and offline at once.
 */
export function useSyncStatus({ smooth = false }: { readonly smooth?: boolean } = {}): SyncStatus {
  const client = useClient()
  const readable = useMemo(() => (smooth ? smoothStatus : plainStatus)(client), [client, smooth])
  return useSelected(readable, whole, isSame)
}
