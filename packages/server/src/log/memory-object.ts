import {
  DIGEST_EVERY,
  digestsOf,
  digestWords,
  type HashedNumber,
  type ObjectId,
  type Replica,
  type RowKey,
} from '@react-collab/core'
import { type Compactor, stepEntries } from './compactor.js'
import type { PageLimit, RowsAfter, StatePage } from './event-log.js'
import { forgetHashes } from './hash-retention.js'
import { purgedOf, type Removal, removalOf, type Term } from './head.js'
import type { MovedEvent } from './origins.js'
import { purgeable, type PurgeBounds, withoutRows } from './purge.js'
import type { ObjectLevels, PruneBounds, Pruned, Run, StoredRow, Weight } from './log-disk.js'
import {
  digestsFrom,
  greatestNumbers,
  type FoundRow,
  isBehind,
  noDigests,
  packState,
  prunedAtOnce,
} from './stored-rows.js'

/** A run, and when it was appended. */
export interface TimedRun extends Run {
  readonly at: number
}

/** One object as it is stored. */
export interface StoredObject {
  readonly seq: number
  readonly greatestMs: number
  readonly terms: readonly Term[]
  /** Entries up to this one are gone. */
  readonly floor: number
  readonly runs: readonly TimedRun[]
  /** Entries up to this one are in the rows. */
  readonly compacted: number
  /** In the order of their places. */
  readonly rows: ReadonlyMap<RowKey, StoredRow>
  /** The digests of the rows, at the entries where they are kept. */
  readonly digests: ReadonlyMap<number, readonly string[]>
  /** The greatest n in the rows, of each replica. */
  readonly applied: ReadonlyMap<Replica, number>
  /** The client of each replica. */
  readonly writers: ReadonlyMap<Replica, string>
  readonly hashes: ReadonlyMap<Replica, readonly HashedNumber[]>
  /** The greatest number whose hash is gone, of each replica. */
  readonly forgotten: ReadonlyMap<Replica, number>
  readonly removal?: Removal | undefined
  readonly origins?: readonly MovedEvent[]
}

/** An object that can be written. */
export interface MutableObject {
  seq: number
  greatestMs: number
  terms: readonly Term[]
  floor: number
  readonly runs: TimedRun[]
  compacted: number
  readonly rows: Map<RowKey, StoredRow>
  readonly digests: Map<number, readonly string[]>
  readonly applied: Map<Replica, number>
  readonly writers: Map<Replica, string>
  readonly hashes: Map<Replica, HashedNumber[]>
  readonly forgotten: Map<Replica, number>
  removal?: Removal | undefined
  readonly origins: MovedEvent[]
}

/** An object that nobody has written. */
export const emptyObject: StoredObject = {
  seq: 0,
  greatestMs: 0,
  terms: [],
  floor: 0,
  runs: [],
  compacted: 0,
  rows: new Map(),
  digests: new Map(),
  applied: new Map(),
  writers: new Map(),
  hashes: new Map(),
  forgotten: new Map(),
}

/** Copies an object; what is in it is immutable. */
export const copyOf = (stored: StoredObject): MutableObject => ({
  ...stored,
  runs: [...stored.runs],
  rows: new Map(stored.rows),
  digests: new Map(stored.digests),
  applied: new Map(stored.applied),
  writers: new Map(stored.writers),
  hashes: new Map([...stored.hashes].map(([replica, list]) => [replica, [...list]])),
  forgotten: new Map(stored.forgotten),
  origins: [...(stored.origins ?? [])],
})

/** Finds the run that holds entry `seq`, by halving. */
export function firstRun(runs: readonly Run[], seq: number): number {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >> 1
    const run = runs[middle]!
    if (run.seq + run.count <= seq) low = middle + 1
    else high = middle
  }
  return low
}

