/**
 * The whole wire contract: what clients send up, what servers send down, what acks hold.
 *
 * Socket.IO carries them; each up message is answered by its ack. Events inside `push` and
 * `entries` are read one by one with `readEvents`, so that a wrong one is refused alone.
 */
import type { ErrorCode } from '../errors.js'
import type { Event } from '../event.js'
import { limits } from '../json.js'
import { isObjectId, type ObjectId } from '../names.js'
import { isReplica, isStamp, type Replica, type Stamp } from '../stamp.js'
import { type Pool, pool } from './pool.js'
import { type PresenceDown, presenceDown, type PresenceUp, presenceUp } from './presence.js'
import {
  anything,
  code,
  count,
  type Cursor,
  cursor,
  flag,
  isCount,
  isText,
  type Numbers,
  numbers,
  object,
  seq,
  text,
  token,
} from './scalars.js'
import { list, mapOf, optional, record, scalar, type Shape } from './shape.js'
import { type Digest, digest, place, type State, state, type StatePlace } from './states.js'

/** Handshake: who connects, with what versions. */
export interface HelloUp {
  readonly protocol: number
  readonly schema?: number | undefined
  readonly client: string
  readonly secret: string
  /** Rotates at each connect; one used twice betrays a copied profile (R9). */
  readonly generation?: string | undefined
  /** What the server's `authenticate` gets. */
  readonly token?: string | undefined
  /** Ids that this browser made up to own rows with; the server binds them at first sight (R8). */
  readonly owners?: Owners | undefined
}

/** Owner ids: one that stands for a browser, one for whoever is logged in. */
export interface Owners {
  readonly client: string
  readonly principal: string
}

/** First message of a server: its clock, its limits, the next generation token. */
export interface HelloDown {
  readonly protocol: number
  /** Server time, ms since the Unix epoch. */
  readonly now: number
  readonly generation: string
  readonly principal: string
  /** How often `heads` comes. */
  readonly heartbeatMs: number
  /** Most bytes of events in one push. */
  readonly pushBytes: number
  /** Whose rows this session may write: the owner ids of this browser, and of its principal. */
  readonly owners?: OwnerSets | undefined
}

/** All owner ids that a session may write as, by what owns. */
export interface OwnerSets {
  readonly client: readonly string[]
  readonly principal: readonly string[]
}

/** Asks for an object: the entries after `cursor`, and what the log has of the own replicas. */
export interface Join {
  readonly object: ObjectId
  readonly cursor?: Cursor | undefined
  /** Per replica with events not yet seen in the log: the lowest such n. */
  readonly replicas: Numbers
  /** The client tells by `seen` that a page has come, and is sent few of them ahead. */
  readonly paced?: boolean | undefined
  /** Pushes of this join may come back as `echo`. */
  readonly echoes?: boolean | undefined
  /** Rows may come as `state` where that is less, or all that the log still has. */
  readonly states?: boolean | undefined
  /** Where loading rows was cut: it goes on behind this one. */
  readonly from?: StatePlace | undefined
  /** Buckets whose rows are to come whole, as their digests differ (R15). */
  readonly heal?: readonly number[] | undefined
  /** The clients of the object are told as `pool`. */
  readonly pool?: boolean | undefined
  /** Without a cursor: that of the state that the client shows until all of it has come anew. */
  readonly was?: Cursor | undefined
}

/** Answers a join. */
export interface Joined {
  /** Numbers the joins of a client; a push names it, so that what an older one sent is known. */
  readonly session: number
  /** The term that pushes have to name. */
  readonly term: string
  readonly head: number
  readonly now: number
  /** The cursor is not valid here: load the whole state anew (R2). */
  readonly reset: boolean
  /** The object was removed since: nothing that was accepted before is to come back. */
  readonly removed?: boolean | undefined
  /** Since `was` rows were purged: those that were there then, and are not now, are gone for good. */
  readonly purged?: boolean | undefined
  /** Rows come first, as `state`; about so many. */
  readonly state?: number | undefined
  /** Greatest n in the log, per replica asked for. */
  readonly vv: Numbers
  /** Per replica: the n and the hash of its logged events, from the n asked for. */
  readonly hashes: Readonly<Record<Replica, readonly HashedNumber[]>>
  /** Per replica: those of its events, from the n asked for, that the log has under another replica. */
  readonly moved?: Readonly<Record<Replica, readonly MovedNumber[]>> | undefined
  /** Per replica: the greatest n up to which hashes are gone, if the n asked for is not above it. */
  readonly forgotten?: Numbers | undefined
}

