/** What the sync of Spacedrive did, or meant to: owned, shared, derived and local data on one log. */
import { join } from 'node:path'
import {
  canonicalJson,
  defineSchema,
  derived,
  type Event,
  eventReplica,
  local,
  object as objectOf,
  owned,
  parseRowKey,
  readEvent,
  shared,
  stampFromSpacedrive,
  stampToSpacedrive,
  value,
} from '@react-collab/core'
import { openSqliteEventLog } from '@react-collab/server'
import { createLocalStore, createMemoryDisk, createTables, poolOf } from 'react-collab/testing'
import { describe, expect, it } from 'vitest'
import { openForger } from './forger.js'
import {
  agree,
  closeLater,
  type Device,
  newFolder,
  nodePlatform,
  openDevice,
  startStation,
  until,
} from './lab.js'
import { storedBy } from './server-disk.js'

const schema = defineSchema({
  library: objectOf({
    paths: owned({ path: value<string>(), hash: value<string>() }, { by: 'client' }),
    tags: shared({ name: value<string>(), color: value<string>() }),
    views: local({ open: value<boolean>() }),
    files: derived('paths', {
      key: (path: { hash?: string }) => path.hash,
      reduce: (paths) => ({ copies: paths.length }),
    }),
  }),
})
const { library } = schema.objects

const open = (url: string, parts: Parameters<typeof openDevice>[1] = {}): Device => {
  const device = openDevice(url, { schema, ...parts })
  device.client.peek('object', library)
  return device
}
const memory = () => Promise.resolve(createLocalStore(createMemoryDisk()))

async function goOffline({ client }: Device): Promise<void> {
  client.setOffline(true)
  await until(() => client.connection.status === 'offline')
}

it('[SEM402] owned rows are written by their owner alone, and taken from him without a question', async () => {
  const { url } = await startStation({ schema })
  const [owner, other] = [open(url), open(url)]
  await Promise.all([owner.client.loaded('object'), other.client.loaded('object')])
  const { id } = owner.object().add('paths', { path: 'a', hash: '1' })
  await agree([owner, other])
  const refused = expect.objectContaining({ code: 'NOT_OWNER' })
  expect(() => other.object().update('paths', id, { path: 'x' })).toThrow(refused)
  expect(() => other.object().remove('paths', id)).toThrow(refused)
  expect(other.client.outbox.pending).toEqual([])
  const forger = await openForger(url)
  await forger.join()
  const forged = [1, forger.stamp(), [['=', `paths/${id}`, 'path', 'x']]]
  expect(await forger.push([forged])).toBe('NOT_OWNER')
  await owner.object().update('paths', id, { path: 'b' }).server
  await agree([owner, other])
  expect(other.object().row('paths', id)).toMatchObject({ path: 'b', hash: '1', mine: false })
})

