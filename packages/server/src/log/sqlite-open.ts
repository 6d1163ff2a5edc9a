import { statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { backup, DatabaseSync } from '@photostructure/sqlite'
import type { WorkerStart } from './sqlite-calls.js'

/** A connection to a SQLite file. */
export type Database = InstanceType<typeof DatabaseSync>

/** The version of the tables below, kept in the file. */
export const SCHEMA_VERSION = 5

/** Statements per version, which bring the tables from the one before to it; `now` in ms. */
const migrations = (now: number): readonly string[] => [
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
  `CREATE TABLE pool (
     object TEXT NOT NULL,
     client TEXT NOT NULL,
     principal TEXT NOT NULL,
     seen_at INTEGER NOT NULL,
     synced_at INTEGER,
     seq INTEGER,
     PRIMARY KEY (object, client)
   ) STRICT, WITHOUT ROWID;`,
  // When older entries were appended nobody knows: they are kept as long as those of today.
  `ALTER TABLE objects ADD COLUMN compacted INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE objects ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE entries ADD COLUMN at INTEGER NOT NULL DEFAULT ${now};
   ALTER TABLE writers ADD COLUMN applied INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE writers ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE rows (
     object INTEGER NOT NULL,
     key TEXT NOT NULL,
     at INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     row TEXT NOT NULL,
     digest INTEGER NOT NULL,
     UNIQUE (object, key)
   ) STRICT;
   CREATE TABLE digests (
     object INTEGER NOT NULL,
     seq INTEGER NOT NULL,
     words TEXT NOT NULL,
     PRIMARY KEY (object, seq)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX rows_by_place ON rows (object, at, bytes);
   CREATE TABLE removals (
     name TEXT PRIMARY KEY,
     count INTEGER NOT NULL,
     terms TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE clients (
     client TEXT PRIMARY KEY,
     secret TEXT NOT NULL,
     given INTEGER NOT NULL,
     used TEXT NOT NULL,
     open TEXT NOT NULL,
     spent TEXT NOT NULL,
     seen_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE owners (
     id TEXT NOT NULL,
     kind TEXT NOT NULL,
     holder TEXT NOT NULL,
     PRIMARY KEY (id, kind, holder)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX owners_of ON owners (kind, holder);
   CREATE TABLE origins (
     object INTEGER NOT NULL,
     replica TEXT NOT NULL,
     n INTEGER NOT NULL,
     hash TEXT NOT NULL,
     under TEXT NOT NULL,
     UNIQUE (object, replica, n, hash)
   ) STRICT;`,
  `ALTER TABLE removals ADD COLUMN purged TEXT;`,
]

/** What a file of versions 1 and 2 has in place of later columns and tables, for who only reads it. */
const asToday = `
  CREATE TEMP VIEW objects AS SELECT *, 0 AS compacted, 0 AS floor FROM main.objects;
  CREATE TEMP VIEW writers AS SELECT *, 0 AS applied, 0 AS forgotten FROM main.writers;
  CREATE TEMP VIEW rows AS SELECT 0 AS object, '' AS key, 0 AS at, 0 AS bytes, '' AS row, 0 AS digest
    WHERE false;
  CREATE TEMP VIEW removals AS SELECT '' AS name, 0 AS count, '' AS terms, '' AS purged WHERE false;`

/** The same for files of versions up to 3. */
const withOrigins = `
  CREATE TEMP VIEW origins AS
    SELECT 0 AS object, '' AS replica, 0 AS n, '' AS hash, '' AS under, 0 AS rowid WHERE false;`

/** The same for files of versions 3 and 4. */
const withPurged = `
  CREATE TEMP VIEW removals AS SELECT *, NULL AS purged FROM main.removals;`

const busyMs = 1_000

/**
 * Opens a data file for this process alone.
 *
 * The lock is the operating system's: it goes with the process, however that ends. A commit is on
 * disk when it returns (`synchronous=FULL`; on macOS `fullfsync` makes that true).
 */
export function openDatabase({ path, maxBytes, now }: WorkerStart): Database {
  const db = new (sqliteDriver().DatabaseSync)(path)
  db.exec(`PRAGMA busy_timeout=${busyMs}`)
  db.exec('PRAGMA locking_mode=EXCLUSIVE')
  db.exec('PRAGMA journal_mode=WAL')
  db.exec('PRAGMA synchronous=FULL')
  db.exec('PRAGMA fullfsync=1')
  db.exec('PRAGMA cache_size=-65536')
  if (maxBytes !== undefined) db.exec(`PRAGMA max_page_count=${Math.ceil(maxBytes / 4096)}`)
  migrate(db, now)
  return db
}

/**
 * Opens a data file that no server has open, to be read: nothing is written, in it or beside it.
 *
 * Only after a crash, when what was committed last lies in a file beside it, SQLite puts an index
 * of that one there, and holds a lock until it is closed.
 */
export function openToRead(path: string): Database {
  const url = pathToFileURL(path)
  url.searchParams.set('mode', 'ro')
  if (!hasWal(path)) url.searchParams.set('immutable', '1')
  const db = new (sqliteDriver().DatabaseSync)(url, { readOnly: true })
  db.exec(`PRAGMA busy_timeout=${busyMs}`)
  const version = readVersion(db)
  if (version === 0) throw new UnfitFileError('CORRUPT', 'it is no data file of a server')
  if (version < 3) db.exec(asToday)
  if (version < 4) db.exec(withOrigins)
  if (version === 3 || version === 4) db.exec(withPurged)
  return db
}

/** Tells whether there is a write-ahead log: a server has the file open, or has crashed. */
export const hasWal = (path: string): boolean =>
  (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0

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
function migrate(db: Database, now: number): void {
  db.exec('BEGIN EXCLUSIVE')
  try {
    for (const step of migrations(now).slice(readVersion(db))) db.exec(step)
    db.exec(`PRAGMA user_version=${SCHEMA_VERSION}`)
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}

/** Reads the version of the tables, 0 where there are none yet; throws for a later one. */
function readVersion(db: Database): number {
  const row = db.prepare('PRAGMA user_version').get() as { user_version: number }
  const version = row.user_version
  if (version <= SCHEMA_VERSION) return version
  const hint = `it has version ${version}, and this server knows ${SCHEMA_VERSION}: update the server`
  throw new UnfitFileError('STORE_TOO_NEW', hint)
}

/** A data file that this release cannot read. */
export class UnfitFileError extends Error {
  readonly code: 'STORE_TOO_NEW' | 'CORRUPT'

  constructor(code: UnfitFileError['code'], message: string) {
    super(message)
    this.name = 'UnfitFileError'
    this.code = code
  }
}
