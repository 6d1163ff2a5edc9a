import { useMemo } from 'react'
import type { ConnectionState } from '../connection.js'
import { useClient } from './use-client.js'
import { clientReadable, useClientState } from './use-client-state.js'

/** The line to the server, and what a person may do about it. */
export type ConnectionControl = ConnectionState & {
  /** Goes offline, or comes back. */
  readonly setOffline: (offline: boolean) => void
  /** Connects now, without waiting out the delay. */
  readonly reconnect: () => void
}

const connectionOf = clientReadable<ConnectionState>((client) => client.connection, {
  status: 'offline',
})

/**
 * Tells how the line to the server stands.
 *
 * ```tsx
 * const { status, reconnect } = useConnection()
 * if (status === 'needs-auth') return <SignIn />
 * if (status === 'waiting') return <button onClick={reconnect}>Try now</button>
 * ```
 */
export function useConnection(): ConnectionControl {
  const client = useClient()
  const state = useClientState(connectionOf)
  const actions = useMemo(
    () => ({
      setOffline: (offline: boolean) => client.setOffline(offline),
      reconnect: () => client.reconnect(),
    }),
    [client],
  )
  return useMemo(() => ({ ...state, ...actions }), [state, actions])
}
