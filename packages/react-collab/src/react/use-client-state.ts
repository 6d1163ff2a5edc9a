import { useMemo } from 'react'
import type { Client } from '../client.js'
import { isSame } from './is-same.js'
import { useClient } from './use-client.js'
import { type Readable, useSelected } from './use-selected.js'

const whole = <T>(state: T): T => state

/** Makes a part of a client's state readable. */
export const clientReadable =
  <T>(read: (client: Client) => T, atServer: T) =>
  (client: Client): Readable<T> => ({
    read: () => read(client),
    readAtServer: () => atServer,
    subscribe: (listener) => client.subscribe(listener),
  })

/** Reads a part of the client's own state; `readableOf` must be stable. */
export function useClientState<T>(readableOf: (client: Client) => Readable<T>): T {
  const client = useClient()
  const readable = useMemo(() => readableOf(client), [client, readableOf])
  // The client's state is never absent.
  return useSelected(readable, whole, isSame) as T
}
