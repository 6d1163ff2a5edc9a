import { trimHashes } from './head.js'
import { CommitError, type LogDisk, type ObjectCommit } from './log-disk.js'
import { bounce, commitOf, type ObjectLog } from './object-log.js'

/** Carries staged batches to the disk, one group commit at a time. */
export interface Committer {
  /** Takes an object with a staged batch; the commit starts as soon as the one before ends. */
  add(log: ObjectLog): void
}

interface Surroundings {
  report(error: unknown): void
  /** Told when an object has nothing in flight any more. */
  settled(log: ObjectLog): void
}

/** Makes a committer over `disk`. */
export function createCommitter(disk: LogDisk, { report, settled }: Surroundings): Committer {
  const waiting = new Set<ObjectLog>()
  let isRunning = false

  function add(log: ObjectLog): void {
    waiting.add(log)
    if (!isRunning) run().catch(report)
  }

  async function run(): Promise<void> {
    isRunning = true
    try {
      while (waiting.size > 0) await commitWaiting()
    } finally {
      isRunning = false
    }
  }

  async function commitWaiting(): Promise<void> {
    const group = [...waiting].map((log) => ({ log, commit: take(log) }))
    waiting.clear()
    try {
      await disk.commit(group.map(({ commit }) => commit))
      for (const { log, commit } of group) succeed(log, commit)
    } catch (error) {
      report(error)
      for (const { log, commit } of group) await recover(log, commit, error)
    }
  }

  /** An object must not suffer for another one: each is tried alone before it is given up (R13). */
  async function recover(log: ObjectLog, commit: ObjectCommit, error: unknown): Promise<void> {
    try {
      if (!(await isStored(commit, error))) await commitAlone(commit)
      succeed(log, commit)
    } catch (reason) {
      report(reason)
      waiting.delete(log)
      bounce(log)
      settled(log)
    }
  }

  async function commitAlone(commit: ObjectCommit): Promise<void> {
    try {
      await disk.commit([commit])
    } catch (error) {
      if (!(await isStored(commit, error))) throw error
    }
  }

  /** Of an unknown outcome the head on disk tells: nobody else writes there. */
  async function isStored(commit: ObjectCommit, error: unknown): Promise<boolean> {
    if (error instanceof CommitError && error.outcome === 'aborted') return false
    const stored = await disk.load(commit.object)
    return (stored?.seq ?? 0) >= commit.seq
  }

  function succeed(log: ObjectLog, commit: ObjectCommit): void {
    const answers = log.flying?.answers ?? []
    log.flying = undefined
    moveDurable(log, commit)
    for (const { verdict, done } of answers) done(verdict)
    settled(log)
  }

  return { add }
}

function take(log: ObjectLog): ObjectCommit {
  const { head, staged } = log
  if (head === undefined || staged === undefined) throw new Error('nothing is staged')
  log.flying = staged
  log.staged = undefined
  return commitOf(log, head, staged)
}

function moveDurable({ head }: ObjectLog, { seq, hashes: runs }: ObjectCommit): void {
  if (head === undefined) return
  head.durableSeq = seq
  for (const { replica, hashes } of runs) {
    const writer = head.writers.get(replica)
    if (writer === undefined) continue
    writer.durableN = hashes.at(-1)?.[0] ?? 0
    trimHashes(writer)
  }
}
