export {
  type ClientDisk,
  type OwnerQuestion,
  type KnownClient,
  type StoredOwner,
} from './clients/client-disk.js'
export {
  type Admission,
  type Arrival,
  type ClientRegistry,
  createClientRegistry,
} from './clients/client-registry.js'
export type { Generation } from './clients/generation.js'
export { createHost, type Host, type HostParts } from './host.js'
export { defaultLimits, type Limits } from './limits.js'
export { createDurableLog, type LogOptions } from './log/durable-log.js'
export type {
  AppendItem,
  EventLog,
  JoinView,
  JoinWants,
  PageLimit,
  RowPlace,
  RowsAfter,
  StatePage,
  Verdict,
} from './log/event-log.js'
export type { Removal, StoredHead, StoredWriter, Term } from './log/head.js'
export type { MovedEvent } from './log/origins.js'
export {
  CommitError,
  type HashRun,
  type LogDisk,
  type ObjectCommit,
  type ObjectLevels,
  type PruneBounds,
  type Pruned,
  type Run,
  type StoredRow,
  type Weight,
} from './log/log-disk.js'
export type { PurgeBounds } from './log/purge.js'
export type { CommitFault, LogSnapshot } from './log/memory-disk.js'
export type { StoredObject, TimedRun } from './log/memory-object.js'
export {
  createMemoryEventLog,
  type MemoryEventLog,
  type MemoryLogOptions,
} from './log/memory-event-log.js'
export { openSqliteEventLog, type SqliteLogOptions } from './log/sqlite-event-log.js'
export type { SqliteDiskOptions } from './log/sqlite-disk.js'
export {
  type Access,
  type AccessRequest,
  allowAll,
  type Authenticate,
  type Authorize,
  type Guard,
  type Handshake,
  type HostOptions,
  type Permission,
} from './options.js'
export type { AckCallback, Down, Hub, Peer, SessionHandle } from './peer.js'
export type { PoolChange, PoolStore, StoredClient } from './pool/pool-store.js'
export { consoleLogger, type Logger, nodePlatform, type Platform } from './platform.js'
export type { Retention } from './retention.js'
export { type CollabServer, createServer, type Health, type ServerOptions } from './server.js'