/** The content hash of the event that a replica numbered n. */
export type HashedNumber = readonly [n: number, hash: string]

/** An event by its first number and hash, and the replica under which it was logged. */
export type MovedNumber = readonly [n: number, hash: string, under: Replica]

/** Leaves an object. */
export interface Leave {
  readonly object: ObjectId
}

/** Brings events, in the order of the outbox (R1). */
export interface Push {
  readonly object: ObjectId
  /** The join that it belongs to; the latest where it is left out. */
  readonly session?: number | undefined
  readonly term: string
  /** Raised by the client after each refusal; an old one is answered without effect. */
  readonly round: number
  /** Per replica in `events`: the last n sent before that was not refused. */
  readonly prev: Numbers
  readonly events: readonly unknown[]
}

/** Why one event of a push was refused. */
export interface Refusal {
  readonly index: number
  readonly code: ErrorCode
  readonly message: string
}

/** Tells how far a client has taken an object: while it catches up, further pages wait for it. */
export interface Seen {
  readonly object: ObjectId
  readonly cursor: Cursor
  /** Of the confirmed state at `cursor`, where its seq is a multiple of 256 (R15). */
  readonly digest?: string | undefined
  /** The last page of `state` that has come. */
  readonly page?: number | undefined
}

/** Removes an object for everyone. */
export interface RemoveObject {
  readonly object: ObjectId
}

/** Brings a new token without reconnecting. */
export interface Auth {
  readonly token: string
}

/** What an ack holds when the server says no. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterMs?: number | undefined
  readonly now?: number | undefined
  /** Of a push: how many of its first events are in the log all the same. */
  readonly taken?: number | undefined
  /** Of a push: every refused event by its index. */
  readonly refused?: readonly Refusal[] | undefined
}

/** The answer to an up message. */
export type Ack<T> = readonly [failure: null, result: T] | readonly [failure: Failure]

/** Entries `seq`, `seq + 1` … of an object's log, all of one term. */
export interface Entries {
  readonly object: ObjectId
  readonly term: string
  readonly seq: number
  readonly events: readonly Event[]
  /** A page of several: what follows waits until `seen` tells that it has come. */
  readonly more?: boolean | undefined
}

/**
 * Entries `seq`, `seq + 1` … that are whole pushes of this connection, in the order in which it sent
 * them: it holds their bytes until the pushes are answered, which is after this (R5).
 */
export interface Echo {
  readonly object: ObjectId
  readonly term: string
  readonly seq: number
  readonly count: number
  /** The stamps of the first and the last of them: what is between they tell for sure, given `count`. */
  readonly first: Stamp
  readonly last: Stamp
}

/** An object was removed while it was joined; joining again tells what is there now. */
export interface ObjectRemoved {
  readonly object: ObjectId
}

/** Heartbeat: the head of each object joined, so that a client that hears nothing notices. */
export interface Heads {
  readonly now: number
  readonly heads: Readonly<Record<ObjectId, Cursor>>
}

/** Said before the server closes a connection. */
export interface Fatal {
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterMs?: number | undefined
}

const isHashed = (value: unknown): value is HashedNumber =>
  Array.isArray(value) && value.length === 2 && isCount(value[0]) && isText(value[1])

const isMoved = (value: unknown): value is MovedNumber =>
  Array.isArray(value) &&
  value.length === 3 &&
  isCount(value[0]) &&
  isText(value[1]) &&
  isReplica(value[2])

const events = list(anything, limits.pushEvents)

