// @vitest-environment node
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Disk } from '../store/disk.js'
import { batchContract } from '../store/batches.contract.js'
import { loadingContract } from '../store/loading.contract.js'
import { accountsContract } from '../store/accounts.contract.js'
import { forkContract } from '../store/fork.contract.js'
import { branchContract } from '../store/branches.contract.js'
import { poolContract } from '../store/pools.contract.js'
import { type Medium, storeContract } from '../store/store.contract.js'
import { windowsContract } from '../store/windows.contract.js'
import { storeLaws } from '../store/store.laws.js'
import { openFileDisk } from './file-disk.js'

const folder = await mkdtemp(join(tmpdir(), 'store-'))
let files = 0

/** One process opens a file once; its "tabs" share the disk. */
function createMedium(path: string): Medium {
  let shared: Promise<Disk> | undefined
  let users = 0
  return {
    async open() {
      shared ??= openFileDisk(path, { compactBytes: 20_000 })
      const disk = await shared
      users++
      let closed = false
      return {
        ...disk,
        async close() {
          if (closed) return
          closed = true
          if (--users > 0) return
          shared = undefined
          await disk.close()
        },
      }
    },
  }
}

const create = async (): Promise<Medium> => createMedium(join(folder, `file ${++files}`))

storeContract('a file', create)
branchContract('a file', create)
windowsContract('a file', create)
batchContract('a file', create)
poolContract('a file', create)
loadingContract('a file', create)
forkContract('a file', create)
accountsContract('a file', create)
storeLaws('a file', create, 15)

it('[DISK9] an error has the one of the system as its cause', async () => {
  const path = join(folder, 'nowhere', 'file')
  await expect(openFileDisk(path)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('ENOENT') as unknown,
    cause: expect.objectContaining({ code: 'ENOENT' }) as unknown,
  })
})
