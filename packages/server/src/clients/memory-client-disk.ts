import type { ClientDisk, KnownClient, StoredOwner } from './client-disk.js'

/** All that a registry in memory holds; a copy of it is a backup. */
export interface ClientSnapshot {
  readonly clients: ReadonlyMap<string, KnownClient>
  readonly owners: readonly StoredOwner[]
}

/** The disk of a registry in memory. */
export interface MemoryClientDisk extends ClientDisk {
  snapshot(): ClientSnapshot
}

/** Makes rows in memory, starting from a copy of others. */
export function createMemoryClientDisk(from?: ClientSnapshot): MemoryClientDisk {
  const clients = new Map(from?.clients)
  const owners = [...(from?.owners ?? [])]
  return {
    client: async (client) => clients.get(client),
    owners: async ({ ids, holders }) =>
      owners.filter(
        ({ id, kind, holder }) =>
          ids.includes(id) || holders.some((one) => one.kind === kind && one.holder === holder),
      ),
    saveClients: async (saved, bound) => {
      for (const one of saved) clients.set(one.client, one)
      owners.push(...bound)
    },
    forgetClients: async (beforeMs) => {
      for (const { client, seenAt } of clients.values())
        if (seenAt < beforeMs) clients.delete(client)
    },
    snapshot: () => ({ clients: new Map(clients), owners: [...owners] }),
  }
}
