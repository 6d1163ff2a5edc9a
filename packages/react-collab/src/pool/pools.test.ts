import { hashText, type PoolMember } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClientFrom } from '../client.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createTables, type Tables } from '../store/tables.js'
import { createFakeBrowser, type FakeBrowser, type FakeTab } from '../testing/fake-browser.js'
import { createFakeServer } from '../testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from '../testing/manual-platform.js'
import { createPoolServer, type PoolServer } from '../testing/pool-server.js'
import { createTabs } from '../web-tabs.js'
import { poolOf } from './client-pool.js'

let platform: ManualPlatform
let browser: FakeBrowser
let server: PoolServer
let tables: Tables

beforeEach(() => {
  platform = createManualPlatform()
  browser = createFakeBrowser()
  server = createPoolServer(createFakeServer(() => platform.time))
  server.clients = [member('ada'), member('ben', { connected: false, seq: 3 })]
  tables = createTables()
})

const member = (client: string, more: Partial<PoolMember> = {}): PoolMember => ({
  client,
  principal: client,
  seenAt: 1_700_000_000_000,
  syncedAt: 1_700_000_000_000,
  seq: 5,
  connected: true,
  ...more,
})

function open(offline = false): Client & { readonly host: FakeTab } {
  const host = browser.open()
  const timer: ManualPlatform['timer'] = (ms, fire) =>
    platform.timer(ms, () => host.frozen || fire())
  const client = createClientFrom({
    platform: { ...platform, timer },
    transport: server,
    tabs: createTabs('db', { ...platform, timer }, host),
    openStore: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
    offline,
  })
  return Object.assign(client, { host })
}

/** Listens to the clients of an object; gives how often it was told. */
function listen(client: Client, object = 'o') {
  const pool = poolOf(client, object)
  let calls = 0
  const end = pool.subscribe(() => {
    calls += 1
  })
  return { pool, end, calls: () => calls }
}

/** Who is connected, by name. */
const seenIn = (client: Client, object = 'o'): unknown => {
  const { status, clients } = poolOf(client, object).read()
  return [status, Object.fromEntries(clients?.map(({ id, connected }) => [id, connected]) ?? [])]
}
const asked = (): (boolean | undefined)[] => server.joins.map(({ pool }) => pool)

