/**
 * The thread that owns a data file: an fsync stalls it, and not the event loop.
 *
 * It answers calls in the order in which they come.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { ObjectId } from '@react-collab/core'
import type { PoolChange } from '../pool/pool-store.js'
import type { PackedCommit } from './packed-hashes.js'
import type { Answer, Call, CallFailure, Results, WorkerStart } from './sqlite-calls.js'
import { backUp } from './sqlite-backup.js'
import { isUntrusted, messageOf, unusableCode } from './sqlite-errors.js'
import { type Database, openDatabase } from './sqlite-open.js'
import { SqlitePool } from './sqlite-pool.js'
import { SqliteRows } from './sqlite-rows.js'
import { SqliteState } from './sqlite-state.js'
import { SqliteClients } from '../clients/sqlite-clients.js'

const answer = (message: Answer): void => parentPort?.postMessage(message)

function start(options: WorkerStart): void {
  try {
    serve(openDatabase(options))
    answer({ kind: 'ready' })
  } catch (error) {
    answer({ kind: 'unusable', code: unusableCode(error), message: messageOf(error) })
  }
}

function serve(db: Database): void {
  const rows = new SqliteRows(db)
  const state = new SqliteState(db, rows)
  const clients = new SqliteClients(db)
  const pool = new SqlitePool(db)

  function transaction<T>(work: () => T): T {
    let outcome: CallFailure['outcome'] = 'aborted'
    try {
      db.exec('BEGIN IMMEDIATE')
      const result = work()
      outcome = 'unknown'
      db.exec('COMMIT')
      rows.ended(true)
      return result
    } catch (error) {
      rows.ended(false)
      state.forget()
      rollBack(db)
      throw Object.assign(error instanceof Error ? error : new Error(String(error)), { outcome })
    }
  }

  function change(work: () => void): undefined {
    transaction(work)
  }

  const commit = (commits: readonly PackedCommit[]): undefined =>
    change(() => commits.forEach((one) => rows.write(one)))

  /**
   * What only makes other rows of what is on disk need not be there at once: it is made again. All
   * that is committed later comes later in the file, so nothing can be there without it.
   */
  function lazily<T>(work: () => T): T {
    db.exec('PRAGMA synchronous=NORMAL')
    try {
      return transaction(work)
    } finally {
      db.exec('PRAGMA synchronous=FULL')
    }
  }

  function remove(object: ObjectId, term: string): undefined {
    transaction(() => rows.remove(object, term))
    state.forget()
  }

  const savePools = (changes: readonly PoolChange[]): undefined =>
    change(() => changes.forEach((one) => pool.write(one)))

  function run(call: Exclude<Call, { kind: 'backup' }>): Results[keyof Results] {
    switch (call.kind) {
      case 'load':
        return rows.load(call.object)
      case 'hashes':
        return rows.hashes(call.object, call.replica, call.from, call.most)
      case 'read':
        return rows.read(call.object, call.after, call.limit)
      case 'compact':
        return lazily(() => state.compact(call.object))
      case 'digests':
        return state.digests(call.object, call.seq)
      case 'weigh':
        return state.weigh(call.object, call.after)
      case 'state':
        return state.state(call.object, call.after, call.limit)
      case 'prune':
        return lazily(() => state.prune(call.object, call.bounds))
      case 'purge':
        return transaction(() => state.purge(call.object, call.bounds, call.term))
      case 'remove':
        return remove(call.object, call.term)
      case 'objects':
        return state.objects(call.after, call.most)
      case 'commit':
        return commit(call.commits)
      case 'client':
        return clients.client(call.client)
      case 'owners':
        return clients.owners(call.question)
      case 'save-clients':
        return change(() => clients.save(call.clients, call.owners))
      case 'forget-clients':
        return change(() => clients.forget(call.beforeMs))
      case 'pool':
        return pool.load(call.object)
      case 'savePools':
        return savePools(call.changes)
      case 'close':
        checkpoint(db)
        db.close()
        return undefined
    }
  }

  parentPort?.on('message', (call: Call) => {
    if (call.kind === 'backup') return void copy(db, call.path)
    try {
      answer({ kind: 'result', result: run(call) })
      if (call.kind === 'close') parentPort?.close()
    } catch (error) {
      answer({ kind: 'failure', failure: failureOf(error) })
    }
  })
}

/** What fails here is the copy: it says nothing of the data file. */
async function copy(db: Database, path: string): Promise<void> {
  try {
    await backUp(db, path)
    answer({ kind: 'backup', failure: undefined })
  } catch (error) {
    answer({ kind: 'backup', failure: messageOf(error) })
  }
}

/** Statements that are still prepared keep `close` from doing this by itself. */
function checkpoint(db: Database): void {
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // On a full disk: what is committed stays beside the data file, and is read from there.
  }
}

function rollBack(db: Database): void {
  try {
    db.exec('ROLLBACK')
  } catch {
    // SQLite has rolled back by itself, as it does after some errors.
  }
}

function failureOf(error: unknown): CallFailure {
  const { outcome = 'aborted' } = error as { outcome?: CallFailure['outcome'] }
  return { outcome: isUntrusted(error) ? 'fatal' : outcome, message: messageOf(error) }
}

start(workerData as WorkerStart)
