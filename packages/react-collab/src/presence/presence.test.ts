import type { PresenceUp, Value } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, type ClientParts, createClientFrom } from '../client.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createTables, type Tables } from '../store/tables.js'
import { createFakeBrowser, type FakeBrowser, type FakeTab } from '../testing/fake-browser.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from '../testing/manual-platform.js'
import type { Transport } from '../transport.js'
import { createTabs } from '../web-tabs.js'
import { type Presence, presenceOf } from './presence.js'

let platform: ManualPlatform
let server: FakeServer
/** What went up, in order. */
let up: PresenceUp[]
let draw = 1

const random = (): number => (draw = (draw * 16_807) % 2_147_483_647) / 2_147_483_647

beforeEach(() => {
  platform = createManualPlatform()
  server = createFakeServer(() => platform.time)
  up = []
})

/** The fake server, overheard. */
const overheard: Transport = {
  open(hello, events) {
    const socket = server.open(hello, events)
    return {
      ...socket,
      emit(event, message, ack) {
        if (event === 'presence') up.push(JSON.parse(JSON.stringify(message)) as PresenceUp)
        socket.emit(event, message, ack)
      },
    }
  },
}

interface Browser {
  readonly fake: FakeBrowser
  readonly tables: Tables
}

const newBrowser = (): Browser => ({ fake: createFakeBrowser(), tables: createTables() })

interface Tab {
  readonly client: Client
  readonly host: FakeTab
  readonly presence: Presence<{ name: string; at: number }>
  /** What the others show. */
  readonly sees: () => unknown[]
}

/** A tab that has the object open. */
function open(
  browser: Browser = newBrowser(),
  parts: Partial<ClientParts> = {},
  locks = true,
): Tab {
  const host = browser.fake.open(locks)
  const timer: ManualPlatform['timer'] = (ms, fire) =>
    platform.timer(ms, () => host.frozen || fire())
  const own = { ...platform, timer, random }
  const client = createClientFrom({
    platform: own,
    transport: overheard,
    tabs: createTabs('db', own, host),
    openStore: async () =>
      createLocalStore(createMemoryDisk({ tables: browser.tables, durable: true })),
    ...parts,
  })
  const { object } = client.open('o')
  const presence = presenceOf<{ name: string; at: number }>(object)
  presence.subscribe(() => undefined)
  return { client, host, presence, sees: () => presence.others().map(({ state }) => state) }
}

describe('[PRE6] what a tab shows of itself', () => {
  it('is seen at once here, and soon by the tabs of other browsers', async () => {
    const [a, b] = [open(), open()]
    await platform.pass(1000)
    a.presence.set({ name: 'Ada' })
    expect(a.presence.get()).toEqual({ name: 'Ada' })
    a.presence.set({ at: 3 })
    await platform.pass(20)
    expect(b.sees()).toEqual([{ name: 'Ada', at: 3 }])
    expect(a.sees()).toEqual([])
    a.presence.set({ at: undefined as never })
    await platform.pass(100)
    expect(b.sees()).toEqual([{ name: 'Ada' }])
    a.presence.leave()
    await platform.pass(100)
    expect(b.sees()).toEqual([])
  })

  it('is told at most every 50 ms, and the last of it always', async () => {
    const [a, b] = [open(), open()]
    await platform.pass(1000)
    up.length = 0
    for (let at = 0; at <= 100; at++) {
      a.presence.set({ at })
      await platform.pass(5)
    }
    await platform.pass(100)
    expect(b.sees()).toEqual([{ at: 100 }])
    expect(up.length).toBeGreaterThan(8)
    expect(up.length).toBeLessThan(13)
  })

  it('goes up one message at a time: a slow line holds no more', async () => {
    const a = open()
    await platform.pass(1000)
    const stuck: (() => void)[] = []
    const slow: Transport = {
      open(hello, events) {
        const socket = server.open(hello, events)
        return {
          ...socket,
          emit: (event, message, ack) =>
            event === 'presence'
              ? stuck.push(() => socket.emit(event, message, ack))
              : socket.emit(event, message, ack),
        } as ReturnType<Transport['open']>
      },
    }
    const b = open(newBrowser(), { transport: slow })
    await platform.pass(1000)
    for (let at = 0; at < 20; at++) {
      b.presence.set({ at })
      await platform.pass(100)
    }
    expect(stuck).toHaveLength(1)
    stuck.splice(0).forEach((go) => go())
    await platform.pass(100)
    stuck.splice(0).forEach((go) => go())
    await platform.pass(100)
    expect(a.sees()).toEqual([{ at: 19 }])
  })

  it('is refused when it is too large, not JSON or the system’s, and nothing has changed', () => {
    const { presence, client } = open()
    presence.set({ name: 'Ada' })
    const bad: [unknown, string][] = [
      [{ name: 'x'.repeat(4096) }, 'VALUE_TOO_LARGE'],
      [{ name: Number.NaN }, 'BAD_VALUE'],
      [{ $caret: 1 }, 'RESERVED_NAME'],
      ['Ada', 'BAD_VALUE'],
      [null, 'BAD_VALUE'],
    ]
    for (const [patch, code] of bad) {
      expect(() => presence.set(patch as object)).toThrow(expect.objectContaining({ code }))
    }
    expect(() => presence.broadcast('x'.repeat(4096))).toThrow(/VALUE_TOO_LARGE/)
    expect(() => presence.broadcast((() => 1) as unknown as Value)).toThrow(/BAD_VALUE/)
    expect(() => presence.onMessage('no' as never)).toThrow(/BAD_VALUE/)
    expect(presence.get()).toEqual({ name: 'Ada' })
    expect(client.outbox.pending).toEqual([])
  })

  it('holds the object open, until it is taken back', async () => {
    const { client } = open()
    await platform.pass(1000)
    const presence = presenceOf(client.peek('other'))
    presence.set({})
    await platform.pass(15_000)
    const b = open()
    const other = presenceOf(b.client.open('other').object)
    other.subscribe(() => undefined)
    await platform.pass(1000)
    expect(other.others()).toHaveLength(1)
    presence.leave()
    await platform.pass(1000)
    expect(other.others()).toEqual([])
  })
})

