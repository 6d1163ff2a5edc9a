import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ClientOptions, createClient } from './create-client.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'

const url = 'http://127.0.0.1:9'
const usage = (text: string): unknown =>
  expect.objectContaining({
    name: 'UsageError',
    code: 'BAD_VALUE',
    message: expect.stringContaining(text) as unknown,
  })

describe('[USE1] createClient', () => {
  it.each<[unknown, string]>([
    [undefined, "createClient({ url: 'https://collab.example' })"],
    [null, 'address of its server'],
    ['http://127.0.0.1', 'address of its server'],
    [{}, 'missing'],
    [{ url: 7 }, 'this one is 7'],
    [{ url: 'collab.example' }, 'collab.example'],
    [{ url: 'https://collab.example/path' }, 'path'],
    [{ url, store: 'disk' }, 'the option store'],
    [{ url, store: createLocalStore(createMemoryDisk()) }, 'the option store'],
    [{ url, name: '' }, 'the option name'],
    [{ url, token: 7 }, 'the option token'],
    [{ url, schema: [] }, 'the option schema'],
    [{ url, offline: 'yes' }, 'true or false'],
    [{ url, tokn: 'x' }, 'no option "tokn"'],
  ])('says what is wrong with %j', (options, text) => {
    expect(() => createClient(options as ClientOptions)).toThrow(usage(text) as Error)
  })
})

describe('[USE2] a store', () => {
  const offline = true

  it('belongs to one client', async () => {
    const store = Promise.resolve(createLocalStore(createMemoryDisk()))
    const client = createClient({ url, store, offline })
    expect(() => createClient({ url, store, offline })).toThrow(usage('another client') as Error)
    await client.close()
    // It is closed with its client: nobody could use it any more.
    expect(() => createClient({ url, store, offline })).toThrow(usage('another client') as Error)
  })

  it('belongs to one client also behind another promise', async () => {
    const store = createLocalStore(createMemoryDisk())
    const first = createClient({ url, store: Promise.resolve(store), offline })
    await first.loaded('o')
    const second = createClient({ url, store: Promise.resolve(store), offline })
    await expect(second.loaded('o')).rejects.toThrow(usage('another client') as Error)
    expect(second.status.state).toBe('failed')
    await Promise.all([first.close(), second.close()])
  })
})

describe('[TAB13] the browser', () => {
  afterEach(() => vi.unstubAllGlobals())

  it.each([true, false])(
    'is asked once, at the first edit, to keep what is stored: %s',
    async (kept) => {
      const persist = vi.fn(() => Promise.resolve(kept))
      vi.stubGlobal('navigator', { locks: navigator.locks, storage: { persist } })
      const client = createClient({ url, name: `kept ${kept}`, offline: true })
      await client.loaded('o')
      expect(persist).not.toHaveBeenCalled()
      const { object } = client.open('o')
      await object.change({ a: 1 }).local
      await object.change({ a: 2 }).local
      expect(persist).toHaveBeenCalledOnce()
      expect(client.status).toEqual({ state: 'offline', unsent: 2, rejected: 0 })
      await client.close()
    },
  )

  it('is not asked where nothing is stored', async () => {
    const persist = vi.fn(() => Promise.resolve(true))
    vi.stubGlobal('navigator', { storage: { persist } })
    const client = createClient({ url, store: 'memory', offline: true })
    await client.open('o').object.change({ a: 1 }).local
    expect(persist).not.toHaveBeenCalled()
    await client.close()
  })
})
