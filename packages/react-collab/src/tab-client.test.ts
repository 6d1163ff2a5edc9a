import { type Fatal, StorageError } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Client, ClientParts } from './client.js'
import { createClientFrom } from './client.js'
import { listOf } from './list/list-of.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import type { LocalStore } from './store/store.js'
import { createTables, type Tables } from './store/tables.js'
import { createFakeBrowser, type FakeBrowser, type FakeTab } from './testing/fake-browser.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'
import { singleTab } from './tabs.js'
import type { Transport } from './transport.js'
import { createTabs } from './web-tabs.js'

let platform: ManualPlatform
let browser: FakeBrowser
let server: FakeServer
let tables: Tables
let hellos: (string | undefined)[]
let draw = 1

/** Not the same for two tabs: replicas are named by it. */
const random = (): number => (draw = (draw * 16_807) % 2_147_483_647) / 2_147_483_647

beforeEach(() => {
  platform = createManualPlatform()
  browser = createFakeBrowser()
  server = createFakeServer(() => platform.time)
  tables = createTables()
  hellos = []
})

const ownDisk = async (): Promise<LocalStore> => createLocalStore(createMemoryDisk())

/** A server that takes one token only. */
const strict = (token: () => string | undefined): Transport => ({
  open(hello, events) {
    hellos.push(hello.token)
    if (hello.token === token()) return server.open(hello, events)
    const fatal: Fatal = { code: 'AUTH', message: 'sign in' }
    void Promise.resolve().then(() => events.message('fatal', fatal))
    return { emit: () => undefined, close: () => undefined }
  },
})

function open(parts: Partial<ClientParts> = {}): Client & { readonly host: FakeTab } {
  const host = browser.open()
  const timer: ManualPlatform['timer'] = (ms, fire) =>
    platform.timer(ms, () => host.frozen || fire())
  const client = createClientFrom({
    platform: { ...platform, timer, random },
    transport: server,
    tabs: createTabs('db', { ...platform, timer }, host),
    openStore: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
    ...parts,
  })
  return Object.assign(client, { host })
}

describe('[TAB6] the tab that leads', () => {
  it('sends and receives for all tabs, also objects that it does not show', async () => {
    open().open('one')
    await platform.pass(100)
    const follower = open()
    const { object } = follower.open('two')
    await platform.pass(100)
    const { server: inLog } = object.change({ a: 1 })
    await platform.pass(100)
    expect(await inLog).toBe(1)
    expect(server.log('two')).toHaveLength(1)
    expect(follower.status).toEqual({ state: 'synced', unsent: 0, rejected: 0 })
  })

  it('[TAB14] tells a tab that begins how things stand, though nothing has changed', async () => {
    open().open('one')
    await platform.pass(1000)
    const follower = open()
    await platform.pass(100)
    expect([follower.connection.status, follower.status.state]).toEqual(['online', 'synced'])
    const other = open()
    other.open('one')
    await platform.pass(100)
    expect([other.connection.status, other.status.state]).toEqual(['online', 'synced'])
  })

  it('[HOOK13] is not synced before what it opens was joined', async () => {
    open({ openStore: ownDisk, tabs: singleTab() }).open('two').object.change({ a: 1 })
    const client = open()
    client.open('one')
    await platform.pass(100)
    expect(client.status.state).toBe('synced')
    const { object } = client.open('two')
    const early: string[] = []
    for (let i = 0; i < 1000 && object.get()?.['a'] === undefined; i++) {
      early.push(client.status.state)
      await Promise.resolve()
    }
    expect(object.get()).toEqual({ a: 1 })
    expect(early.length).toBeGreaterThan(1)
    expect(early).not.toContain('synced')
  })

  it('sends what another tab saved as it died, before it could tell anybody', async () => {
    const first = open()
    await platform.pass(100)
    const host = browser.open()
    const tabs = createTabs('db', platform, host)
    const mute = { ...tabs, post: () => undefined }
    const dying = open({ tabs: mute })
    dying.peek('left').change({ a: 1 })
    await platform.pass(100)
    host.die()
    dying.host.die()
    await platform.pass(6000)
    expect(server.log('left')).toHaveLength(1)
    expect(first.status.state).toBe('synced')
  })

  it('sends what other tabs left on the disk, when nobody shows it any more', async () => {
    const first = open({ offline: true })
    first.peek('left').change({ a: 1 })
    await platform.pass(100)
    first.host.die()
    const next = open()
    await platform.pass(1000)
    expect(server.log('left')).toHaveLength(1)
    expect(next.status.state).toBe('synced')
  })

  it('is followed by another when it closes, with everything that was under way', async () => {
    const first = open()
    first.open('o').object.change({ a: 1 })
    const second = open()
    const { object } = second.open('o')
    await platform.pass(100)
    server.isSilent = true
    object.change({ b: 2 })
    await platform.pass(100)
    first.host.die()
    server.isSilent = false
    await platform.pass(30_000)
    expect(server.log('o').map((event) => event[2][0]?.[2])).toEqual(['a', 'b'])
    expect(second.status.state).toBe('synced')
  })
})

