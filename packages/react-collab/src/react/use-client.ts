import { UsageError } from '@react-collab/core'
import { useContext } from 'react'
import type { Client } from '../client.js'
import { ClientContext } from './context.js'

/**
 * Gives the client of the nearest `CollabProvider`.
 *
 * ```tsx
 * const client = useClient()
 * <button onClick={() => client.setToken(undefined)}>Sign out</button>
 * ```
 * Errors  `UsageError` where no provider is above
 */
export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client !== undefined) return client
  throw new UsageError('BAD_REQUEST', 'no <CollabProvider client={…}> is above this component')
}
