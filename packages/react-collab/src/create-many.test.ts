import {
  defineSchema,
  list,
  local,
  object as objectOf,
  owned,
  shared,
  StorageError,
  text,
  value,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { branchOf } from './branch.js'
import type { Client, ClientParts } from './client.js'
import { createClientFrom } from './client.js'
import type { BatchProgress } from './create-many.js'
import { historyOf } from './undo-history.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import { createTables, type Tables } from './store/tables.js'
import { createFakeBrowser, type FakeBrowser } from './testing/fake-browser.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'
import type { Transport } from './transport.js'
import { createTabs } from './web-tabs.js'

const schema = defineSchema({
  library: objectOf({
    files: owned({ path: value<string>(), size: value<number>() }, { by: 'client' }),
    tags: shared({ name: value<string>(), about: text() }),
    todos: list({ text: value<string>() }),
    drafts: local({ text: value<string>() }),
  }),
})

let platform: ManualPlatform
let browser: FakeBrowser
let server: FakeServer
let tables: Tables
let draw = 1
const random = (): number => (draw = (draw * 16_807) % 2_147_483_647) / 2_147_483_647

beforeEach(() => {
  platform = createManualPlatform()
  browser = createFakeBrowser()
  server = createFakeServer(() => platform.time)
  tables = createTables()
})

/** Opens a tab of the one browser of these tests. */
async function open(parts: Partial<ClientParts> = {}): Promise<Client> {
  const client = createClientFrom({
    platform: { ...platform, now: () => platform.time, random },
    transport: server,
    tabs: createTabs('db', platform, browser.open()),
    openStore: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
    schema,
    ...parts,
  })
  client.open('home')
  await platform.pass(400)
  return client
}

const rowsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ id: `${from + i}`, name: `tag ${from + i}` }))
const tagsOf = (client: Client): unknown[] => [...client.peek('home').sorted('tags').read()]
const logged = (): number[] => server.log('home').map(([n]) => n)

it('[BAT1] makes rows at once, each an event of its own, numbered and stamped one after the other', async () => {
  const client = await open({ offline: true })
  const home = client.peek('home')
  let told = 0
  home.sorted('tags').subscribe(() => (told += 1))
  home.sorted('tags').read()
  const made = home.createMany('tags', rowsOf(500))
  expect([tagsOf(client).length, told]).toEqual([500, 1])
  expect(made.ids.slice(0, 2)).toEqual(['0', '1'])
  const events = [...home.replica.visible.pending].map(({ event }) => event!)
  expect(events.map(([n]) => n)).toEqual(events.map((_, i) => i + 1))
  expect(events.every(([, stamp], i) => i === 0 || stamp > events[i - 1]![1])).toBe(true)
  await platform.pass(10)
  await made.local
  client.setOffline(false)
  await platform.pass(500)
  expect(await made.server).toBe(500)
  expect(server.log('home')).toEqual(events)
  await client.close()
})

it('[BAT1] gives ids where there are none, one’s own rows in owned collections, and makes nothing of nothing', async () => {
  const client = await open()
  const home = client.peek('home')
  const { ids } = home.createMany('files', [{ path: 'a' }, { id: 'x', path: 'b', size: 1 }])
  expect(home.row('files', ids[0]!)).toMatchObject({ path: 'a', mine: true, id: ids[0] })
  expect(ids[1]).toBe(`${home.replica.ownership.own('client')}~x`)
  const none = home.createMany('files', [])
  expect([none.ids, await none.server]).toEqual([[], 0])
  expect(home.replica.visible.pending.size).toBe(2)
  await client.close()
})

it.each([2, 600])('[BAT11] throws at the call what is no row, of %i', async (count) => {
  const client = await open()
  const home = client.peek('home')
  const wrong: [unknown, string, string][] = [
    [{ nmae: 'b' }, 'UNKNOWN_FIELD', 'the schema has no value "nmae"'],
    [{ id: 5 }, 'BAD_ID', 'the id of a row is text, not 5'],
    [{ id: '' }, 'BAD_ID', '"" is no name'],
    [{ id: '0', name: 'again' }, 'BAD_ID', 'the id "0" is that of row 0, too'],
    [null, 'BAD_VALUE', 'a row is added with its fields'],
  ]
  for (const [row, code, message] of wrong) {
    const make = (): unknown => home.createMany('tags', [...rowsOf(count), row as never])
    expect(make).toThrow(expect.objectContaining({ code, name: 'UsageError' }))
    expect(make).toThrow(`row ${count}: ${message}`)
  }
  expect([tagsOf(client), client.unsaved]).toEqual([[], 0])
  await client.close()
})

