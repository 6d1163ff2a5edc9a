import { StorageError } from '@react-collab/core'
import type { Access, Disk } from './disk.js'
import type { Table } from './records.js'
import { createTables, type Tables } from './tables.js'

/** Where a transaction may be made to fail: just before it is committed, or just after. */
export interface CrashPoint {
  readonly when: 'before' | 'after'
  readonly access: Access
  readonly tables: readonly Table[]
}

/** What a memory disk is made of. */
export interface MemoryDiskOptions {
  /** Shared with other disks, as tabs share a database; own and empty when left out. */
  readonly tables?: Tables
  /** Claims durability: for simulations, where the tables outlive the client. */
  readonly durable?: boolean
  /**
   * Called at each crash point of a transaction that writes. An error makes the transaction
   * reject with it; `'die'` is the death of the process: the caller never hears again.
   */
  readonly crashPoint?: (point: CrashPoint) => StorageError | 'die' | undefined
}

/** The death of a process, on its way through the queue; never thrown to anyone outside. */
const dead: Error = new Error('the process died')

/** Makes a disk in memory: the reference of all disks, and the medium of simulations. */
export function createMemoryDisk(options: MemoryDiskOptions = {}): Disk {
  const { tables = createTables(), durable = false, crashPoint } = options
  let state: 'open' | 'closed' | 'dead' = 'open'

  function crash(when: CrashPoint['when'], access: Access, scope: readonly Table[]): void {
    if (access === 'read') return
    const fault = crashPoint?.({ when, access, tables: scope })
    if (fault === 'die') throw dead
    if (fault !== undefined) throw fault
  }

  const run: Disk['run'] = (access, scope, work) =>
    tables
      .enqueue(async () => {
        if (state === 'closed') throw new StorageError('CLOSED', 'the disk is closed')
        if (state === 'dead') throw dead
        const transaction = tables.open(access, scope)
        let undo = true
        try {
          const result = await work(transaction.tx)
          crash('before', access, scope)
          undo = false
          crash('after', access, scope)
          return result
        } finally {
          transaction.end(undo)
        }
      })
      .catch((error: unknown) => {
        if (error !== dead) throw error
        state = 'dead'
        return new Promise<never>(() => {})
      })

  return {
    durable,
    run,
    async close() {
      await tables.enqueue(async () => undefined)
      if (state === 'open') state = 'closed'
    },
  }
}
