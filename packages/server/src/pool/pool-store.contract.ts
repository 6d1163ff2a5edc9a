import type { ObjectId } from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PoolStore, StoredClient } from './pool-store.js'

/** A place that outlives the stores opened over it. */
export interface StoreBench {
  open(): Promise<PoolStore>
  /** Opens again what the last one has kept. */
  again(): Promise<PoolStore>
  destroy(): Promise<void>
}

const [one, two] = ['one', 'one2'] as ObjectId[] as [ObjectId, ObjectId]

const clientOf = (client: string, more: Partial<StoredClient> = {}): StoredClient => ({
  client,
  principal: `${client}@example`,
  seenAt: 1_700_000_000_000,
  syncedAt: undefined,
  seq: undefined,
  ...more,
})

const byName = (clients: readonly StoredClient[]): StoredClient[] =>
  [...clients].sort((a, b) => (a.client < b.client ? -1 : 1))

/** What every store of pools does. */
export function poolStoreContract(name: string, makeBench: () => Promise<StoreBench>): void {
  describe(`[POOL2] a store of pools: ${name}`, () => {
    let bench: StoreBench
    let store: PoolStore
    beforeEach(async () => {
      bench = await makeBench()
      store = await bench.open()
    })
    afterEach(() => bench.destroy())

    it('gives back what was kept, each object for itself', async () => {
      const a = clientOf('a', { syncedAt: 1_700_000_000_001, seq: 0 })
      const b = clientOf('b')
      await store.save([
        { object: one, clients: [a, b], gone: [] },
        { object: two, clients: [clientOf('a', { seq: 9 })], gone: [] },
      ])
      expect(byName(await store.load(one))).toEqual([a, b])
      expect(await store.load(two)).toEqual([clientOf('a', { seq: 9 })])
      expect(await store.load('three' as ObjectId)).toEqual([])
    })

    it('keeps the newest of a client, and forgets who is gone', async () => {
      await store.save([{ object: one, clients: [clientOf('a'), clientOf('b')], gone: [] }])
      const later = clientOf('a', { principal: 'ann', seenAt: 1_700_000_100_000, seq: 7 })
      await store.save([{ object: one, clients: [later], gone: ['b', 'unknown'] }])
      expect(await store.load(one)).toEqual([later])
    })

    it('has it after a restart', async () => {
      await store.save([{ object: one, clients: [clientOf('a', { seq: 3 })], gone: [] }])
      store = await bench.again()
      expect(await store.load(one)).toEqual([clientOf('a', { seq: 3 })])
    })
  })
}
