import { type CollabError, type Event, InvariantError, type Patch } from '@react-collab/core'
import type { OutboxKey } from './store/store.js'

/**
 * How far an edit has come: shown and waiting for the disk, on this disk, in the log; or refused
 * by the server, or not taken by the disk.
 */
export type EditStage = 'saving' | 'saved' | 'logged' | 'refused' | 'failed'

interface Later<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

function later<T>(): Later<T> {
  let settle: Omit<Later<T>, 'promise'> | undefined
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }))
  // Nobody has to listen: a refusal also shows in the outbox.
  promise.catch(() => undefined)
  if (settle === undefined) throw new InvariantError('a promise without an executor')
  return { promise, resolve: settle.resolve, reject: settle.reject }
}

/** What an edit promises to its author; make of it what you need, or nothing. */
export interface Written {
  /** Resolves when the edit is on this device's disk; rejects with a `StorageError`. */
  readonly local: Promise<void>
  /**
   * Resolves to its seq when the edit is in the server's log; rejects with a `RefusedError`, or with
   * code `CLOSED` when the client is closed before: the edit then stays in the outbox.
   */
  readonly server: Promise<number>
}

/** An addition: what was written, and the row's id. */
export interface Added extends Written {
  readonly id: string
}

/** Promises what a write promises, and nothing else of it; a promise is made when it is asked for. */
export const promisesOf = (written: Written): Written => ({
  get local() {
    return written.local
  },
  get server() {
    return written.server
  },
})

/** The same, beside something more. */
export const withPromises = <T extends object>(more: T, written: Written): T & Written => ({
  ...more,
  get local() {
    return written.local
  },
  get server() {
    return written.server
  },
})

/** What a write that changed nothing promises: it is where everything else is. */
export const unchanged: Written = { local: Promise.resolve(), server: Promise.resolve(0) }

/** Promises what all of some edits promise. */
export function writtenWith(edits: readonly Written[]): Written {
  const [only] = edits
  if (only !== undefined && edits.length === 1) return promisesOf(only)
  const local = Promise.all(edits.map((edit) => edit.local)).then(() => undefined)
  const server = Promise.all(edits.map((edit) => edit.server)).then((seqs) => seqs.at(-1) ?? 0)
  // Nobody has to listen.
  for (const promise of [local, server]) promise.catch(() => undefined)
  return { local, server }
}

/** One edit of one tab, from the call that made it until it is seen in the log. */
export class Edit implements Written {
  patches: readonly Patch[]
  /** Makes the patches once more, when it was made before the disk was read. */
  plan: (() => readonly Patch[]) | undefined
  /** Set when the tab has its replica. */
  event: Event | undefined
  /** Its outbox row, once on disk. */
  key: OutboxKey | undefined
  stage: EditStage = 'saving'
  /** The server said that it has it; it stays pending until it is seen. */
  accepted = false
  /** Its place in the order in which the tab learned of edits; set by who keeps them. */
  learned = 0
  /** When it was made, ms since the Unix epoch. */
  readonly at: number
  #outcome: number | CollabError | undefined
  #local: Later<void> | undefined
  #server: Later<number> | undefined

  constructor(patches: readonly Patch[], at: number, event?: Event, key?: OutboxKey) {
    this.patches = patches
    this.at = at
    this.event = event
    this.key = key
    if (key !== undefined) this.stage = 'saved'
  }

  /** Makes the patches from what is known now, for an edit that has no number yet. */
  planned(write: (patches: readonly Patch[]) => readonly Patch[]): this {
    if (this.plan !== undefined) this.patches = write(this.plan())
    this.plan = undefined
    return this
  }

  get local(): Promise<void> {
    this.#local ??= later()
    this.#settle()
    return this.#local.promise
  }

  get server(): Promise<number> {
    this.#server ??= later()
    this.#settle()
    return this.#server.promise
  }

  saved(key: OutboxKey | undefined): void {
    this.key = key
    this.stage = 'saved'
    this.#settle()
  }

  logged(seq: number): void {
    this.#finish('logged', seq)
  }

  refused(error: CollabError): void {
    this.#finish('refused', error)
  }

  failed(error: CollabError): void {
    this.#finish('failed', error)
  }

  /** The client ends before the edit was seen in the log: what it is on disk, it stays. */
  left(error: CollabError): void {
    this.#outcome ??= error
    this.#settle()
  }

  /** It goes on as another edit: what becomes of that becomes of it. */
  follow(other: Edit): void {
    other.server.then(
      (seq) => this.logged(seq),
      (error: CollabError) => this.refused(error),
    )
  }

  #finish(stage: EditStage, outcome: number | CollabError): void {
    this.stage = stage
    this.#outcome = outcome
    this.#settle()
  }

  #settle(): void {
    const outcome = this.#outcome
    if (this.stage === 'failed') this.#local?.reject(outcome)
    else if (this.stage !== 'saving') this.#local?.resolve()
    if (typeof outcome === 'number') this.#server?.resolve(outcome)
    else if (outcome !== undefined) this.#server?.reject(outcome)
  }
}
