import {
  cut,
  type OwnedBy,
  ownerOf,
  type Owners,
  type OwnerSets,
  type RowKey,
  UsageError,
} from '@react-collab/core'
import { notLoaded } from './not-loaded.js'

/**
 * Whose rows this device may write: those of the two ids that it made up, one for the browser and
 * one for whoever is logged in, and of all that the server has told of since (R8).
 */
export class Ownership {
  #own: Owners | undefined
  #sets: OwnerSets = { client: [], principal: [] }
  /** Counts the answers that it gave, so that what was shown by an earlier one is known as such. */
  version = 0

  /** Takes the ids that lie on this disk. */
  take(own: Owners, sets: OwnerSets | undefined): void {
    this.#own = own
    this.hear(sets ?? { client: [], principal: [] })
  }

  /** Takes what the server says; false when that is nothing new. */
  hear(sets: OwnerSets): boolean {
    const isSame = (by: OwnedBy): boolean => sets[by].join('\n') === this.#sets[by].join('\n')
    const isKnown = this.version > 0 && isSame('client') && isSame('principal')
    if (isKnown) return false
    this.#sets = sets
    this.version += 1
    return true
  }

  /** The id that new rows belong to; undefined before the disk was read. */
  known(by: OwnedBy): string | undefined {
    return this.#own?.[by]
  }

  /** The id that new rows belong to; throws `NOT_LOADED` before the disk was read. */
  own(by: OwnedBy): string {
    const own = this.known(by)
    if (own !== undefined) return own
    throw notLoaded('who owns what is made here')
  }

  /** Whether rows of this owner may be written here; `by` tells what he owns them as. */
  isMine(owner: string, by?: OwnedBy): boolean {
    if (by === undefined) return this.isMine(owner, 'client') || this.isMine(owner, 'principal')
    return this.#own?.[by] === owner || this.#sets[by].includes(owner)
  }

  /** Refuses to write what is somebody else's: `UsageError` NOT_OWNER. */
  check(key: RowKey, by?: OwnedBy): void {
    const owner = ownerOf(key)
    if (owner === undefined || this.isMine(owner, by)) return
    throw new UsageError('NOT_OWNER', `${cut(key)} may be written by its owner alone`)
  }
}
