import type { HashedNumber, ObjectId, Replica } from '@react-collab/core'
import type { PageLimit } from './event-log.js'
import {
  type EndedTerm,
  purgedOf,
  type Removal,
  removalOf,
  type StoredHead,
  type StoredWriter,
  type Term,
} from './head.js'
import type { Run } from './log-disk.js'
import type { MovedEvent } from './origins.js'
import { type PackedCommit, type PackedHashes, unpackHashes } from './packed-hashes.js'
import type { Database } from './sqlite-open.js'
import { prepareLazily } from './sqlite-statements.js'

type Row = Record<string, string | number | null>

/** The head of an object that is not there. */
const nothing: StoredHead = {
  seq: 0,
  compacted: 0,
  floor: 0,
  greatestMs: 0,
  terms: [],
  writers: [],
}

const knownObjects = 100_000

/** A log's rows in an open database; everything here is synchronous. */
export class SqliteRows {
  readonly #db: Database
  readonly #statement: ReturnType<typeof statements>
  readonly #ids = new Map<ObjectId, number>()
  /** Ids of objects that the open transaction has made. */
  readonly #newIds = new Map<ObjectId, number>()

  constructor(db: Database) {
    this.#db = db
    this.#statement = statements(db)
  }

  /** Reads an object's head. */
  load(object: ObjectId): StoredHead | undefined {
    const row = this.#statement.findObject.get(object) as Row | undefined
    const removal = this.#removal(object)
    if (row === undefined) return removal && { ...nothing, removal }
    return {
      removal,
      seq: row['seq'] as number,
      compacted: row['compacted'] as number,
      floor: row['floor'] as number,
      greatestMs: row['greatest_ms'] as number,
      terms: JSON.parse(row['terms'] as string) as Term[],
      writers: this.#statement.findWriters.all(row['id']) as unknown as StoredWriter[],
      origins: this.#statement.findOrigins.all(row['id']) as unknown as MovedEvent[],
    }
  }

  /** Reads a replica's hashes from number `from` on. */
  hashes(object: ObjectId, replica: Replica, from: number, most: number): HashedNumber[] {
    const found: HashedNumber[] = []
    const id = this.idOf(object)
    if (id === undefined) return found
    for (const row of this.#statement.findHashes.iterate(id, replica, id, replica, from)) {
      for (const hash of unpackHashes(row as unknown as PackedHashes))
        if (hash[0] >= from) found.push(hash)
      if (found.length >= most) break
    }
    return found.slice(0, most)
  }

  /** Reads the runs of a page. */
  read(object: ObjectId, after: number, limit: PageLimit): Run[] {
    const runs: Run[] = []
    const id = this.idOf(object)
    if (id === undefined) return runs
    let events = 0
    let bytes = 0
    for (const row of this.#statement.findEntries.iterate(id, id, after + 1)) {
      const run = row as unknown as Run
      const fresh = run.seq + run.count - 1 - Math.max(after, run.seq - 1)
      if (fresh <= 0) continue
      runs.push(run)
      events += fresh
      bytes += run.events.length
      if (events >= limit.events || bytes >= limit.bytes) break
    }
    return runs
  }

  /** Writes within the transaction that is open. */
  write(commit: PackedCommit): void {
    const { addRun, addWriter, addHashes, addOrigin } = this.#statement
    const id = this.#writeHead(commit)
    const { at } = commit
    for (const { seq, count, term, events } of commit.runs)
      addRun.run(id, seq, count, term, events, at)
    for (const { replica, client } of commit.newWriters) addWriter.run(id, replica, client)
    for (const { replica, first, last, numbers, hashes } of commit.hashes)
      addHashes.run(id, replica, first, last, numbers, hashes)
    for (const { replica, n, hash, under } of commit.origins ?? [])
      addOrigin.run(id, replica, n, hash, under)
  }

  /** Removes an object within the transaction that is open. */
  remove(object: ObjectId, term: string): void {
    const row = this.#statement.findObject.get(object) as Row
    const terms = JSON.parse(row['terms'] as string) as Term[]
    this.#putRemoval(object, removalOf(this.#removal(object), terms, term))
    for (const table of ['entries', 'hashes', 'writers', 'rows', 'origins', 'digests'])
      this.#db.prepare(`DELETE FROM ${table} WHERE object = ?`).run(row['id'] as number)
    this.#statement.removePool.run(object)
    this.#statement.removeObject.run(object)
    this.#ids.delete(object)
  }

