import type { ObjectId, ObjectSpec, OwnedBy, Schema } from '@react-collab/core'
import type { ConnectionState } from './connection.js'
import type { OpenStore } from './desk.js'
import type { Edit, Written } from './edit.js'
import type { Unsubscribe } from './listeners.js'
import type { Target } from './object-ref.js'
import type { Platform } from './platform.js'
import type { SharedObject } from './shared-object.js'
import type { SyncStatus } from './status.js'
import type { Rejected } from './store/store.js'
import { TabClient } from './tab-client.js'
import type { Tabs } from './tabs.js'
import type { Transport } from './transport.js'
import type { Workshop } from './workshop.js'

/** Gives the token for the server's `authenticate`; null and undefined are nobody's. */
export type TokenSource =
  | string
  | (() => string | null | undefined | Promise<string | null | undefined>)

/** What a client is made of. */
export interface ClientParts {
  readonly platform: Platform
  readonly transport: Transport
  readonly tabs: Tabs
  readonly openStore: OpenStore
  readonly schema?: Schema | undefined
  readonly token?: TokenSource | undefined
  /** Whose disk it is; without it what is written before anybody signs in is nobody's. */
  readonly account?: string | undefined
  readonly offline?: boolean | undefined
  /** It only renders: it has no disk, and takes no edit. */
  readonly isStill?: boolean | undefined
  /** Called once, when it is closed. */
  onClosed?(): void
  /** Called at each edit. */
  onEdit?(): void
}

/** What waits to be sent, and what was refused. */
export interface OutboxView {
  readonly pending: readonly PendingEdit[]
  readonly rejected: readonly Rejected[]
}

/** An edit that is not yet in the log. */
export interface PendingEdit {
  readonly object: ObjectId
  readonly patches: Edit['patches']
  /** When it was made, ms since the Unix epoch. */
  readonly at: number
  /** On its way to the disk; on disk; or taken by the server and not seen in the log yet. */
  readonly state: 'saving' | 'waiting' | 'accepted'
}

/** What became of the edits of an object that was loaded again. */
export interface Reloaded {
  /** Outbox rows that are kept, and sent. */
  readonly kept: number
  /** What could not be read as an edit or a local row, as it lay on disk; it is gone from there. */
  readonly lost: readonly unknown[]
}

/**
 * A device's copy of everything it has opened: reads and writes with or without a network.
 *
 * One per page, or per process; tabs of one browser share a disk, and one of them the connection.
 */
export interface Client {
  readonly status: SyncStatus
  readonly connection: ConnectionState
  readonly outbox: OutboxView
  /** Whether edits survive the end of this process. */
  readonly durable: boolean
  /**
   * Opens an object, named by its id or by a `ref` of `createCollab`, until `close` is called;
   * opening is counted. Throws KIND_CONFLICT while the id is open as another kind of the schema.
   */
  open(target: Target, spec?: ObjectSpec): { readonly object: SharedObject; close(): void }
  /**
   * Gives an object to read or write at once, without holding it open: what a render may do.
   *
   * Unheld it stays open for some seconds at least, and longer while it has edits to bring away.
   */
  peek(target: Target, spec?: ObjectSpec): SharedObject
  /** Resolves when the object was read from disk; rejects with a `StorageError`. */
  loaded(target: Target): Promise<void>
  /**
   * Whether anything of an object has ever come from the server to this device; while it has not, what
   * is empty here may be full elsewhere. Undefined until the disk was read.
   */
  hasSynced(target: Target): boolean | undefined
  /**
   * The `owner` of the rows that are made here in collections that are owned `by` a browser (as is
   * meant without it) or by who is signed in. Undefined until the disk was read.
   *
   * Of rows that were made elsewhere, and may be written here all the same, only `mine` tells.
   */
  owner(by?: OwnedBy): string | undefined
  /**
   * Forgets what this device has of an object, but for the edits that are not in the log yet, and
   * loads it again from the server: for an object that is `CORRUPT`.
   */
  reload(target: Target): Promise<Reloaded>
  /** Calls `listener` when status, connection, outbox or readiness changed. */
  subscribe(listener: () => void): Unsubscribe
  /** Goes offline, or comes back; remembered by nobody. */
  setOffline(offline: boolean): void
  /** Takes another token, and lifts what waited for it. */
  setToken(token: TokenSource | null | undefined): void
  /** Connects now, without waiting out the delay; `fresh` drops a connection that seems open. */
  reconnect(options?: { readonly fresh?: boolean }): void
  /** Makes a refused edit again, as a new edit. */
  retry(key: number): Promise<Written>
  /** Forgets a refused edit for good. */
  discard(key: number): Promise<void>
  /** @internal */
  readonly workshop: Workshop
  /** Edits that are not on disk yet: leaving now would lose them. */
  readonly unsaved: number
  /**
   * Brings all edits to the disk, and ends; what waits for the log is sent at the next start.
   *
   * Errors  `StorageError` when the disk did not take an edit: 2 s after it began to fail, or 10 s
   *         after it last took one
   */
  close(): Promise<void>
}

/** Puts a client together from its parts. */
export function createClientFrom(parts: ClientParts): Client {
  return new TabClient(parts)
}
