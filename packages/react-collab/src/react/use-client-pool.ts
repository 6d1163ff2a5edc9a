import { useMemo, useSyncExternalStore } from 'react'
import { aimAt, type Target } from '../object-ref.js'
import { loadingPool, type PoolState, poolOf } from '../pool/client-pool.js'
import { useClient } from './use-client.js'

/**
 * Reads the clients of an object, all browsers and processes that ever opened it: when each was last
 * there, and how far it has what others did.
 *
 * ```tsx
 * const { status, clients } = useClientPool('todos')
 * const devices = clients?.filter(({ stale }) => !stale)
 * ```
 * Everybody has the same list, in the same order. Without a line it is the one that was known last.
 * It renders again only when the list is another; a client that did not change stays the same object.
 */
export function useClientPool(target: Target): PoolState {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const { read, subscribe } = useMemo(() => {
    const pool = poolOf(client, id)
    return {
      read: () => pool.read(),
      subscribe: (listener: () => void) => {
        const open = client.open(id, spec)
        const unsubscribe = pool.subscribe(listener)
        return () => {
          unsubscribe()
          open.close()
        }
      },
    }
  }, [client, id, spec])
  return useSyncExternalStore(subscribe, read, readAtServer)
}

const readAtServer = (): PoolState => loadingPool
