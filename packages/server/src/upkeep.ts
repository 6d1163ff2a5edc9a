import { CollabError, type ObjectId } from '@react-collab/core'
import type { EventLog } from './log/event-log.js'
import type { ObjectLevels } from './log/log-disk.js'
import type { Platform } from './platform.js'
import type { Purging } from './purging.js'
import { boundsOf, type Retention } from './retention.js'

/** What upkeep works with. */
export interface UpkeepParts {
  readonly log: EventLog
  readonly platform: Platform
  readonly retention: Retention
  /** The entry up to which all clients that count have an object; undefined where that is unknown. */
  readonly acknowledged: (object: ObjectId) => Promise<number | undefined>
  /** What lets deleted rows go, if they are to. */
  readonly purging?: Pick<Purging, 'look'> | undefined
}

/** Keeps the log short in the background: compacts, then prunes (R3). */
export interface Upkeep {
  /** The log of an object has entries up to this one. */
  appended(object: ObjectId, seq: number): void
  /** An object is no more. */
  removed(object: ObjectId): void
  /** Begins nothing more. */
  stop(): void
}

/** How often is looked for what is due: what comes in one burst is compacted after it. */
const tickMs = 250
/** Entries that an object gathers before it is compacted while it is written. */
const backlog = 256
/** It is compacted all the same when nothing was appended for this long. */
const idleMs = 10_000
/** An object that is written all the time is pruned this often: who loads it has the time to. */
const pruneMs = 10_000
/** An object is compacted again after this many times as long as it took. */
const restFactor = 100
/** What failed is tried again after this. */
const retryMs = 60_000
/** How often all objects are looked at, for entries that have grown old. */
const sweepMs = 3_600_000
/** Objects looked at together. */
const sweepPage = 200

/** An object that has something to be done. */
interface Work {
  seq: number
  /** The last entry known to be in the rows. */
  compacted: number
  /** When it is due, however little there is. */
  idleAt: number
  /** Not before this. */
  restUntil: number
  readonly pruneAt: number
}

/** Starts the upkeep of a log. */
export const createUpkeep = (parts: UpkeepParts): Upkeep => new RunningUpkeep(parts)

class RunningUpkeep implements Upkeep {
  readonly #parts: UpkeepParts
  readonly #works = new Map<ObjectId, Work>()
  #isRunning = false
  #isStopped = false
  #isClockTold = false
  #stopTimer: (() => void) | undefined
  #stopSweep: (() => void) | undefined

  constructor(parts: UpkeepParts) {
    this.#parts = parts
    this.#stopSweep = parts.platform.timer(tickMs, () => this.#sweep())
  }

