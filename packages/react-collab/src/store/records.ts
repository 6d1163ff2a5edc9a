import type {
  Cursor,
  Event,
  EventMeta,
  Numbers,
  ObjectId,
  Owners,
  OwnerSets,
  Replica,
  Row,
  RowKey,
  Stamp,
} from '@react-collab/core'
import type { StoredPool } from '../pool/pool-list.js'
import type { Place } from '../windows/place.js'
import type { Counter, Overwritten, Rejected, StoredPage } from './store.js'

/**
 * What lies in each table, by its name; every record holds its own key.
 *
 * Keys that begin with an object are arrays, so that no object sees the records of another whose
 * name begins like its own.
 */
export interface Records {
  /** `lead`: the number of the leading tab. `birth`: marks the database itself. */
  readonly meta: { readonly key: string; readonly value: number | string }
  /** Who this device is; one record. */
  readonly device: {
    readonly key: 'device'
    readonly client: string
    readonly secret: string
    readonly generation?: string
    readonly owners?: Owners
    /** An account has taken over the secret and the owner ids: they go to no other. */
    readonly isGiven?: true
    readonly principal?: string
    readonly account?: string
    readonly retired?: readonly (readonly [Replica, Replica])[]
    readonly ownerSets?: OwnerSets
  }
  /** The writer of each slot. */
  readonly slots: { readonly key: number; readonly replica: Replica }
  /** The next key of outbox and rejected. Apart from `meta`, so that no edit waits for a leader. */
  readonly keys: { readonly key: 'next'; readonly next: number; readonly erasures?: number }
  /** How far the writer of a slot has come. */
  readonly counters: CounterRecord
  /** What waits to be sent. */
  readonly outbox: OutboxRecord
  /** Own rows that the log has, as many as were settled together. */
  readonly sent: {
    readonly key: readonly [ObjectId, movedAt: number, first: number]
    readonly rows: readonly OutboxRecord[]
  }
  /** How far the confirmed state goes: chunks and journal together. */
  readonly cursors: { readonly key: ObjectId } & Cursor
  /** What the chunks hold: the state at `cursor`, in `buckets` buckets; 0 where it lies in the pages that came. */
  readonly bases: {
    readonly key: ObjectId
    readonly cursor: Cursor
    readonly vv: Numbers
    readonly rows: number
    readonly buckets: number
  }
  /** The rows of one bucket, or of one page that came: the JSON text of a `RowPage`. */
  readonly chunks: {
    readonly key: readonly [ObjectId, bucket: number]
    readonly page: string
  }
  /** Entries after the base; `before` is the term of the entry before the first. */
  readonly journal: {
    readonly key: readonly [ObjectId, seq: number]
    readonly before: string
    readonly term: string
    readonly events: readonly Event[]
  }
  /** Rows of a batch in the outbox, or in `sent`: the JSON text of `(Image | null)[]`. */
  readonly images: {
    readonly key: readonly [ObjectId, key: number, page: number]
    readonly rows: string
  }
  /** Rows of a confirmed state that is still being loaded. */
  readonly pages: StoredPage & { readonly key: readonly [ObjectId, at: number, RowKey] }
  /** What others have overwritten, told by one transaction; null where it was dismissed. */
  readonly overwritten: {
    readonly key: readonly [ObjectId, lostAt: number, seq: number]
    readonly items: readonly (Overwritten | null)[]
  }
  /** Rows of local collections. */
  readonly locals: { readonly key: readonly [ObjectId, RowKey]; readonly row: Row }
  /** Edits that were refused. */
  readonly rejected: Rejected
  /** What is derived of the confirmed rows at `cursor`; `groups` is JSON text. */
  readonly derived: {
    readonly key: readonly [ObjectId, collection: string]
    readonly version: string
    readonly cursor: Cursor
    readonly groups: string
  }
  /** The clients of objects, as they were last known. */
  readonly pools: { readonly key: ObjectId } & StoredPool
  /** The rows of windowed collections, one by one. */
  readonly rows: RowRecord
  /** How the windowed collections of an object lie on disk. */
  readonly windows: WindowsRecord
}

/** A row of a windowed collection as it lies on disk. */
export interface RowRecord {
  readonly key: readonly [ObjectId, generation: number, RowKey]
  /** As the log has it: what `packRow` makes; none where only own edits have made it. */
  readonly row?: string
  /** As it is shown, where own edits lie over it. */
  readonly shown?: string
  /** Where what is shown stands in each order; nowhere when it is deleted. */
  readonly places: readonly Place[]
}

/** How the windowed collections of an object lie on disk. */
export interface WindowsRecord {
  readonly key: ObjectId
  /** The rows that are shown; those of the next one are being loaded. */
  readonly generation: number
  /** Counts the transactions that have written rows that are shown. */
  readonly version: number
  /** The fields that order each collection, by what its keys begin with. */
  readonly fields: readonly (readonly [prefix: string, fields: readonly string[]])[]
  /** How many rows are shown of each. */
  readonly totals: Readonly<Record<string, number>>
  /** At least the greatest stamp in the rows. */
  readonly greatest?: Stamp
}

/** How far the writer of a slot has come, as it lies on disk. */
export interface CounterRecord extends Counter {
  readonly key: readonly [ObjectId, slot: number]
}

/** An outbox row as it lies on disk: with its events, or as what stands for those of a batch. */
export type OutboxRecord = EventsRecord | BatchRecord

interface OutboxEntry {
  readonly key: readonly [ObjectId, key: number]
  readonly at: number
}

interface EventsRecord extends OutboxEntry {
  readonly events: readonly Event[]
}

/** Stands for rows that were made together (R7): row i has number n0 + i, and a key with `prefix`. */
export interface BatchRecord extends OutboxEntry {
  readonly batch: {
    readonly prefix: string
    readonly n0: number
    readonly count: number
    /** How many of them were not refused. */
    readonly left: number
    /** From which place on stamps follow which: one, unless a part was stamped anew. */
    readonly stamps: readonly (readonly [place: number, stamp: Stamp])[]
    /** The stamps that they had first, where they were stamped anew. */
    readonly first?: readonly (readonly [place: number, stamp: Stamp])[]
    readonly meta?: EventMeta
  }
}

/** The name of a table. */
export type Table = keyof Records

/** All tables of the first version; a later one adds its own in an upgrade step. */
export const firstTables: readonly Table[] = [
  'meta',
  'device',
  'slots',
  'keys',
  'counters',
  'outbox',
  'sent',
  'cursors',
  'bases',
  'chunks',
  'journal',
  'locals',
  'rejected',
]

/** All tables. */
export const tableNames: readonly Table[] = [
  ...firstTables,
  'images',
  'derived',
  'pages',
  'pools',
  'overwritten',
  'rows',
  'windows',
]
