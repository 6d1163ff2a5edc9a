export { createMemoryHub, type MemoryHub, type Received, type TestPeer } from './memory-hub.js'
export { createMemoryClientDisk, type ClientSnapshot } from '../clients/memory-client-disk.js'
export { createMemoryDisk as createMemoryLogDisk } from '../log/memory-disk.js'
export { openSqliteDisk } from '../log/sqlite-disk.js'