describe('[POOL7] the clients of an object', () => {
  it('are asked for at the join where they are wanted, and nowhere else', async () => {
    const client = open()
    listen(client)
    client.open('other')
    expect(seenIn(client)).toEqual(['loading', {}])
    await platform.pass(100)
    expect(server.joins.map(({ object, pool }) => [object, pool])).toEqual([
      ['o', true],
      ['other', undefined],
    ])
    expect(seenIn(client)).toEqual(['live', { ada: true, ben: false }])
  })

  it('are asked for when somebody begins to want them, once', async () => {
    const client = open()
    client.open('o')
    await platform.pass(100)
    listen(client)
    listen(client)
    await platform.pass(100)
    expect(asked()).toEqual([undefined, true])
    expect(seenIn(client)).toEqual(['live', { ada: true, ben: false }])
  })

  it('are news as the server tells them', async () => {
    const client = open()
    const { calls } = listen(client)
    await platform.pass(100)
    const before = calls()
    server.tell('o', [member('ben')])
    await platform.settle()
    expect(seenIn(client)).toEqual(['live', { ada: true, ben: true }])
    expect(calls()).toBeGreaterThan(before)
  })

  it('are told by the tab that leads to the others, whenever they begin', async () => {
    const leader = open()
    leader.open('o')
    const [early, late] = [open(), open()]
    listen(early)
    await platform.pass(100)
    expect(seenIn(early)).toEqual(['live', { ada: true, ben: false }])
    const joins = server.joins.length
    listen(late)
    await platform.pass(100)
    expect(seenIn(late)).toEqual(seenIn(early))
    expect(server.joins).toHaveLength(joins)
    server.tell('o', [member('cid')])
    await platform.settle()
    for (const tab of [early, late])
      expect(seenIn(tab)).toEqual(['live', { ada: true, ben: false, cid: true }])
  })

  it('go on when another tab leads, and after a tab was frozen', async () => {
    const first = open()
    const [second, third] = [open(), open()]
    listen(second)
    listen(third)
    await platform.pass(100)
    server.clients = [member('ada', { connected: false })]
    first.host.die()
    await platform.pass(15_000)
    expect(asked().at(-1)).toBe(true)
    expect(seenIn(second)).toEqual(['live', { ada: false }])
    third.host.frozen = true
    server.tell('o', [member('cid')])
    await platform.settle()
    third.host.frozen = false
    third.workshop.objects.pools.resume()
    await platform.settle()
    expect(seenIn(third)).toEqual(['live', { ada: false, cid: true }])
  })

  it('are shown as they were last known when there is no line, also after a reload', async () => {
    const client = open()
    listen(client)
    await platform.pass(100)
    const told = platform.time
    server.tell('o', [member('ben')])
    await platform.pass(10_000)
    client.setOffline(true)
    await platform.settle()
    expect(seenIn(client)).toEqual(['offline', { ada: false, ben: false }])
    expect(poolOf(client, 'o').read().knownAt).toBe(told)
    await client.close()
    const next = open(true)
    listen(next)
    await platform.pass(100)
    expect(seenIn(next)).toEqual(['offline', { ada: false, ben: false }])
    expect(poolOf(next, 'o').read().knownAt).toBe(told)
    next.setOffline(false)
    await platform.pass(1_000)
    expect(seenIn(next)).toEqual(['live', { ada: true, ben: false }])
  })

  it('have this one as far as it is, though it went offline before it told', async () => {
    const client = open()
    const { store } = await client.workshop.desk
    const me = hashText((await store.identity(platform.id)).client)
    server.clients = [member(me, { seq: undefined, syncedAt: undefined }), member('ben')]
    listen(client)
    listen(client, 'empty')
    await platform.pass(100)
    const mine = (object: string) =>
      poolOf(client, object)
        .read()
        .clients?.find(({ isMe }) => isMe)
    client.peek('o').change({ a: 1 })
    await platform.pass(100)
    expect(mine('empty')).toMatchObject({ connected: true, behind: 5 })
    client.setOffline(true)
    await platform.settle()
    expect(mine('o')).toMatchObject({ connected: false, behind: 4 })
    expect(mine('empty')).toMatchObject({ connected: false, behind: 5 })
    // What was told lies on the disk a few seconds later.
    await platform.pass(6_000)
    await client.close()
    const next = open(true)
    listen(next)
    await platform.pass(100)
    expect(poolOf(next, 'o').read().clients?.[0]).toMatchObject({ isMe: true, behind: 4 })
  })

  it('are nobody where nothing was ever known and there is no line', async () => {
    const client = open(true)
    listen(client)
    await platform.pass(100)
    expect(poolOf(client, 'o').read()).toEqual({
      status: 'offline',
      clients: [],
      knownAt: undefined,
    })
  })

  it('hold the object open while somebody hears of them, and say who this is', async () => {
    const client = open()
    const { store } = await client.workshop.desk
    const { client: id } = await store.identity(platform.id)
    server.clients = [member('ada'), member(hashText(id))]
    const { end } = listen(client)
    await platform.pass(60_000)
    const { clients } = poolOf(client, 'o').read()
    expect(clients?.map(({ isMe }) => isMe)).toEqual([false, true])
    end()
    await platform.pass(60_000)
    expect(client.workshop.objects.get('o' as never)).toBeUndefined()
  })

  it('of a branch are those of what it is a branch of', async () => {
    const client = open()
    listen(client, 'o!draft')
    await platform.pass(100)
    expect(seenIn(client, 'o!draft')).toEqual(['live', { ada: true, ben: false }])
  })

  it('are the same object as long as they are the same', async () => {
    const client = open()
    const { pool } = listen(client)
    await platform.pass(100)
    const before = pool.read()
    server.tell('o', [member('ada')])
    client.open('o').object.change({ a: 1 })
    await platform.pass(100)
    expect(pool.read()).toBe(before)
  })
})
