import { type Event, type ObjectId, type Stamp, StorageError } from '@react-collab/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLocalStore } from './local-store.js'
import { type CrashPoint, createMemoryDisk } from './memory-disk.js'
import { compareKeys } from './ordered-table.js'
import type { Write } from './store.js'
import { batchContract } from './batches.contract.js'
import { loadingContract } from './loading.contract.js'
import { accountsContract } from './accounts.contract.js'
import { forkContract } from './fork.contract.js'
import { branchContract } from './branches.contract.js'
import { poolContract } from './pools.contract.js'
import { type Medium, storeContract } from './store.contract.js'
import { windowsContract } from './windows.contract.js'
import { storeLaws } from './store.laws.js'
import { createTables } from './tables.js'

const createMedium = async (): Promise<Medium> => {
  const tables = createTables({ isGuarded: true })
  return { open: async () => createMemoryDisk({ tables }) }
}

storeContract('memory', createMedium)
branchContract('memory', createMedium)
windowsContract('memory', createMedium)
batchContract('memory', createMedium)
poolContract('memory', createMedium)
loadingContract('memory', createMedium)
forkContract('memory', createMedium)
accountsContract('memory', createMedium)
storeLaws('memory', createMedium, 200)

const object = 'obj' as ObjectId
const write: Write = {
  object,
  slot: 0,
  counter: { n: 1 },
  row: { object, events: [[1, '000000001000aaaaaaaa' as Stamp, []]], at: 1 },
}

describe('memory disk', () => {
  it('[DISK20] dies before or after a commit, unheard, while other tabs go on', async () => {
    for (const when of ['before', 'after'] as const) {
      const tables = createTables({ isGuarded: true })
      const seen: CrashPoint[] = []
      const dying = createLocalStore(
        createMemoryDisk({
          tables,
          crashPoint: (point) => {
            seen.push(point)
            return point.when === when ? 'die' : undefined
          },
        }),
      )
      const other = createLocalStore(createMemoryDisk({ tables }))
      let heard = false
      const hear = (): void => {
        heard = true
      }
      dying.append([write]).then(hear, hear)
      expect(await other.pending(object)).toHaveLength(when === 'after' ? 1 : 0)
      dying.pending(object).then(hear, hear)
      await other.append([{ ...write, slot: 1 }])
      expect(await other.pending(object)).toHaveLength(when === 'after' ? 2 : 1)
      expect(heard).toBe(false)
      expect(seen.at(-1)).toMatchObject({ when, access: 'strict' })
    }
  })

  it('[DISK20] rejects with the error of a crash point', async () => {
    let fault: StorageError | undefined = new StorageError('QUOTA', 'full')
    const store = createLocalStore(createMemoryDisk({ crashPoint: () => fault }))
    await expect(store.append([write])).rejects.toBe(fault)
    expect(await store.pending(object)).toEqual([])
    fault = undefined
    expect(await store.append([write])).toEqual([1])
  })

  it('[DISK1] shows aliasing: what was stored cannot be changed from outside', async () => {
    const store = createLocalStore(createMemoryDisk({ tables: createTables({ isGuarded: true }) }))
    const events: Event[] = [[1, '000000001000aaaaaaaa' as Stamp, []]]
    await store.append([{ ...write, row: { object, events, at: 1 } }])
    expect(() => events.push(events[0]!)).toThrow(TypeError)
  })
})

describe('order of keys', () => {
  it('[DISK10] is that of IndexedDB', () => {
    const keys = fc.oneof(
      fc.integer({ min: -9, max: 9 }),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.array(fc.oneof(fc.nat(3), fc.string({ maxLength: 2 })), { maxLength: 3 }),
    )
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(indexedDB.cmp(a, b))
      }),
    )
  })
})
