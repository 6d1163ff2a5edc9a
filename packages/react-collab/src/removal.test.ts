import type { CollabError } from '@react-collab/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Client } from './client.js'
import { removeObject } from './removal.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import { createTables, type Tables } from './store/tables.js'
import { createFakeBrowser } from './testing/fake-browser.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'
import { createManualPlatform } from './testing/manual-platform.js'
import { historyOf } from './undo-history.js'
import { createTabs } from './web-tabs.js'

let server: FakeServer
let tables: Tables
let mine: Client
let theirs: Client

const openStore = async () => createLocalStore(createMemoryDisk({ tables, durable: true }))
const phone = (client: Client): unknown => client.peek('team').row('people', 'ada')?.['phone']
const soon = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 4000 })
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: CollabError) => error.code,
  )

beforeEach(async () => {
  server = createFakeServer()
  tables = createTables()
  mine = createTestClient(server, { openStore })
  theirs = createTestClient(server)
  mine.open('team')
  theirs.open('team')
  await mine.peek('team').update('people', 'ada', { phone: '1' }).server
  await soon(() => expect(phone(theirs)).toBe('1'))
})

afterEach(async () => {
  await Promise.all([mine.close(), theirs.close()])
})

it('[STA11] a removed object is empty for everyone, at once, on disk, and has nothing to be undone', async () => {
  mine.peek('team').update('people', 'ada', { phone: '2' })
  await soon(() => expect(phone(theirs)).toBe('2'))
  let told = 0
  const object = mine.peek('team')
  object.subscribe(() => (told += 1), object.key('people', 'ada'))
  await removeObject(theirs, 'team')
  await soon(() => expect([phone(mine), phone(theirs)]).toEqual([undefined, undefined]))
  expect(told).toBe(1)
  expect(historyOf(mine.peek('team')).canUndo).toBe(false)
  const store = await openStore()
  const id = 'team' as never
  await soon(async () => {
    const { state, cursor, pending } = await store.load(id)
    expect([state.rows.size, cursor, pending, await store.sent(id)]).toEqual([0, undefined, [], []])
  })
})

it('[STA11] who writes to it afterwards makes it anew', async () => {
  await removeObject(mine, 'team')
  await soon(() => expect(phone(theirs)).toBeUndefined())
  await mine.peek('team').update('people', 'ada', { phone: '3' }).server
  await soon(() => expect(phone(theirs)).toBe('3'))
  await theirs.peek('team').update('people', 'ada', { name: 'Ada' }).server
  await soon(() => expect(mine.peek('team').row('people', 'ada')).toMatchObject({ name: 'Ada' }))
})

it('[STA11] edits that were not sent lie among the refused ones, also of who was away; they can be made again', async () => {
  mine.setOffline(true)
  await soon(() => expect(mine.connection.status).toBe('offline'))
  const edit = mine.peek('team').update('people', 'bob', { phone: '7' })
  const refused = codeOf(edit.server)
  await edit.local
  await removeObject(theirs, 'team')
  expect([phone(mine), mine.peek('team').row('people', 'bob')?.['phone']]).toEqual(['1', '7'])
  mine.setOffline(false)
  expect(await refused).toBe('REMOVED')
  await soon(() => expect(mine.outbox.rejected).toMatchObject([{ code: 'REMOVED' }]))
  expect(mine.outbox.pending).toEqual([])
  expect([phone(mine), mine.peek('team').row('people', 'bob')]).toEqual([undefined, undefined])
  expect(server.log('team')).toEqual([])
  await mine.retry(mine.outbox.rejected[0]!.key)
  await soon(() => expect(theirs.peek('team').row('people', 'bob')).toMatchObject({ phone: '7' }))
})

