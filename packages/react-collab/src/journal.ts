import { type Cursor, type ObjectId, type ObjectState, type StorageError } from '@react-collab/core'
import { backoffMs } from './backoff.js'
import type { Platform } from './platform.js'
import type { ServerClock } from './server-clock.js'
import type { JournalBatch, LocalStore, OutboxKey, Overwritten } from './store/store.js'
import { asStorageError } from './writer.js'

/** Entries after which a checkpoint waits no longer for a quiet moment. */
const LONG_JOURNAL = 20_000

/** Whom a journal tells. */
export interface JournalHost {
  readonly platform: Platform
  readonly store: LocalStore
  readonly lead: number
  readonly clock: ServerClock
  /** Entries are on disk; other tabs may now hear of them. */
  written(batches: readonly JournalBatch[]): void
  /** Values that others have replaced are on disk. */
  overwritten(): void
  /** The confirmed state is on disk, and the journal begins anew from there. */
  checkpointed(): void
  /** Another tab leads. */
  fenced(): void
  /** The disk does not take what it should; undefined when it does again. */
  trouble(error: StorageError | undefined): void
  /** The confirmed state, and how far it is. */
  confirmed(): { readonly state: ObjectState; readonly cursor: Cursor | undefined }
}

/** Brings what an object received to the disk, in order: many batches a transaction. */
export interface Journal {
  add(
    batch: JournalBatch,
    settled: readonly OutboxKey[],
    overwritten?: readonly Overwritten[],
  ): void
  /** Outbox rows that were in the log all along. */
  settle(keys: readonly OutboxKey[]): void
  /** The confirmed state was put on disk whole, and no entry after it. */
  begunAnew(): void
  /** Resolves when all that was added is on disk, or the lead is lost. */
  flushed(): Promise<void>
  close(): void
}

/** Makes the journal writer of one object. */
export function createJournal(object: ObjectId, host: JournalHost): Journal {
  const { platform, store } = host
  let waiting: JournalBatch[] = []
  let settled: OutboxKey[] = []
  let overwritten: Overwritten[] = []
  let running: Promise<void> | undefined
  /** Entries written here, and how many when the last checkpoint was; earlier ones are not known. */
  let written = 0
  let checkpointed = Number.NEGATIVE_INFINITY
  let cancelIdle: (() => void) | undefined
  let closed = false
  let isTroubled = false

  async function run(): Promise<void> {
    for (let attempt = 0; waiting.length + settled.length > 0 && !closed; ) {
      const batches = joined(waiting)
      const keys = settled
      const lost = overwritten
      waiting = []
      settled = []
      overwritten = []
      try {
        const { lead, clock } = host
        const confirmed = store.confirm(lead, object, batches, keys, clock.heard, lost)
        // In the same turn: what memory has now is what is on disk then.
        const emptied = isLong() ? empty(written + countOf(batches)) : undefined
        await confirmed
        await emptied
        well()
        attempt = 0
        written += countOf(batches)
        if (batches.length > 0) host.written(batches)
        if (lost.length > 0) host.overwritten()
      } catch (error) {
        waiting = [...batches, ...waiting]
        settled = [...keys, ...settled]
        overwritten = [...lost, ...overwritten]
        if (!(await survives(asStorageError(error), attempt++))) break
      }
    }
  }

  /** Whether so much has come that no quiet moment is waited for. */
  function isLong(): boolean {
    const { size } = host.confirmed().state.rows
    return written - Math.max(0, checkpointed) > Math.max(LONG_JOURNAL, size)
  }

  /** Empties the journal while entries never cease; where that fails, there is another time. */
  async function empty(at: number): Promise<void> {
    const { state, cursor } = host.confirmed()
    if (cursor === undefined) return
    checkpointed = at
    const { lead, clock } = host
    try {
      await store.checkpoint(lead, object, state, cursor, clock.heard)
      host.checkpointed()
    } catch {
      // The disk says it again when it does not take entries.
    }
  }

  /** Runs a task when none runs; what came meanwhile is written after it. */
  function start(task: () => Promise<void>): void {
    running ??= task().finally(() => {
      running = undefined
      if (closed) return
      if (waiting.length + settled.length > 0) start(run)
      else planCheckpoint()
    })
  }

  function well(): void {
    if (isTroubled) host.trouble(undefined)
    isTroubled = false
  }

  async function survives(error: StorageError, attempt: number): Promise<boolean> {
    if (closed) return false
    if (error.code === 'FENCED') {
      closed = true
      host.fenced()
      return false
    }
    host.trouble(error)
    isTroubled = true
    // The log has these entries: memory goes on, and the disk is tried until it takes them.
    await new Promise<void>((resolve) =>
      platform.timer(backoffMs(attempt, platform.random), resolve),
    )
    return !closed
  }

  function planCheckpoint(): void {
    const rows = host.confirmed().state.rows.size
    if (closed || cancelIdle !== undefined) return
    if (written - checkpointed < Math.max(500, rows / 4)) return
    const planned = written
    cancelIdle = platform.idle(() => {
      cancelIdle = undefined
      if (closed || running !== undefined) return
      // While entries stream in, the next checkpoint would soon write the same rows again.
      if (written > planned && !isLong()) planCheckpoint()
      else start(checkpoint)
    })
  }

  async function checkpoint(): Promise<void> {
    const { state, cursor } = host.confirmed()
    if (cursor === undefined) return
    const at = written
    try {
      await store.checkpoint(host.lead, object, state, cursor, host.clock.heard)
      checkpointed = at
      host.checkpointed()
      well()
    } catch (error) {
      await survives(asStorageError(error), 0)
    }
  }

  return {
    settle(keys) {
      settled.push(...keys)
      start(run)
    },
    add(batch, keys, lost = []) {
      overwritten.push(...lost)
      if (batch.events.length > 0) waiting.push(batch)
      settled.push(...keys)
      start(run)
    },
    begunAnew() {
      checkpointed = written
    },
    flushed: async () => {
      while (running !== undefined && !closed) await running
    },
    close() {
      closed = true
      cancelIdle?.()
    },
  }
}

const countOf = (batches: readonly JournalBatch[]): number =>
  batches.reduce((sum, { events }) => sum + events.length, 0)

/** Joins batches that follow each other within a term: the disk costs per record, not per byte. */
function joined(batches: readonly JournalBatch[]): JournalBatch[] {
  const runs: { term: string; seq: number; events: JournalBatch['events'][number][] }[] = []
  for (const { term, seq, events } of batches) {
    const last = runs.at(-1)
    if (last?.term === term) last.events.push(...events)
    else runs.push({ term, seq, events: [...events] })
  }
  return runs
}
