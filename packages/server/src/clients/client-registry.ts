import {
  CollabError,
  type Owners,
  type OwnerSets,
  RefusedError,
  StorageError,
} from '@react-collab/core'
import type { Platform } from '../platform.js'
import type { ClientDisk, KnownClient, StoredOwner } from './client-disk.js'
import { beginGeneration, type Generation, nextGeneration, saveGeneration } from './generation.js'
import { bindOwners, claimantOf } from './owner-ids.js'

/** Who connects. */
export interface Arrival {
  readonly client: string
  readonly secret: string
  readonly principal: string
  /** What it signed in with; whoever has none is nobody. */
  readonly token?: string | undefined
  readonly generation?: string | undefined
  readonly owners?: Owners | undefined
}

/** What a client is told that is who it says. */
export interface Admission {
  /** The token of its next connect. */
  readonly generation: string
  readonly owners: OwnerSets
}

/** Knows the clients of a server: by their secrets, the tokens of their connects, their owner ids. */
export interface ClientRegistry {
  /**
   * Registers a client, or finds out whether it is the one that is known. What it resolves to is on
   * disk.
   *
   * Errors  `RefusedError` FORGED_CLIENT for another secret, CLIENT_FORKED for a token that has had
   *         its time; `StorageError` LOG_FAILED when the disk fails
   */
  admit(arrival: Arrival): Promise<Admission>
  /**
   * Takes note that a client has saved the token that it was given: only this one counts from now on.
   *
   * Errors  `RefusedError` CLIENT_FORKED when another copy of its disk was quicker
   */
  saved(client: string, generation: string): Promise<void>
  /** Writes what is not written yet; the disk stays open. */
  close(): Promise<void>
}

/** How long a client is remembered that does not come. */
const keptMs = 400 * 86_400_000
/** Clients that are kept in memory. */
const keptClients = 10_000

type Surroundings = Pick<Platform, 'now' | 'id' | 'digest' | 'report'>

/** Makes a registry over rows that this process has to itself. */
export const createClientRegistry = (disk: ClientDisk, platform: Surroundings): ClientRegistry =>
  new DiskRegistry(disk, platform)

/** Changes that go to the disk together. */
interface Batch {
  readonly clients: Map<string, KnownClient>
  readonly owners: StoredOwner[]
  /** Set once it has its turn, or waits for it. */
  written: Promise<void> | undefined
}

const emptyBatch = (): Batch => ({ clients: new Map(), owners: [], written: undefined })

class DiskRegistry implements ClientRegistry {
  readonly #disk: ClientDisk
  readonly #platform: Surroundings
  readonly #clients = new Map<string, KnownClient>()
  readonly #loading = new Map<string, Promise<KnownClient | undefined>>()
  /** Not written yet. */
  #waiting = emptyBatch()
  /** On its way to the disk, or there a moment ago: a reading may have missed it. */
  #flying = emptyBatch()
  /** The batch that was last given a turn. */
  #last: Promise<void> = Promise.resolve()

  constructor(disk: ClientDisk, platform: Surroundings) {
    this.#disk = disk
    this.#platform = platform
    disk.forgetClients(platform.now() - keptMs).catch(platform.report)
  }

  admit(arrival: Arrival): Promise<Admission> {
    return this.#named(this.#admit(arrival))
  }

  saved(client: string, generation: string): Promise<void> {
    return this.#named(this.#saved(client, generation))
  }

  /** A disk that fails is no reason to turn anybody away for good. */
  async #named<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (error instanceof CollabError) throw error
      this.#platform.report(error)
      throw new StorageError('LOG_FAILED', 'the clients could not be read or written')
    }
  }

  async #admit(arrival: Arrival): Promise<Admission> {
    const { owners } = arrival
    const claimant = claimantOf({ ...arrival, owners }, this.#platform.digest(arrival.secret))
    const ids = owners === undefined ? [] : [owners.client, owners.principal]
    const [, stored] = await Promise.all([
      this.#load(arrival.client),
      this.#disk.owners({ ids, holders: [claimant.client, claimant.principal] }),
    ])
    // From here to the end of the block nothing else comes between: two may claim one id at a time.
    const { next } = this.#meet(arrival)
    const known = [...stored, ...this.#flying.owners, ...this.#waiting.owners]
    const { sets, fresh } = bindOwners(claimant, distinct(known))
    this.#waiting.owners.push(...fresh)
    await this.#flush()
    return { generation: next, owners: sets }
  }

  async #saved(client: string, generation: string): Promise<void> {
    await this.#load(client)
    const known = this.#clients.get(client)
    // A registry that has forgotten it has nothing to compare with.
    if (known === undefined) return
    const saved = saveGeneration(known.generation, generation)
    if (saved === undefined) throw forked()
    // It may wait for the next transaction: what a crash takes is a little of the suspicion.
    if (saved !== known.generation) this.#remember({ ...known, generation: saved })
  }

  async close(): Promise<void> {
    await this.#flush()
  }

  /** Judges who comes, and gives the next token. */
  #meet({ client, secret: given, generation: token }: Arrival): {
    readonly next: string
    readonly generation: Generation
  } {
    const { digest, id, now } = this.#platform
    const secret = digest(given)
    const known = this.#clients.get(client)
    if (known !== undefined && known.secret !== secret)
      throw new RefusedError('FORGED_CLIENT', 'this client has another secret')
    const met = nextGeneration(known?.generation ?? beginGeneration(token), token, id())
    if (met === undefined) throw forked()
    this.#remember({ client, secret, generation: met.generation, seenAt: now() })
    return met
  }

  async #load(client: string): Promise<void> {
    if (this.#clients.has(client)) return
    const loading = this.#loading.get(client) ?? this.#disk.client(client)
    this.#loading.set(client, loading)
    try {
      const stored = await loading
      if (stored !== undefined && !this.#clients.has(client)) this.#clients.set(client, stored)
    } finally {
      this.#loading.delete(client)
    }
  }

  #remember(client: KnownClient): void {
    this.#clients.delete(client.client)
    this.#clients.set(client.client, client)
    this.#waiting.clients.set(client.client, client)
    if (this.#clients.size > keptClients) this.#evict()
  }

  /** Forgets, in memory, those who came longest ago. */
  #evict(): void {
    for (const client of this.#clients.keys()) {
      if (this.#waiting.clients.has(client) || this.#flying.clients.has(client)) continue
      this.#clients.delete(client)
      if (this.#clients.size < keptClients * 0.9) return
    }
  }

  /** Brings all that waits to the disk: what comes while a transaction runs goes with the next. */
  #flush(): Promise<void> {
    const mine = this.#waiting
    mine.written ??= this.#inTurn().then(() => this.#write())
    this.#last = mine.written
    return mine.written
  }

  #inTurn(): Promise<void> {
    return this.#last.catch(() => undefined)
  }

  async #write(): Promise<void> {
    const batch = this.#waiting
    this.#waiting = emptyBatch()
    this.#flying = batch
    if (batch.clients.size + batch.owners.length === 0) return
    try {
      await this.#disk.saveClients([...batch.clients.values()], batch.owners)
    } catch (error) {
      // What nobody was told of is as if it had not been.
      for (const client of batch.clients.keys()) this.#clients.delete(client)
      this.#flying = emptyBatch()
      throw error
    }
  }
}

const forked = (): RefusedError =>
  new RefusedError('CLIENT_FORKED', 'another copy of this disk has connected since')

const distinct = (owners: readonly StoredOwner[]): StoredOwner[] => [
  ...new Map(owners.map((one) => [`${one.id} ${one.kind} ${one.holder}`, one])).values(),
]
