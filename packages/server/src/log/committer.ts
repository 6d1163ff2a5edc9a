import { trimHashes } from './head.js'
import { CommitError, type LogDisk, type ObjectCommit } from './log-disk.js'
import { bounce, commitOf, type ObjectLog } from './object-log.js'

/** What a committer tells others. */
export interface CommitListener {
  report(error: unknown): void
  /** An object has nothing in flight any more. */
  settled(log: ObjectLog): void
}

/** Carries staged batches to the disk, one group commit at a time. */
export class Committer {
  readonly #disk: LogDisk
  readonly #listener: CommitListener
  readonly #waiting = new Set<ObjectLog>()
  #isRunning = false

  constructor(disk: LogDisk, listener: CommitListener) {
    this.#disk = disk
    this.#listener = listener
  }

  /** Takes an object with a staged batch; the commit starts as soon as the one before ends. */
  add(log: ObjectLog): void {
    this.#waiting.add(log)
    if (!this.#isRunning) this.#run().catch((error: unknown) => this.#listener.report(error))
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      while (this.#waiting.size > 0) await this.#commitWaiting()
    } finally {
      this.#isRunning = false
    }
  }

  async #commitWaiting(): Promise<void> {
    const group = [...this.#waiting].map((log) => ({ log, commit: take(log) }))
    this.#waiting.clear()
    try {
      await this.#disk.commit(group.map(({ commit }) => commit))
    } catch (error) {
      this.#listener.report(error)
      for (const { log, commit } of group) await this.#recover(log, commit, error)
      return
    }
    for (const { log, commit } of group) this.#succeed(log, commit)
  }

  /** An object must not suffer for another one: each is tried alone before it is given up (R13). */
  async #recover(log: ObjectLog, commit: ObjectCommit, error: unknown): Promise<void> {
    try {
      if (!(await this.#isStored(commit, error))) await this.#commitAlone(commit)
    } catch (reason) {
      this.#listener.report(reason)
      this.#waiting.delete(log)
      bounce(log)
      this.#listener.settled(log)
      return
    }
    this.#succeed(log, commit)
  }

  async #commitAlone(commit: ObjectCommit): Promise<void> {
    try {
      await this.#disk.commit([commit])
    } catch (error) {
      if (!(await this.#isStored(commit, error))) throw error
    }
  }

  /** Of an unknown outcome the head on disk tells: nobody else writes there. */
  async #isStored(commit: ObjectCommit, error: unknown): Promise<boolean> {
    if (error instanceof CommitError && error.outcome === 'aborted') return false
    const stored = await this.#disk.load(commit.object)
    return (stored?.seq ?? 0) >= commit.seq
  }

  #succeed(log: ObjectLog, commit: ObjectCommit): void {
    const answers = log.flying?.answers ?? []
    log.flying = undefined
    moveDurable(log, commit)
    for (const { verdict, done } of answers) done(verdict)
    this.#listener.settled(log)
  }
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
