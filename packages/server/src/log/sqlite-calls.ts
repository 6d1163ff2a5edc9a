import type { ErrorCode, HashedNumber, ObjectId, Replica } from '@react-collab/core'
import type { KnownClient, OwnerQuestion, StoredOwner } from '../clients/client-disk.js'
import type { PoolChange, StoredClient } from '../pool/pool-store.js'
import type { PageLimit, RowsAfter, StatePage } from './event-log.js'
import type { StoredHead } from './head.js'
import type { ObjectLevels, PruneBounds, Pruned, Run, Weight } from './log-disk.js'
import type { PackedCommit } from './packed-hashes.js'
import type { PurgeBounds } from './purge.js'

/** What the worker of a data file is started with. */
export interface WorkerStart {
  readonly path: string
  readonly maxBytes: number | undefined
  /** Ms since the Unix epoch. */
  readonly now: number
}

/** A question to the worker. */
export type Call =
  | { readonly kind: 'load'; readonly object: ObjectId }
  | {
      readonly kind: 'hashes'
      readonly object: ObjectId
      readonly replica: Replica
      readonly from: number
      readonly most: number
    }
  | {
      readonly kind: 'read'
      readonly object: ObjectId
      readonly after: number
      readonly limit: PageLimit
    }
  | { readonly kind: 'compact'; readonly object: ObjectId }
  | { readonly kind: 'digests'; readonly object: ObjectId; readonly seq: number }
  | { readonly kind: 'weigh'; readonly object: ObjectId; readonly after: RowsAfter }
  | {
      readonly kind: 'state'
      readonly object: ObjectId
      readonly after: RowsAfter
      readonly limit: PageLimit
    }
  | { readonly kind: 'prune'; readonly object: ObjectId; readonly bounds: PruneBounds }
  | {
      readonly kind: 'purge'
      readonly object: ObjectId
      readonly bounds: PurgeBounds
      readonly term: string
    }
  | { readonly kind: 'remove'; readonly object: ObjectId; readonly term: string }
  | { readonly kind: 'objects'; readonly after: string; readonly most: number }
  | { readonly kind: 'commit'; readonly commits: readonly PackedCommit[] }
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'owners'; readonly question: OwnerQuestion }
  | {
      readonly kind: 'save-clients'
      readonly clients: readonly KnownClient[]
      readonly owners: readonly StoredOwner[]
    }
  | { readonly kind: 'forget-clients'; readonly beforeMs: number }
  | { readonly kind: 'pool'; readonly object: ObjectId }
  | { readonly kind: 'savePools'; readonly changes: readonly PoolChange[] }
  | { readonly kind: 'backup'; readonly path: string }
  | { readonly kind: 'close' }

/** What each call is answered with. */
export interface Results {
  readonly load: StoredHead | undefined
  readonly hashes: readonly HashedNumber[]
  readonly read: readonly Run[]
  readonly compact: number
  readonly digests: readonly string[] | undefined
  readonly weigh: Weight
  readonly state: StatePage
  readonly prune: Pruned
  readonly purge: boolean
  readonly remove: undefined
  readonly objects: readonly ObjectLevels[]
  readonly commit: undefined
  readonly client: KnownClient | undefined
  readonly owners: readonly StoredOwner[]
  readonly 'save-clients': undefined
  readonly 'forget-clients': undefined
  readonly pool: readonly StoredClient[]
  readonly savePools: undefined
  readonly backup: undefined
  readonly close: undefined
}

/** How a call failed. */
export interface CallFailure {
  /**
   * `aborted`: nothing changed. `unknown`: nobody knows. `fatal`: the disk or the file cannot be
   * trusted any more, the process has to end.
   */
  readonly outcome: 'aborted' | 'unknown' | 'fatal'
  readonly message: string
}

/**
 * What the worker says: first that it is ready or why not, then one answer per call, in order; only a
 * backup, which takes its time, is answered apart.
 */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'result'; readonly result: Results[keyof Results] }
  | { readonly kind: 'failure'; readonly failure: CallFailure }
  | { readonly kind: 'backup'; readonly failure: string | undefined }
