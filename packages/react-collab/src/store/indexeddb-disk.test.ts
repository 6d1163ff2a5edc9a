import { openIndexedDbDisk } from './indexeddb-disk.js'
import { storeContract } from './store.contract.js'

let databases = 0

storeContract('IndexedDB', async () => {
  const name = `contract ${++databases}`
  return { open: () => openIndexedDbDisk(name) }
})
