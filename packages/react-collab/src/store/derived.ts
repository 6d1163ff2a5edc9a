import { allOf, type Disk } from './disk.js'
import { leading } from './leading.js'
import type { LocalStore } from './store.js'

/** The part of a store that keeps what is derived, so that it need not be made anew at each start. */
export const createDerived = (disk: Disk): Pick<LocalStore, 'derived' | 'keepDerived'> => ({
  derived: (object) =>
    disk.run('read', ['derived'], async (tx) =>
      (await tx.getAll('derived', allOf(object))).map(({ key, ...record }) => ({
        collection: key[1],
        ...record,
      })),
    ),

  keepDerived: (lead, object, records) =>
    leading(disk, lead)('relaxed', ['derived'], async (tx) => {
      tx.delete('derived', allOf(object))
      for (const { collection, ...record } of records)
        tx.put('derived', { key: [object, collection], ...record })
    }),
})
