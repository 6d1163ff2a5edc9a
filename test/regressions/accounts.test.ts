/** Several people on one device, over a real server: nothing of one goes to another (R8). */
import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CollabError,
  counter,
  defineSchema,
  eventReplica,
  object as objectOf,
  owned,
  type StorageError,
  value,
} from '@react-collab/core'
import {
  adoptEdits,
  branchOf,
  type Client,
  type ClientOptions,
  createClient,
  signOut,
} from 'react-collab'
import { createLocalStore, handEdits, openIndexedDbDisk, poolOf } from 'react-collab/testing'
import { beforeEach, expect, it } from 'vitest'
import { openFileStore } from 'react-collab/node'
import {
  closeLater,
  newFolder,
  nodePlatform,
  openDevice,
  type Station,
  startStation,
  until,
} from './lab.js'

const schema = defineSchema({
  object: objectOf({
    title: value<string>(),
    count: counter(),
    files: owned({ path: value<string>() }, { by: 'principal' }),
  }),
})
const { object } = schema.objects
const target = 'object'

let station: Station
let name: string

beforeEach(async () => {
  name = `accounts ${Math.random()}`
  station = await startStation({
    schema,
    // Whoever has no token is nobody, and welcome.
    authenticate: (token, { client }) => token ?? client,
  })
})

function open(options: Partial<ClientOptions> = {}): Client {
  const client = createClient({ url: station.url, name, schema, ...options })
  client.open(target, object)
  closeLater(() => client.close())
  return client
}

const shared = (client: Client) => client.peek(target, object)
const titleOf = (client: Client): unknown => shared(client).get()?.['title']
const synced = (client: Client): Promise<void> =>
  until(() => client.status.state === 'synced', 'it is synced')
const stoppedBy = (client: Client, code: string): Promise<void> =>
  until(() => client.status.error?.code === code, code)
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    ({ code }: CollabError) => code,
  )
/** What a device shows that has only the log. */
async function logged(): Promise<unknown> {
  const witness = openDevice(station.url, { schema })
  witness.client.peek(target, object)
  await synced(witness.client)
  await until(() => shared(witness.client).ready)
  return titleOf(witness.client)
}

it('[ACC1] two accounts of one device share neither rows, edits, presence nor places in the pool', async () => {
  const ada = open({ account: 'ada', token: 'ada', offline: true })
  await shared(ada).change({ title: 'ada’s' }).local
  await ada.close()
  const ben = open({ account: 'ben', token: 'ben' })
  await synced(ben)
  expect(titleOf(ben)).toBeUndefined()
  expect(ben.outbox).toEqual({ pending: [], rejected: [] })
  expect(await logged()).toBeUndefined()
  const again = open({ account: 'ada', token: 'ada' })
  await synced(again)
  await until(() => titleOf(ben) === 'ada’s')
  const pool = poolOf(ben, target)
  closeLater(pool.subscribe(() => undefined))
  await until(
    () =>
      (pool.read().clients ?? []).filter(({ principal }) => /ada|ben/.test(principal)).length === 2,
  )
})

it('[ACC2] a disk of one account sends nothing for another, and goes on when its own is back', async () => {
  const client = open({ token: 'ada' })
  await synced(client)
  client.setOffline(true)
  await shared(client).change({ title: 'ada’s' }).local
  client.setToken('ben')
  client.setOffline(false)
  await stoppedBy(client, 'OTHER_ACCOUNT')
  expect(client.connection.status).toBe('refused')
  expect(client.outbox.pending).toHaveLength(1)
  expect(await logged()).toBeUndefined()
  client.setToken('ada')
  await synced(client)
  expect(await logged()).toBe('ada’s')
})