it('[TAB10] a tab that loses the lead while its disk takes its time, and wins it again, leads once', async () => {
  const answers: (() => void)[] = []
  const slow = (): Promise<void> => new Promise((resolve) => answers.push(resolve))
  let open = 0
  const counted: Transport = {
    open(hello, events) {
      open += 1
      const socket = server.open(hello, events)
      return {
        ...socket,
        close: () => {
          open -= 1
          socket.close()
        },
      }
    },
  }
  let won: () => void = () => undefined
  let lost: () => void = () => undefined
  const tabs = {
    ...singleTab(),
    campaign: (win: () => void, lose: () => void) => void ([won, lost] = [win, lose]),
  }
  const client = createClientFrom({
    platform: { ...platform, random },
    transport: counted,
    tabs,
    async openStore() {
      const store = createLocalStore(createMemoryDisk({ tables, durable: true }))
      return Object.assign(Object.create(store) as typeof store, {
        lead: async () => {
          const lead = await store.lead()
          await slow()
          return lead
        },
      })
    },
  })
  client.open('o')
  await platform.settle()
  won()
  await platform.settle()
  lost()
  won()
  for (let turn = 0; turn < 3; turn++) {
    for (const answer of answers.splice(0)) answer()
    await platform.pass(100)
  }
  expect([open, client.connection.status]).toEqual([1, 'online'])
  lost()
  await platform.settle()
  expect(open).toBe(0)
})

describe('[TAB5] what tabs tell each other', () => {
  it('shows an edit of one tab in all, before it is sent', async () => {
    const [one, two] = [open({ offline: true }), open({ offline: true })]
    two.open('o')
    await platform.pass(100)
    one.peek('o').change({ a: 1 })
    await platform.pass(100)
    expect(two.peek('o').get()).toEqual({ a: 1 })
    expect(two.outbox.pending).toHaveLength(1)
    expect(one.status).toEqual(two.status)
  })

  it('a token set in one tab signs in the tab that leads', async () => {
    let right = 'new'
    const transport = strict(() => right)
    const leader = open({ transport, token: 'old' })
    const follower = open({ transport, token: 'old' })
    await platform.pass(100)
    expect(follower.connection.status).toBe('needs-auth')
    follower.setToken('new')
    await platform.pass(100)
    expect([leader, follower].map(({ connection }) => connection.status)).toEqual([
      'online',
      'online',
    ])
    right = 'newer'
    expect(hellos).toEqual(['old', 'new'])
  })

  it('a tab that is still starting hears of a token, and of being offline', async () => {
    const transport = strict(() => 'new')
    let start: () => void = () => undefined
    const openStore = async () => {
      await new Promise<void>((resolve) => (start = resolve))
      return createLocalStore(createMemoryDisk({ tables, durable: true }))
    }
    const first = open({ transport, token: 'old' })
    const starting = open({ transport, token: 'old', openStore })
    await platform.pass(100)
    first.setToken('new')
    first.setOffline(true)
    await platform.pass(100)
    start()
    await platform.pass(100)
    first.host.die()
    await platform.pass(10_000)
    expect(starting.connection.status).toBe('offline')
    starting.setOffline(false)
    await platform.pass(100)
    expect(starting.connection.status).toBe('online')
    expect(hellos).toEqual(['old', 'new'])
  })

  it('a refusal, and what a person decides about it, shows in all', async () => {
    const [one, two] = [open(), open()]
    for (const client of [one, two]) client.open('o')
    server.refuse = () => 'no'
    await platform.pass(100)
    two.peek('o').change({ a: 1 })
    await platform.pass(100)
    for (const client of [one, two]) {
      expect(client.outbox.rejected.map(({ message }) => message)).toEqual(['no'])
      expect(client.peek('o').get()).toEqual({})
    }
    server.refuse = undefined
    await Promise.all([one.retry(one.outbox.rejected[0]!.key), platform.pass(100)])
    await platform.pass(100)
    expect(two.outbox.rejected).toEqual([])
    expect(two.peek('o').get()).toEqual({ a: 1 })
    await expect(two.retry(1)).rejects.toMatchObject({ code: 'BAD_ID' })
  })
})

