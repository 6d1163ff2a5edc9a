import type { ObjectId } from '@react-collab/core'
import { createDurableLog } from './durable-log.js'
import type { EventLog } from './event-log.js'
import { type CommitFault, createMemoryDisk, type LogSnapshot } from './memory-disk.js'

/** How a memory log is made; the same options and calls give the same log. */
export interface MemoryLogOptions {
  readonly now: () => number
  /** Numbers in [0, 1). */
  readonly random: () => number
  readonly maxDriftMs?: number | undefined
  readonly idleObjects?: number | undefined
  /** A backup to start from. */
  readonly from?: LogSnapshot | undefined
  /** Asked before each group commit; a promise delays it. */
  readonly fault?:
    | ((objects: readonly ObjectId[]) => CommitFault | undefined | Promise<CommitFault | undefined>)
    | undefined
}

/** An event log that lasts as long as its process. */
export interface MemoryEventLog extends EventLog {
  /** Copies what is committed, as a backup would. */
  snapshot(): LogSnapshot
}

/** Makes an event log in memory: for tests, simulations and demos. */
export function createMemoryEventLog(options: MemoryLogOptions): MemoryEventLog {
  const { now, random, maxDriftMs, idleObjects, from, fault } = options
  const disk = createMemoryDisk(from, fault)
  const opening = `${random()}${random()}`
  const log = createDurableLog(disk, { now, opening, maxDriftMs, idleObjects })
  return Object.assign(log, { snapshot: () => disk.snapshot() })
}