/** As `LogDisk.compact` says. */
export function compactObject(
  object: ObjectId,
  stored: MutableObject,
  compactor: Compactor,
): number {
  const { runs, compacted, rows, applied, digests } = stored
  const first = firstRun(runs, compacted + 1)
  const next = runs.slice(first, first + stepEntries)
  if (next.length === 0) return compacted
  const from = {
    after: compacted,
    digests: digests.get(compacted) ?? noDigests,
    find: (key: RowKey) => rows.get(key),
  }
  const step = compactor.step(object, from, next)
  for (const [key, row] of step.rows) {
    // What changed last is last in the table.
    rows.delete(key)
    rows.set(key, row)
  }
  for (const [replica, n] of step.numbers) applied.set(replica, n)
  for (const seq of digests.keys())
    if (seq % DIGEST_EVERY !== 0 || seq < digestsFrom(step.seq)) digests.delete(seq)
  digests.set(step.seq, step.digests)
  stored.compacted = step.seq
  return step.seq
}

/** As `LogDisk.weigh` says. */
export function weighObject(stored: StoredObject, after: RowsAfter): Weight {
  const { compacted, floor, runs } = stored
  let rows = 0
  let rowBytes = 0
  for (const [key, { at, row }] of stored.rows) {
    if (!isBehind({ at, key }, after)) continue
    rows += 1
    rowBytes += row.length
  }
  const from = typeof after === 'number' ? after : after.at
  const since = runs.slice(firstRun(runs, from + 1)).filter(({ seq }) => seq <= compacted)
  const bytes = since.map(({ seq, count, events }) => {
    const entries = Math.min(count, seq + count - 1 - from)
    return (events.length * entries) / count
  })
  const entryBytes = bytes.reduce((sum, one) => sum + one, 0)
  return { compacted, floor, rows, rowBytes, entryBytes }
}

/** As `LogDisk.state` says. */
export function readRows(stored: StoredObject, after: RowsAfter, limit: PageLimit): StatePage {
  const found: FoundRow[] = []
  let bytes = 0
  let isLast = true
  for (const [key, { at, row }] of stored.rows) {
    if (!isBehind({ at, key }, after)) continue
    isLast = found.length < limit.events && bytes < limit.bytes
    if (!isLast) break
    found.push({ key, at, row })
    bytes += row.length
  }
  const { compacted: seq, applied, terms } = stored
  const end = isLast ? { seq, vv: Object.fromEntries(applied) } : undefined
  return packState(found, end, terms)
}

/** As `LogDisk.prune` says. */
export function pruneObject(stored: MutableObject, { upTo, before }: PruneBounds): Pruned {
  const { runs, compacted } = stored
  const isGone = ({ seq, count, at }: TimedRun): boolean =>
    seq + count - 1 <= compacted && (seq + count - 1 <= upTo || at < before)
  const first = runs.findIndex((run) => !isGone(run))
  const gone = runs.splice(0, Math.min(prunedAtOnce, first === -1 ? runs.length : first))
  const last = gone.at(-1)
  if (last !== undefined) stored.floor = last.seq + last.count - 1
  const forgotten = [...greatestNumbers(gone)].flatMap(([replica, n]) => {
    const left = forgetHashes(stored.hashes.get(replica) ?? [], n)
    if (left.forgotten === 0) return []
    stored.hashes.set(replica, [...left.kept])
    stored.forgotten.set(replica, left.forgotten)
    return [[replica, left.forgotten] as const]
  })
  const more = runs[0] !== undefined && isGone(runs[0])
  return { floor: stored.floor, more, forgotten }
}

/** As `LogDisk.purge` says. */
export function purgeObject(stored: MutableObject, bounds: PurgeBounds, term: string): boolean {
  const { seq, compacted, floor, rows, digests } = stored
  const gone = compacted === seq ? purgeable(rows, floor, bounds) : []
  if (gone.length === 0) return false
  const sums = withoutRows(digestsOf(digests.get(seq) ?? noDigests), gone)
  for (const [key] of gone) rows.delete(key)
  digests.clear()
  digests.set(seq, digestWords(sums))
  stored.removal = purgedOf(stored.removal, stored.terms, seq)
  stored.terms = [[term, seq]]
  return true
}

/** As `LogDisk.remove` says. */
export const removedObject = ({ removal, terms }: StoredObject, term: string): MutableObject => ({
  ...copyOf(emptyObject),
  removal: removalOf(removal, terms, term),
})

/** An object at a glance. */
export const levelsOf = (
  object: ObjectId,
  { seq, compacted, floor, runs, greatestMs }: StoredObject,
): ObjectLevels => ({ object, seq, compacted, floor, greatestMs, oldest: runs[0]?.at })
