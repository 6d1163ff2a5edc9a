import type { OwnedBy } from '@react-collab/core'
import { useMemo } from 'react'
import { clientReadable, useClientState } from './use-client-state.js'

/**
 * Reads the `owner` of the rows that are made here, in collections that are owned `by` a browser or by
 * who is signed in; undefined until the disk was read.
 *
 * ```tsx
 * const me = useOwner()
 * return files.map(({ id, owner, path }) => <li key={id}>{owner === me ? 'Here: ' : ''}{path}</li>)
 * ```
 * Of rows that were made elsewhere, and may be written here all the same, only `mine` tells.
 */
export function useOwner(by: OwnedBy = 'client'): string | undefined {
  const readable = useMemo(
    () => clientReadable<string | undefined>((client) => client.owner(by), undefined),
    [by],
  )
  return useClientState(readable)
}