  appended(object: ObjectId, seq: number): void {
    const { elapsed } = this.#parts.platform
    const work = this.#works.get(object)
    if (work === undefined) {
      const at = elapsed()
      this.#add(object, {
        seq,
        compacted: 0,
        idleAt: at + idleMs,
        restUntil: 0,
        pruneAt: at + pruneMs,
      })
      return
    }
    work.seq = Math.max(work.seq, seq)
    work.idleAt = elapsed() + idleMs
  }

  removed(object: ObjectId): void {
    this.#works.delete(object)
  }

  stop(): void {
    this.#isStopped = true
    this.#stopTimer?.()
    this.#stopSweep?.()
  }

  #add(object: ObjectId, work: Work): void {
    this.#works.set(object, work)
    this.#wait()
  }

  #wait(): void {
    if (this.#isRunning || this.#isStopped || this.#works.size === 0) return
    this.#stopTimer?.()
    this.#stopTimer = this.#parts.platform.timer(tickMs, () => this.#start())
  }

  #start(): void {
    this.#isRunning = true
    this.#runDue()
      .catch((error: unknown) => this.#parts.platform.report(error))
      .finally(() => {
        this.#isRunning = false
        this.#wait()
      })
  }

  async #runDue(): Promise<void> {
    for (const [object, work] of this.#works) {
      if (this.#isStopped) return
      if (isDue(work, this.#parts.platform.elapsed())) await this.#try(object, work)
    }
  }

  async #try(object: ObjectId, work: Work): Promise<void> {
    const { elapsed, report } = this.#parts.platform
    try {
      await this.#compact(object, work)
      if (elapsed() >= work.pruneAt) await this.#prune(object, work)
    } catch (error) {
      if (error instanceof CollabError && error.code === 'CLOSED') return this.stop()
      report(error)
      work.restUntil = elapsed() + retryMs
    }
  }

  async #compact(object: ObjectId, work: Work): Promise<void> {
    const { log, platform } = this.#parts
    while (work.compacted < work.seq && !this.#isStopped) {
      const began = platform.elapsed()
      const compacted = await log.compact(object)
      if (compacted <= work.compacted) break
      work.compacted = compacted
      const took = platform.elapsed() - began
      work.restUntil = platform.elapsed() + took * restFactor
      await this.#pause(took)
    }
    // What is not in the log is nothing to wait for.
    work.seq = Math.max(work.compacted, (await log.head(object)).seq)
  }

  async #prune(object: ObjectId, work: Work): Promise<void> {
    const { log, platform, retention, acknowledged } = this.#parts
    const bounds = boundsOf(retention, work.seq, platform.now(), await acknowledged(object))
    for (let more = true; more && !this.#isStopped; ) {
      const began = platform.elapsed()
      more = await log.prune(object, bounds)
      if (more) await this.#pause(platform.elapsed() - began)
    }
    if (work.compacted >= work.seq) this.#works.delete(object)
  }

  /** A quarter of the disk's time at most. */
  #pause(tookMs: number): Promise<void> {
    const { platform } = this.#parts
    return new Promise((resolve) => platform.timer(tookMs * 3, resolve))
  }

  #sweep(): void {
    const { timer, report } = this.#parts.platform
    this.#stopSweep = timer(sweepMs, () => this.#sweep())
    this.#lookAtAll().catch((error: unknown) => {
      if (!this.#isStopped) report(error)
    })
  }

  async #lookAtAll(): Promise<void> {
    for (let after = ''; !this.#isStopped; ) {
      const page = await this.#parts.log.objects(after, sweepPage)
      for (const levels of page) {
        this.#checkClock(levels)
        if (await this.#isBehind(levels)) this.#find(levels)
        if (levels.floor > 0 && !this.#isStopped) await this.#purge(levels.object)
      }
      const last = page.at(-1)
      if (last === undefined) return
      after = last.object
      await this.#pause(tickMs)
    }
  }

  /** Says once that this clock was ahead, or is behind: nothing is refused for it, but who loses to it should know. */
  #checkClock({ object, greatestMs }: ObjectLevels): void {
    const { now, report } = this.#parts.platform
    const hours = Math.floor((greatestMs - now()) / 3_600_000)
    if (hours < 1 || this.#isClockTold) return
    this.#isClockTold = true
    const what = `edits of ${object} are stamped ${hours} hours ahead of this clock, which was ahead, or is behind`
    const effect = 'until then who edits what they wrote, and has not seen it, loses to them'
    report(new CollabError('CLOCK_AHEAD', `${what}: ${effect}`))
  }

  /** What fails is looked at again an hour later. */
  async #purge(object: ObjectId): Promise<void> {
    const { platform, purging } = this.#parts
    if (purging === undefined) return
    const began = platform.elapsed()
    try {
      await purging.look(object)
    } catch (error) {
      if (error instanceof CollabError && error.code === 'CLOSED') return this.stop()
      platform.report(error)
    }
    await this.#pause(platform.elapsed() - began)
  }

  async #isBehind({ object, seq, compacted, floor, oldest }: ObjectLevels): Promise<boolean> {
    const { platform, retention, acknowledged } = this.#parts
    // A client may have caught up, or become stale, long after the last entry.
    const seen = floor < compacted ? await acknowledged(object) : undefined
    const { upTo, before } = boundsOf(retention, seq, platform.now(), seen)
    return compacted < seq || floor < Math.min(upTo, compacted) || (oldest ?? Infinity) < before
  }

  #find({ object, seq, compacted }: ObjectLevels): void {
    if (this.#works.has(object)) return
    const at = this.#parts.platform.elapsed()
    this.#add(object, { seq, compacted, idleAt: at, restUntil: 0, pruneAt: at })
  }
}

function isDue({ seq, compacted, idleAt, restUntil, pruneAt }: Work, now: number): boolean {
  if (now < restUntil) return false
  if (compacted >= seq) return now >= pruneAt
  return seq - compacted >= backlog || now >= idleAt
}
