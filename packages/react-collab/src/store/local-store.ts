import { createBranches } from './branches.js'
import { createConfirmed } from './confirmed.js'
import { createDerived } from './derived.js'
import { createDevice } from './device.js'
import type { Disk } from './disk.js'
import { createEdits } from './edits.js'
import type { LocalStore } from './store.js'

/** Makes the store of one tab on a disk; the disk carries all that tabs share. */
export const createLocalStore = (disk: Disk): LocalStore => ({
  durable: disk.durable,
  ...createDevice(disk),
  ...createEdits(disk),
  ...createConfirmed(disk),
  ...createBranches(disk),
  ...createDerived(disk),
  close: () => disk.close(),
})
