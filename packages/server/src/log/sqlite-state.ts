import {
  DIGEST_EVERY,
  digestsOf,
  digestWords,
  type ObjectId,
  type Replica,
  type RowKey,
} from '@react-collab/core'
import { Compactor, stepEntries } from './compactor.js'
import type { PageLimit, RowsAfter, StatePage } from './event-log.js'
import type { Term } from './head.js'
import { forgetHashes } from './hash-retention.js'
import type { ObjectLevels, PruneBounds, Pruned, Run, StoredRow, Weight } from './log-disk.js'
import { packHashes, type PackedHashes, unpackHashes } from './packed-hashes.js'
import { purgeable, type PurgeBounds, withoutRows } from './purge.js'
import type { Database } from './sqlite-open.js'
import type { SqliteRows } from './sqlite-rows.js'
import { prepareLazily } from './sqlite-statements.js'
import {
  digestsFrom,
  type FoundRow,
  greatestNumbers,
  isBehind,
  noDigests,
  packState,
  prunedAtOnce,
} from './stored-rows.js'

/** Bytes of runs that one step of compacting reads at most. */
const stepBytes = 262_144

interface Levels {
  readonly id: number
  readonly seq: number
  readonly compacted: number
  readonly floor: number
  readonly terms: string
}

type TimedRun = Run & { readonly at: number }

/** What a data file holds of objects beside their logs: rows; everything here is synchronous. */
export class SqliteState {
  readonly #rows: SqliteRows
  readonly #compactor = new Compactor()
  readonly #statement: ReturnType<typeof statements>

  constructor(db: Database, rows: SqliteRows) {
    this.#rows = rows
    this.#statement = statements(db)
  }

  /** As `LogDisk.compact` says, within the transaction that is open. */
  compact(object: ObjectId): number {
    const levels = this.#levels(object)
    if (levels === undefined) return 0
    const { id, compacted } = levels
    const runs = this.#rows.read(object, compacted, { events: stepEntries, bytes: stepBytes })
    if (runs.length === 0) return compacted
    const { findRow, putRow, setApplied, moveCompacted, putDigests, dropDigests } = this.#statement
    const find = (key: RowKey) => findRow.get(id, key) as StoredRow | undefined
    const digests = this.#digests(id, compacted) ?? noDigests
    const step = this.#compactor.step(object, { after: compacted, digests, find }, runs)
    for (const [key, { at, row, digest }] of step.rows)
      putRow.run(id, key, at, row.length, row, digest)
    dropDigests.run(id, DIGEST_EVERY, digestsFrom(step.seq))
    putDigests.run(id, step.seq, step.digests.join())
    for (const [replica, n] of step.numbers) setApplied.run(n, id, replica)
    const { changes } = moveCompacted.run(step.seq, id, compacted)
    if (Number(changes) !== 1) throw new Error(`${object} was compacted by somebody else`)
    return step.seq
  }

  /** As `LogDisk.digests` says. */
  digests(object: ObjectId, seq: number): readonly string[] | undefined {
    const levels = this.#levels(object)
    return levels && this.#digests(levels.id, seq)
  }

