import { CollabError, digestOfWords, type ObjectId } from '@react-collab/core'
import type { EventLog } from './log/event-log.js'
import type { Peer } from './peer.js'
import type { Platform } from './platform.js'

/** What a client tells of its rows. */
export interface ToldDigest {
  readonly object: ObjectId
  readonly client: string
  readonly seq: number
  readonly digest: string
}

/** What comparing works with. */
export interface IntegrityParts {
  readonly log: EventLog
  readonly platform: Platform
  readonly peer: Peer
}

/** How often a session hears of an object that differs. */
const againMs = 3_600_000

/** Compares what a session tells of its rows with those of the log (R15). */
export class Integrity {
  readonly #parts: IntegrityParts
  readonly #toldAt = new Map<ObjectId, number>()
  readonly #busy = new Set<ObjectId>()

  constructor(parts: IntegrityParts) {
    this.#parts = parts
  }

  /** Compares, unless it was told that they differ, or rows are not so far; what differs is logged. */
  compare(told: ToldDigest): void {
    const { object } = told
    const { platform } = this.#parts
    const toldAt = this.#toldAt.get(object) ?? Number.NEGATIVE_INFINITY
    if (platform.now() - toldAt < againMs || this.#busy.has(object)) return
    this.#busy.add(object)
    this.#look(told)
      .catch((error: unknown) => platform.report(error))
      .finally(() => this.#busy.delete(object))
  }

  async #look({ object, client, seq, digest }: ToldDigest): Promise<void> {
    const { log, platform, peer } = this.#parts
    const buckets = await log.digests(object, seq)
    if (buckets === undefined || digestOfWords(buckets) === digest) return
    this.#toldAt.set(object, platform.now())
    const message = `${object} at entry ${seq}: client ${client} has other rows than the log`
    platform.report(new CollabError('DIGEST_DIFFERS', message))
    peer.send('digest', { object, seq, buckets })
  }
}
