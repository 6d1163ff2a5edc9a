import { useMemo } from 'react'
import { aimAt, type Target } from '../object-ref.js'
import { clientReadable, useClientState } from './use-client-state.js'

/**
 * Tells whether anything of an object has ever come from the server to this device.
 *
 * ```tsx
 * const hasSynced = useHasSynced('groceries')
 * if (data.length === 0) return <p>{hasSynced ? 'Nothing to buy' : 'Not loaded yet'}</p>
 * ```
 * Where it is false, what is empty here may be full elsewhere. Undefined until the disk was read.
 */
export function useHasSynced(target: Target): boolean | undefined {
  const { id } = aimAt(target)
  const readable = useMemo(
    () => clientReadable<boolean | undefined>((client) => client.hasSynced(id), undefined),
    [id],
  )
  return useClientState(readable)
}
