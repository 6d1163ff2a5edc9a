import type { Owners, OwnerSets } from '@react-collab/core'
import type { StoredOwner } from './client-disk.js'

/** Who asks for owner ids. */
export interface Claimant {
  readonly client: string
  readonly principal: string
  /** The ids that it made up; it may come without. */
  readonly owners: Owners | undefined
}

/** What a claimant may write as, and what is new of it. */
export interface BoundOwners {
  readonly sets: OwnerSets
  readonly fresh: readonly StoredOwner[]
}

/**
 * Binds owner ids, first come (R8). One that is somebody else's is left out: rows that are made under
 * it are refused, everything else goes on.
 *
 * An id of a principal that is the client itself, which nobody had signed in to, goes along when
 * somebody signs in: both have it then.
 */
export function bindOwners(claimant: Claimant, known: readonly StoredOwner[]): BoundOwners {
  const { client, principal, owners } = claimant
  const fresh: StoredOwner[] = []
  const claim = (claimed: StoredOwner): void => {
    const holders = known.filter(({ id }) => id === claimed.id)
    const isKept = holders.some((one) => one.kind === claimed.kind && one.holder === claimed.holder)
    const isFree = holders.every((one) => claimed.kind === 'principal' && isOf(one, client))
    if (!isKept && isFree) fresh.push(claimed)
  }
  if (owners !== undefined) {
    claim({ id: owners.client, kind: 'client', holder: client })
    if (owners.principal !== owners.client)
      claim({ id: owners.principal, kind: 'principal', holder: principal })
  }
  const all = [...known, ...fresh]
  const idsOf = (kind: StoredOwner['kind'], holder: string): string[] =>
    all.filter((one) => one.kind === kind && one.holder === holder).map(({ id }) => id)
  return {
    sets: { client: idsOf('client', client), principal: idsOf('principal', principal) },
    fresh,
  }
}

/** An id of the client before anybody signed in: then it is its own principal. */
const isOf = ({ kind, holder }: StoredOwner, client: string): boolean =>
  kind === 'principal' && holder === client
