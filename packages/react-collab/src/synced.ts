import type { ObjectId } from '@react-collab/core'
import type { Replica } from './replica.js'
import type { LeadReport } from './tabs.js'

/** Remembers of which objects anything came from the server, as far as anybody asked. */
export class Synced {
  readonly #known = new Set<ObjectId>()

  /** Whether an object was live once, or something of it came; undefined until the disk was read. */
  has({ cursor, object, ready }: Replica, { objects }: LeadReport): boolean | undefined {
    if (!ready) return undefined
    // Of an object in which nobody wrote yet there is no cursor to remember it by.
    if (objects[object]?.phase === 'live' || cursor !== undefined) this.#known.add(object)
    return this.#known.has(object)
  }
}