describe('objects', () => {
  const left = (): unknown[] => ups.filter(([event]) => event === 'leave')
  const ups: [string, unknown][] = []
  const watched: Transport = {
    open(hello, events) {
      const socket = server.open(hello, events)
      const emit: typeof socket.emit = (event, ...rest) => {
        ups.push([event, rest[0]])
        socket.emit(event, ...rest)
      }
      return { ...socket, emit }
    },
  }
  beforeEach(() => ups.splice(0))

  it('[TAB8] are let go of some time after the last user left, and read again when asked for', async () => {
    const client = open({ transport: watched })
    const held = [client.open('o'), client.open('o')]
    held[0]!.object.change({ a: 1 })
    await platform.pass(1000)
    held[0]!.close()
    held[0]!.close()
    await platform.pass(10_000)
    expect(left()).toEqual([])
    held[1]!.close()
    await platform.pass(100_000)
    expect(left()).toHaveLength(1)
    await client.loaded('o')
    expect(client.peek('o').get()).toEqual({ a: 1 })
  })

  it('[TAB12] a handle of one that was let go of writes and reads as before, beside a new one', async () => {
    const client = open({ transport: watched })
    const { object, close } = client.open('o')
    object.change({ a: 1 })
    const text = object.text('body')
    await platform.pass(1000)
    text.replace('one')
    close()
    await platform.pass(10_000)
    expect(left()).toHaveLength(1)
    const fresh = client.open('o').object
    const edits = [object.change({ b: 'old handle' }), fresh.change({ c: 'new handle' })]
    text.replace('one two')
    const seqs = Promise.all(edits.map((edit) => edit.server))
    await platform.pass(1000)
    expect(await seqs).toHaveLength(2)
    expect(server.log('o').map(([n]) => n)).toEqual([1, 2, 3, 4, 5])
    expect(fresh).toBe(object)
    expect(String(fresh.text('body'))).toBe('one two')
    expect(object.get()).toMatchObject({ a: 1, b: 'old handle', c: 'new handle' })
  })

  it('[TAB12] what others wrote meanwhile is read at the first use, from the disk and the server', async () => {
    const [leading, client] = [open(), open()]
    const other = leading.open('o')
    const { object, close } = client.open('o')
    object.change({ a: 1 })
    await platform.pass(1000)
    close()
    await platform.pass(10_000)
    other.object.change({ a: 2 })
    await platform.pass(1000)
    expect(object.get()).toEqual({ a: 1 })
    await platform.pass(1000)
    expect(object.get()).toEqual({ a: 2 })
    other.object.change({ b: 3 })
    await platform.pass(1000)
    expect(object.get()).toEqual({ a: 2, b: 3 })
  })

  it('[TAB12] what nobody has any more is read from the disk', async () => {
    const client = open({ platform: { ...platform, random, weak: () => () => undefined } })
    const { object, close } = client.open('o')
    object.change({ a: 1 })
    await platform.pass(1000)
    close()
    await platform.pass(10_000)
    expect(client.peek('o')).not.toBe(object)
    await client.loaded('o')
    expect(client.peek('o').get()).toEqual({ a: 1 })
  })

  it('[TAB12] one with a listener is not let go of, though nobody holds it open', async () => {
    const [one, two] = [
      open({ transport: watched }),
      open({ tabs: singleTab(), openStore: ownDisk }),
    ]
    const heard: string[] = []
    const stops = [
      one.peek('row').subscribe(() => heard.push('row')),
      one
        .peek('rows')
        .sorted('todos')
        .subscribe(() => heard.push('rows')),
      listOf(one.peek('list'), 'todos').subscribe(() => heard.push('list')),
    ]
    await platform.pass(100_000)
    two.peek('row').change({ a: 1 })
    two.peek('rows').add('todos', { a: 1 })
    listOf(two.peek('list'), 'todos').add({ a: 1 })
    await platform.pass(1000)
    expect([...new Set(heard)].sort()).toEqual(['list', 'row', 'rows'])
    expect(left()).toEqual([])
    for (const stop of stops) stop()
    await platform.pass(100_000)
    expect(left()).toHaveLength(3)
  })

  it('[TAB8] stay open while they have something to send', async () => {
    const client = open({ offline: true })
    const { object, close } = client.open('o')
    const { server: inLog } = object.change({ a: 1 })
    close()
    await platform.pass(100_000)
    expect(client.status.unsent).toBe(1)
    client.setOffline(false)
    await platform.pass(1000)
    expect(await inLog).toBe(1)
  })
})

