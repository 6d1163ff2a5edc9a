import { createAccounts } from './accounts.js'
import { createBranches } from './branches.js'
import { createConfirmed } from './confirmed.js'
import { createDerived } from './derived.js'
import { createDevice } from './device.js'
import type { Disk } from './disk.js'
import { createEdits } from './edits.js'
import { Erasures } from './erasures.js'
import { createPools } from './pools.js'
import { createOverwritten } from './overwritten.js'
import { RowStore } from './row-store.js'
import type { LocalStore } from './store.js'
import { createWindows } from './windows.js'

/** Makes the store of one tab on a disk; the disk carries all that tabs share. */
export function createLocalStore(medium: Disk): LocalStore {
  const rows = new RowStore(medium)
  const { disk } = rows
  const erasures = new Erasures()
  return {
    durable: disk.durable,
    ...createDevice(disk, erasures),
    ...createAccounts(disk),
    ...createEdits(disk, rows, erasures),
    ...createConfirmed(disk, rows),
    ...createBranches(disk, rows),
    ...createDerived(disk),
    ...createPools(disk),
    ...createOverwritten(disk),
    ...createWindows(disk, rows),
    close: () => disk.close(),
  }
}
