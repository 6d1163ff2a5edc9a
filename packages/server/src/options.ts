import type { Event, ObjectId, Schema } from '@react-collab/core'
import type { Limits } from './limits.js'
import type { Retention } from './retention.js'

/** Whom a question about permission concerns. */
export interface Access {
  /** Who `authenticate` says this is; without it, the client itself. */
  readonly principal: string
  /** The browser profile. */
  readonly client: string
  readonly object: ObjectId
}

/** What someone wants to do with an object. */
export interface AccessRequest extends Access {
  readonly action: 'read' | 'write' | 'remove'
}

/** What `authenticate` may look at beside the token. */
export interface Handshake {
  readonly client: string
  readonly schema: number | undefined
}

/**
 * Decides who may do what; asked at each join, each push and each removal of an object.
 *
 * A removal is allowed by the text `remove` alone: whoever wrote this with reading and writing in mind,
 * and did not look at the action, has not allowed it.
 */
export type Authorize = (request: AccessRequest) => Permission | Promise<Permission>

/** What `authorize` answers. */
export type Permission = boolean | 'remove'

/** Tells who holds `token`: a principal, or null for nobody. */
export type Authenticate = (
  token: string | undefined,
  handshake: Handshake,
) => string | null | Promise<string | null>

/**
 * Vetoes one event: a text says why, undefined lets it pass. It must be quick and pure, and may be
 * asked about an event more than once.
 *
 * One that fails holds the client, which tries again. An event that it fails on eight times, though it
 * has answers for others, is refused as POLICY_FAILED.
 */
export type Guard = (
  event: Event,
  access: Access,
) => string | undefined | Promise<string | undefined>

/** What an app decides about its server. */
export interface HostOptions {
  readonly authorize: Authorize
  readonly authenticate?: Authenticate | undefined
  readonly guard?: Guard | undefined
  /**
   * How long each of these three may take; 5,000 ms by default. Then the client is told TIMEOUT, and
   * tries again.
   */
  readonly policyTimeoutMs?: number | undefined
  /** The app's schema; a client with a newer one is told SERVER_TOO_OLD. */
  readonly schema?: Schema | undefined
  /** Clients with a schema below this version, or without any, are told CLIENT_TOO_OLD. */
  readonly schemaFloor?: number | undefined
  readonly limits?: Partial<Limits> | undefined
  /**
   * A client that was not heard of for so long holds back nothing of the log, ms; 7 days by default.
   */
  readonly staleAfterMs?: number | undefined
  /** How long the log keeps entries that its rows hold, for those who come back later. */
  readonly retention?: Partial<Retention> | undefined
  /**
   * Lets rows that were deleted longer ago than this go for good, ms; for ever they stay by default. It
   * takes a `schema`: what others refer to stays.
   */
  readonly purgeDeletedAfterMs?: number | undefined
  /** How often sessions hear the heads of their objects. */
  readonly heartbeatMs?: number | undefined
}

/** Lets everyone read, write and remove everything: for demos. */
export const allowAll: Authorize = ({ action }) => (action === 'remove' ? action : true)
