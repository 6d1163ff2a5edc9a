import { useMemo } from 'react'
import type { Client } from '../client.js'
import { isSame } from './is-same.js'
import { useClient } from './use-client.js'
import { useSelected } from './use-selected.js'

const whole = <T>(state: T): T => state

/** Reads a part of the client's own state; `read` and `atServer` must be stable. */
export function useClientState<T>(read: (client: Client) => T, atServer: T): T {
  const client = useClient()
  const readable = useMemo(
    () => ({
      read: () => read(client),
      readAtServer: () => atServer,
      subscribe: (listener: () => void) => client.subscribe(listener),
    }),
    [client, read, atServer],
  )
  return useSelected(readable, whole, isSame)
}
