import { createDurableLog, type LogOptions } from './durable-log.js'
import type { EventLog } from './event-log.js'
import { openSqliteDisk, type SqliteDiskOptions } from './sqlite-disk.js'

/** How an embedded log is opened. */
export type SqliteLogOptions = SqliteDiskOptions & LogOptions

/**
 * Opens an event log in a SQLite file, which this process then has to itself.
 *
 * Errors  `StorageError` LOG_LOCKED, STORE_TOO_NEW, CORRUPT or LOG_FAILED, with the path
 */
export async function openSqliteEventLog(options: SqliteLogOptions): Promise<EventLog> {
  return createDurableLog(await openSqliteDisk(options), options)
}
