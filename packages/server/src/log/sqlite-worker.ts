/**
 * The thread that owns a data file: an fsync stalls it, and not the event loop.
 *
 * It answers calls in the order in which they come.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { ErrorCode } from '@react-collab/core'
import type { ObjectCommit } from './log-disk.js'
import type { Answer, Call, CallFailure, Results, WorkerStart } from './sqlite-calls.js'
import { backUp } from './sqlite-backup.js'
import { type Database, openDatabase, TooNewError } from './sqlite-open.js'
import { SqliteRows } from './sqlite-rows.js'

/** Primary result codes of SQLite. */
const sqlite = { BUSY: 5, LOCKED: 6, IOERR: 10, CORRUPT: 11, NOTADB: 26 }

const answer = (message: Answer): void => parentPort?.postMessage(message)

function start({ path, maxBytes }: WorkerStart): void {
  try {
    serve(openDatabase(path, maxBytes))
    answer({ kind: 'ready' })
  } catch (error) {
    answer({ kind: 'unusable', code: unusableCode(error), message: messageOf(error) })
  }
}

function serve(db: Database): void {
  const rows = new SqliteRows(db)

  function commit(commits: readonly ObjectCommit[]): undefined {
    let outcome: CallFailure['outcome'] = 'aborted'
    try {
      db.exec('BEGIN IMMEDIATE')
      for (const one of commits) rows.write(one)
      outcome = 'unknown'
      db.exec('COMMIT')
      rows.ended(true)
    } catch (error) {
      rows.ended(false)
      rollBack(db)
      throw Object.assign(error instanceof Error ? error : new Error(String(error)), { outcome })
    }
  }

  function run(call: Exclude<Call, { kind: 'backup' }>): Results[keyof Results] {
    switch (call.kind) {
      case 'load':
        return rows.load(call.object)
      case 'hashes':
        return rows.hashes(call.object, call.replica, call.from, call.most)
      case 'read':
        return rows.read(call.object, call.after, call.limit)
      case 'commit':
        return commit(call.commits)
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

/** What SQLite says for each of these codes; the words are part of its API. */
const codesByMessage: readonly (readonly [message: string, code: number])[] = [
  ['database is locked', sqlite.BUSY],
  ['disk I/O error', sqlite.IOERR],
  ['database disk image is malformed', sqlite.CORRUPT],
  ['file is not a database', sqlite.NOTADB],
]

/**
 * Drivers put SQLite's extended code into `errcode`, the low byte is the primary one; but the
 * package leaves it out of errors that come while rows are read.
 */
function primaryCode(error: unknown): number {
  const { errcode } = (error ?? {}) as { errcode?: unknown }
  if (typeof errcode === 'number') return errcode & 0xff
  const message = messageOf(error)
  return codesByMessage.find(([said]) => message.includes(said))?.[1] ?? 0
}

function unusableCode(error: unknown): ErrorCode {
  if (error instanceof TooNewError) return 'STORE_TOO_NEW'
  const code = primaryCode(error)
  if (code === sqlite.BUSY || code === sqlite.LOCKED) return 'LOG_LOCKED'
  return code === sqlite.CORRUPT || code === sqlite.NOTADB ? 'CORRUPT' : 'LOG_FAILED'
}

function failureOf(error: unknown): CallFailure {
  const isFatal = [sqlite.IOERR, sqlite.CORRUPT, sqlite.NOTADB].includes(primaryCode(error))
  const { outcome = 'aborted' } = error as { outcome?: CallFailure['outcome'] }
  return { outcome: isFatal ? 'fatal' : outcome, message: messageOf(error) }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

start(workerData as WorkerStart)
