import type { ObjectId } from '@react-collab/core'
import type { Platform } from '../platform.js'
import { PoolNews } from './pool-news.js'
import { Pool } from './pool.js'
import type { PoolChange, PoolStore } from './pool-store.js'

/** What the pools of a host work with. */
export interface PoolsHost {
  readonly store: PoolStore
  readonly platform: Platform
  /** A client that was not heard of for so long holds nothing back. */
  readonly staleAfterMs: number
}

/** The pool of an object that somebody has open, or of which something is to be kept. */
export interface OpenPool {
  readonly pool: Pool
  readonly news: PoolNews
}

interface Entry extends OpenPool {
  isOpen: boolean
  /** What was kept has been read. */
  isComplete: boolean
  /** Set while that is being done. */
  reading: Promise<void> | undefined
}

/** The clients of all objects: in memory while somebody is there, and kept coarsely. */
export class Pools {
  readonly #host: PoolsHost
  readonly #entries = new Map<ObjectId, Entry>()
  #saving: Promise<void> | undefined

  constructor(host: PoolsHost) {
    this.#host = host
  }

  /** The pool of an object, until `close`. */
  open(object: ObjectId): OpenPool {
    const entry = this.#entry(object)
    entry.isOpen = true
    return entry
  }

  /** Nobody is there any more: what is known is kept, and let go of. */
  close(object: ObjectId): void {
    const entry = this.#entries.get(object)
    if (entry === undefined) return
    entry.isOpen = false
    this.#host.platform.timer(0, () => void this.save())
  }

  /**
   * The least seq of an object that all clients have who are not stale; undefined when there are
   * none. While nobody can tell, 0.
   */
  async acknowledged(object: ObjectId): Promise<number | undefined> {
    const entry = this.#entry(object)
    await entry.reading
    const { platform, staleAfterMs } = this.#host
    if (!entry.isOpen) this.close(object)
    return entry.isComplete ? entry.pool.acknowledged(platform.now(), staleAfterMs) : 0
  }

  /** Looks at who is silent, and keeps what has changed. */
  beat(): void {
    const now = this.#host.platform.now()
    for (const [object, entry] of this.#entries) {
      entry.pool.beat(now)
      if (!entry.isComplete) this.#read(object, entry)
    }
    void this.save()
  }

  /** Keeps what has changed; resolves when that is done, or has failed and was reported. */
  save(): Promise<void> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined
    })
    return this.#saving
  }

  /** Keeps all that is known, also what is told while it is being kept. */
  async end(): Promise<void> {
    await this.#saving
    await this.save()
  }

  #entry(object: ObjectId): Entry {
    const known = this.#entries.get(object)
    if (known !== undefined) return known
    const pool: Pool = new Pool(() => news.plan())
    const news: PoolNews = new PoolNews(object, pool, this.#host)
    const entry: Entry = { pool, news, isOpen: false, isComplete: false, reading: undefined }
    this.#entries.set(object, entry)
    this.#read(object, entry)
    return entry
  }

  #read(object: ObjectId, entry: Entry): void {
    const { platform, store } = this.#host
    entry.reading ??= store
      .load(object)
      .then((stored) => {
        entry.pool.restore(stored)
        entry.isComplete = true
        entry.news.complete()
      }, platform.report)
      .finally(() => {
        entry.reading = undefined
      })
  }

  async #save(): Promise<void> {
    const taken = [...this.#entries].map(([object, { pool }]) => ({
      object,
      pool,
      unsaved: pool.takeUnsaved(),
    }))
    const changes = taken.filter(({ unsaved }) => unsaved.length > 0).map(changeOf)
    try {
      if (changes.length > 0) await this.#host.store.save(changes)
    } catch (error) {
      this.#host.platform.report(error)
      for (const { pool, unsaved } of taken) pool.notSaved(unsaved)
      return
    }
    for (const [object, { isOpen, pool }] of this.#entries)
      if (!isOpen && pool.isSaved) this.#entries.delete(object)
  }
}

function changeOf(taken: {
  readonly object: ObjectId
  readonly pool: Pool
  readonly unsaved: readonly string[]
}): PoolChange {
  const { object, pool, unsaved } = taken
  const clients = unsaved.flatMap((client) => pool.stored(client) ?? [])
  return { object, clients, gone: unsaved.filter((client) => pool.stored(client) === undefined) }
}
