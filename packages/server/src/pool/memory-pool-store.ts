import type { ObjectId } from '@react-collab/core'
import type { PoolStore, StoredClient } from './pool-store.js'

/** Makes a store that lasts as long as its process. */
export function createMemoryPoolStore(): PoolStore {
  const objects = new Map<ObjectId, Map<string, StoredClient>>()
  return {
    load: async (object) => [...(objects.get(object)?.values() ?? [])],
    save: async (changes) => {
      for (const { object, clients, gone } of changes) {
        const kept = objects.get(object) ?? new Map<string, StoredClient>()
        objects.set(object, kept)
        for (const client of clients) kept.set(client.client, client)
        for (const client of gone) kept.delete(client)
      }
    },
  }
}