it('[ACC3] what was written while nobody was signed in waits until it is adopted', async () => {
  const client = open({ offline: true })
  const edit = shared(client).change({ title: 'nobody’s' })
  await edit.local
  const [{ event } = {}] = [...shared(client).replica.visible.pending]
  client.setToken('ada')
  client.setOffline(false)
  await stoppedBy(client, 'UNSENT_EDITS')
  expect(await logged()).toBeUndefined()
  adoptEdits(client)
  await edit.server
  await synced(client)
  expect(await logged()).toBe('nobody’s')
  expect(shared(client).replica.visible.confirmed.rows.values().next().value?.stamps['title']).toBe(
    event?.[1],
  )
  // It is hers from now on.
  client.setToken('ben')
  client.reconnect({ fresh: true })
  await stoppedBy(client, 'OTHER_ACCOUNT')
})

it('[ACC4] an account takes over what nobody had sent, once, with its times and the rows that it owns', async () => {
  const nobody = open({ offline: true })
  await shared(nobody).change({ title: 'nobody’s' }).local
  const { id } = shared(nobody).add('files', { path: '/mine' })
  await until(() => nobody.unsaved === 0)
  const [first] = [...shared(nobody).replica.visible.pending]
  await nobody.close()
  const without = open({ account: 'ben', token: 'ben' })
  await synced(without)
  expect(titleOf(without)).toBeUndefined()
  for (let i = 0; i < 2; i++) {
    const ada = open({ account: 'ada', token: 'ada', adopt: true })
    await synced(ada)
    expect(ada.outbox).toEqual({ pending: [], rejected: [] })
    expect(titleOf(ada)).toBe('nobody’s')
    expect(shared(ada).row('files', id)).toMatchObject({ path: '/mine', mine: true })
    const row = shared(ada).replica.visible.confirmed.rows.get('' as never)
    expect(row?.stamps['title']?.slice(0, 12)).toBe(first?.event?.[1].slice(0, 12))
    expect(row?.stamps['title']?.slice(12)).not.toBe(first?.event && eventReplica(first.event))
    await ada.close()
  }
  const after = open()
  await synced(after)
  expect(after.outbox).toEqual({ pending: [], rejected: [] })
})

it('[ACC9] rows that were made online under a name that everybody has are the account’s, those in the log too', async () => {
  station = await startStation({ schema, authenticate: (token) => token ?? 'anon' })
  const nobody = open()
  await nobody.loaded(target)
  const logged = shared(nobody).add('files', { path: '/logged' })
  await logged.server
  nobody.setOffline(true)
  shared(nobody).update('files', logged.id, { path: '/updated' })
  const { id } = shared(nobody).add('files', { path: '/made' })
  await shared(nobody).update('files', id, { path: '/made and updated' }).local
  await nobody.close()
  const ada = open({ account: 'ada', token: 'ada', adopt: true })
  await synced(ada)
  const later = shared(ada).add('files', { path: '/later' })
  await later.server
  expect(ada.outbox).toEqual({ pending: [], rejected: [] })
  const paths = shared(ada).sorted('files', 'path').read()
  expect(paths.map(({ path, mine }) => [path, mine])).toEqual([
    ['/later', true],
    ['/made and updated', true],
    ['/updated', true],
  ])
})

it('[ACC9] an account that was here before, and a second one, own what is made in what they take over', async () => {
  station = await startStation({ schema, authenticate: (token) => token ?? 'anon' })
  const names = ['ada', 'ben', 'ada', 'ben']
  for (const [i, account] of names.entries()) {
    const nobody = open({ offline: i % 2 === 1 })
    if (i % 2 === 0) await synced(nobody)
    await nobody.loaded(target)
    nobody.setOffline(true)
    const { id } = shared(nobody).add('files', { path: `/${i}` })
    await shared(nobody).update('files', id, { path: `/${i} of nobody` }).local
    await nobody.close()
    const client = open({ account, token: account, adopt: true })
    await synced(client)
    await shared(client).add('files', { path: `/${i} of ${account}` }).server
    expect(client.outbox).toEqual({ pending: [], rejected: [] })
    await client.close()
  }
  const ada = open({ account: 'ada', token: 'ada' })
  await synced(ada)
  const mine = shared(ada).sorted('files', 'path').read()
  expect(mine.filter((row) => row.mine).map(({ path }) => path)).toEqual([
    '/0 of ada',
    '/0 of nobody',
    '/2 of ada',
    '/2 of nobody',
  ])
  expect(mine).toHaveLength(8)
})

