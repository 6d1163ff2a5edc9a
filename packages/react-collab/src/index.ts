export {
  CollabError,
  type ErrorCode,
  defineSchema,
  local,
  object,
  ProtocolError,
  RefusedError,
  type Schema,
  shared,
  StorageError,
  UsageError,
  value,
  type Value,
} from '@react-collab/core'
export { type ClientOptions, createClient, type StoreOption } from './create-client.js'
export type { Client, OutboxView, PendingEdit, TokenSource } from './client.js'
export type { ConnectionState } from './connection.js'
export type { Written } from './edit.js'
export type { Added, Change, FieldValues, SharedObject } from './shared-object.js'
export type { Compare, RowView, SortedRows } from './sorted-rows.js'
export type { SyncState, SyncStatus } from './status.js'
export type { LocalStore, Rejected } from './store/store.js'
