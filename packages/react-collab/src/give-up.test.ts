import { beforeEach, expect, it } from 'vitest'
import { type Client, createClientFrom } from './client.js'
import { giveUp } from './give-up.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import { createTables } from './store/tables.js'
import { createFakeBrowser } from './testing/fake-browser.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'
import type { Transport } from './transport.js'
import { createTabs } from './web-tabs.js'

let platform: ManualPlatform
let server: FakeServer
let isForbidden: boolean
let leader: Client
let follower: Client
let draw = 1

const random = (): number => (draw = (draw * 16_807) % 2_147_483_647) / 2_147_483_647

/** The server, which may forbid what is pushed. */
const guarded: Transport = {
  open(hello, events) {
    const socket = server.open(hello, events)
    return {
      ...socket,
      emit(event, message, ack) {
        const answer = [{ code: 'FORBIDDEN', message: 'you may only read' }]
        if (event === 'push' && isForbidden) ack?.(answer)
        else socket.emit(event, message, ack)
      },
    }
  },
}

beforeEach(async () => {
  platform = createManualPlatform()
  server = createFakeServer(() => platform.time)
  isForbidden = true
  const [browser, tables] = [createFakeBrowser(), createTables()]
  const open = (): Client =>
    createClientFrom({
      platform: { ...platform, random },
      transport: guarded,
      tabs: createTabs('db', platform, browser.open()),
      openStore: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
    })
  leader = open()
  await platform.pass(100)
  follower = open()
  for (const client of [leader, follower]) client.open('doc')
  await platform.pass(100)
})

it.each(['leading', 'following'])(
  '[OUT16] held edits are given up by a person in a %s tab, and can be retried',
  async (which) => {
    const client = which === 'leading' ? leader : follower
    const own = client.peek('doc')
    const { server: inLog } = own.change({ title: 'Mine' })
    own.change({ other: 1 })
    await platform.pass(100)
    expect(client.status).toMatchObject({ state: 'held', unsent: 2, rejected: 0 })
    await giveUp(client, 'doc')
    await platform.pass(100)
    await expect(inLog).rejects.toMatchObject({ code: 'FORBIDDEN' })
    for (const tab of [leader, follower]) {
      expect(tab.peek('doc').get()).toEqual({})
      expect(tab.status).toEqual({ state: 'synced', unsent: 0, rejected: 2 })
      expect(tab.outbox.rejected.map(({ code }) => code)).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    }
    isForbidden = false
    const [first] = client.outbox.rejected
    const retried = client.retry(first!.key)
    await platform.pass(100)
    expect(await (await retried).server).toBe(1)
    expect(follower.peek('doc').get()).toEqual({ title: 'Mine' })
  },
)

it('[OUT16] what nothing holds up stays on its way', async () => {
  isForbidden = false
  server.isSilent = true
  leader.peek('doc').change({ title: 'Mine' })
  await platform.pass(100)
  await giveUp(leader, 'doc')
  await platform.pass(100)
  expect(leader.status).toMatchObject({ unsent: 1, rejected: 0 })
  expect(leader.peek('doc').get()).toEqual({ title: 'Mine' })
})
