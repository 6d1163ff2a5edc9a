import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type ErrorCode, StorageError } from '@react-collab/core'
import type { ClientDisk } from '../clients/client-disk.js'
import type { PoolStore } from '../pool/pool-store.js'
import { CommitError, type LogDisk } from './log-disk.js'
import { packCommit } from './packed-hashes.js'
import type { Answer, Call, CallFailure, Results, WorkerStart } from './sqlite-calls.js'

/** How a data file is opened. */
export interface SqliteDiskOptions {
  readonly path: string
  /** The data file grows no further; pushes beyond are answered with LOG_FAILED. */
  readonly maxBytes?: number | undefined
  /** Ms since the Unix epoch: the age of what an older release wrote counts from the opening. */
  readonly now: () => number
  /** Told when the disk cannot be trusted any more: the process has to end. */
  readonly onFatal: (error: StorageError) => void
}

interface Waiting {
  readonly resolve: (result: Results[keyof Results]) => void
  readonly reject: (error: Error) => void
}

/**
 * Opens a data file in a thread of its own, for this process alone.
 *
 * Errors  `StorageError` LOG_LOCKED, STORE_TOO_NEW, CORRUPT or LOG_FAILED, with the path
 */
export async function openSqliteDisk(options: SqliteDiskOptions): Promise<LogDisk & ClientDisk> {
  const { path, maxBytes, now } = options
  makeFolder(path)
  const start: WorkerStart = { path, maxBytes, now: now() }
  // By the package's own name: then it is the built file also when this one runs from its source.
  const file = createRequire(import.meta.url).resolve('@react-collab/server/sqlite-worker')
  // Conditions by which this process finds sources are not for built files.
  const worker = new Worker(file, { workerData: start, execArgv: [] })
  await isReady(worker, path)
  return new SqliteDisk(worker, options)
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (cause) {
    throw new StorageError('LOG_FAILED', `${path}: its folder cannot be made`, { cause })
  }
}

function isReady(worker: Worker, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (code: ErrorCode, message: string): void => {
      const reason = code === 'LOG_LOCKED' ? 'another process has it open' : message
      reject(new StorageError(code, `${path}: ${reason}`))
      worker.terminate().catch(reject)
    }
    worker.once('error', (error) => fail('LOG_FAILED', String(error)))
    worker.once('message', (answer: Answer) => {
      worker.removeAllListeners('error')
      if (answer.kind === 'unusable') fail(answer.code, answer.message)
      else resolve()
    })
  })
}

class SqliteDisk implements LogDisk, ClientDisk {
  readonly pools: PoolStore = {
    load: (object) => this.#call({ kind: 'pool', object }),
    save: (changes) => this.#call({ kind: 'savePools', changes }),
  }
  readonly #worker: Worker
  readonly #options: SqliteDiskOptions
  /** Calls without an answer; the worker answers in order. */
  #waiting: Waiting[] = []
  /** Backups without an answer; one is made at a time. */
  #backups: (Waiting & { readonly path: string })[] = []
  #state: 'open' | 'closed' | 'broken' = 'open'

