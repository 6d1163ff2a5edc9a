import type { Owners, OwnerSets } from '@react-collab/core'
import type { OwnerHolder, StoredOwner } from './client-disk.js'

/** Who asks for owner ids. */
export interface Claimant {
  /** The ids that it made up; it may come without. */
  readonly owners: Owners | undefined
  /** The browser. */
  readonly client: OwnerHolder
  /** Whoever is signed in there, or nobody. */
  readonly principal: OwnerHolder
}

/** What a claimant may write as, and what is new of it. */
export interface BoundOwners {
  readonly sets: OwnerSets
  readonly fresh: readonly StoredOwner[]
}

/** An arrival, as far as owner ids are concerned. */
interface Arriving extends Pick<Claimant, 'owners'> {
  readonly client: string
  readonly principal: string
  readonly token?: string | undefined
}

/**
 * Names whom the ids of an arrival stand for; `secret` is the hash of its secret.
 *
 * Whoever comes without a token is nobody, whatever the app calls all of them: a name that anybody has
 * owns nothing. Copies of a disk have another client id, and the same secret.
 */
export const claimantOf = (
  { client, principal, token, owners }: Arriving,
  secret: string,
): Claimant => ({
  owners,
  client: { kind: 'client', holder: secret },
  principal:
    token === undefined || principal === client
      ? { kind: 'anonymous', holder: secret }
      : { kind: 'principal', holder: principal },
})

/**
 * Binds owner ids, first come (R8). One that is somebody else's is left out: rows that are made under
 * it are refused, everything else goes on.
 *
 * An id of a browser to which nobody had signed in goes along when somebody does: both have it then.
 */
export function bindOwners(claimant: Claimant, known: readonly StoredOwner[]): BoundOwners {
  const { client, principal, owners } = claimant
  const fresh: StoredOwner[] = []
  const claim = (id: string, by: OwnerHolder): void => {
    const holders = known.filter((one) => one.id === id)
    const isFree = holders.every((one) => by.kind === 'principal' && isAnonymous(one, client))
    if (isFree && !holders.some((one) => isHeldBy(one, by))) fresh.push({ id, ...by })
  }
  if (owners !== undefined) claim(owners.client, client)
  if (owners !== undefined && owners.principal !== owners.client) claim(owners.principal, principal)
  const all = [...known, ...fresh]
  const idsOf = (by: OwnerHolder): string[] =>
    all.filter((one) => isHeldBy(one, by)).map(({ id }) => id)
  return { sets: { client: idsOf(client), principal: idsOf(principal) }, fresh }
}

const isHeldBy = ({ kind, holder }: StoredOwner, by: OwnerHolder): boolean =>
  kind === by.kind && holder === by.holder

const isAnonymous = ({ kind, holder }: StoredOwner, client: OwnerHolder): boolean =>
  kind === 'anonymous' && holder === client.holder
