import { createCollab } from './react/create-collab.js'
import { defineSchema, object as kind, shared, StorageError, value } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClientFrom } from './client.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import type { Records } from './store/records.js'
import { type Change, createTables, type Tables } from './store/tables.js'
import { createFakeBrowser, type FakeBrowser } from './testing/fake-browser.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'
import { createTabs } from './web-tabs.js'

let platform: ManualPlatform
let server: FakeServer
let tables: Tables
let browser: FakeBrowser

beforeEach(() => {
  platform = createManualPlatform()
  // Each tab is another writer.
  let draws = 0
  Object.assign(platform, { random: () => (draws++ * 0.137) % 1 })
  server = createFakeServer(() => platform.time)
  tables = createTables()
  browser = createFakeBrowser()
})

const open = (offline = false): Client =>
  createClientFrom({
    platform,
    transport: server,
    tabs: createTabs('db', platform, browser.open()),
    openStore: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
    offline,
  })

/** Changes the records of a table behind the store's back. */
function spoil<T extends keyof Records>(table: T, change: (record: Records[T]) => object): void {
  for (const [name, record] of [...tables.all()] as [T, Records[T]][]) {
    if (name === table) tables.apply([table, change(record)] as unknown as Change)
  }
}

/** A device that has an object from the log, and two edits that are not in the log. */
async function prepare(): Promise<void> {
  const first = open()
  first.peek('o').change({ a: 1 })
  await platform.pass(1000)
  first.setOffline(true)
  first.peek('o').change({ b: 2 })
  await platform.pass(100)
  first.peek('o').change({ c: 3 })
  const closing = first.close()
  await platform.pass(1000)
  await closing
}

const gap = (): void => spoil('chunks', (record) => ({ ...record, page: '{' }))

async function failed(client: Client): Promise<string> {
  const { loaded } = client.peek('o')
  await platform.pass(100)
  return loaded.then(
    () => 'loaded',
    ({ message }: Error) => message,
  )
}

async function settled<T>(promise: Promise<T>): Promise<T> {
  await platform.pass(1000)
  return promise
}

describe('[REP19] an object that cannot be read', () => {
  it('is loaded from the server again; what was not sent is kept and sent', async () => {
    await prepare()
    gap()
    const client = open()
    expect(await failed(client)).toMatch(/CORRUPT.*client\.reload\('o'\)/)
    expect(client.status.error?.code).toBe('CORRUPT')
    const told: (string | undefined)[] = []
    const { object } = client.open('o')
    object.onReading(() => told.push(object.error?.code))
    expect(await settled(client.reload('o'))).toEqual({ kept: 2, lost: [] })
    expect(object.get()).toEqual({ a: 1, b: 2, c: 3 })
    expect(client.peek('o')).toBe(object)
    expect([object.error, client.status.state, server.log('o').length]).toEqual([
      undefined,
      'synced',
      3,
    ])
    expect(told.at(-1)).toBeUndefined()
    expect((await settled(open().reload('o'))).kept).toBe(0)
  })

  it('gives back what of its own edits cannot be read', async () => {
    await prepare()
    gap()
    spoil('outbox', (record) =>
      'events' in record &&
      record.events.some(([, , patches]) => patches.some(([, , field]) => field === 'b'))
        ? { ...record, events: [['no event']] }
        : record,
    )
    const client = open()
    await failed(client)
    const { kept, lost } = await settled(client.reload('o'))
    expect([kept, lost]).toEqual([1, [expect.objectContaining({ events: [['no event']] })]])
    expect(platform.errors).toContainEqual(expect.objectContaining({ code: 'CORRUPT' }))
  })

  it('shows what was not sent, until there is a server again', async () => {
    await prepare()
    gap()
    const client = open(true)
    await failed(client)
    await settled(client.reload('o'))
    expect(client.peek('o').get()).toEqual({ b: 2, c: 3 })
    client.setOffline(false)
    await platform.pass(1000)
    expect(client.peek('o').get()).toEqual({ a: 1, b: 2, c: 3 })
  })

  it('is loaded again also when it was well, in all tabs, whoever asks', async () => {
    await prepare()
    const [leader, follower] = [open(), open()]
    const objects = [leader, follower].map((client) => client.open('o').object)
    await platform.pass(1000)
    await settled(follower.reload('o'))
    objects[0]!.change({ d: 4 })
    await platform.pass(1000)
    for (const object of objects) expect(object.get()).toEqual({ a: 1, b: 2, c: 3, d: 4 })
    expect([leader.status.state, follower.status.state]).toEqual(['synced', 'synced'])
    const third = open().open('o').object
    await platform.pass(1000)
    expect(third.get()).toEqual({ a: 1, b: 2, c: 3, d: 4 })
  })
})

describe('[REP20] an object', () => {
  it('is named by its id or by a typed reference', async () => {
    const schema = defineSchema({ book: kind({ contacts: shared({ name: value<string>() }) }) })
    const team = createCollab(schema).ref.book('team')
    const client = open()
    const { object } = client.open(team)
    await platform.pass(100)
    expect(object).toBe(client.peek('team'))
    expect(() => object.add('nobody', {})).toThrow('UNKNOWN_COLLECTION')
    await settled(client.loaded(team))
  })

  it.each([undefined, null, 7, {}, { id: 7 }])('is not named by %j', (target) => {
    expect(() => open().open(target as unknown as string)).toThrow('BAD_ID')
  })
})

it('[REP19] goes on as before when the disk does not forget it', async () => {
  const store = createLocalStore(createMemoryDisk({ tables, durable: true }))
  const forget = (): Promise<never> => Promise.reject(new StorageError('QUOTA', 'full'))
  const client = createClientFrom({
    platform,
    transport: server,
    tabs: createTabs('db', platform, browser.open()),
    openStore: () => Promise.resolve({ ...store, forget }),
  })
  const { object } = client.open('o')
  await platform.pass(1000)
  const reloading = client.reload('o').catch(({ code }: StorageError) => code)
  expect(await settled(reloading)).toBe('QUOTA')
  expect(await settled(object.change({ a: 1 }).server)).toBe(1)
})
