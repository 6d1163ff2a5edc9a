export { createMemoryHub, type MemoryHub, type Received, type TestPeer } from './memory-hub.js'
