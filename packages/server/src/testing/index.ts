export { createMemoryHub, type MemoryHub, type Received, type TestPeer } from './memory-hub.js'
export { createMemoryDisk as createMemoryLogDisk } from '../log/memory-disk.js'
export { openSqliteDisk } from '../log/sqlite-disk.js'
