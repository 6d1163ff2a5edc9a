import { hashText, type ObjectId, type Pool } from '@react-collab/core'
import type { Desk } from '../desk.js'
import { createListeners, type Listeners, type Unsubscribe } from '../listeners.js'
import type { Platform } from '../platform.js'
import { PoolList } from './pool-list.js'
import type { PoolNews } from './pool-tab-news.js'

/** How long what a leader hears of a pool may wait to be kept. */
const SAVE_MS = 5_000

/** Whom the pools of a tab tell, and what they work with. */
export interface PoolsHost {
  readonly platform: Platform
  readonly desk: Promise<Desk>
  readonly post: (message: PoolNews) => void
  /** Asks the server for the clients of an object, while this tab leads. */
  readonly askPool: (object: ObjectId) => void
  /** The server's clock. */
  readonly now: () => number
  /** Somebody uses an object: it is to be kept open. */
  readonly used: (object: ObjectId) => void
}

/** What is known of the clients of an object, and who wants to hear of it. */
export interface OpenPool {
  readonly list: PoolList
  readonly listeners: Listeners
  /** What the disk knows was read. */
  isRead: boolean
  /** The server has told of it, over the line that there was then. */
  isTold: boolean
  cancelSave: Unsubscribe | undefined
}

/**
 * The clients of all objects, as one tab sees them.
 *
 * The tab that leads asks the server for those that some tab wants, passes on what it hears, and keeps
 * it on disk: so it can be shown without a line, too.
 */
export class Pools {
  readonly #host: PoolsHost
  readonly #pools = new Map<ObjectId, OpenPool>()
  /** Those that some tab wants to hear of. */
  readonly #wanted = new Set<ObjectId>()
  #me = ''

  constructor(host: PoolsHost) {
    this.#host = host
  }

  /** The name of this client for the others; empty until the disk was read. */
  get me(): string {
    return this.#me
  }

  get now(): number {
    return this.#host.now()
  }

  /** What is known of an object; the same always. */
  of(object: ObjectId): OpenPool {
    const known = this.#pools.get(object)
    if (known !== undefined) return known
    const listeners = createListeners(this.#host.platform.report)
    const state = { isRead: false, isTold: false, cancelSave: undefined }
    const pool: OpenPool = { list: new PoolList(), listeners, ...state }
    this.#pools.set(object, pool)
    return pool
  }

  /** Whether somebody in this tab hears of an object. */
  isUsed(object: ObjectId): boolean {
    return this.#pools.get(object)?.listeners.isEmpty === false
  }

  /** Whether some tab does. */
  isWanted(object: ObjectId): boolean {
    return this.#wanted.has(object)
  }

  /** Calls `listener` when something is new of an object, which is held open so long. */
  subscribe(object: ObjectId, listener: () => void): Unsubscribe {
    const { listeners } = this.of(object)
    const isFirst = listeners.isEmpty
    const unsubscribe = listeners.add(listener)
    this.#host.used(object)
    if (isFirst) this.#begin(object)
    return unsubscribe
  }

  /** Takes, as the leader, what the server tells. */
  receive(told: Pool): void {
    const at = this.#host.now()
    this.#host.post({ type: 'pool', told, at })
    this.#take(told, at)
    const pool = this.of(told.object)
    pool.cancelSave ??= this.#host.platform.timer(SAVE_MS, () => {
      pool.cancelSave = undefined
      this.#save(told.object, pool).catch(this.#host.platform.report)
    })
  }

  /** Hears what another tab tells; what is asked for, only who leads can answer. */
  hear(message: PoolNews, isLeading: boolean): void {
    if (message.type === 'pool') this.#take(message.told, message.at)
    else if (isLeading) this.#answer(message.object)
  }

  /** Some tab wants to hear of an object, as it tells now and then. */
  want(object: ObjectId): void {
    if (this.#wanted.has(object)) return
    this.#wanted.add(object)
    this.#host.askPool(object)
  }

  /** Nobody has the object open any more. */
  left(object: ObjectId): void {
    this.#wanted.delete(object)
    const pool = this.#pools.get(object)
    if (pool !== undefined) pool.isTold = false
  }

  /** This tab was frozen, and has heard nothing meanwhile. */
  resume(): void {
    for (const object of this.#pools.keys()) if (this.isUsed(object)) this.#ask(object)
  }

  close(): void {
    for (const { cancelSave } of this.#pools.values()) cancelSave?.()
  }

  #begin(object: ObjectId): void {
    this.#ask(object)
    this.#read(object).catch(this.#host.platform.report)
  }

  #ask(object: ObjectId): void {
    this.want(object)
    this.#host.post({ type: 'ask-pool', object })
  }

  #answer(object: ObjectId): void {
    this.want(object)
    const { isTold, list } = this.of(object)
    if (!isTold || list.stored === undefined) return
    const { knownAt: at, clients, staleAfterMs } = list.stored
    this.#host.post({ type: 'pool', told: { object, whole: true, clients, staleAfterMs }, at })
  }

  #take(told: Pool, at: number): void {
    const pool = this.of(told.object)
    if (!pool.list.receive(told, at)) return
    if (told.whole === true) pool.isTold = true
    pool.listeners.call()
  }

  async #read(object: ObjectId): Promise<void> {
    const pool = this.of(object)
    if (pool.isRead) return
    const { store } = await this.#host.desk
    this.#me = hashText((await store.identity(this.#host.platform.id)).client)
    const stored = await store.pool(object)
    if (stored !== undefined) pool.list.restore(stored, object)
    pool.isRead = true
    pool.listeners.call()
  }

  async #save(object: ObjectId, { list }: OpenPool): Promise<void> {
    const { store } = await this.#host.desk
    if (list.stored !== undefined) await store.savePool(object, list.stored)
  }
}