it('[SEM403] derived and local rows never leave a device, and derived ones are made anew after sync', async () => {
  const station = await startStation({ schema })
  const file = join(newFolder(), 'client.db')
  let a = open(station.url, { file })
  await a.client.loaded('object')
  a.object().createMany(
    'paths',
    ['x', 'y', 'x'].map((hash) => ({ path: hash, hash })),
  )
  await a.object().add('views', { id: 'mine', open: true }).local
  const copies = ({ object }: Device): unknown => object().sorted('files').read()
  const wanted = [
    { id: 'x', copies: 2 },
    { id: 'y', copies: 1 },
  ]
  expect(copies(a)).toEqual(wanted)
  await agree([a])
  const fresh = open(station.url)
  await agree([a, fresh])
  expect(copies(fresh)).toEqual(wanted)
  expect(fresh.object().row('views', 'mine')).toBeUndefined()
  const left = JSON.stringify([a.line.up, fresh.line.up, await storedBy(station)])
  expect(left).toContain('paths/')
  expect(left).not.toMatch(/views\/|files\//)
  await a.client.close()
  a = open(station.url, { file })
  await agree([a, fresh])
  expect(copies(a)).toEqual(wanted)
  expect(a.object().row('views', 'mine')).toEqual({ id: 'mine', open: true })
})

it('[SEM404] all have the same list of clients; one that is cut off is missed, and is back', async () => {
  const { url } = await startStation({ schema, heartbeatMs: 100 })
  const devices = [open(url), open(url), open(url)] as const
  const [a, b, c] = devices
  const pools = devices.map(({ client }) => poolOf(client, 'object'))
  const ends = pools.map((pool) => pool.subscribe(() => undefined))
  await a.object().add('tags', { id: 't', name: 'tag' }).server
  await agree(devices)
  const known = (pool: (typeof pools)[0]): unknown =>
    pool
      .read()
      .clients?.map(({ id, connected, behind }) => ({ id, connected, behind }))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const same = (...of: typeof pools): boolean =>
    of[0]!.read().clients?.length === 3 &&
    new Set(of.map((pool) => canonicalJson(known(pool) as never))).size === 1
  const isConnected = (count: number): boolean =>
    pools[0]!.read().clients?.filter(({ connected }) => connected).length === count
  await until(() => same(...pools) && isConnected(3), 'all know of all')
  // Its socket is open, and nothing comes through it any more: no answer to any heartbeat.
  c.line.passes = () => false
  await until(() => same(pools[0]!, pools[1]!) && isConnected(2), 'the third is missed')
  await a.object().update('tags', 't', { name: 'newer' }).server
  await agree([a, b])
  const behind = (): unknown =>
    pools[1]!.read().clients?.find(({ connected }) => !connected)?.behind
  await until(() => behind() === 1, 'it is one entry behind')
  c.line.passes = () => true
  await agree(devices)
  const isLevel = (): boolean =>
    pools[0]!.read().clients!.every((one) => one.behind === 0 && one.lastSynced !== undefined)
  await until(() => same(...pools) && isConnected(3) && isLevel(), 'it is back')
  ends.forEach((end) => end())
})

describe('[SEM407] an operation says who, when, on what and what, and comes back as it was', () => {
  interface Operation {
    readonly method: string
    readonly write: (device: Device) => void
    /** Its last patches: collection, field, value. */
    readonly wanted: readonly (readonly [string, string, unknown])[]
  }
  const operations: readonly Operation[] = [
    {
      method: 'OwnedBatchCreate',
      write: ({ object }) => object().createMany('paths', [{ id: 'r', path: 'a', hash: '1' }]),
      wanted: [
        ['paths', 'path', 'a'],
        ['paths', 'hash', '1'],
        ['paths', '$del', false],
      ],
    },
    {
      method: 'OwnedDelete',
      write: ({ object }) =>
        object().remove('paths', object().sorted('paths').read()[0]!['id'] as string),
      wanted: [['paths', '$del', true]],
    },
    {
      method: 'SharedCreate',
      write: ({ object }) => object().add('tags', { id: 'r', name: 'tag', color: 'red' }),
      wanted: [
        ['tags', 'name', 'tag'],
        ['tags', 'color', 'red'],
        ['tags', '$del', false],
      ],
    },
    {
      method: 'SharedUpdate',
      write: ({ object }) => object().update('tags', 'r', { color: 'blue' }),
      wanted: [['tags', 'color', 'blue']],
    },
    {
      method: 'SharedDelete',
      write: ({ object }) => object().remove('tags', 'r'),
      wanted: [['tags', '$del', true]],
    },
  ]

  it.each(operations.map((one) => [one.method, one] as const))(
    '%s',
    async (method, { write, wanted }) => {
      const { url } = await startStation({ schema })
      const [a, b] = [open(url), open(url)]
      await a.client.loaded('object')
      // What it is done to is there already.
      if (method === 'OwnedDelete') operations[0]!.write(a)
      if (/SharedUpdate|SharedDelete/.test(method)) operations[2]!.write(a)
      await agree([a, b])
      write(a)
      await agree([a, b])
      const event = b.line.entries.flatMap(({ events }) => events).at(-1) as Event
      expect(readEvent(JSON.parse(JSON.stringify(event)))).toEqual(event)
      const [, stamp, patches] = event
      expect(stampFromSpacedrive(stampToSpacedrive(stamp))).toBe(stamp)
      expect(stamp.endsWith(eventReplica(event))).toBe(true)
      const told = patches.map(([, row, field, to]) => {
        const { collection, id, owner } = parseRowKey(row)
        expect(id === 'r').toBe(true)
        expect(owner !== undefined).toBe(collection === 'paths')
        return [collection, field, to]
      })
      expect(told).toHaveLength(wanted.length)
      expect(told).toEqual(expect.arrayContaining(wanted as never))
    },
  )
})

it('[SEM408] one record stands for 100,000 owned rows, and whoever receives them has them as they are now', async () => {
  const limits = { eventsPerSecond: 1_000_000, eventBurst: 1_000_000 }
  const { url } = await startStation({ schema, limits })
  const tables = createTables()
  const store = createLocalStore(createMemoryDisk({ tables }))
  const a = open(url, { openStore: () => Promise.resolve(store), offline: true })
  await a.client.loaded('object')
  const rows = Array.from({ length: 100_000 }, (_, i) => ({ path: `/${i}`, hash: `${i % 10}` }))
  const { ids, local: saved } = a.object().createMany('paths', rows)
  await saved
  const records = (): unknown[] => [...tables.all()].filter(([table]) => table === 'outbox')
  expect(records()).toHaveLength(1)
  expect(JSON.stringify(records()).length).toBeLessThanOrEqual(512)
  a.object().update('paths', ids[5]!, { path: '/later' })
  await a.object().remove('paths', ids[6]!).local
  const b = open(url, { openStore: memory })
  await b.client.loaded('object')
  a.client.setOffline(false)
  await until(
    () => a.client.status.state === 'synced' && b.object().replica.cursor?.seq === 100_002,
  )
  expect(b.object().sorted('paths').read()).toHaveLength(99_999)
  expect(b.object().row('paths', ids[5]!)).toMatchObject({ path: '/later', hash: '5' })
  expect(b.object().row('paths', ids[6]!)).toBeUndefined()
  expect(records()).toEqual([])
})

it('[SEM409] a create is in the outbox without its row, which is read when it is sent, deleted or not', async () => {
  const { url } = await startStation({ schema })
  const tables = createTables()
  const store = createLocalStore(createMemoryDisk({ tables }))
  const a = open(url, { openStore: () => Promise.resolve(store), offline: true })
  await a.client.loaded('object')
  const stays = a.object().createMany('tags', [{ id: 'stays', name: 'words of it', color: 'red' }])
  await a.object().createMany('tags', [{ id: 'goes', name: 'words of it', color: 'red' }]).local
  await stays.local
  const outbox = JSON.stringify([...tables.all()].filter(([table]) => table === 'outbox'))
  expect(outbox).toContain('tags/')
  expect(outbox).not.toContain('words of it')
  await a.object().remove('tags', 'goes').local
  a.client.setOffline(false)
  const b = open(url)
  await agree([a, b])
  expect(b.object().sorted('tags').read()).toEqual([
    { id: 'stays', name: 'words of it', color: 'red' },
  ])
  await b.object().restore('tags', 'goes').server
  await agree([a, b])
  expect(a.object().row('tags', 'goes')).toEqual({ id: 'goes', name: 'words of it', color: 'red' })
})

it('[SEM410] an update is one property, so that two of one row are both kept', async () => {
  const { url } = await startStation({ schema })
  const [a, b] = [open(url), open(url)]
  a.object().add('tags', { id: 't', name: 'tag', color: 'red' })
  await agree([a, b])
  await Promise.all([goOffline(a), goOffline(b)])
  await a.object().update('tags', 't', { name: 'of a' }).local
  await b.object().update('tags', 't', { color: 'of b' }).local
  for (const { client } of [a, b]) client.setOffline(false)
  await agree([a, b])
  const updates = b.line.entries.flatMap(({ events }) => events).slice(-2)
  const told = new Set(updates.map(([, , patches]) => patches.map(([, , field]) => field).join()))
  expect(told).toEqual(new Set(['color', 'name']))
  for (const { object } of [a, b])
    expect(object().row('tags', 't')).toEqual({ id: 't', name: 'of a', color: 'of b' })
})

describe('[SEM413] a stamp more than 100 ms ahead is refused, if a server says so', () => {
  it.each([
    [99, 'ok'],
    [100, 'ok'],
    [101, 'CLOCK_AHEAD'],
  ])('%i ms ahead: %s', async (aheadMs, verdict) => {
    const time = Date.now()
    const log = await openSqliteEventLog({
      path: join(newFolder(), 'log.sqlite'),
      now: () => time,
      opening: 'opening',
      maxDriftMs: 100,
      report: (error) => expect.unreachable(String(error)),
      onFatal: (error) => expect.unreachable(String(error)),
    })
    closeLater(() => log.close())
    const { url } = await startStation({ log, data: undefined })
    const [forger, witness] = [await openForger(url), openDevice(url)]
    await forger.join()
    const stamp = forger.stamp(time + aheadMs)
    expect(await forger.push([[1, stamp, [['=', '', 'title', 'ahead']]]])).toBe(verdict)
    // What was refused is in no log, so nobody comes to another verdict.
    const seq = verdict === 'ok' ? 1 : 0
    expect((await forger.join()).head).toBe(seq)
    await agree([witness])
    expect(witness.object().get()?.['title']).toBe(verdict === 'ok' ? 'ahead' : undefined)
  })

  it('whoever wrote it hears of it, stamps anew and loses nothing', async () => {
    const { url } = await startStation({ maxDriftMs: 100 })
    const wrong = openDevice(url, { platform: nodePlatform(1, 3_600_000), offline: true })
    const right = openDevice(url)
    const told: unknown[] = []
    wrong.line.passes = (way, event, message) => {
      const code = (message as readonly [{ code?: string } | null] | undefined)?.[0]?.code
      if (way === 'ack' && event === 'push') told.push(code ?? 'ok')
      return true
    }
    for (let i = 0; i < 10; i++) wrong.object().change({ [`f${i}`]: i })
    wrong.client.setOffline(false)
    await agree([wrong, right])
    expect(told[0]).toBe('CLOCK_AHEAD')
    expect(told.at(-1)).toBe('ok')
    expect(Object.keys(right.object().get() ?? {})).toHaveLength(10)
    expect(wrong.client.outbox).toEqual({ pending: [], rejected: [] })
  })
})

it('[SEM416] an update costs 72 bytes on the wire and in the log, and 144 in the outbox until it is there', async () => {
  const station = await startStation({ schema })
  const tables = createTables()
  const store = createLocalStore(createMemoryDisk({ tables }))
  const a = open(station.url, { openStore: () => Promise.resolve(store), offline: true })
  await a.client.loaded('object')
  const count = 1_000
  for (let i = 0; i < count; i++)
    await a.object().update('tags', `t${i % 100}`, { name: `name ${i}` }).local
  const waiting = [...tables.all()].filter(([table]) => table === 'outbox')
  const perEntry = { outbox: JSON.stringify(waiting).length / count, wire: 0, log: 0 }
  a.client.setOffline(false)
  await agree([a])
  const pushed = a.line.up
    .filter(({ event }) => event === 'push')
    .map(({ message }) => message['events'])
  perEntry.wire = JSON.stringify(pushed).length / count
  const { entries } = (await storedBy(station)) as { entries: { events: string }[] }
  perEntry.log = entries.reduce((sum, { events }) => sum + events.length, 0) / count
  expect(perEntry.wire).toBeLessThanOrEqual(72)
  expect(perEntry.log).toBeLessThanOrEqual(72)
  expect(perEntry.outbox).toBeLessThanOrEqual(144)
  expect([...tables.all()].filter(([table]) => table === 'outbox')).toEqual([])
})
