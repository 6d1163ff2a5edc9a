import { createRequire, isBuiltin } from 'node:module'
import type { backup, DatabaseSync } from '@photostructure/sqlite'

/** A connection to a SQLite file. */
export type Database = InstanceType<typeof DatabaseSync>

/** The version of the tables below, kept in the file. */
export const SCHEMA_VERSION = 1

/** One function per version: brings the tables from the one before to it. */
const migrations: readonly string[] = [
  `CREATE TABLE objects (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     seq INTEGER NOT NULL,
     greatest_ms INTEGER NOT NULL,
     terms TEXT NOT NULL
   ) STRICT;
   CREATE TABLE entries (
     object INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     count INTEGER NOT NULL,
     term TEXT NOT NULL,
     events TEXT NOT NULL,
     UNIQUE (object, seq)
   ) STRICT;
   CREATE TABLE writers (
     object INTEGER NOT NULL,
     replica TEXT NOT NULL,
     client TEXT NOT NULL,
     PRIMARY KEY (object, replica)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE hashes (
     object INTEGER NOT NULL,
     replica TEXT NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL,
     numbers TEXT,
     hashes TEXT NOT NULL,
     PRIMARY KEY (object, replica, first)
   ) STRICT, WITHOUT ROWID;`,
]

const busyMs = 1_000

/**
 * Opens a data file for this process alone.
 *
 * The lock is the operating system's: it goes with the process, however that ends. A commit is on
 * disk when it returns (`synchronous=FULL`; on macOS `fullfsync` makes that true).
 */
export function openDatabase(path: string, maxBytes: number | undefined): Database {
  const db = new (sqliteDriver().DatabaseSync)(path)
  db.exec(`PRAGMA busy_timeout=${busyMs}`)
  db.exec('PRAGMA locking_mode=EXCLUSIVE')
  db.exec('PRAGMA journal_mode=WAL')
  db.exec('PRAGMA synchronous=FULL')
  db.exec('PRAGMA fullfsync=1')
  db.exec('PRAGMA cache_size=-65536')
  if (maxBytes !== undefined) db.exec(`PRAGMA max_page_count=${Math.ceil(maxBytes / 4096)}`)
  migrate(db)
  return db
}

/** What of `node:sqlite` is used here. */
interface SqliteDriver {
  readonly DatabaseSync: typeof DatabaseSync
  readonly backup: typeof backup
}

/** Node's own SQLite where it has one that can do all this; else the same API from a package. */
export function sqliteDriver(): SqliteDriver {
  const require = createRequire(import.meta.url)
  const own = isBuiltin('node:sqlite') ? (require('node:sqlite') as Partial<SqliteDriver>) : {}
  return (own.backup === undefined ? require('@photostructure/sqlite') : own) as SqliteDriver
}

/** Writes in any case, which takes the lock now rather than at the first push. */
function migrate(db: Database): void {
  db.exec('BEGIN EXCLUSIVE')
  try {
    const row = db.prepare('PRAGMA user_version').get() as { user_version: number }
    if (row.user_version > SCHEMA_VERSION) throw new TooNewError(row.user_version)
    for (const step of migrations.slice(row.user_version)) db.exec(step)
    db.exec(`PRAGMA user_version=${SCHEMA_VERSION}`)
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}

/** The data file was written by a later release. */
export class TooNewError extends Error {
  constructor(version: number) {
    super(`it has version ${version}, and this server knows ${SCHEMA_VERSION}: update the server`)
    this.name = 'TooNewError'
  }
}
