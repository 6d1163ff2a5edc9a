import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventLog } from '../log/event-log.js'
import { openSqliteEventLog } from '../log/sqlite-event-log.js'
import { createMemoryPoolStore } from './memory-pool-store.js'
import type { PoolStore } from './pool-store.js'
import { poolStoreContract, type StoreBench } from './pool-store.contract.js'

poolStoreContract('memory', async (): Promise<StoreBench> => {
  const store = createMemoryPoolStore()
  return { open: async () => store, again: async () => store, destroy: async () => {} }
})

poolStoreContract('SQLite', async (): Promise<StoreBench> => {
  const folder = await mkdtemp(join(tmpdir(), 'collab-pool-'))
  const path = join(folder, 'log.sqlite')
  let log: EventLog | undefined
  const open = async (): Promise<PoolStore> => {
    const onFatal = (error: Error): void => {
      throw error
    }
    log = await openSqliteEventLog({ path, onFatal, now: () => 0, opening: 'test' })
    return log.pools as PoolStore
  }
  return {
    open,
    again: async () => {
      await log?.close()
      return open()
    },
    destroy: async () => {
      await log?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
})