it('[ACC4] an adoption that was cut off, and edits that went out after all, count once', async () => {
  const nobody = open({ offline: true })
  await shared(nobody).counter('count').add(1)?.local
  await nobody.close()
  const disk = async (of: string) => createLocalStore(await openIndexedDbDisk(of))
  const [from, to] = [await disk(name), await disk(`${name} account ada`)]
  const platform = nodePlatform()
  // It dies before the rows are taken out of the first disk.
  const dying = { ...from, handedOver: () => Promise.reject(new Error('died')) }
  await expect(handEdits(dying, to, platform)).rejects.toThrow('died')
  await Promise.all([from.close(), to.close()])
  const sent = open()
  await synced(sent)
  const ada = open({ account: 'ada', token: 'ada', adopt: true })
  await synced(ada)
  await until(() => shared(ada).counter('count').value > 0)
  expect(shared(ada).counter('count').value).toBe(1)
})

it('[ACC10] a file is of the account that first opened it, and stays as it is when another asks for it', async () => {
  const path = join(newFolder(), 'store.log')
  const onFile = (options: Partial<ClientOptions>) =>
    open({ store: openFileStore(path), ...options })
  const ada = onFile({ account: 'ada', offline: true })
  await shared(ada).change({ title: 'ada’s' }).local
  await ada.close()
  const bytes = readFileSync(path)
  for (const options of [{ account: 'ben', token: 'ben' }, { token: 'ada' }, {}]) {
    const other = onFile(options)
    expect(await codeOf(shared(other).change({ title: 'other' }).local)).toBe('OTHER_ACCOUNT')
    expect(await codeOf(other.loaded(target))).toBe('OTHER_ACCOUNT')
    expect(other.status).toMatchObject({ state: 'failed', error: { code: 'OTHER_ACCOUNT' } })
    expect(other.status.error?.message).toContain('"ada"')
    expect([titleOf(other), other.outbox.pending]).toEqual([undefined, []])
    await other.close()
  }
  expect(readFileSync(path)).toEqual(bytes)
  const again = onFile({ account: 'ada', token: 'ada' })
  await synced(again)
  expect(await logged()).toBe('ada’s')
  await signOut(again)
  const ben = onFile({ account: 'ben', token: 'ben' })
  await synced(ben)
  expect(titleOf(ben)).toBe('ada’s')
})

it('[ACC10] a file of nobody becomes an account’s when that is admitted with what lies there', async () => {
  const path = join(newFolder(), 'store.log')
  const onFile = (options: Partial<ClientOptions>) =>
    open({ store: openFileStore(path), ...options })
  const nobody = onFile({ offline: true })
  await shared(nobody).change({ title: 'nobody’s' }).local
  await nobody.close()
  const ada = onFile({ account: 'ada', token: 'ada' })
  await stoppedBy(ada, 'UNSENT_EDITS')
  await ada.close()
  // It was not told to adopt them: they are nobody's still.
  const still = onFile({ offline: true })
  await until(() => titleOf(still) === 'nobody’s')
  await still.close()
  const adopting = onFile({ account: 'ada', token: 'ada' })
  await stoppedBy(adopting, 'UNSENT_EDITS')
  adoptEdits(adopting)
  await synced(adopting)
  await adopting.close()
  const ben = onFile({ account: 'ben', token: 'ben' })
  await stoppedBy(ben, 'OTHER_ACCOUNT')
  await ben.close()
  const nobodyAgain = onFile({})
  await stoppedBy(nobodyAgain, 'OTHER_ACCOUNT')
})

