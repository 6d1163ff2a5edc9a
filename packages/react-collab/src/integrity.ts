import {
  CollabError,
  type Cursor,
  type Digest,
  DIGEST_EVERY,
  differingBuckets,
  digestOfWords,
  digestWords,
} from '@react-collab/core'
import type { Connection } from './connection.js'
import { Digesting, type DigestingHost } from './digesting.js'
import type { Platform } from './platform.js'
import type { Replica } from './replica.js'
import { nothing, type Start } from './staging.js'
import type { JournalBatch } from './store/store.js'

/** What comparing works with. */
export interface IntegrityHost extends DigestingHost {
  readonly platform: Platform
  readonly connection: Pick<Connection, 'send'>
}

/** Digests of the confirmed rows at a place of the log, and how often they are still told. */
interface Taken {
  readonly cursor: Cursor
  readonly words: readonly string[]
  left: number
}

/** How often rows are digested at most. */
const EVERY_MS = 60_000
/** How often rows are healed at most, and quiet ones digested again. */
const HEAL_MS = 3_600_000
/** How often digests are told: the server may not have compacted so far, or the line be lost. */
const TELLINGS = 4

/**
 * Compares the confirmed rows of an object with those of the server (R15): after a multiple of 256
 * entries, and when none come, then once an hour.
 *
 * All is digested from scratch, in idle moments: so it finds also what changed where nobody wrote.
 */
export class Integrity {
  readonly #replica: Replica
  readonly #host: IntegrityHost
  #taken: Taken | undefined
  #takenAt = Number.NEGATIVE_INFINITY
  #healedAt = Number.NEGATIVE_INFINITY
  /** The last entry at the last heartbeat: what is the same at two of them is quiet. */
  #beatAt = -1
  #digesting: Digesting | undefined
  /** The buckets whose rows have to come again. */
  #buckets: readonly number[] | undefined
  readonly #rejoin: () => void

  constructor(replica: Replica, host: IntegrityHost, rejoin: () => void) {
    this.#replica = replica
    this.#host = host
    this.#rejoin = rejoin
  }

  /**
   * Asks for rows again that are not those of the server, where only what changed would be loaded; for
   * all of them where some are on the disk alone, beside which the others are put until they are whole.
   */
  healing(start: Start): Start {
    const isPossible = !start.isReset && start.place === undefined && start.cursor !== undefined
    if (!isPossible || this.#buckets === undefined) return start
    return this.#isWindowed ? nothing(true) : { ...start, heal: this.#buckets }
  }

  /** Parts of a batch, to be taken one after the other: between them rows are digested. */
  *parts({ term, seq, events }: JournalBatch): Generator<JournalBatch> {
    const last = seq + events.length - 1
    const stop = Math.max(seq, this.#stopBefore(last))
    yield { term, seq, events: events.slice(0, stop + 1 - seq) }
    this.#received()
    if (stop < last) yield { term, seq: stop + 1, events: events.slice(stop + 1 - seq) }
  }

  /** The seq up to which entries are to be taken first, of some up to `last`: rows are digested there. */
  #stopBefore(last: number): number {
    const seq = this.#replica.cursor?.seq ?? 0
    const next = seq + DIGEST_EVERY - (seq % DIGEST_EVERY)
    return next < last && this.#isDue && !this.#isWindowed ? next : last
  }

  /** Entries were taken. */
  #received(): void {
    const { cursor } = this.#replica
    // Rows on the disk are digested when they are quiet.
    if (cursor === undefined || this.#isWindowed) return
    if (cursor.seq % DIGEST_EVERY === 0) this.#take(cursor)
  }

  /** A heartbeat: all that the server has was taken. */
  beat(): void {
    const { cursor } = this.#replica
    if (this.#taken !== undefined && this.#taken.left > 0) this.#tell(this.#taken)
    const isQuiet = cursor?.seq === this.#beatAt
    this.#beatAt = cursor?.seq ?? -1
    if (!isQuiet || cursor === undefined) return
    const since = this.#host.platform.elapsed() - this.#takenAt
    if (cursor.seq !== this.#taken?.cursor.seq || since >= HEAL_MS) this.#take(cursor)
  }

  /** Hears that the server has other rows. */
  differs({ object, seq, buckets }: Digest): void {
    const taken = this.#taken
    if (taken?.cursor.seq !== seq) return
    taken.left = 0
    const differing = differingBuckets(taken.words, buckets)
    if (differing.length === 0) return
    const { platform } = this.#host
    const now = platform.elapsed()
    const isHealed = now - this.#healedAt >= HEAL_MS
    const what = isHealed ? 'they are loaded again' : 'they were loaded again within this hour'
    const message = `${object} at entry ${seq}: rows of ${differing.length} of ${buckets.length} buckets are not those of the server; ${what}`
    platform.report(new CollabError('DIGEST_DIFFERS', message))
    if (!isHealed) return
    this.#healedAt = now
    this.#buckets = differing
    this.#rejoin()
  }

  /** The confirmed rows are others: they were loaded. */
  healed(): void {
    this.#buckets = undefined
    this.leave()
    this.#takenAt = Number.NEGATIVE_INFINITY
  }

  /** The line is gone, or a new join begins. */
  leave(): void {
    this.#digesting?.cancel()
    this.#digesting = undefined
    this.#taken = undefined
    this.#beatAt = -1
  }

  get #isDue(): boolean {
    const since = this.#host.platform.elapsed() - this.#takenAt
    return this.#digesting === undefined && since >= EVERY_MS
  }

  get #isWindowed(): boolean {
    return this.#replica.held.windowing.size > 0
  }

  #take(cursor: Cursor): void {
    if (!this.#isDue) return
    this.#takenAt = this.#host.platform.elapsed()
    this.#digesting = new Digesting(this.#replica, this.#host, (digests) => {
      this.#digesting = undefined
      // It changed meanwhile: looked at again when it is quiet.
      if (digests === undefined) return (this.#takenAt = Number.NEGATIVE_INFINITY)
      this.#taken = { cursor, words: digestWords(digests), left: TELLINGS }
      this.#tell(this.#taken)
    })
  }

  #tell(taken: Taken): void {
    taken.left -= 1
    const { object } = this.#replica
    const { cursor, words } = taken
    this.#host.connection.send('seen', { object, cursor, digest: digestOfWords(words) })
  }
}
