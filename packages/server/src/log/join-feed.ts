import { type Failure, type ObjectId, ROOT } from '@react-collab/core'
import type { JoinWants, RowsAfter } from './event-log.js'
import type { LogDisk } from './log-disk.js'

/** Where a join stands. */
export interface JoinPlace {
  readonly object: ObjectId
  /** The client has all entries up to this one. */
  readonly seq: number
  /** The last durable entry. */
  readonly head: number
  /** The log's term. */
  readonly term: string
  readonly wants: JoinWants
}

/** How a join is brought up to date: `state` counts the rows that come first, if any do. */
export interface JoinFeed {
  readonly after: RowsAfter
  readonly state?: number
}

/**
 * Chooses between rows and entries, so that the cost follows what changed and not how often (R3).
 *
 * Rows come where entries are gone, where loading rows was cut, and where they are less to send; of
 * a text that is being typed the entries are less.
 */
export async function chooseFeed(disk: LogDisk, at: JoinPlace): Promise<JoinFeed | Failure> {
  const { object, seq, head, term, wants } = at
  const { from, heal, states = false } = wants
  if (states && heal !== undefined) return healingFeed(disk, at, heal)
  const isResumed = states && from?.term === term
  const after: RowsAfter = isResumed ? { at: from.at, key: from.key } : seq
  if (!isResumed && seq === head) return { after }
  const { floor, compacted, rows, rowBytes, entryBytes } = await disk.weigh(object, after)
  const isGone = seq < floor
  if (isGone && !states) return tooOld
  const isLess = seq < compacted && rowBytes <= entryBytes
  return isResumed || isGone || (states && isLess) ? { after, state: rows } : { after }
}

/** Rows must not be older than what they are put over. */
async function healingFeed(
  disk: LogDisk,
  { object, seq }: JoinPlace,
  buckets: readonly number[],
): Promise<JoinFeed> {
  for (let compacted = -1, before = -2; compacted < seq && compacted > before; ) {
    before = compacted
    compacted = await disk.compact(object)
  }
  const after: RowsAfter = { at: 0, key: ROOT, heal: { since: seq, buckets } }
  return { after, state: (await disk.weigh(object, after)).rows }
}

const tooOld: Failure = {
  code: 'CLIENT_TOO_OLD',
  message: 'the entries that this client needs are gone, and it cannot load rows',
}
