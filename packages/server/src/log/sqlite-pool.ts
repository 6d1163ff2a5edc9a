import type { ObjectId } from '@react-collab/core'
import type { PoolChange, StoredClient } from '../pool/pool-store.js'
import type { Database } from './sqlite-open.js'

/** The clients of objects in an open database; everything here is synchronous. */
export class SqlitePool {
  readonly #statement: ReturnType<typeof statements>

  constructor(db: Database) {
    this.#statement = statements(db)
  }

  /** Reads the clients of an object. */
  load(object: ObjectId): StoredClient[] {
    return this.#statement.find.all(object).map((row) => {
      const { client, principal, seenAt, syncedAt, seq } = row as unknown as StoredClient
      return { client, principal, seenAt, syncedAt: syncedAt ?? undefined, seq: seq ?? undefined }
    })
  }

  /** Writes within the transaction that is open. */
  write({ object, clients, gone }: PoolChange): void {
    const { put, remove } = this.#statement
    for (const { client, principal, seenAt, syncedAt, seq } of clients)
      put.run(object, client, principal, seenAt, syncedAt ?? null, seq ?? null)
    for (const client of gone) remove.run(object, client)
  }
}

function statements(db: Database) {
  return {
    find: db.prepare(
      `SELECT client, principal, seen_at AS seenAt, synced_at AS syncedAt, seq
       FROM pool WHERE object = ?`,
    ),
    put: db.prepare(
      `INSERT OR REPLACE INTO pool (object, client, principal, seen_at, synced_at, seq)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    remove: db.prepare('DELETE FROM pool WHERE object = ? AND client = ?'),
  }
}
