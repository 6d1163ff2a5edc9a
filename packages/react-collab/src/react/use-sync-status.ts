import type { SyncStatus } from '../status.js'
import { checkOptions } from './check-options.js'
import { noStatus, smoothStatus } from './smooth-status.js'
import { clientReadable, useClientState } from './use-client-state.js'

const plainStatus = clientReadable((client) => client.status, noStatus)

/**
 * Tells how the edits of this device stand.
 *
 * ```tsx
 * const { state, unsent } = useSyncStatus({ smooth: true })
 * return <Badge>{state === 'offline' ? `${unsent} edits wait` : state}</Badge>
 * ```
 * With `smooth`, `saving` and `syncing` of a few edits are shown only when they last; all else at once.
 */
export function useSyncStatus(options: { readonly smooth?: boolean } = {}): SyncStatus {
  checkOptions(options, ['smooth'])
  return useClientState(options.smooth === true ? smoothStatus : plainStatus)
}
