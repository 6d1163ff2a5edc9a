import type { ObjectId } from '../names.js'
import { count, flag, object, seq, text, token } from './scalars.js'
import { list, optional, record, type Shape } from './shape.js'

/** One client of an object. */
export interface PoolMember {
  /** Names the browser as presence does; not the id that it signs in with. */
  readonly client: string
  /** Who `authenticate` says this is; without it, the same as `client`. */
  readonly principal: string
  /** When it was last heard of, ms of the server's clock. */
  readonly seenAt: number
  /** When it last had all that there was, and the seq of that. */
  readonly syncedAt?: number | undefined
  readonly seq?: number | undefined
  readonly connected: boolean
}

/** The clients of an object: all of them, or those of which there is news. */
export interface Pool {
  readonly object: ObjectId
  readonly whole?: boolean | undefined
  readonly clients: readonly PoolMember[]
  /** Clients that were forgotten. */
  readonly gone?: readonly string[] | undefined
  /** Who was not heard of for so long holds nothing back; told with a whole list. */
  readonly staleAfterMs?: number | undefined
}

const poolMember: Shape<PoolMember> = record<PoolMember>({
  client: token,
  principal: text,
  seenAt: count,
  syncedAt: optional(count),
  seq: optional(seq),
  connected: flag,
})
/** Reads a `Pool`. */
export const pool: Shape<Pool> = record({
  object,
  whole: optional(flag),
  clients: list(poolMember, 100_000),
  gone: optional(list(token, 100_000)),
  staleAfterMs: optional(count),
})
