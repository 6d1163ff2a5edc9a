import type {
  Cursor,
  Event,
  Numbers,
  ObjectId,
  Owners,
  Replica,
  Row,
  RowKey,
} from '@react-collab/core'
import type { Counter, Rejected } from './store.js'

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
    readonly principal?: string
    readonly retired?: readonly (readonly [Replica, Replica])[]
  }
  /** The writer of each slot. */
  readonly slots: { readonly key: number; readonly replica: Replica }
  /** The next key of outbox and rejected. Apart from `meta`, so that no edit waits for a leader. */
  readonly keys: { readonly key: 'next'; readonly next: number }
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
  /** What the chunks hold: the state at `cursor`, in `buckets` buckets. */
  readonly bases: {
    readonly key: ObjectId
    readonly cursor: Cursor
    readonly vv: Numbers
    readonly rows: number
    readonly buckets: number
  }
  /** The rows of one bucket: the JSON text of a `RowPage`. */
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
  /** Rows of local collections. */
  readonly locals: { readonly key: readonly [ObjectId, RowKey]; readonly row: Row }
  /** Edits that were refused. */
  readonly rejected: Rejected
}

/** How far the writer of a slot has come, as it lies on disk. */
export interface CounterRecord extends Counter {
  readonly key: readonly [ObjectId, slot: number]
}

/** An outbox row as it lies on disk. */
export interface OutboxRecord {
  readonly key: readonly [ObjectId, key: number]
  readonly events: readonly Event[]
  readonly at: number
}

/** The name of a table. */
export type Table = keyof Records

/** All tables of the first version; a later one adds its own in an upgrade step. */
export const tableNames: readonly Table[] = [
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