describe('[CON13] a token', () => {
  it.each([null, undefined])('may be %s, for nobody', async (none) => {
    const client = open({ token: () => none, transport: strict(() => undefined) })
    await platform.pass(100)
    expect(client.connection.status).toBe('online')
    expect(() => client.setToken(5 as never)).toThrow(
      expect.objectContaining({ code: 'BAD_VALUE' }),
    )
    client.setToken(null)
  })

  it.each<[string, () => string]>([
    ['not 5', () => 5 as never],
    [
      'login is down',
      () => {
        throw new Error('login is down')
      },
    ],
  ])('that cannot be had says why: %s', async (why, token) => {
    const client = open({ token })
    await platform.pass(100)
    expect(client.connection).toMatchObject({ message: expect.stringContaining(why) as unknown })
    expect(client.status.error).toMatchObject({ message: expect.stringContaining(why) as unknown })
    expect(client.status.state).toBe('offline')
  })
})

describe('[REP15] a listener that throws', () => {
  it('keeps nobody from hearing, of rows nor of a list', async () => {
    const { object } = open().open('o')
    await platform.pass(100)
    let heard = 0
    for (const rows of [object.sorted('todos', 'text'), listOf(object, 'todos')]) {
      rows.subscribe(() => {
        throw new Error('listener')
      })
      rows.subscribe(() => (heard += 1))
    }
    listOf(object, 'todos').add({ text: 'a' })
    expect(heard).toBe(2)
    expect(platform.errors).toHaveLength(2)
  })
})

describe('life', () => {
  it('[CON7] drops a server that misses its heartbeats, and opens another line', async () => {
    const client = open()
    client.open('o')
    const states: string[] = []
    client.subscribe(() => states.push(client.connection.status))
    // The fake sends no heartbeats at all; its last word falls into the first 5 s.
    await platform.pass(24_000)
    expect(states).not.toContain('waiting')
    await platform.pass(2000)
    expect(states).toContain('waiting')
    await platform.pass(10_000)
    expect(client.connection.status).toBe('online')
  })

  it('[CON4] reports entries that cannot be read, believes none of them, and connects again', async () => {
    let hear: (event: string, message: unknown) => void = () => undefined
    const transport: Transport = {
      open(hello, events) {
        hear = (event, message) => events.message(event, message)
        return server.open(hello, events)
      },
    }
    const client = open({ transport })
    const { object } = client.open('o')
    await platform.pass(100)
    const good = [1, '000000001000zzzzzzzz', [['=', '', 'a', 1]]]
    for (const events of [[good, 7], [[1, 'no stamp', []]], 'none', [good, [0, good[1], []]]]) {
      hear('entries', { object: 'o', term: 'fake', seq: 1, events })
      await platform.pass(1000)
    }
    hear('heads', 7)
    expect(platform.errors).toHaveLength(5)
    expect(object.get()).toEqual({})
    await platform.pass(1000)
    expect(client.connection.status).toBe('online')
  })

  it('[REP7] says so when the disk cannot be opened, and fails every edit', async () => {
    const trouble = new StorageError('CORRUPT', 'unreadable')
    const client = open({ openStore: () => Promise.reject(trouble) })
    const { object } = client.open('o')
    const early = object.change({ a: 1 })
    await expect(client.loaded('o')).rejects.toBe(trouble)
    await expect(early.local).rejects.toBe(trouble)
    await expect(object.change({ a: 2 }).server).rejects.toBe(trouble)
    expect(client.status).toMatchObject({ state: 'failed', error: { code: 'CORRUPT' } })
    expect(object.get()).toBeUndefined()
    await client.close()
  })

  it('[REP16] brings all edits to the disk before it closes, and takes none after', async () => {
    const client = open({ offline: true })
    const { object } = client.open('o')
    await platform.pass(100)
    object.change({ a: 1 })
    expect(client.unsaved).toBe(1)
    await Promise.all([client.close(), platform.pass(100)])
    const store = createLocalStore(createMemoryDisk({ tables, durable: true }))
    expect((await store.load(object.id)).pending).toHaveLength(1)
    expect(() => client.open('o')).toThrow(expect.objectContaining({ code: 'CLOSED' }))
  })
})