describe('[PRE7] tabs of one browser', () => {
  it('are peers of their own, for each other and for everyone', async () => {
    const browser = newBrowser()
    const [one, two, far] = [open(browser), open(browser), open()]
    await platform.pass(1000)
    one.presence.set({ name: 'one' })
    two.presence.set({ name: 'two' })
    await platform.pass(200)
    expect([one.sees(), two.sees()]).toEqual([[{ name: 'two' }], [{ name: 'one' }]])
    expect(far.sees()).toEqual([{ name: 'one' }, { name: 'two' }])
    far.presence.set({ name: 'far' })
    await platform.pass(200)
    expect(two.sees()).toContainEqual({ name: 'far' })
    const [first, second] = far.presence.others()
    expect(first?.client).toBe(second?.client)
    expect(two.presence.others()[0]).toMatchObject({
      id: first?.id,
      client: first?.client,
      principal: first?.principal,
    })
  })

  it('see each other without a network, also those that come later', async () => {
    const browser = newBrowser()
    const one = open(browser, { offline: true })
    one.presence.set({ name: 'one' })
    await platform.pass(1000)
    const two = open(browser, { offline: true })
    await platform.pass(200)
    expect(two.sees()).toEqual([{ name: 'one' }])
    two.presence.set({ name: 'two' })
    await platform.pass(60)
    expect(one.sees()).toEqual([{ name: 'two' }])
    expect(up).toEqual([])
  })

  it.each([
    ['with Web Locks', true],
    ['without', false],
  ])('are gone at once when they close, and soon when they die, %s', async (_, locks) => {
    const browser = newBrowser()
    const [one, two, three] = [1, 2, 3].map(() => open(browser, {}, locks)) as [Tab, Tab, Tab]
    const far = open()
    await platform.pass(1000)
    for (const [at, { presence }] of [one, two, three].entries()) presence.set({ at })
    await platform.pass(500)
    expect(far.sees()).toHaveLength(3)
    void two.client.close()
    await platform.pass(100)
    expect([one.sees(), far.sees()]).toEqual([[{ at: 2 }], [{ at: 0 }, { at: 2 }]])
    three.host.die()
    await platform.pass(12_100)
    expect([one.sees(), far.sees()]).toEqual([[], [{ at: 0 }]])
  })

  it('go on when the one that leads dies; when that thaws it is here again', async () => {
    const browser = newBrowser()
    const [lead, next] = [open(browser), open(browser)]
    const far = open()
    await platform.pass(1000)
    lead.presence.set({ name: 'lead' })
    next.presence.set({ name: 'next' })
    far.presence.set({ name: 'far' })
    await platform.pass(500)
    lead.host.frozen = true
    await platform.pass(40_000)
    expect(next.sees()).toEqual([{ name: 'far' }])
    expect(far.sees()).toContainEqual({ name: 'next' })
    next.presence.set({ name: 'next!' })
    await platform.pass(200)
    expect(far.sees()).toContainEqual({ name: 'next!' })
  })
})

