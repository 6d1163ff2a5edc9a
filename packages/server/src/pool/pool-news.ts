import type { ObjectId, Pool as PoolMessage } from '@react-collab/core'
import type { Platform } from '../platform.js'
import type { Pool } from './pool.js'

/** Who is told of the pool. */
export interface Watcher {
  /** It has so much to take already that it hears of the pool later. */
  readonly isBusy: boolean
  tellPool(message: PoolMessage): void
}

/** What news work with. */
export interface PoolNewsHost {
  readonly platform: Platform
  readonly staleAfterMs: number
}

/** News are gathered so long from the first on, and longer in a large pool. */
const GATHER_MS = 1_000
const GATHER_MS_PER_CLIENT = 10

/** Tells those who have asked for it who the clients of an object are, and what is new of them. */
export class PoolNews {
  readonly #object: ObjectId
  readonly #pool: Pool
  readonly #host: PoolNewsHost
  readonly #watchers = new Set<Watcher>()
  /** Those that have to be told all. */
  readonly #behind = new Set<Watcher>()
  #isPlanned = false
  #isComplete = false

  constructor(object: ObjectId, pool: Pool, host: PoolNewsHost) {
    this.#object = object
    this.#pool = pool
    this.#host = host
  }

  /** All that is kept of the object is in the pool: now it can be told. */
  complete(): void {
    this.#isComplete = true
    this.#catchUp()
  }

  enter(watcher: Watcher): void {
    this.#watchers.add(watcher)
    this.#behind.add(watcher)
    this.#catchUp()
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    this.#behind.delete(watcher)
  }

  /** There is something new. */
  readonly plan = (): void => {
    if (this.#isPlanned || this.#watchers.size === 0) return
    this.#isPlanned = true
    const delayMs = Math.max(GATHER_MS, this.#pool.size * GATHER_MS_PER_CLIENT)
    this.#host.platform.timer(delayMs, () => this.#tell())
  }

  #tell(): void {
    this.#isPlanned = false
    const { clients, gone } = this.#pool.takeNews()
    const news = { object: this.#object, clients, ...(gone.length > 0 && { gone }) }
    for (const watcher of this.#watchers) {
      if (this.#behind.has(watcher)) continue
      if (watcher.isBusy) this.#behind.add(watcher)
      else watcher.tellPool(news)
    }
    this.#catchUp()
  }

  #catchUp(): void {
    if (!this.#isComplete) return
    const { staleAfterMs } = this.#host
    for (const watcher of this.#behind) {
      if (watcher.isBusy) continue
      this.#behind.delete(watcher)
      const clients = this.#pool.whole
      watcher.tellPool({ object: this.#object, whole: true, clients, staleAfterMs })
    }
    if (this.#behind.size > 0) this.plan()
  }
}