const helloUp: Shape<HelloUp> = record({
  protocol: scalar('protocol', isCount, 'PROTOCOL_UNSUPPORTED'),
  schema: optional(count),
  client: token,
  secret: token,
  generation: optional(token),
  token: optional(text),
  owners: optional(record<Owners>({ client: token, principal: token })),
})
const tokens = list(token, 1_000)
const helloDown: Shape<HelloDown> = record({
  protocol: count,
  now: count,
  generation: token,
  principal: text,
  heartbeatMs: count,
  pushBytes: count,
  owners: optional(record<OwnerSets>({ client: tokens, principal: tokens })),
})
const join: Shape<Join> = record({
  object,
  cursor: optional(cursor),
  replicas: numbers,
  paced: optional(flag),
  echoes: optional(flag),
  states: optional(flag),
  from: optional(place),
  heal: optional(list(count, 256)),
  pool: optional(flag),
  was: optional(cursor),
})
const joined: Shape<Joined> = record({
  session: count,
  term: token,
  head: count,
  now: count,
  reset: flag,
  removed: optional(flag),
  purged: optional(flag),
  state: optional(count),
  vv: numbers,
  hashes: mapOf(isReplica, list(scalar('[n,hash]', isHashed), 1_000_000), 64),
  moved: optional(mapOf(isReplica, list(scalar('[n,hash,replica]', isMoved), 100_000), 64)),
  forgotten: optional(numbers),
})
const leave: Shape<Leave> = record({ object })
const push: Shape<Push> = record({
  session: optional(count),
  object,
  term: token,
  round: count,
  prev: numbers,
  events,
})
const refusal: Shape<Refusal> = record({ index: count, code, message: text })
const seen: Shape<Seen> = record({
  object,
  cursor,
  digest: optional(text),
  page: optional(count),
})
const remove: Shape<RemoveObject> = record({ object })
const auth: Shape<Auth> = record({ token: text })
const failure: Shape<Failure> = record({
  code,
  message: text,
  retryAfterMs: optional(count),
  now: optional(count),
  taken: optional(count),
  refused: optional(list(refusal, limits.pushEvents)),
})
const entries: Shape<Omit<Entries, 'events'> & { readonly events: readonly unknown[] }> = record({
  object,
  term: token,
  seq,
  events,
  more: optional(flag),
})
const stamp = scalar('stamp', isStamp, 'BAD_STAMP')
const echo: Shape<Echo> = record({
  object,
  term: token,
  seq,
  count,
  first: stamp,
  last: stamp,
})
const removed: Shape<ObjectRemoved> = record({ object })
const heads: Shape<Heads> = record({ now: count, heads: mapOf(isObjectId, cursor, 100_000) })
const fatal: Shape<Fatal> = record({ code, message: text, retryAfterMs: optional(count) })

/** The decoder of each message, by its Socket.IO event; the protocol version is pinned to them. */
export const messages: {
  readonly hello: Shape<HelloUp>
  readonly join: Shape<Join>
  readonly leave: Shape<Leave>
  readonly push: Shape<Push>
  readonly seen: Shape<Seen>
  readonly auth: Shape<Auth>
  readonly remove: Shape<RemoveObject>
  /** `presence`, on its way up. */
  readonly presence: Shape<PresenceUp>
  readonly welcome: Shape<HelloDown>
  readonly joined: Shape<Joined>
  readonly failure: Shape<Failure>
  readonly entries: Shape<Omit<Entries, 'events'> & { readonly events: readonly unknown[] }>
  readonly echo: Shape<Echo>
  readonly state: Shape<State>
  readonly digest: Shape<Digest>
  readonly pool: Shape<Pool>
  readonly removed: Shape<ObjectRemoved>
  readonly heads: Shape<Heads>
  readonly fatal: Shape<Fatal>
  /** `presence`, on its way down. */
  readonly present: Shape<PresenceDown>
} = {
  hello: helloUp,
  join,
  leave,
  push,
  seen,
  auth,
  remove,
  presence: presenceUp,
  welcome: helloDown,
  joined,
  failure,
  entries,
  echo,
  state,
  digest,
  pool,
  removed,
  heads,
  fatal,
  present: presenceDown,
}
