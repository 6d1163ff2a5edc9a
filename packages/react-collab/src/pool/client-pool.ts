import type { ObjectId } from '@react-collab/core'
import { localId, rootOf } from '../branch-id.js'
import type { Client } from '../client.js'
import type { Unsubscribe } from '../listeners.js'
import { aimAt, type Target } from '../object-ref.js'
import { workshopOf } from '../workshop.js'
import type { PoolClient } from './pool-list.js'

/** What is known of the clients of an object. */
export type PoolState =
  /** Nothing yet. */
  | {
      readonly status: 'loading'
      readonly clients: undefined
      readonly knownAt: undefined
    }
  /**
   * `live`: as it is now. `offline`: as it was at `knownAt`, ms since the Unix epoch, and nobody is
   * shown as connected; nobody at all where nothing was ever known.
   */
  | {
      readonly status: 'live' | 'offline'
      readonly clients: readonly PoolClient[]
      readonly knownAt: number | undefined
    }

/** What is known of the clients of an object while nothing is. */
export const loadingPool: PoolState = Object.freeze({
  status: 'loading',
  clients: undefined,
  knownAt: undefined,
})

/**
 * All clients that ever opened an object: who they are, when each was last there, and how far it has
 * what others did. Every client has the same list.
 *
 * ```ts
 * const pool = poolOf(client, 'todos')
 * pool.subscribe(() => console.log(pool.read().clients))
 * ```
 */
export class ClientPool {
  readonly #client: Client
  readonly #object: ObjectId
  #state = loadingPool

  /** @internal */
  constructor(client: Client, object: ObjectId) {
    this.#client = client
    this.#object = object
  }

  /** What is known now; the same object as long as that is the same. */
  read(): PoolState {
    const { status, clients } = this.#state
    const next = this.#look()
    const isSame = next.status === status && next.clients === clients
    if (!isSame) this.#state = next
    return this.#state
  }

  /** Calls `listener` when `read` may give something else; the object is held open so long. */
  subscribe(listener: () => void): Unsubscribe {
    const { pools } = this.#client.workshop.objects
    const ends = [pools.subscribe(this.#object, listener), this.#client.subscribe(listener)]
    return () => {
      for (const end of ends) end()
    }
  }

  /** How far this client has the log; of one in which nobody has written there is nothing to have. */
  get #here(): number | undefined {
    const open = this.#client.workshop.objects.get(this.#object)
    if (open === undefined) return undefined
    return open.replica.cursor?.seq ?? (this.#client.hasSynced(this.#object) ? 0 : undefined)
  }

  #look(): PoolState {
    const { pools } = this.#client.workshop.objects
    const pool = pools.of(this.#object)
    const isOnline = this.#client.connection.status === 'online'
    // What comes after the next join is of another line.
    if (!isOnline) pool.isTold = false
    const isLive = isOnline && pool.isTold
    if (!isLive && (!pool.isRead || (isOnline && pool.list.knownAt === undefined)))
      return loadingPool
    const { me, now } = pools
    const { list } = pool
    const clients = list.view({ me, now, isLive, here: this.#here })
    return { status: isLive ? 'live' : 'offline', clients, knownAt: list.knownAt }
  }
}

/** Gives the clients of an object; of a branch those of what it is a branch of. */
export function poolOf(client: Client, target: Target): ClientPool {
  // What is no client is to be refused here, and not at the first use.
  workshopOf(client)
  return new ClientPool(client, rootOf(localId(aimAt(target).id)))
}
