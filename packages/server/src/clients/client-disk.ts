import type { Generation } from './generation.js'

/** What is stored of a client. */
export interface KnownClient {
  readonly client: string
  /** A hash of its secret. */
  readonly secret: string
  readonly generation: Generation
  /** When it last connected, ms since the Unix epoch. */
  readonly seenAt: number
}

/**
 * Whom an owner id stands for: a browser, a principal, or a browser to which nobody had signed in. A
 * browser is named by the hash of its secret, which copies of its disk have as well.
 */
export interface OwnerHolder {
  readonly kind: 'client' | 'principal' | 'anonymous'
  readonly holder: string
}

/** An owner id, and one of those who have it. */
export interface StoredOwner extends OwnerHolder {
  readonly id: string
}

/** Which owner ids are asked for: these, and all that one of the holders has. */
export interface OwnerQuestion {
  readonly ids: readonly string[]
  readonly holders: readonly OwnerHolder[]
}

/** Where a registry keeps its rows; it decides nothing. One process has it to itself. */
export interface ClientDisk {
  client(client: string): Promise<KnownClient | undefined>
  owners(question: OwnerQuestion): Promise<readonly StoredOwner[]>
  /** Writes all or nothing, durably. */
  saveClients(clients: readonly KnownClient[], owners: readonly StoredOwner[]): Promise<void>
  /** Forgets clients that were last seen before a time. Owner ids stay: rows name them. */
  forgetClients(beforeMs: number): Promise<void>
}
