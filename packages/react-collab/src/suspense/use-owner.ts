import type { OwnedBy } from '@react-collab/core'
import { use } from 'react'
import { useClient } from '../react/use-client.js'
import { useOwner as useLoadingOwner } from '../react/use-owner.js'

/** Reads the `owner` of the rows that are made here; suspends until it is read from disk. */
export function useOwner(by?: OwnedBy): string {
  use(useClient().workshop.desk)
  return useLoadingOwner(by) as string
}
