import type { ObjectId } from '@react-collab/core'
import type { LogMedium } from './media.js'
import type { Random } from './random.js'
import type { SimServer } from './server.js'
import { DAY } from './wall-clock.js'

/** What purging is made with. */
export interface PurgeLifeHost {
  readonly random: Random
  readonly server: SimServer
  readonly medium: LogMedium
  readonly objects: readonly ObjectId[]
  trace(text: string): void
}

/** Rows that were deleted, and that the server lets go of for good. */
export class PurgeLife {
  /** Those that went at some time, also in a log that is no more. */
  readonly purged: Map<ObjectId, Set<string>> = new Map()
  readonly #host: PurgeLifeHost

  constructor(host: PurgeLifeHost) {
    this.#host = host
  }

  /** The server purges an object, now and then. */
  act(): void {
    const { random, server, objects, trace } = this.#host
    if (!random.chance(0.1)) return
    const object = random.pick(objects)
    const olderThanMs = random.pick([0, 0, 1000, 30 * DAY])
    trace(`server purges ${object} of what is older than ${olderThanMs} ms`)
    server.purge(object, olderThanMs)
  }

  /** Takes note of what has gone. */
  note(): void {
    for (const [object, purges] of this.#host.medium.purges()) {
      const all = this.purged.get(object) ?? new Set()
      this.purged.set(object, all)
      for (const { keys } of purges) for (const key of keys) all.add(key)
    }
  }
}
