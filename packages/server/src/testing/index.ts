export { createMemoryHub, type MemoryHub, type Received, type TestPeer } from './memory-hub.js'
export { createMemoryDisk as createMemoryLogDisk } from '../log/memory-disk.js'
export { createMemoryPoolStore } from '../pool/memory-pool-store.js'
export { openSqliteDisk } from '../log/sqlite-disk.js'