it('[ACC5] signing out with edits that no server has is refused, unless it is said what becomes of them', async () => {
  const ada = open({ account: 'ada', token: 'ada', offline: true })
  await shared(ada).change({ title: 'unsent' }).local
  expect(await codeOf(signOut(ada))).toBe('UNSENT_EDITS')
  expect(titleOf(ada)).toBe('unsent')
  expect(await codeOf(signOut(ada, 'whatever' as never))).toBe('BAD_VALUE')
  await signOut(ada, 'keep')
  const kept = open({ account: 'ada', token: 'ada', offline: true })
  await until(() => titleOf(kept) === 'unsent')
  kept.setOffline(false)
  await signOut(kept, 'send')
  expect(await logged()).toBe('unsent')
  const empty = open({ account: 'ada', token: 'ada', offline: true })
  await until(() => shared(empty).ready)
  expect(titleOf(empty)).toBeUndefined()
  await shared(empty).change({ title: 'given up' }).local
  await signOut(empty, 'discard')
  const back = open({ account: 'ada', token: 'ada' })
  await synced(back)
  expect(titleOf(back)).toBe('unsent')
})

it('[ACC5] edits of branches count, and what could not be sent keeps the account signed in', async () => {
  const ada = open({ account: 'ada', token: 'ada' })
  await shared(ada).change({ title: 'sent' }).server
  const draft = branchOf(ada, target, 'draft')
  await draft.create()
  await ada.open(draft.target, object).object.change({ title: 'draft' }).local
  expect(await codeOf(signOut(ada))).toBe('UNSENT_EDITS')
  await draft.push().server
  await synced(ada)
  await signOut(ada)
})

it('[ACC6] after a sign-out another tab takes no write, and stays failed', async () => {
  for (const isLeading of [true, false]) {
    const [first, second] = [
      open({ account: 'ada', token: 'ada' }),
      open({ account: 'ada', token: 'ada' }),
    ]
    await Promise.all([synced(first), synced(second)])
    const [stays, leaves] = isLeading ? [first, second] : [second, first]
    await signOut(leaves, 'discard')
    // Also before the message has come.
    expect(await codeOf(shared(stays).change({ title: 'at once' }).local)).toBe('LOCAL_STATE_LOST')
    await stoppedBy(stays, 'LOCAL_STATE_LOST')
    expect(stays.connection.status).toBe('offline')
    const again = open({ account: 'ada', token: 'ada' })
    await synced(again)
    const { local, server } = shared(stays).change({ title: 'later' })
    expect([await codeOf(local), await codeOf(server)]).toEqual(Array(2).fill('LOCAL_STATE_LOST'))
    stays.reconnect({ fresh: true })
    await shared(again).counter('count').add(1)?.server
    expect(stays.status).toMatchObject({ state: 'failed', error: { code: 'LOCAL_STATE_LOST' } })
    expect(titleOf(stays)).toBeUndefined()
    await again.close()
  }
  expect(await logged()).toBeUndefined()
})

it('[ACC7] edits that waited when the disk was lost can still be read', async () => {
  const client = open({ offline: true })
  await shared(client).change({ title: 'waits' }).local
  const gone = new Promise<void>((resolve) => {
    indexedDB.deleteDatabase(name).onsuccess = () => resolve()
  })
  await stoppedBy(client, 'LOCAL_STATE_LOST')
  await gone
  expect(client.status.state).toBe('failed')
  const failed = await shared(client)
    .change({ title: 'later' })
    .local.catch((error: StorageError) => error.code)
  expect(failed).toBe('LOCAL_STATE_LOST')
  expect(client.outbox.pending).toMatchObject([{ patches: [['=', '', 'title', 'waits']] }])
  expect(titleOf(client)).toBe('waits')
})
