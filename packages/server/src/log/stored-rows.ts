import {
  createDigests,
  DIGEST_EVERY,
  digestBucket,
  digestWords,
  type Event,
  eventReplica,
  packStatePage,
  type Replica,
  type RowKey,
  type StateEnd,
} from '@react-collab/core'
import type { RowPlace, RowsAfter, StatePage } from './event-log.js'
import type { Term } from './head.js'
import type { Run, StoredRow } from './log-disk.js'
import { decodeRow } from './row-text.js'

/** Runs that are removed in one step: commits wait for it. */
export const prunedAtOnce = 200

/** Tells whether rows of this place come after what somebody has. */
export function isBehind({ at, key }: RowPlace, after: RowsAfter): boolean {
  if (typeof after === 'number') return at > after
  if (at < after.at || (at === after.at && key <= after.key)) return false
  if (!('heal' in after)) return true
  return at > after.heal.since || after.heal.buckets.includes(digestBucket(key))
}

/** The digests of an object without rows. */
export const noDigests: readonly string[] = digestWords(createDigests())

/** Digests from before this entry are dropped when rows are at `seq`. */
export const digestsFrom = (seq: number): number => seq - keptDigests * DIGEST_EVERY

/** Multiples of 256 whose digests are kept. */
const keptDigests = 8

/** A row as it is read for a page. */
export type FoundRow = Pick<StoredRow, 'at' | 'row'> & { readonly key: RowKey }

/** Makes a page of rows in the order of their places. */
export function packState(
  found: readonly FoundRow[],
  end: StateEnd | undefined,
  terms: readonly Term[] = [],
): StatePage {
  const last = found.at(-1)
  return {
    rows: packStatePage(found.map(({ key, row }) => [key, decodeRow(row)] as const)),
    place: last && { at: last.at, key: last.key },
    end,
    endTerm: end && termAt(terms, end.seq),
  }
}

/** The greatest number of each replica in runs, which follow each other. */
export function greatestNumbers(runs: readonly Run[]): Map<Replica, number> {
  const numbers = new Map<Replica, number>()
  for (const { events } of runs)
    for (const event of JSON.parse(events) as Event[]) numbers.set(eventReplica(event), event[0])
  return numbers
}

/** The term of an entry: a cursor is valid only with that. */
const termAt = (terms: readonly Term[], seq: number): string | undefined =>
  terms.findLast(([, first]) => first <= seq)?.[0]