  #digests(id: number, seq: number): readonly string[] | undefined {
    const found = this.#statement.findDigests.get(id, seq) as { words: string } | undefined
    return found?.words.split(',')
  }

  /** Forgets what was read: a transaction was rolled back, or an object was removed. */
  forget(): void {
    this.#compactor.forget()
  }

  /** As `LogDisk.weigh` says. */
  weigh(object: ObjectId, after: RowsAfter): Weight {
    const levels = this.#levels(object)
    if (levels === undefined) {
      return { compacted: 0, floor: 0, rows: 0, rowBytes: 0, entryBytes: 0 }
    }
    const { id, compacted, floor } = levels
    const isPlace = typeof after !== 'number'
    const { weighRows, weighEntries } = this.#statement
    const first = isPlace ? after.at : after + 1
    const rows = weighRows.get(id, first) as { rows: number; bytes: number }
    const from = isPlace ? after.at : after
    const entries = weighEntries.get(from, id, id, from + 1, compacted) as { bytes: number }
    return {
      compacted,
      floor,
      rows: rows.rows,
      rowBytes: rows.bytes,
      entryBytes: entries.bytes,
    }
  }

  /** As `LogDisk.state` says. */
  state(object: ObjectId, after: RowsAfter, limit: PageLimit): StatePage {
    const levels = this.#levels(object)
    if (levels === undefined) return packState([], { seq: 0, vv: {} })
    const { id, compacted: seq } = levels
    const found: FoundRow[] = []
    let bytes = 0
    const first = typeof after === 'number' ? after + 1 : after.at
    for (const each of this.#statement.findRows.iterate(id, first)) {
      const row = each as unknown as FoundRow
      if (!isBehind(row, after)) continue
      if (found.length >= limit.events || bytes >= limit.bytes) return packState(found, undefined)
      found.push(row)
      bytes += row.row.length
    }
    return packState(found, { seq, vv: this.#applied(id) }, JSON.parse(levels.terms) as Term[])
  }

  /** As `LogDisk.prune` says, within the transaction that is open. */
  prune(object: ObjectId, { upTo, before }: PruneBounds): Pruned {
    const levels = this.#levels(object)
    if (levels === undefined) return { floor: 0, more: false, forgotten: [] }
    const { id, compacted } = levels
    const { findOldest, removeRuns, moveFloor } = this.#statement
    const gone: TimedRun[] = []
    let more = false
    for (const each of findOldest.iterate(id, compacted)) {
      const run = each as unknown as TimedRun
      if (run.seq + run.count - 1 > upTo && run.at >= before) break
      more = gone.length >= prunedAtOnce
      if (more) break
      gone.push(run)
    }
    const last = gone.at(-1)
    if (last === undefined) return { floor: levels.floor, more: false, forgotten: [] }
    const floor = last.seq + last.count - 1
    removeRuns.run(id, floor)
    moveFloor.run(floor, id)
    return { floor, more, forgotten: this.#forget(id, greatestNumbers(gone)) }
  }

  /** As `LogDisk.purge` says, within the transaction that is open. */
  purge(object: ObjectId, bounds: PurgeBounds, term: string): boolean {
    const levels = this.#levels(object)
    if (levels === undefined || levels.compacted < levels.seq) return false
    const { id, seq, floor } = levels
    const { findDeleted, removeRow, removeDigests, putDigests } = this.#statement
    const found = findDeleted.all(id, floor) as unknown as (FoundRow & StoredRow)[]
    const gone = purgeable(
      found.map((row) => [row.key, row] as const),
      floor,
      bounds,
    )
    if (gone.length === 0) return false
    const sums = withoutRows(digestsOf(this.#digests(id, seq) ?? noDigests), gone)
    for (const [key] of gone) removeRow.run(id, key)
    removeDigests.run(id)
    putDigests.run(id, seq, digestWords(sums).join())
    this.#rows.renew(object, term)
    this.#compactor.forget()
    return true
  }

  /** As `LogDisk.objects` says. */
  objects(after: string, most: number): ObjectLevels[] {
    const rows = this.#statement.findObjects.all(after, most) as unknown as (Omit<
      ObjectLevels,
      'oldest'
    > & { readonly oldest: number | null })[]
    return rows.map(({ oldest, ...levels }) => ({ ...levels, oldest: oldest ?? undefined }))
  }

  /** Drops hashes, and packs those that are left of old ones into one row for each replica. */
  #forget(id: number, numbers: ReadonlyMap<Replica, number>): Pruned['forgotten'] {
    const { findHashes, removeHashes, addHashes, setForgotten } = this.#statement
    return [...numbers].flatMap(([replica, n]) => {
      const packed = findHashes.all(id, replica) as unknown as PackedHashes[]
      const left = forgetHashes(packed.flatMap(unpackHashes), n)
      const old = packed.filter(({ first }) => first <= n)
      const until = old.at(-1)?.last ?? 0
      const kept = left.kept.filter(([number]) => number <= until)
      if (old.length > 1 || left.forgotten > 0) {
        removeHashes.run(id, replica, n)
        if (kept.length > 0) {
          const { first, last, numbers: gaps, hashes } = packHashes({ replica, hashes: kept })
          addHashes.run(id, replica, first, last, gaps, hashes)
        }
      }
      if (left.forgotten === 0) return []
      setForgotten.run(left.forgotten, id, replica)
      return [[replica, left.forgotten] as const]
    })
  }

  #levels(object: ObjectId): Levels | undefined {
    return this.#statement.findLevels.get(object) as Levels | undefined
  }

  #applied(id: number): Record<Replica, number> {
    const rows = this.#statement.findApplied.all(id) as unknown as { replica: Replica; n: number }[]
    return Object.fromEntries(rows.map(({ replica, n }) => [replica, n]))
  }
}