describe('[PRE8] the line', () => {
  it('offline others are gone after a while, and on coming back all are here again', async () => {
    const [a, b] = [open(), open()]
    await platform.pass(1000)
    a.presence.set({ name: 'a' })
    b.presence.set({ name: 'b' })
    await platform.pass(200)
    a.client.setOffline(true)
    await platform.pass(100)
    expect([a.sees(), b.sees()]).toEqual([[{ name: 'b' }], []])
    await platform.pass(16_000)
    expect(a.sees()).toEqual([])
    expect(a.presence.get()).toEqual({ name: 'a' })
    a.presence.set({ at: 1 })
    a.client.setOffline(false)
    await platform.pass(1000)
    expect([a.sees(), b.sees()]).toEqual([[{ name: 'b' }], [{ name: 'a', at: 1 }]])
  })

  it('a short break takes nobody away', async () => {
    const [a, b] = [open(), open()]
    await platform.pass(1000)
    b.presence.set({ name: 'b' })
    await platform.pass(200)
    const seen: unknown[] = []
    a.presence.subscribe(() => seen.push(a.sees()))
    a.client.setOffline(true)
    await platform.pass(2000)
    a.client.setOffline(false)
    await platform.pass(1000)
    expect(seen).toEqual([])
    expect(a.sees()).toEqual([{ name: 'b' }])
  })
})

describe('[PRE9] what did not change', () => {
  it('keeps its identity, and tells nobody', async () => {
    const [a, b] = [open(), open()]
    await platform.pass(1000)
    let calls = 0
    b.presence.subscribe(() => void calls++)
    a.presence.set({ name: 'a' })
    await platform.pass(200)
    const [peer] = b.presence.others()
    const others = b.presence.others()
    expect(calls).toBe(1)
    a.presence.set({ name: 'a' })
    a.presence.showCaret([1, 2])
    await platform.pass(10_000)
    expect(calls).toBe(1)
    expect(b.presence.others()).toBe(others)
    expect(b.presence.carets).toMatchObject([{ caret: [1, 2] }])
    a.presence.set({ at: 1 })
    await platform.pass(200)
    expect(b.presence.others()[0]).not.toBe(peer)
    expect(Object.isFrozen(b.presence.others()[0]?.state)).toBe(true)
    const own = a.presence.get()
    a.presence.showCaret([3])
    expect(a.presence.get()).toBe(own)
  })
})

describe('[PRE5] a message', () => {
  it('is heard once by everybody else, in order, with who says it', async () => {
    const browser = newBrowser()
    const [one, two, far] = [open(browser), open(browser), open()]
    await platform.pass(1000)
    one.presence.set({ name: 'one' })
    await platform.pass(200)
    const heard: unknown[] = []
    for (const [who, { presence }] of Object.entries({ one, two, far }))
      presence.onMessage((message, from) => heard.push([who, message, from.state.name]))
    one.presence.broadcast('hello')
    one.presence.broadcast({ bytes: new Uint8Array([1]) })
    await platform.pass(200)
    expect(heard.filter((one) => (one as unknown[])[0] === 'one')).toEqual([])
    expect(heard.filter((one) => (one as unknown[])[0] === 'two')).toEqual([
      ['two', 'hello', 'one'],
      ['two', { bytes: new Uint8Array([1]) }, 'one'],
    ])
    expect(heard).toHaveLength(4)
    expect(heard).toContainEqual(['far', 'hello', 'one'])
  })

  it('is heard by nobody later, and a listener that throws keeps none from hearing', async () => {
    const [a, b] = [open(newBrowser(), { offline: true }), open()]
    const heard: Value[] = []
    b.presence.onMessage(() => {
      throw new Error('mine')
    })
    const stop = b.presence.onMessage((message) => heard.push(message))
    await platform.pass(1000)
    a.presence.broadcast('offline')
    a.client.setOffline(false)
    await platform.pass(1000)
    a.presence.broadcast('online')
    await platform.pass(1000)
    expect(heard).toEqual(['online'])
    expect(platform.errors).toEqual([expect.objectContaining({ message: 'mine' })])
    stop()
    a.presence.broadcast('more')
    await platform.pass(1000)
    expect(heard).toEqual(['online'])
  })
})

it('[PRE6] a closed client shows nothing more, and refuses to', async () => {
  const [a, b] = [open(), open()]
  await platform.pass(1000)
  a.presence.set({ name: 'a' })
  await platform.pass(200)
  void a.client.close()
  await platform.pass(200)
  expect(b.sees()).toEqual([])
  expect(() => a.presence.set({ name: 'x' })).toThrow(/CLOSED/)
  a.presence.leave()
})
