import type { Disk } from './disk.js'
import type { LocalStore } from './store.js'

/** The part of a store that keeps who the clients of objects are. */
export const createPools = (disk: Disk): Pick<LocalStore, 'pool' | 'savePool'> => ({
  pool: (object) =>
    disk.run('read', ['pools'], async (tx) => {
      const record = await tx.get('pools', object)
      if (record === undefined) return undefined
      const { key: _, ...pool } = record
      return pool
    }),

  savePool: (object, pool) =>
    disk.run('relaxed', ['pools'], async (tx) => tx.put('pools', { key: object, ...pool })),
})