it('[BAT1] makes none where one is wrong, and says which', async () => {
  const client = await open()
  const home = client.peek('home')
  const wrong: [string, unknown, string][] = [
    ['tags', [{ name: 'a' }, { name: Number.NaN }], 'BAD_VALUE'],
    ['tags', [{ name: 'a' }, { nmae: 'b' }], 'UNKNOWN_FIELD'],
    ['tags', [{ name: 'a' }, { about: 'b' }], 'UNKNOWN_FIELD'],
    ['tags', [{ name: 'a' }, { id: 5 }], 'BAD_ID'],
    ['tags', [{ name: 'a' }, { $del: true }], 'RESERVED_NAME'],
    ['tags', [{ name: 'a' }, null], 'BAD_VALUE'],
  ]
  for (const [collection, rows, code] of wrong) {
    const make = (): unknown => home.createMany(collection, rows as never)
    expect(make).toThrow(expect.objectContaining({ code, name: 'UsageError' }))
    expect(make).toThrow('row 1: ')
  }
  const named = (code: string): unknown => expect.objectContaining({ code })
  expect(() => home.createMany('tags', { name: 'a' } as never)).toThrow(named('BAD_VALUE'))
  expect(() => home.createMany('todos', [{ text: 'a' }])).toThrow(named('UNKNOWN_COLLECTION'))
  expect(() => home.createMany('drafts', [{ text: 'a' }])).toThrow(named('UNKNOWN_COLLECTION'))
  const large = Array.from({ length: 3 }, () => 'x'.repeat(60_000))
  expect(() => home.createMany('tags', [{ name: 'a' }, { name: large }])).toThrow(
    named('VALUE_TOO_LARGE'),
  )
  expect(home.replica.visible.pending.size).toBe(0)
  expect(() => client.peek('elsewhere').createMany('tags', [{ name: 'a' }])).toThrow(
    named('NOT_LOADED'),
  )
  await client.close()
})

/** A line that is dead after `pushes` of them: of the last the server's answer is lost, too. */
const dyingAfter = (pushes: number): Transport => {
  let sent = 0
  return {
    open(hello, events) {
      const line = server.open(hello, {
        ...events,
        message: (event, message) => sent < pushes && events.message(event, message),
      })
      return {
        close: () => line.close(),
        emit(event, message, ack) {
          if (event === 'push' && ++sent > pushes) return
          line.emit(event, message, sent < pushes ? ack : undefined)
        },
      }
    },
  }
}

it('[BAT3] goes on where the log is, wherever it was cut: nothing is lost, nothing there twice', async () => {
  const found = new Set<number>()
  for (const pushes of [1, 2, 3, 4, 5, 9]) {
    server = createFakeServer(() => platform.time)
    tables = createTables()
    browser = createFakeBrowser()
    const first = await open({ offline: true, transport: dyingAfter(pushes) })
    const home = first.peek('home')
    home.add('tags', { id: 'before', name: 'b' })
    home.createMany('tags', rowsOf(2000))
    void home.add('tags', { id: 'after', name: 'c' })
    await platform.pass(10)
    first.setOffline(false)
    await platform.pass(50)
    found.add(logged().length)
    // The browser dies, whatever it has heard of.
    browser = createFakeBrowser()
    const second = await open()
    await platform.pass(40_000)
    expect(logged()).toEqual(Array.from({ length: 2002 }, (_, i) => i + 1))
    expect(tagsOf(second)).toHaveLength(2002)
    expect(second.status).toMatchObject({ state: 'synced', unsent: 0, rejected: 0 })
    await second.close()
    first.close().catch(() => undefined)
  }
  // It was cut in the middle, too.
  expect(found.size).toBeGreaterThan(3)
})

