import { type Client, type ClientParts, createClientFrom } from '../client.js'
import { hostPlatform } from '../platform.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { singleTab } from '../tabs.js'
import type { Transport } from '../transport.js'

/**
 * Makes a client that lives in memory, on a server that may be a fake.
 *
 * ```ts
 * const client = createTestClient(createFakeServer())
 * render(<CollabProvider client={client}><App /></CollabProvider>)
 * ```
 */
export const createTestClient = (transport: Transport, parts: Partial<ClientParts> = {}): Client =>
  createClientFrom({
    platform: hostPlatform,
    transport,
    tabs: singleTab(),
    openStore: () => Promise.resolve(createLocalStore(createMemoryDisk())),
    ...parts,
  })
