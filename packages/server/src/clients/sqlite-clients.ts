import type { Database } from '../log/sqlite-open.js'
import type { OwnerQuestion, KnownClient, StoredOwner } from './client-disk.js'

interface ClientRow {
  readonly client: string
  readonly secret: string
  readonly given: number
  readonly used: string
  readonly open: string
  readonly spent: string
  readonly seen_at: number
}

/** A registry's rows in an open database; everything here is synchronous. */
export class SqliteClients {
  readonly #statement: ReturnType<typeof statements>

  constructor(db: Database) {
    this.#statement = statements(db)
  }

  /** Reads a client. */
  client(client: string): KnownClient | undefined {
    const row = this.#statement.findClient.get(client) as ClientRow | undefined
    if (row === undefined) return undefined
    const { secret, given, used, seen_at: seenAt } = row
    const [open, spent] = [row.open, row.spent].map((list) => JSON.parse(list) as string[])
    const generation = { given, used, open: open ?? [], spent: spent ?? [] }
    return { client, secret, generation, seenAt }
  }

  /** Reads owner ids, and those of two holders. */
  owners({ ids, holders }: OwnerQuestion): StoredOwner[] {
    const { findOwner, findOwnersOf } = this.#statement
    const rows = [
      ...ids.flatMap((id) => findOwner.all(id)),
      ...holders.flatMap(({ kind, holder }) => findOwnersOf.all(kind, holder)),
    ]
    return rows as unknown as StoredOwner[]
  }

  /** Writes within the transaction that is open. */
  save(clients: readonly KnownClient[], owners: readonly StoredOwner[]): void {
    const { putClient, putOwner } = this.#statement
    for (const { client, secret, generation, seenAt } of clients) {
      const { given, used } = generation
      const [open, spent] = [generation.open, generation.spent].map((list) => JSON.stringify(list))
      putClient.run(client, secret, given, used, open ?? '', spent ?? '', seenAt)
    }
    for (const { id, kind, holder } of owners) putOwner.run(id, kind, holder)
  }

  /** Forgets clients that were last seen before a time. */
  forget(beforeMs: number): void {
    this.#statement.forgetClients.run(beforeMs)
  }
}

function statements(db: Database) {
  return {
    findClient: db.prepare('SELECT * FROM clients WHERE client = ?'),
    putClient: db.prepare('INSERT OR REPLACE INTO clients VALUES (?, ?, ?, ?, ?, ?, ?)'),
    forgetClients: db.prepare('DELETE FROM clients WHERE seen_at < ?'),
    findOwner: db.prepare('SELECT id, kind, holder FROM owners WHERE id = ?'),
    findOwnersOf: db.prepare('SELECT id, kind, holder FROM owners WHERE kind = ? AND holder = ?'),
    putOwner: db.prepare('INSERT OR IGNORE INTO owners VALUES (?, ?, ?)'),
  }
}