it('[BAT4] a refused row is parked alone, and the rest goes on', async () => {
  const client = await open()
  server.refuse = ([, , patches]) =>
    /tag 7(00)?"/.test(JSON.stringify(patches)) ? 'no' : undefined
  const made = client.peek('home').createMany('tags', rowsOf(1000))
  await platform.pass(5000)
  await expect(made.server).rejects.toMatchObject({ code: 'REFUSED' })
  expect(client.outbox.rejected.map(({ event: [n] }) => n)).toEqual([8, 701])
  expect(logged()).toHaveLength(998)
  expect(tagsOf(client)).toHaveLength(998)
  server.refuse = undefined
  void client.retry(client.outbox.rejected[0]!.key)
  await platform.pass(5000)
  expect(tagsOf(client)).toHaveLength(999)
  await client.close()
})

it('[BAT7] rows are edited and deleted before they are sent, by edits like any other', async () => {
  const client = await open({ offline: true })
  const home = client.peek('home')
  home.createMany('tags', rowsOf(600))
  home.update('tags', '3', { name: 'three' })
  home.remove('tags', '599')
  await platform.pass(10)
  home.update('tags', '4', { name: 'four' })
  client.setOffline(false)
  await platform.pass(2000)
  expect(logged()).toEqual(Array.from({ length: 603 }, (_, i) => i + 1))
  expect(home.row('tags', '3')).toMatchObject({ name: 'three' })
  expect(tagsOf(client)).toHaveLength(599)
  await client.close()
})

it('[BAT8] in a branch rows are made as by single edits, and go with its push', async () => {
  const client = await open()
  const home = branchOf(client, 'home', 'draft')
  void home.create()
  await platform.pass(100)
  client.open(home.target)
  await platform.pass(100)
  client.peek(home.target).createMany('tags', rowsOf(700))
  await platform.pass(100)
  expect(logged()).toEqual([])
  void home.push()
  await platform.pass(2000)
  expect(logged()).toHaveLength(700)
  expect(tagsOf(client)).toHaveLength(700)
  await client.close()
})

it('[BAT9] all tabs show it, and who leads sends it, whoever made it', async () => {
  const leader = await open()
  const other = await open()
  other.peek('home').createMany('tags', rowsOf(800))
  // Told with its events, while the leader still reads those of the batch.
  other.peek('home').add('tags', { id: 'after' })
  await platform.pass(3000)
  expect(tagsOf(leader)).toHaveLength(801)
  expect(logged()).toEqual(Array.from({ length: 801 }, (_, i) => i + 1))
  expect(other.status.unsent).toBe(0)
  await other.close()
  await leader.close()
})

it('[BAT1] is one step of undo', async () => {
  const client = await open()
  const home = client.peek('home')
  const history = historyOf(home)
  home.createMany('tags', rowsOf(300))
  history.undo()
  expect(tagsOf(client)).toEqual([])
  history.redo()
  expect(tagsOf(client)).toHaveLength(300)
  await platform.pass(1000)
  await client.close()
})

