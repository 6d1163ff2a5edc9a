import type { RowNews } from './store/row-store.js'
import type { JournalBatch, StoredRow } from './store/store.js'
import type { ErrorCode, ObjectId, OwnerSets, Row, RowKey } from '@react-collab/core'
import type { ConnectionState } from './connection.js'
import type { PoolNews } from './pool/pool-tab-news.js'
import type { PresenceNews } from './presence/presence-news.js'
import type { Progress } from './staging.js'

/**
 * What tabs of one client tell each other: hints, all of them. The disk is what counts, and a tab
 * that missed one repairs itself from there (R11).
 */
export type TabMessage =
  | PresenceNews
  | PoolNews
  | { readonly type: 'rows'; readonly object: ObjectId; readonly rows: readonly StoredRow[] }
  /** Rows that were made together are on disk, as one row of the outbox. */
  | { readonly type: 'batch'; readonly object: ObjectId }
  | {
      readonly type: 'locals'
      readonly object: ObjectId
      readonly rows: readonly (readonly [RowKey, Row])[]
    }
  | {
      readonly type: 'entries'
      readonly object: ObjectId
      readonly batches: readonly JournalBatch[]
    }
  /** Rows of windowed collections are others on the disk. */
  | { readonly type: 'windowed'; readonly news: RowNews }
  /** The outbox was rewritten, by a refusal or a re-stamping, or the state replaced. */
  | {
      readonly type: 'reload'
      readonly object: ObjectId
      readonly why: 'parked' | 'restamped' | 'moved' | 'reset' | 'removed'
    }
  /** What the disk had of the object was forgotten: it is loaded again from the server. */
  | { readonly type: 'forgotten'; readonly object: ObjectId }
  | { readonly type: 'rejected' }
  /** What others have overwritten of an object: the list on disk is another. */
  | { readonly type: 'overwritten'; readonly object: ObjectId }
  /** Somebody has signed out: this disk is empty. */
  | { readonly type: 'signed-out' }
  /** Whoever is signed in may have the edits that were made while nobody was. */
  | { readonly type: 'adopt' }
  /** This disk has become a client of its own: its tabs write as other replicas. */
  | { readonly type: 'forked' }
  /** Asks the leader to look whether another copy of this disk has written number `n` of an object. */
  | { readonly type: 'copied' }
  /** A tab holds an object open; maybe it wants to hear of its clients. */
  | {
      readonly type: 'want'
      readonly object: ObjectId
      readonly tab: string
      readonly pool: boolean
    }
  | { readonly type: 'leave'; readonly object: ObjectId; readonly tab: string }
  /** A tab has begun: the leader tells how things stand. */
  | { readonly type: 'entered' }
  /** The leader tells how things stand, when they change and at each heartbeat. */
  | { readonly type: 'lead'; readonly report: LeadReport }
  /** The server has said whose rows may be written here. */
  | { readonly type: 'owners'; readonly owners: OwnerSets }
  | { readonly type: 'token'; readonly token: string | undefined }
  /** Asks the leader to ask its own token function again. */
  | { readonly type: 'reauth' }
  | { readonly type: 'reconnect'; readonly fresh: boolean }
  /** Asks the leader to remove an object for everyone. */
  | { readonly type: 'remove'; readonly object: ObjectId }
  /** Asks the leader to park what waits behind the hold of an object. */
  | { readonly type: 'give-up'; readonly object: ObjectId }
  | { readonly type: 'offline'; readonly offline: boolean }
  /** Not from another tab: this one is about to be frozen, or gone. */
  | { readonly type: 'leaving' }
  /** Not from another tab: this one was frozen, and has heard nothing meanwhile. */
  | { readonly type: 'missed' }
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }

/** How the leader sees the world, for the hooks of all tabs. */
export interface LeadReport {
  readonly connection: ConnectionState
  /** Cursor and state of each object that the leader keeps. */
  readonly objects: Readonly<Record<string, LinkReport>>
}

/** How an object stands with the server. */
export interface LinkReport {
  readonly phase: 'waiting' | 'joining' | 'catching-up' | 'live' | 'held'
  readonly seq: number
  readonly head: number
  /** Edits that are not in the log yet. */
  readonly pending: number
  /** How much has come of what is loaded before entries follow. */
  readonly progress?: Progress
  /** Why the stream holds. */
  readonly code?: ErrorCode
  readonly message?: string
}

/** Tells whether two reports say the same. */
export function sameReport(a: LeadReport, b: LeadReport): boolean {
  const names = Object.keys(a.objects)
  return (
    a.connection === b.connection &&
    names.length === Object.keys(b.objects).length &&
    names.every((name) => sameLink(a.objects[name], b.objects[name]))
  )
}

function sameLink(a: LinkReport | undefined, b: LinkReport | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.phase === b.phase &&
    a.seq === b.seq &&
    a.head === b.head &&
    a.pending === b.pending &&
    a.progress?.received === b.progress?.received &&
    a.progress?.expected === b.progress?.expected &&
    a.code === b.code &&
    a.message === b.message
  )
}

/** The tabs of one client, as one of them sees the others. */
export interface Tabs {
  /** Leases a slot that no living tab holds. */
  slot(): Promise<number>
  /**
   * Asks to lead. `lead` is called when no living tab leads any more; a leader that no longer
   * answers is replaced, and hears `lost` if it lives after all. A loser asks again by itself.
   */
  campaign(lead: () => void, lost: () => void): void
  /** Steps down, as after being fenced, and asks again. */
  resign(): void
  post(message: TabMessage): void
  listen(listener: (message: TabMessage) => void): void
  close(): void
}

/** The tabs of a client that has only one: Node, or a store in memory. */
export function singleTab(): Tabs {
  let onLead: (() => void) | undefined
  return {
    slot: () => Promise.resolve(0),
    campaign(lead) {
      onLead = lead
      lead()
    },
    resign: () => onLead?.(),
    post: () => undefined,
    listen: () => undefined,
    close: () => {
      onLead = undefined
    },
  }
}
