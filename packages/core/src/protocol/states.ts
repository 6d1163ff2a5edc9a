import { isRowKey, type ObjectId, type RowKey } from '../names.js'
import { isReplica } from '../stamp.js'
import { anything, count, isCount, object, seq, text, token, type Numbers } from './scalars.js'
import { list, mapOf, optional, record, scalar, type Shape } from './shape.js'

/**
 * A place in the order in which rows are loaded: by the seq that last changed them, then by key. It
 * counts only in the term that gave it out: another log may have other rows before it.
 */
export interface StatePlace {
  readonly term: string
  readonly at: number
  readonly key: RowKey
}

/**
 * Rows as they stand, in place of the entries that made them (R3): those that changed since the
 * cursor of the join, in the order of `StatePlace`. One may come again further on: the later counts.
 */
export interface State {
  readonly object: ObjectId
  readonly term: string
  /** 1, 2, 3 … within a join. */
  readonly page: number
  /** What `unpackStatePage` reads. */
  readonly rows: unknown
  /** The place of the last row: loading that is cut goes on from there. */
  readonly place?: StatePlace | undefined
  /** With the last page: the rows are the state at `seq`, and entries follow. */
  readonly end?: StateEnd | undefined
}

/** How far the rows go that were sent. */
export interface StateEnd {
  readonly seq: number
  readonly vv: Numbers
}

/** Digests of all buckets of the rows at `seq`, as those that a client told differ (R15). */
export interface Digest {
  readonly object: ObjectId
  readonly seq: number
  readonly buckets: readonly string[]
}

/** Reads a `StatePlace`. */
export const place: Shape<StatePlace> = record<StatePlace>({
  term: token,
  at: scalar('seq', isCount, 'BAD_CURSOR'),
  key: scalar('row', isRowKey, 'BAD_CURSOR'),
})
/** Reads a `State`. */
export const state: Shape<State> = record({
  object,
  term: token,
  page: count,
  rows: anything,
  place: optional(place),
  end: optional(record<StateEnd>({ seq, vv: mapOf(isReplica, count, 1_000_000) })),
})
/** Reads a `Digest`. */
export const digest: Shape<Digest> = record({ object, seq, buckets: list(text, 256) })