describe('[BAT10] more than 500 rows are made in turns', () => {
  /** Lets `count` turns pass. */
  async function turns(count: number): Promise<void> {
    await platform.pass(count)
  }

  it('250 a turn, of which the app hears, and lie as one record with one stamp on the disk', async () => {
    const client = await open({ offline: true })
    const home = client.peek('home')
    const heard: string[] = []
    const onProgress = ({ checked, shown, total }: BatchProgress): void => {
      expect(tagsOf(client)).toHaveLength(shown)
      heard.push(`${checked} ${shown} of ${total}`)
    }
    const made = home.createMany('tags', rowsOf(1100), { onProgress })
    expect([tagsOf(client).length, client.unsaved, client.status.state]).toEqual([
      0,
      1100,
      'saving',
    ])
    await platform.pass(100)
    await made.local
    expect(heard).toEqual([
      ...[250, 500, 750, 1000, 1100].map((checked) => `${checked} 0 of 1100`),
      ...[250, 500, 750, 1000, 1100].map((shown) => `1100 ${shown} of 1100`),
    ])
    const records = [...tables.all()].flatMap(([table, record]) =>
      table === 'outbox' ? [(record as { batch?: unknown }).batch] : [],
    )
    expect(records).toMatchObject([{ n0: 1, count: 1100, stamps: [[0, expect.any(String)]] }])
    expect(made.ids).toEqual(rowsOf(1100).map(({ id }) => id))
    client.setOffline(false)
    await platform.pass(2000)
    expect(await made.server).toBe(1100)
    await client.close()
  })

  it('goes on where the function of the app throws, and so does another edit meanwhile', async () => {
    const client = await open({ offline: true })
    const home = client.peek('home')
    const mine = new Error('mine')
    const onProgress = (): void => {
      throw mine
    }
    const made = home.createMany('tags', rowsOf(1100), { onProgress })
    await turns(1)
    await home.add('tags', { id: 'another', name: 'written' }).local
    await made.local
    expect(home.row('tags', 'another')).toMatchObject({ name: 'written' })
    expect(tagsOf(client)).toHaveLength(1101)
    expect(new Set(platform.errors)).toEqual(new Set([mine]))
    expect(() => home.createMany('tags', rowsOf(1), { onProgress: 5 as never })).toThrow(
      'BAD_VALUE',
    )
    platform.errors.length = 0
    await client.close()
  })

  it('all, or none where one is wrong: what is promised is rejected, and the app told', async () => {
    const client = await open()
    const home = client.peek('home')
    const made = home.createMany('tags', [...rowsOf(700), { name: Number.NaN } as never])
    const wrong = { code: 'BAD_VALUE', message: expect.stringContaining('row 700: ') }
    const caught = Promise.all([
      expect(made.local).rejects.toMatchObject(wrong),
      expect(made.server).rejects.toMatchObject(wrong),
    ])
    await platform.pass(100)
    await caught
    expect(platform.errors).toMatchObject([wrong])
    expect([tagsOf(client), client.unsaved, logged()]).toEqual([[], 0, []])
    await client.close()
  })

  it.each([1, 2, 4, 5])('whole before anything else is written, after %i turns', async (count) => {
    const client = await open()
    const home = client.peek('home')
    const history = historyOf(home)
    home.createMany('tags', rowsOf(700))
    await turns(count)
    expect(tagsOf(client).length).toBe(Math.min(700, Math.max(0, count - 3) * 250))
    home.update('tags', '699', { name: 'mine' })
    expect(tagsOf(client)).toHaveLength(700)
    expect(home.row('tags', '699')).toMatchObject({ name: 'mine' })
    await platform.pass(3000)
    expect(logged()).toEqual(Array.from({ length: 701 }, (_, i) => i + 1))
    history.undo()
    history.undo()
    expect(tagsOf(client)).toEqual([])
    await platform.pass(3000)
    await client.close()
  })

  it('one step of undo, however long they take, and at once within a group', async () => {
    const client = await open({ offline: true })
    const home = client.peek('home')
    const history = historyOf(home)
    home.createMany('tags', rowsOf(700))
    await turns(4)
    expect(tagsOf(client)).toHaveLength(250)
    platform.time += 2000
    history.undo()
    expect([tagsOf(client), history.canUndo]).toEqual([[], false])
    history.group('Import', () => home.createMany('tags', rowsOf(700, 1000)))
    expect(tagsOf(client)).toHaveLength(700)
    expect(history.undoLabel).toBe('Import')
    await client.close()
  })

  it('on the disk when the client is closed', async () => {
    const client = await open({ offline: true })
    const { local } = client.peek('home').createMany('tags', rowsOf(700))
    await turns(1)
    const closed = client.close()
    await platform.pass(100)
    await closed
    await local
    const next = await open({ offline: true })
    expect(tagsOf(next)).toHaveLength(700)
    await next.close()
  })

  it('no longer once the disk has not taken what was before them', async () => {
    const client = await open({ offline: true })
    const home = client.peek('home')
    const { local } = home.createMany('tags', rowsOf(700))
    await turns(5)
    const error = new StorageError('QUOTA', 'full')
    home.replica.unsave([], error)
    const rejected = expect(local).rejects.toBe(error)
    await platform.pass(100)
    await rejected
    expect([tagsOf(client), client.unsaved]).toEqual([[], 0])
    const { server: sent } = home.add('tags', { id: 'a' })
    client.setOffline(false)
    await platform.pass(1000)
    await sent
    expect(logged()).toEqual([1])
    await client.close()
  })
})
