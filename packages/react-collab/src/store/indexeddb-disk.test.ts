import { IDBFactory, IDBObjectStore, forceCloseDatabase } from 'fake-indexeddb'
import type { ObjectId, Stamp, StorageError } from '@react-collab/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openIndexedDbDisk } from './indexeddb-disk.js'
import { createLocalStore } from './local-store.js'
import { batchContract } from './batches.contract.js'
import { loadingContract } from './loading.contract.js'
import { accountsContract } from './accounts.contract.js'
import { forkContract } from './fork.contract.js'
import { branchContract } from './branches.contract.js'
import { poolContract } from './pools.contract.js'
import { storeContract } from './store.contract.js'
import { storeLaws } from './store.laws.js'
import { windowsContract } from './windows.contract.js'
import type { LocalStore, Write } from './store.js'

let databases = 0
const newName = (): string => `database ${++databases}`

const createMedium = async (): Promise<{ open: () => ReturnType<typeof openIndexedDbDisk> }> => {
  const name = newName()
  return { open: () => openIndexedDbDisk(name) }
}

storeContract('IndexedDB', createMedium)
branchContract('IndexedDB', createMedium)
windowsContract('IndexedDB', createMedium)
batchContract('IndexedDB', createMedium)
poolContract('IndexedDB', createMedium)
loadingContract('IndexedDB', createMedium)
forkContract('IndexedDB', createMedium)
accountsContract('IndexedDB', createMedium)
storeLaws('IndexedDB', createMedium, 15)

const object = 'obj' as ObjectId
const stamp = '000000001000aaaaaaaa' as Stamp
const writeOf = (n: number): Write => ({
  object,
  slot: 0,
  counter: { n, stamp },
  row: { object, events: [[n, stamp, []]], at: 1 },
})
const write = writeOf(1)

interface Opened {
  readonly store: LocalStore
  readonly troubles: (string | undefined)[]
  readonly name: string
}

async function open(name = newName()): Promise<Opened> {
  const troubles: (string | undefined)[] = []
  const disk = await openIndexedDbDisk(name, (trouble) => troubles.push(trouble?.code))
  const store = createLocalStore(disk)
  await store.identity(() => 'me')
  return { store, troubles, name }
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: StorageError) => error.code,
  )

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30))

const methodOf = <T, K extends keyof T>(of: T, name: K): T[K] => of[name]

/** Watches the connections that are made, to close them as a browser would. */
function watchConnections(): IDBDatabase[] {
  const connections: IDBDatabase[] = []
  const original = methodOf(IDBFactory.prototype, 'open')
  vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (this: IDBFactory, ...args) {
    const request = original.apply(this, args as [string])
    request.addEventListener('success', () => connections.push(request.result as never))
    return request
  })
  return connections
}

function rawOpen(name: string, version?: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error as DOMException)
  })
}

