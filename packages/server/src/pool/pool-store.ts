import type { ObjectId } from '@react-collab/core'

/** What is kept of one client of an object. */
export interface StoredClient {
  /** The id that it signs in with. */
  readonly client: string
  readonly principal: string
  /** When it was last heard of, ms since the Unix epoch. */
  readonly seenAt: number
  /** When it last had all that there was. */
  readonly syncedAt: number | undefined
  /** How far it has taken the log, as it said itself. */
  readonly seq: number | undefined
}

/** What is another in the pool of an object. */
export interface PoolChange {
  readonly object: ObjectId
  readonly clients: readonly StoredClient[]
  /** Clients that are forgotten. */
  readonly gone: readonly string[]
}

/** Where the clients of objects are kept. It may be behind what is known by some seconds. */
export interface PoolStore {
  /** All clients of an object. */
  load(object: ObjectId): Promise<readonly StoredClient[]>
  /** Writes all of it, or rejects and has written nothing. */
  save(changes: readonly PoolChange[]): Promise<void>
}
