import { createMemoryDisk } from './memory-disk.js'
import { storeContract } from './store.contract.js'
import { createTables } from './tables.js'

storeContract('memory', async () => {
  const tables = createTables()
  return { open: async () => createMemoryDisk({ tables }) }
})
