import type { Generation } from './generation.js'

/** What is stored of a client. */
export interface StoredClient {
  readonly client: string
  /** A hash of its secret. */
  readonly secret: string
  readonly generation: Generation
  /** When it last connected, ms since the Unix epoch. */
  readonly seenAt: number
}

/** What an owner id stands for: a client, or one of the principals that have it. */
export interface StoredOwner {
  readonly id: string
  readonly kind: 'client' | 'principal'
  readonly holder: string
}

/** Which owner ids are asked for: these, and all that one of the holders has. */
export interface OwnerQuestion {
  readonly ids: readonly string[]
  readonly client: string
  readonly principal: string
}

/** Where a registry keeps its rows; it decides nothing. One process has it to itself. */
export interface ClientDisk {
  client(client: string): Promise<StoredClient | undefined>
  owners(question: OwnerQuestion): Promise<readonly StoredOwner[]>
  /** Writes all or nothing, durably. */
  saveClients(clients: readonly StoredClient[], owners: readonly StoredOwner[]): Promise<void>
  /** Forgets clients that were last seen before a time. Owner ids stay: rows name them. */
  forgetClients(beforeMs: number): Promise<void>
}