  constructor(worker: Worker, options: SqliteDiskOptions) {
    this.#worker = worker
    this.#options = options
    worker.on('message', (answer: Answer) => this.#answered(answer))
    worker.on('error', (error) => this.#break(`its thread failed: ${error}`))
    worker.on('exit', () => this.#break('its thread ended'))
  }

  load(object: Parameters<LogDisk['load']>[0]): Promise<Results['load']> {
    return this.#call({ kind: 'load', object })
  }

  hashes(...[object, replica, from, most = 1e9]: Parameters<LogDisk['hashes']>) {
    return this.#call({ kind: 'hashes', object, replica, from, most })
  }

  read(...[object, after, limit]: Parameters<LogDisk['read']>): Promise<Results['read']> {
    return this.#call({ kind: 'read', object, after, limit })
  }

  compact(object: Parameters<LogDisk['compact']>[0]): Promise<Results['compact']> {
    return this.#call({ kind: 'compact', object })
  }

  digests(...[object, seq]: Parameters<LogDisk['digests']>): Promise<Results['digests']> {
    return this.#call({ kind: 'digests', object, seq })
  }

  weigh(...[object, after]: Parameters<LogDisk['weigh']>): Promise<Results['weigh']> {
    return this.#call({ kind: 'weigh', object, after })
  }

  state(...[object, after, limit]: Parameters<LogDisk['state']>): Promise<Results['state']> {
    return this.#call({ kind: 'state', object, after, limit })
  }

  prune(...[object, bounds]: Parameters<LogDisk['prune']>): Promise<Results['prune']> {
    return this.#call({ kind: 'prune', object, bounds })
  }

  purge(...[object, bounds, term]: Parameters<LogDisk['purge']>): Promise<boolean> {
    return this.#call({ kind: 'purge', object, bounds, term })
  }

  remove(...[object, term]: Parameters<LogDisk['remove']>): Promise<void> {
    return this.#call({ kind: 'remove', object, term })
  }

  objects(...[after, most]: Parameters<LogDisk['objects']>): Promise<Results['objects']> {
    return this.#call({ kind: 'objects', after, most })
  }

  commit(commits: Parameters<LogDisk['commit']>[0]): Promise<void> {
    return this.#call({ kind: 'commit', commits: commits.map(packCommit) })
  }

  client(client: string): Promise<Results['client']> {
    return this.#call({ kind: 'client', client })
  }

  owners(question: Parameters<ClientDisk['owners']>[0]): Promise<Results['owners']> {
    return this.#call({ kind: 'owners', question })
  }

  saveClients(...[clients, owners]: Parameters<ClientDisk['saveClients']>): Promise<void> {
    return this.#call({ kind: 'save-clients', clients, owners })
  }

  forgetClients(beforeMs: number): Promise<void> {
    return this.#call({ kind: 'forget-clients', beforeMs })
  }

  backup(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#state !== 'open') return reject(backupError(path, `the log is ${this.#state}`))
      this.#backups.push({ resolve: () => resolve(), reject, path })
      if (this.#backups.length === 1) this.#startBackup()
    })
  }

  async close(): Promise<void> {
    if (this.#state !== 'open') return
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    const closing = this.#call({ kind: 'close' })
    this.#state = 'closed'
    await closing
    await exited
  }

  #call<K extends Call['kind']>(call: Call & { readonly kind: K }): Promise<Results[K]> {
    return new Promise((resolve, reject) => {
      if (this.#state !== 'open') {
        return reject(new CommitError('aborted', `${this.#options.path} is ${this.#state}`))
      }
      this.#waiting.push({ resolve: resolve as Waiting['resolve'], reject })
      this.#post(call)
    })
  }

  #startBackup(): void {
    const next = this.#backups[0]
    if (next !== undefined) this.#post({ kind: 'backup', path: next.path })
  }

  #backedUp(failure: string | undefined): void {
    const backup = this.#backups.shift()
    this.#startBackup()
    if (backup === undefined) return
    if (failure === undefined) backup.resolve(undefined)
    else backup.reject(backupError(backup.path, failure))
  }

  #post(call: Call): void {
    this.#worker.postMessage(call)
  }

  #answered(answer: Answer): void {
    if (answer.kind === 'backup') return this.#backedUp(answer.failure)
    const waiting = this.#waiting.shift()
    if (answer.kind === 'result') waiting?.resolve(answer.result)
    else if (answer.kind === 'failure') this.#failed(answer.failure, waiting)
  }

  #failed({ outcome, message }: CallFailure, waiting: Waiting | undefined): void {
    const error = new CommitError(outcome === 'fatal' ? 'unknown' : outcome, message)
    if (outcome === 'fatal') this.#break(message)
    waiting?.reject(error)
  }

  /** After this nothing that the disk says counts, so nothing is asked any more. */
  #break(reason: string): void {
    if (this.#state !== 'open') return
    this.#state = 'broken'
    const { path, onFatal } = this.#options
    onFatal(new StorageError('LOG_FAILED', `${path} cannot be relied on any more: ${reason}`))
    for (const { reject } of this.#waiting.splice(0)) reject(new CommitError('unknown', reason))
    for (const { reject, path: copy } of this.#backups.splice(0)) reject(backupError(copy, reason))
  }
}

const backupError = (path: string, reason: string): StorageError =>
  new StorageError('LOG_FAILED', `${path}: the backup was not made: ${reason}`)
