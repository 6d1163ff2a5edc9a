import { StorageError } from '@react-collab/core'
import { isBranch } from './branch-id.js'
import type { Edit } from './edit.js'
import type { Platform } from './platform.js'
import type { Replica } from './replica.js'
import type { WritePart } from './replica-host.js'
import { takeRestamped } from './restamp.js'
import type { Counter, LocalStore, OutboxKey, StoredRow, Write } from './store/store.js'

/** Whom the writer tells what became of a transaction. */
export interface WriterHost {
  readonly platform: Platform
  /** A row of one object is on disk, and these edits with it. */
  saved(replica: Replica, row: StoredRow, edits: readonly Edit[], isBatch: boolean): void
  /** Local rows of one object are on disk. */
  savedLocals(replica: Replica, locals: NonNullable<Write['locals']>): void
  changed(): void
}

/** Brings a tab's edits to the disk. */
export interface Writer {
  /** Asks for the replica's unsaved edits to be written. */
  enqueue(replica: Replica): void
  /** Resolves when all that was enqueued is on disk, or has failed. */
  flushed(): Promise<void>
}

type Taken = WritePart & { readonly replica: Replica }

type Stored = Write & { readonly key: OutboxKey | undefined }

/**
 * Makes a writer: all edits of a task share one strict transaction, and what comes while one runs
 * gathers for the next (nothing is sent that is not on disk). No two begin within a millisecond:
 * a disk in memory would else have one for every edit of a quick succession.
 */
export function createWriter(store: LocalStore, host: WriterHost): Writer {
  const { platform } = host
  const waiting = new Set<Replica>()
  let running: Promise<void> | undefined
  let lastAt: number | undefined

  async function run(): Promise<void> {
    // Lets the task that made the edit end, so that its edits share a transaction.
    await Promise.resolve()
    while (waiting.size > 0) {
      const now = platform.now()
      if (now === lastAt) await new Promise<void>((next) => platform.timer(1, next))
      lastAt = now
      await flush()
    }
    running = undefined
  }

  async function flush(): Promise<void> {
    const taken: Taken[] = [...waiting].flatMap((replica) =>
      replica.takeUnsaved().map((part) => ({ replica, ...part })),
    )
    waiting.clear()
    for (const group of apart(taken)) await bring(group)
  }

  /** Brings edits to the disk, all or none. */
  async function bring(taken: readonly Taken[]): Promise<void> {
    const stored = await append(taken).catch((error: unknown) => {
      fail(taken, asStorageError(error))
    })
    stored?.forEach((write, i) => saved(taken[i] as Taken, write))
    for (const { replica } of taken) replica.unsaved.written()
    // In this turn: whoever awaited an edit finds status and outbox as they are with it.
    host.changed()
  }

  async function append(taken: readonly Taken[]): Promise<Stored[]> {
    const writes = taken.map((part) => part.write())
    const keys = await store.append(writes).catch(async (error: unknown) => {
      if (asStorageError(error).code !== 'FENCED' || !(await renew(taken, writes))) throw error
    })
    if (keys === undefined) return append(taken)
    return writes.map((write, i) => ({ ...write, key: keys[i] }))
  }

  /** An outbox was stamped anew meanwhile: gives what was to follow it new stamps as well. */
  async function renew(taken: readonly Taken[], writes: readonly Write[]): Promise<boolean> {
    let isLate = false
    for (const [i, { replica }] of taken.entries()) {
      const counter = await renewed(replica)
      isLate ||= writes[i]?.counter.epoch !== counter.epoch
    }
    return isLate
  }

  /** What is stored has to have its new stamps before anything is written beneath the old ones. */
  async function renewed(replica: Replica): Promise<Counter> {
    if (!isBranch(replica.object)) return takeRestamped(replica, store)
    // Whoever pushes or pulls a branch says so.
    const counter = await store.counter(replica.slot, replica.object)
    replica.renew(counter)
    return counter
  }

  function saved({ replica, edits }: Taken, { key, row, locals, batch }: Stored): void {
    for (const edit of edits) {
      edit.saved(key)
      // A row of a local collection goes nowhere else.
      if (edit.event === undefined) edit.logged(0)
    }
    if (row !== undefined && key !== undefined) {
      host.saved(replica, { key, ...row }, edits, batch !== undefined)
    }
    if (locals !== undefined) host.savedLocals(replica, locals)
  }

  function fail(taken: readonly Taken[], error: StorageError): void {
    const replicas = new Set(taken.map((part) => part.replica))
    for (const replica of replicas) {
      const edits = taken.filter((part) => part.replica === replica).flatMap((part) => part.edits)
      replica.unsave(edits, error)
    }
  }

  return {
    enqueue(replica) {
      waiting.add(replica)
      running ??= run()
    },
    flushed: () => running ?? Promise.resolve(),
  }
}

/** A branch that is gone refuses what is written to it, and must take nothing else with it. */
function apart(taken: readonly Taken[]): readonly (readonly Taken[])[] {
  const isInBranch = ({ replica }: Taken): boolean => isBranch(replica.object)
  const shared = taken.filter((part) => !isInBranch(part))
  const groups = taken.filter(isInBranch).map((part) => [part])
  return shared.length > 0 ? [shared, ...groups] : groups
}

/** Makes sure that an error of the disk has a name. */
export const asStorageError = (error: unknown): StorageError =>
  error instanceof StorageError
    ? error
    : new StorageError('STORE_FAILED', 'the disk failed', { cause: error })
