/** What every store does with the clients of objects; free of Node, as browsers run it too. */
import type { ObjectId } from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import type { StoredPool } from '../pool/pool-list.js'
import type { Disk } from './disk.js'
import { createLocalStore } from './local-store.js'
import type { Medium } from './store.contract.js'

const one = 'obj1' as ObjectId
const ten = 'obj10' as ObjectId

const poolOf = (knownAt: number): StoredPool => ({
  knownAt,
  staleAfterMs: 604_800_000,
  clients: [
    { client: 'a', principal: 'ann', seenAt: 1, syncedAt: 2, seq: 3, connected: true },
    { client: 'b', principal: 'b', seenAt: 4, connected: false },
  ],
})

/** Runs the contract of pools against a medium. */
export function poolContract(name: string, createMedium: () => Promise<Medium>): void {
  describe(`pools on ${name}`, () => {
    it('[POOL7] the clients of an object are kept as they were last known, each object for itself', async () => {
      const medium = await createMedium()
      let disk: Disk = await medium.open()
      const store = createLocalStore(disk)
      expect(await store.pool(one)).toBeUndefined()
      await store.savePool(one, poolOf(1))
      await store.savePool(one, poolOf(2))
      await store.savePool(ten, poolOf(3))
      await disk.close()
      disk = await medium.open()
      const again = createLocalStore(disk)
      expect(await again.pool(one)).toEqual(poolOf(2))
      expect(await again.pool(ten)).toEqual(poolOf(3))
      await disk.close()
    })
  })
}