  /** Begins a term at the last entry, within the transaction that is open: no earlier one counts. */
  renew(object: ObjectId, term: string): void {
    const row = this.#statement.findObject.get(object) as Row
    const terms = JSON.parse(row['terms'] as string) as Term[]
    this.#putRemoval(object, purgedOf(this.#removal(object), terms, row['seq'] as number))
    this.#statement.setTerms.run(JSON.stringify([[term, row['seq']]]), row['id'] as number)
  }

  #removal(object: ObjectId): Removal | undefined {
    const row = this.#statement.findRemoval.get(object) as Row | undefined
    if (row === undefined) return undefined
    return {
      count: row['count'] as number,
      terms: JSON.parse(row['terms'] as string) as string[],
      purged: JSON.parse((row['purged'] as string | null) ?? '[]') as EndedTerm[],
    }
  }

  #putRemoval(object: ObjectId, { count, terms, purged }: Removal): void {
    this.#statement.putRemoval.run(
      object,
      count,
      JSON.stringify(terms),
      JSON.stringify(purged ?? []),
    )
  }

  /** Tells how the open transaction ended. */
  ended(isCommitted: boolean): void {
    if (isCommitted) for (const [object, id] of this.#newIds) this.#ids.set(object, id)
    this.#newIds.clear()
  }

  /** The number that an object has in this file; undefined when it has none. */
  idOf(object: ObjectId): number | undefined {
    const known = this.#ids.get(object) ?? this.#newIds.get(object)
    if (known !== undefined) return known
    const row = this.#statement.findObject.get(object) as Row | undefined
    if (row === undefined) return undefined
    if (this.#ids.size >= knownObjects) this.#ids.clear()
    this.#ids.set(object, row['id'] as number)
    return row['id'] as number
  }

  #writeHead({ object, seq, greatestMs, terms }: PackedCommit): number {
    const known = this.idOf(object)
    if (known !== undefined && terms === undefined) {
      this.#statement.moveObject.run(seq, greatestMs, known)
      return known
    }
    const json = JSON.stringify(terms ?? [])
    const row = this.#statement.putObject.get(object, seq, greatestMs, json) as Row
    this.#newIds.set(object, row['id'] as number)
    return row['id'] as number
  }
}

const statements = (db: Database) =>
  prepareLazily(db, {
    findObject: 'SELECT id, seq, compacted, floor, greatest_ms, terms FROM objects WHERE name = ?',
    findRemoval: 'SELECT count, terms, purged FROM removals WHERE name = ?',
    putRemoval: `INSERT INTO removals (name, count, terms, purged) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET count = excluded.count, terms = excluded.terms,
         purged = excluded.purged`,
    setTerms: 'UPDATE objects SET terms = ? WHERE id = ?',
    removePool: 'DELETE FROM pool WHERE object = ?',
    removeObject: 'DELETE FROM objects WHERE name = ?',
    findWriters: `SELECT replica, client, forgotten,
         (SELECT last FROM hashes WHERE object = writers.object AND replica = writers.replica
          ORDER BY first DESC LIMIT 1) AS n
       FROM writers WHERE object = ?`,
    findHashes: `SELECT first, numbers, hashes FROM hashes WHERE object = ? AND replica = ? AND first >=
         coalesce((SELECT max(first) FROM hashes WHERE object = ? AND replica = ? AND first <= ?), 0)
       ORDER BY first`,
    findEntries: `SELECT seq, count, term, events FROM entries WHERE object = ? AND seq >=
         coalesce((SELECT max(seq) FROM entries WHERE object = ? AND seq <= ?), 0)
       ORDER BY seq`,
    moveObject: 'UPDATE objects SET seq = ?, greatest_ms = ? WHERE id = ?',
    putObject: `INSERT INTO objects (name, seq, greatest_ms, terms) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET
         seq = excluded.seq, greatest_ms = excluded.greatest_ms, terms = excluded.terms
       RETURNING id`,
    addRun: 'INSERT INTO entries (object, seq, count, term, events, at) VALUES (?, ?, ?, ?, ?, ?)',
    addWriter: `INSERT INTO writers (object, replica, client) VALUES (?, ?, ?)`,
    addHashes:
      'INSERT INTO hashes (object, replica, first, last, numbers, hashes) VALUES (?, ?, ?, ?, ?, ?)',
    findOrigins: 'SELECT replica, n, hash, under FROM origins WHERE object = ? ORDER BY rowid',
    addOrigin:
      'INSERT OR IGNORE INTO origins (object, replica, n, hash, under) VALUES (?, ?, ?, ?, ?)',
  })
