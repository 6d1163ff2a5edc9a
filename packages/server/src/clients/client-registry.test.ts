import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqliteDisk } from '../log/sqlite-disk.js'
import { createClientRegistry } from './client-registry.js'
import { clientRegistryContract } from './client-registry.contract.js'
import { createMemoryClientDisk } from './memory-client-disk.js'

clientRegistryContract('memory', async () => {
  let disk = createMemoryClientDisk()
  let kept = disk.snapshot()
  return {
    open: async () => disk,
    backup: async () => {
      kept = disk.snapshot()
    },
    restore: async () => {
      disk = createMemoryClientDisk(kept)
    },
    close: async () => {},
    destroy: async () => {},
  }
})

clientRegistryContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'collab-clients-'))
  const path = join(folder, 'log.sqlite')
  const onFatal = (error: Error): void => {
    throw error
  }
  let disk: Awaited<ReturnType<typeof openSqliteDisk>> | undefined
  return {
    open: async () => (disk = await openSqliteDisk({ path, now: Date.now, onFatal })),
    backup: () => copyFile(path, `${path}.copy`),
    restore: () => copyFile(`${path}.copy`, path),
    close: async () => disk?.close(),
    destroy: () => rm(folder, { recursive: true, force: true }),
  }
})

it('[IDN6] a disk that fails admits nobody for now, and nobody is registered by it', async () => {
  const rows = createMemoryClientDisk()
  let isFull = true
  const errors: unknown[] = []
  const registry = createClientRegistry(
    {
      ...rows,
      saveClients: (...args) =>
        isFull ? Promise.reject(new Error('full')) : rows.saveClients(...args),
    },
    { now: () => 1, id: () => 'id', digest: (text) => text, report: (e) => errors.push(e) },
  )
  const arrival = { client: 'a', secret: 's', principal: 'a' }
  await expect(registry.admit(arrival)).rejects.toMatchObject({ code: 'LOG_FAILED' })
  expect(errors).toHaveLength(1)
  isFull = false
  await expect(registry.admit({ ...arrival, secret: 'other' })).resolves.toBeDefined()
})
