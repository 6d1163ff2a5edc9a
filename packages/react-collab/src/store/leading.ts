import { StorageError } from '@react-collab/core'
import type { Disk } from './disk.js'

/** Runs transactions of a leading tab: `FENCED`, and nothing written, once another leads. */
export const leading =
  (disk: Disk, lead: number): Disk['run'] =>
  (access, tables, work) =>
    disk.run(access, ['meta', ...tables], async (tx) => {
      if ((await tx.get('meta', 'lead'))?.value === lead) return work(tx)
      throw new StorageError('FENCED', 'another tab leads')
    })