it('[STA14] an edit of a row that went with its object is not made again alone, and is once the row is', async () => {
  mine.setOffline(true)
  await soon(() => expect(mine.connection.status).toBe('offline'))
  const object = mine.peek('team')
  const lost = codeOf(object.update('people', 'ada', { phone: '2' }).server)
  object.add('people', { id: 'bob', name: 'Bob' })
  object.update('people', 'bob', { phone: '7' })
  object.change({ title: 'Ours' })
  await object.remove('people', 'ada').local
  await removeObject(theirs, 'team')
  mine.setOffline(false)
  const refused = () => mine.outbox.rejected.map(({ code }) => code)
  await soon(() =>
    expect(refused()).toEqual([
      'BASE_LOST',
      'REMOVED',
      'DEPENDS_ON_REFUSED',
      'REMOVED',
      'BASE_LOST',
    ]),
  )
  expect(await lost).toBe('BASE_LOST')
  const [ofAda, bob, ofBob, title, gone] = mine.outbox.rejected.map(({ key }) => key)
  await expect(mine.retry(ofAda!)).rejects.toThrow(/^BASE_LOST: "people\/ada", which it edits, is/)
  await expect(mine.retry(ofBob!)).rejects.toThrow(/^BASE_LOST: "people\/bob", which it edits, is/)
  await expect(mine.retry(gone!)).rejects.toThrow(/^BASE_LOST/)
  expect(refused()).toHaveLength(5)
  expect(object.sorted('people').read()).toEqual([])
  for (const key of [bob, ofBob, title]) await mine.retry(key!)
  expect(object.get()).toEqual({ title: 'Ours' })
  expect(object.sorted('people').read()).toEqual([{ id: 'bob', name: 'Bob', phone: '7' }])
  object.add('people', { id: 'ada', name: 'Ada' })
  await mine.retry(ofAda!)
  await soon(() => expect(phone(theirs)).toBe('2'))
  await soon(() => expect(refused()).toEqual(['BASE_LOST']))
})

it('[STA14] an edit that builds on a refused one is not made again before that is', async () => {
  server.refuse = ([, , patches]) => (JSON.stringify(patches).includes('Bob') ? 'no' : undefined)
  mine.setOffline(true)
  const object = mine.peek('team')
  object.add('people', { id: 'bob', name: 'Bob' })
  await object.update('people', 'bob', { phone: '7' }).local
  mine.setOffline(false)
  await soon(() => expect(mine.outbox.rejected).toHaveLength(2))
  const [bob, ofBob] = mine.outbox.rejected
  expect([bob?.code, ofBob?.code]).toEqual(['REFUSED', 'DEPENDS_ON_REFUSED'])
  expect(await codeOf(mine.retry(ofBob!.key))).toBe('BASE_LOST')
  expect(mine.outbox.rejected).toEqual([bob, ofBob])
  server.refuse = undefined
  await mine.retry(bob!.key)
  await mine.retry(ofBob!.key)
  await soon(() => expect(theirs.peek('team').row('people', 'bob')?.['phone']).toBe('7'))
})

it('[STA11] without a server nothing is removed', async () => {
  mine.setOffline(true)
  await soon(() => expect(mine.connection.status).toBe('offline'))
  expect(await codeOf(removeObject(mine, 'team'))).toBe('TIMEOUT')
  expect(phone(mine)).toBe('1')
})

it('[STA11] a tab that does not lead removes it, too, and hears what became of its edits', async () => {
  const platform = createManualPlatform()
  const [browser, shared] = [createFakeBrowser(), createTables()]
  const open = (): Client =>
    createTestClient(server, {
      platform,
      tabs: createTabs('db', platform, browser.open()),
      openStore: async () => createLocalStore(createMemoryDisk({ tables: shared, durable: true })),
    })
  const leader = open()
  await platform.pass(100)
  const follower = open()
  await platform.pass(100)
  for (const client of [leader, follower]) client.open('team')
  await platform.pass(1000)
  expect([phone(leader), phone(follower)]).toEqual(['1', '1'])
  server.isSilent = true
  const unsent = codeOf(follower.peek('team').update('people', 'ada', { phone: '9' }).server)
  await platform.pass(100)
  const removed = removeObject(follower, 'team')
  await platform.pass(100)
  await removed
  expect(await unsent).toBe('BASE_LOST')
  expect([phone(leader), phone(follower)]).toEqual([undefined, undefined])
  for (const client of [leader, follower]) {
    expect(client.outbox).toMatchObject({ pending: [], rejected: [{ code: 'BASE_LOST' }] })
  }
  server.isSilent = false
  const again = follower.peek('team').update('people', 'ada', { phone: '3' })
  await platform.pass(1000)
  await again.server
  await platform.pass(100)
  expect([phone(leader), phone(follower)]).toEqual(['3', '3'])
  const closing = Promise.all([leader.close(), follower.close()])
  await platform.pass(1000)
  await closing
})
