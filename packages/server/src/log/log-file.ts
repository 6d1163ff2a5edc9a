import { statSync } from 'node:fs'
import {
  createObjectState,
  type ObjectId,
  type ObjectState,
  type RowKey,
  StorageError,
  UsageError,
} from '@react-collab/core'
import type { PageLimit } from './event-log.js'
import type { StoredHead, Term } from './head.js'
import type { Run } from './log-disk.js'
import { decodeRow } from './row-text.js'
import { messageOf, unusableCode } from './sqlite-errors.js'
import { type Database, hasWal, openToRead } from './sqlite-open.js'
import { SqliteRows } from './sqlite-rows.js'

/** An object of a data file, at a glance. */
export interface ObjectSummary {
  readonly object: string
  /** The seq of the last entry. */
  readonly head: number
  /** Entries up to this one are gone: what they did is in the rows. */
  readonly floor: number
  /** The term of the last entry. */
  readonly term: string
  /** Of the JSON of its entries. */
  readonly bytes: number
  /** The greatest time of an edit, ms since the Unix epoch. */
  readonly greatestMs: number
}

/** What is in memory at a time. */
const page: PageLimit = { events: 1_000, bytes: 1_000_000 }

/**
 * A data file that is only read, while no server has it open.
 *
 * Errors  `StorageError` LOG_LOCKED, STORE_TOO_NEW, CORRUPT or LOG_FAILED, with the path, also when
 *         a server opens the file meanwhile; `UsageError` when there is no such file
 */
export class LogFile {
  readonly #path: string
  readonly #db: Database
  readonly #rows: SqliteRows
  /** The file as it was opened; another one is being written. */
  readonly #version: string
  readonly #hadWal: boolean

  constructor(path: string) {
    this.#path = path
    this.#version = this.#versionOnDisk()
    this.#hadWal = hasWal(path)
    const db = this.#try(() => openToRead(path))
    this.#db = db
    this.#rows = this.#try(() => new SqliteRows(db))
  }

  /** Reads an object's head; undefined when the file has no such object. */
  head(object: string): StoredHead | undefined {
    const head = this.#read(() => this.#rows.load(object as ObjectId))
    // Of one that was removed there is only that it was.
    return head?.seq === 0 ? undefined : head
  }

  /** Reads runs that hold the entries after `after`, page by page; the first may begin before. */
  *runs(object: string, after: number): Generator<Run> {
    for (let seq = after; ; ) {
      const runs = this.#read(() => this.#rows.read(object as ObjectId, seq, page))
      yield* runs
      const last = runs.at(-1)
      if (last === undefined) return
      seq = last.seq + last.count - 1
    }
  }

  /** Reads the rows of an object, which hold its entries up to `compacted` of its head. */
  state(object: string): ObjectState {
    const state = createObjectState()
    const find = this.#try(() => this.#db.prepare(rowsByKey))
    for (let after: string | null = null; ; ) {
      const found = this.#read(() => find.all(object, after, page.events)) as unknown as KeyedRow[]
      for (const { key, row } of found) state.rows.set(key, decodeRow(row))
      const last = found.at(-1)
      if (last === undefined) return state
      after = last.key
    }
  }

  /** Reads what objects there are, by name, page by page. */
  *objects(): Generator<ObjectSummary> {
    const find = this.#try(() => this.#db.prepare(summaries))
    for (let name = ''; ; ) {
      const rows = this.#read(() => find.all(name, page.events)) as unknown as SummaryRow[]
      for (const row of rows) yield summaryOf(row)
      const last = rows.at(-1)
      if (last === undefined) return
      name = last.name
    }
  }

  close(): void {
    this.#db.close()
  }

  /** Reads, and makes sure that nobody wrote meanwhile. */
  #read<T>(run: () => T): T {
    const result = this.#try(run)
    // With a write-ahead log there is a lock, which keeps a server from beginning to write.
    if (!this.#hadWal && (hasWal(this.#path) || this.#versionOnDisk() !== this.#version)) {
      throw locked(this.#path)
    }
    return result
  }

  #try<T>(run: () => T): T {
    try {
      return run()
    } catch (cause) {
      const code = unusableCode(cause)
      if (code === 'LOG_LOCKED') throw locked(this.#path, cause)
      throw new StorageError(code, `${this.#path}: ${messageOf(cause)}`, { cause })
    }
  }

  #versionOnDisk(): string {
    const file = statSync(this.#path, { throwIfNoEntry: false, bigint: true })
    if (file?.isFile() !== true) {
      throw new UsageError('BAD_VALUE', `--data ${this.#path}: there is no such file`)
    }
    return `${file.ino} ${file.size} ${file.mtimeNs}`
  }
}

const locked = (path: string, cause?: unknown): StorageError =>
  new StorageError(
    'LOG_LOCKED',
    `${path}: a server has it open; stop it, or read a copy that server.backup(path) makes`,
    { cause },
  )

interface KeyedRow {
  readonly key: RowKey
  readonly row: string
}

const rowsByKey = `SELECT key, row FROM rows
  WHERE object = (SELECT id FROM objects WHERE name = ?1) AND (?2 IS NULL OR key > ?2)
  ORDER BY key LIMIT ?3`

interface SummaryRow {
  readonly name: string
  readonly seq: number
  readonly floor: number
  readonly greatest_ms: number
  readonly terms: string
  readonly bytes: number | null
}

const summaries = `SELECT name, seq, floor, greatest_ms, terms,
    (SELECT sum(octet_length(events)) FROM entries WHERE object = objects.id) AS bytes
  FROM objects WHERE name > ? ORDER BY name LIMIT ?`

function summaryOf({ name, seq, floor, greatest_ms, terms, bytes }: SummaryRow): ObjectSummary {
  const [term = ''] = (JSON.parse(terms) as Term[]).at(-1) ?? []
  return { object: name, head: seq, floor, term, bytes: bytes ?? 0, greatestMs: greatest_ms }
}
