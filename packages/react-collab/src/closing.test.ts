import { listOf } from './list/list-of.js'
import { StorageError } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClientFrom } from './client.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk, type MemoryDiskOptions } from './store/memory-disk.js'
import type { LocalStore } from './store/store.js'
import { createTables } from './store/tables.js'
import { singleTab } from './tabs.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'

let platform: ManualPlatform
let server: FakeServer

beforeEach(() => {
  platform = createManualPlatform()
  server = createFakeServer(() => platform.time)
})

const full = new StorageError('QUOTA', 'the disk is full')

function open(
  disk: MemoryDiskOptions = {},
  change: Partial<LocalStore> = {},
  isStill = false,
): Client {
  const store = createLocalStore(createMemoryDisk({ durable: true, ...disk }))
  return createClientFrom({
    platform,
    transport: server,
    tabs: singleTab(),
    isStill,
    openStore: async () => ({ ...store, ...change }),
  })
}

const outcome = (promise: Promise<unknown>): { current: string } => {
  const found = { current: 'open' }
  promise.then(
    () => (found.current = 'done'),
    ({ code, retry }: StorageError) => (found.current = `${code} ${retry}`),
  )
  return found
}

describe('[REP17] close', () => {
  it('ends 2 s after the disk begins to fail, when only what the server has is not on it', async () => {
    let isFull = false
    const client = open({
      crashPoint: ({ tables }) => (isFull && tables.includes('journal') ? full : undefined),
    })
    const { object } = client.open('o')
    await platform.pass(100)
    const { local } = object.change({ a: 1 })
    isFull = true
    await platform.pass(100)
    await local
    const closing = outcome(client.close())
    await platform.pass(1500)
    expect(closing.current).toBe('open')
    await platform.pass(1000)
    expect(closing.current).toBe('done')
  })

  it('fails, with the edits that a disk did not take that never answers, after 10 s', async () => {
    const client = open({}, { append: () => new Promise(() => undefined) })
    const { object } = client.open('o')
    await platform.pass(100)
    const written = [object.change({ a: 1 }), object.change({ b: 1 })]
    const closing = outcome(client.close())
    const local = written.map((one) => outcome(one.local))
    const inLog = written.map((one) => outcome(one.server))
    await platform.pass(9000)
    expect(closing.current).toBe('open')
    await platform.pass(2000)
    expect(closing.current).toBe('STORE_FAILED later')
    expect([...local, ...inLog].map(({ current }) => current)).toEqual(
      Array<string>(4).fill('STORE_FAILED later'),
    )
  })

  it('fails with the reason why the disk does not open', async () => {
    const client = createClientFrom({
      platform,
      transport: server,
      tabs: singleTab(),
      openStore: (onTrouble) => {
        onTrouble(new StorageError('BLOCKED', 'an older tab holds it'))
        return new Promise(() => undefined)
      },
    })
    const local = outcome(client.peek('o').change({ a: 1 }).local)
    const closing = outcome(client.close())
    await platform.pass(2500)
    expect([closing.current, local.current]).toEqual(['BLOCKED later', 'BLOCKED later'])
  })

  it('waits for a disk that is slow and takes one edit after the other', async () => {
    const store = createLocalStore(createMemoryDisk({ durable: true }))
    let written = 0
    const client = open(
      {},
      {
        append: async (writes) => {
          await new Promise<void>((resolve) => platform.timer(8000, resolve))
          written += writes.length
          return store.append(writes)
        },
      },
    )
    const { object } = client.open('o')
    await platform.pass(100)
    void object.change({ a: 1 })
    await platform.pass(100)
    void object.change({ b: 1 })
    const closing = outcome(client.close())
    await platform.pass(20_000)
    expect([closing.current, written]).toEqual(['done', 2])
  })

  it('is one, however often it is called', async () => {
    const client = open()
    const [first, second] = [client.close(), client.close()]
    expect(first).toBe(second)
    await platform.pass(100)
    await first
  })
})

describe('[REP18] who waits for the log when the client is closed', () => {
  it('hears CLOSED, and that the edit is kept; the next start sends it', async () => {
    server.isSilent = true
    const tables = createTables()
    const client = open({ tables })
    const { object } = client.open('o')
    await platform.pass(100)
    const { local, server: inLog } = object.change({ a: 1 })
    const closing = client.close()
    const heard = outcome(inLog)
    await platform.pass(100)
    await Promise.all([closing, local])
    expect(heard.current).toBe('CLOSED reload')
    await expect(inLog).rejects.toThrow('sent at the next start')
    server.isSilent = false
    open({ tables })
    await platform.pass(100)
    expect(server.log('o')).toHaveLength(1)
  })

  it('is not told that an edit is kept where nothing is', async () => {
    const client = open({ durable: false })
    server.isSilent = true
    const { object } = client.open('o')
    await platform.pass(100)
    const { server: inLog } = object.change({ a: 1 })
    const closing = client.close()
    await platform.pass(100)
    await closing
    await expect(inLog).rejects.toThrow('gone')
  })
})

it('[REP25] a closed client has no timer left, and takes no edit', async () => {
  const client = open()
  const { object, close } = client.open('o')
  await platform.pass(1000)
  object.change({ a: 1 })
  close()
  await Promise.all([client.close(), platform.pass(100)])
  expect(platform.delays).toEqual([])
  const closed = expect.objectContaining({ code: 'CLOSED' })
  expect(() => object.change({ a: 2 })).toThrow(closed)
  expect(() => client.peek('other').change({ a: 2 })).toThrow(closed)
  expect(() => object.text('body').insert(0, 'a')).toThrow(closed)
  expect(object.get()).toEqual({ a: 1 })
  await platform.pass(100)
  expect(platform.delays).toEqual([])
})

it('[USE3] listeners are functions, and rows are ordered by a field or a function', () => {
  const client = open()
  const { object } = client.open('o')
  const wrong = expect.objectContaining({ code: 'BAD_VALUE' })
  const none = undefined as never
  expect(() => client.subscribe(none)).toThrow(wrong)
  expect(() => object.subscribe(none)).toThrow(wrong)
  expect(() => object.sorted('todos').subscribe(none)).toThrow(wrong)
  expect(() => listOf(object, 'todos').subscribe(none)).toThrow(wrong)
  expect(() => object.sorted('todos', 5 as never)).toThrow(wrong)
})

it('[USE4] a client that only renders says what it wants of who opens or writes', async () => {
  const client = open({}, {}, true)
  const { object } = { object: client.peek('o') }
  const wrong = expect.objectContaining({
    message: expect.stringContaining('openFileStore') as unknown,
  })
  expect(() => client.open('o')).toThrow(wrong)
  expect(() => object.change({ a: 1 })).toThrow(wrong)
  expect(object.get()).toBeUndefined()
})
