import type { HelloUp, OwnerSets } from '@react-collab/core'

/** Who is at the other end of a session. */
export interface Who {
  readonly client: string
  readonly principal: string
  /** Whose rows it may write (R8). */
  readonly owners: OwnerSets
}

/** What is known of the other end. */
export type SessionState =
  | {
      readonly kind: 'opening'
      /** Messages that wait until it is known who sent them. */
      readonly held: (() => void)[]
      /** Principals who were disconnected meanwhile. */
      readonly turnedOut: Set<string>
    }
  | {
      readonly kind: 'open'
      readonly who: Who
      readonly hello: HelloUp
      /** The token that the client was given for its next connect. */
      readonly generation: string
    }
  | { readonly kind: 'closed' }