const statements = (db: Database) =>
  prepareLazily(db, {
    findLevels: 'SELECT id, seq, compacted, floor, terms FROM objects WHERE name = ?',
    findDigests: 'SELECT words FROM digests WHERE object = ? AND seq = ?',
    putDigests: 'INSERT INTO digests (object, seq, words) VALUES (?, ?, ?)',
    dropDigests: 'DELETE FROM digests WHERE object = ? AND (seq % ? <> 0 OR seq < ?)',
    findRow: 'SELECT at, row, digest FROM rows WHERE object = ? AND key = ?',
    putRow: `INSERT INTO rows (object, key, at, bytes, row, digest) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (object, key) DO UPDATE SET
        at = excluded.at, bytes = excluded.bytes, row = excluded.row,
        digest = excluded.digest`,
    findRows: 'SELECT key, at, row FROM rows WHERE object = ? AND at >= ? ORDER BY at, key',
    findDeleted: `SELECT key, at, row, digest FROM rows
       WHERE object = ? AND at <= ? AND instr(row, '"$del":true') > 0`,
    removeRow: 'DELETE FROM rows WHERE object = ? AND key = ?',
    removeDigests: 'DELETE FROM digests WHERE object = ?',
    findApplied: 'SELECT replica, applied AS n FROM writers WHERE object = ? AND applied > 0',
    setApplied: 'UPDATE writers SET applied = ? WHERE object = ? AND replica = ?',
    moveCompacted: 'UPDATE objects SET compacted = ? WHERE id = ? AND compacted = ?',
    weighRows: `SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes
      FROM rows WHERE object = ? AND at >= ?`,
    weighEntries: `SELECT coalesce(
        sum(octet_length(events) * min(count, seq + count - 1 - ?) / count), 0) AS bytes
      FROM entries WHERE object = ? AND seq >=
        coalesce((SELECT max(seq) FROM entries WHERE object = ? AND seq <= ?), 0) AND seq <= ?`,
    findOldest: `SELECT seq, count, term, events, at FROM entries
      WHERE object = ? AND seq + count - 1 <= ? ORDER BY seq`,
    removeRuns: 'DELETE FROM entries WHERE object = ? AND seq <= ?',
    moveFloor: 'UPDATE objects SET floor = ? WHERE id = ?',
    findHashes: `SELECT first, last, numbers, hashes FROM hashes
      WHERE object = ? AND replica = ? ORDER BY first`,
    removeHashes: 'DELETE FROM hashes WHERE object = ? AND replica = ? AND first <= ?',
    addHashes: `INSERT INTO hashes (object, replica, first, last, numbers, hashes)
      VALUES (?, ?, ?, ?, ?, ?)`,
    setForgotten: 'UPDATE writers SET forgotten = ? WHERE object = ? AND replica = ?',
    findObjects: `SELECT name AS object, seq, compacted, floor, greatest_ms AS greatestMs,
        (SELECT at FROM entries WHERE object = objects.id ORDER BY seq LIMIT 1) AS oldest
      FROM objects WHERE name > ? ORDER BY name LIMIT ?`,
  })
