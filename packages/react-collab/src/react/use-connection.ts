import { useMemo } from 'react'
import type { Client } from '../client.js'
import type { ConnectionState } from '../connection.js'
import { useClient } from './use-client.js'
import { useClientState } from './use-client-state.js'

/** The line to the server, and what a person may do about it. */
export type ConnectionControl = ConnectionState & {
  /** Goes offline, or comes back. */
  readonly setOffline: (offline: boolean) => void
  /** Connects now, without waiting out the delay. */
  readonly reconnect: () => void
}

const atServer: ConnectionState = { status: 'offline' }
const read = (client: Client): ConnectionState => client.connection

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
  const state = useClientState(read, atServer)
  const actions = useMemo(
    () => ({
      setOffline: (offline: boolean) => client.setOffline(offline),
      reconnect: () => client.reconnect(),
    }),
    [client],
  )
  return useMemo(() => ({ ...state, ...actions }), [state, actions])
}