function rawDelete(name: string): Promise<void> {
  return new Promise((resolve) => {
    indexedDB.deleteDatabase(name).onsuccess = () => resolve()
  })
}

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('IndexedDB in trouble', () => {
  it('[DISK2] writes the outbox strictly, the rest relaxed', async () => {
    const seen: unknown[] = []
    const { store } = await open()
    const transaction = methodOf(IDBDatabase.prototype, 'transaction')
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...args
    ) {
      seen.push(args[2]?.durability)
      return transaction.apply(this, args)
    })
    await store.append([write])
    const lead = await store.lead()
    await store.confirm(lead, object, [], [1], 0)
    await store.load(object)
    expect(seen).toEqual(['strict', 'relaxed', 'relaxed', undefined])
  })

  it('[DISK9] a connection that the browser closes is opened again; no edit is lost', async () => {
    const connections = watchConnections()
    const { store, troubles } = await open()
    for (let i = 1; i <= 20; i++) {
      const writing = store.append([writeOf(2 * i - 1)])
      if (i % 2 === 0) forceCloseDatabase(connections.at(-1) as never)
      const late = store.append([writeOf(2 * i)])
      await Promise.all([writing, late])
      forceCloseDatabase(connections.at(-1) as never)
    }
    expect(await store.pending(object)).toHaveLength(40)
    expect(troubles).toEqual([])
    expect(connections.length).toBeGreaterThan(20)
  })

  it('[DISK9] a database that cannot be opened again is trouble, until it can', async () => {
    const connections = watchConnections()
    const { store, troubles } = await open()
    const opening = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      throw new DOMException('', 'UnknownError')
    })
    forceCloseDatabase(connections.at(-1) as never)
    await settle()
    expect(troubles).toEqual(['STORE_FAILED'])
    expect(await codeOf(store.append([write]))).toBe('STORE_FAILED')
    opening.mockRestore()
    expect(await codeOf(store.append([write]))).toBe('no error')
    expect(troubles).toEqual(['STORE_FAILED', undefined])
  })

  it('[DISK9] site data cleared while open is LOCAL_STATE_LOST, also when it is there anew', async () => {
    for (const anew of [false, true]) {
      const connections = watchConnections()
      const { store, troubles, name } = await open()
      await store.append([write])
      const connection = connections.at(-1)!
      // As a browser does it: the data go, then the connection is closed.
      const opening = vi.spyOn(IDBFactory.prototype, 'open')
      connection.onversionchange = null
      const gone = rawDelete(name)
      forceCloseDatabase(connection as never)
      await gone
      if (anew) await open(name)
      await settle()
      expect(opening).toHaveBeenCalled()
      expect(troubles).toEqual(['LOCAL_STATE_LOST'])
      expect(await codeOf(store.append([write]))).toBe('LOCAL_STATE_LOST')
      expect(await codeOf(store.load(object))).toBe('LOCAL_STATE_LOST')
      vi.restoreAllMocks()
    }
  })

  it('[DISK9] deleting the database finds this connection closed at once', async () => {
    const { store, troubles, name } = await open()
    await rawDelete(name)
    expect(troubles).toEqual(['LOCAL_STATE_LOST'])
    expect(await codeOf(store.append([write]))).toBe('LOCAL_STATE_LOST')
  })

  it('[DISK9] makes way for a newer version at once, and says that it did', async () => {
    const { store, troubles, name } = await open()
    const last = store.append([write])
    const newer = await rawOpen(name, 99)
    expect(await last).toEqual([1])
    expect(troubles).toEqual(['STORE_TOO_NEW'])
    expect(await codeOf(store.append([write]))).toBe('STORE_TOO_NEW')
    newer.close()
    expect(await codeOf(openIndexedDbDisk(name))).toBe('STORE_TOO_NEW')
  })

  it('[DISK9] waits for an older version that stays open, and reports BLOCKED', async () => {
    const name = newName()
    const troubles: (string | undefined)[] = []
    await (await openIndexedDbDisk(name)).close()
    const older = await rawOpen(name)
    const original = methodOf(IDBFactory.prototype, 'open')
    const opening = vi.spyOn(IDBFactory.prototype, 'open')
    opening.mockImplementation(function (this: IDBFactory, ...[database]) {
      return original.call(this, database, 99)
    })
    const disk = openIndexedDbDisk(name, (trouble) => troubles.push(trouble?.code))
    await settle()
    expect(troubles).toEqual(['BLOCKED'])
    older.close()
    await (await disk).close()
    expect(troubles).toEqual(['BLOCKED', undefined])
  })

  it('[DISK9] a browser that denies storage is MEMORY_ONLY', async () => {
    for (const name of ['SecurityError', 'InvalidStateError']) {
      vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
        throw new DOMException('', name)
      })
      expect(await codeOf(openIndexedDbDisk('denied'))).toBe('MEMORY_ONLY')
    }
    vi.stubGlobal('indexedDB', undefined)
    expect(await codeOf(openIndexedDbDisk('denied'))).toBe('MEMORY_ONLY')
    vi.unstubAllGlobals()
  })

  it('[DISK9] a database that was denied is waited for no longer', async () => {
    vi.useFakeTimers()
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
      throw new DOMException('', 'SecurityError')
    })
    const troubles: (string | undefined)[] = []
    const opening = openIndexedDbDisk('denied', (trouble) => troubles.push(trouble?.code))
    expect(await codeOf(opening)).toBe('MEMORY_ONLY')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(troubles).toEqual(['MEMORY_ONLY'])
  })

  it('[DISK9] a full disk is QUOTA at once or at the end, until a write succeeds', async () => {
    const { store, troubles } = await open()
    const full = new DOMException('', 'QuotaExceededError')
    const put = methodOf(IDBObjectStore.prototype, 'put')
    const putting = vi.spyOn(IDBObjectStore.prototype, 'put')
    putting.mockImplementation(() => {
      throw full
    })
    await expect(store.append([write])).rejects.toMatchObject({
      code: 'QUOTA',
      cause: full,
      message: 'QUOTA: IndexedDB: QuotaExceededError',
    })
    putting.mockImplementation(function (this: IDBObjectStore, ...args: unknown[]) {
      // The transaction notices when it commits.
      const { transaction } = this
      Object.defineProperty(transaction, 'error', { get: () => full })
      Object.defineProperty(transaction, 'commit', { value: () => transaction.abort() })
      return put.apply(this, args as [unknown])
    } as never)
    expect(await codeOf(store.append([write]))).toBe('QUOTA')
    expect(troubles).toEqual(['QUOTA'])
    putting.mockRestore()
    expect((await store.load(object)).pending).toEqual([])
    expect(troubles).toEqual(['QUOTA'])
    expect(await store.append([write])).toEqual([1])
    expect(troubles).toEqual(['QUOTA', undefined])
  })

  it('[DISK9] a record that cannot be read is CORRUPT, never skipped', async () => {
    const { store, troubles, name } = await open()
    const lead = await store.lead()
    await store.confirm(lead, object, [{ term: 't', seq: 1, events: write.row!.events }], [], 0)
    const { state, cursor } = await store.load(object)
    state.rows.set('c/1' as never, { values: {}, stamps: {} })
    const spoil = async (table: string, key: unknown, record?: unknown): Promise<void> => {
      const database = await rawOpen(name)
      const tx = database.transaction(table, 'readwrite')
      if (record === undefined) tx.objectStore(table).delete(key as never)
      else tx.objectStore(table).put(record)
      await new Promise((resolve) => (tx.oncomplete = resolve))
      database.close()
    }
    await spoil('journal', [object, 1])
    expect(await codeOf(store.load(object))).toBe('CORRUPT')
    await store.reset(lead, object, state, cursor!, [])
    const pages = ['{"stamps":[],"groups"', '{}', '{"stamps":[],"groups":[]}', undefined]
    for (const [i, page] of pages.entries()) {
      await spoil('chunks', [object, 0], page && { key: [object, 0], page })
      expect(await codeOf(store.load(object))).toBe('CORRUPT')
      await store.append([writeOf(i + 1)])
      expect(troubles.at(-1)).toBe('CORRUPT')
      await store.reset(lead, object, state, cursor!, [])
      expect(await codeOf(store.load(object))).toBe('no error')
      expect(troubles.at(-1)).toBeUndefined()
    }
    vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(() => {
      throw new DOMException('', 'NotReadableError')
    })
    expect(await codeOf(store.pending(object))).toBe('CORRUPT')
  })

  it('[DISK9] errors of callers are not trouble of the disk', async () => {
    const { store, troubles } = await open()
    expect(await codeOf(store.saveGeneration(7, 'x'))).toBe('FENCED')
    const bug = store.replica(0, () => Symbol('x') as never)
    await expect(bug).rejects.toHaveProperty('name', 'DataCloneError')
    await store.close()
    expect(await codeOf(store.append([write]))).toBe('CLOSED')
    expect(troubles).toEqual([])
  })
})
