import { applyEvent, type CollabError, type ObjectId, ROOT } from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { branchesOf, branchOf } from './branch.js'
import { type Client, type ClientParts, createClientFrom } from './client.js'
import { listOf } from './list/list-of.js'
import type { SharedObject } from './shared-object.js'
import { createLocalStore } from './store/local-store.js'
import { createMemoryDisk } from './store/memory-disk.js'
import { createTables, type Tables } from './store/tables.js'
import { createFakeBrowser, type FakeBrowser } from './testing/fake-browser.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createManualPlatform, type ManualPlatform } from './testing/manual-platform.js'
import { singleTab, type TabMessage, type Tabs } from './tabs.js'
import { historyOf } from './undo-history.js'
import { createTabs } from './web-tabs.js'

let platform: ManualPlatform
let server: FakeServer
let browser: FakeBrowser
let tables: Tables
let draw = 1

/** Not the same for two tabs: replicas are named by it. */
const random = (): number => (draw = (draw * 16_807) % 2_147_483_647) / 2_147_483_647

beforeEach(() => {
  platform = createManualPlatform()
  server = createFakeServer(() => platform.time)
  browser = createFakeBrowser()
  tables = createTables()
})

/** A tab of the one browser. */
const openTab = (parts: Partial<ClientParts> = {}): Client =>
  createClientFrom({
    platform: { ...platform, random },
    transport: server,
    tabs: createTabs('db', platform, browser.open()),
    openStore: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
    ...parts,
  })

/** Another browser. */
const openElsewhere = (): Client =>
  openTab({
    tabs: singleTab(),
    openStore: async () => createLocalStore(createMemoryDisk()),
  })

/** Waits for a promise while time passes. */
async function done<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  await platform.pass(200)
  return promise
}

const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  done(promise).then(
    () => 'no error',
    (error: CollabError) => error.code,
  )

/** What there is to see of an object: fields, rows, items, text, counter. */
const shown = (object: SharedObject): unknown => ({
  fields: object.get(),
  rows: object.sorted('rows').read(),
  items: listOf(object, 'items').items.map(({ text }) => text),
  text: object.text('body').toString(),
  likes: object.counter('likes').value,
})

/** An object with something of every kind, all of it in the log. */
async function fill(client: Client): Promise<SharedObject> {
  const { object } = client.open('doc')
  await platform.pass(100)
  object.change({ title: 'Old' })
  object.add('rows', { id: 'x', name: 'Old' })
  listOf(object, 'items').insert(0, { text: 'one' }, { text: 'two' }, { text: 'three' })
  object.text('body').insert(0, 'Hello world')
  object.counter('likes').add(5)
  await platform.pass(100)
  expect(client.status).toEqual({ state: 'synced', unsent: 0, rejected: 0 })
  return object
}

/** Edits something of every kind. */
function edit(object: SharedObject, mark: string): void {
  object.update('rows', 'x', { name: mark })
  object.add('rows', { id: mark, name: mark })
  const items = listOf(object, 'items')
  items.insert(0, { text: mark })
  items.moveTo(items.items.at(-1)?.['id'] as string, 0)
  object.text('body').insert(5, ` ${mark}`)
  object.counter('likes').add(1)
}

describe('[BRA2] a branch', () => {
  it('goes its own way, is never sent, and counts for nothing that is on its way', async () => {
    const client = openTab()
    const object = await fill(client)
    const sent = server.log('doc').length
    const branch = branchOf(client, 'doc', 'draft')
    expect(branch.exists).toBeUndefined()
    await done(branch.create())
    const draft = client.open(branch.target).object
    await platform.pass(100)
    expect(branch.exists).toBe(true)
    expect(shown(draft)).toEqual(shown(object))
    const before = shown(object)
    edit(draft, 'draft')
    await platform.pass(30_000)
    expect(shown(object)).toEqual(before)
    expect(server.log('doc')).toHaveLength(sent)
    expect(client.status).toEqual({ state: 'synced', unsent: 0, rejected: 0 })
    expect(client.outbox.pending).toEqual([])
    expect(branch.ahead).toBeGreaterThan(5)
    edit(object, 'master')
    await platform.pass(100)
    expect(draft.row('rows', 'master')).toBeUndefined()
    expect(draft.text('body').toString()).toBe('Hello draft world')
  })

  it('[BRA1] begins with edits that are not sent, not even on disk, and is there after a reload', async () => {
    const client = openTab({ offline: true })
    const { object } = client.open('doc')
    await platform.pass(100)
    object.change({ title: 'Just now' })
    const branch = branchOf(client, 'doc', 'draft')
    const made = branch.create()
    await done(made)
    client.open(branch.target).object.change({ title: 'Draft' })
    await done(client.close())
    const again = openTab({ offline: true })
    const draft = again.open('doc!draft').object
    await platform.pass(100)
    expect(await done(branchesOf(again, 'doc'))).toEqual(['draft'])
    expect(draft.get()).toEqual({ title: 'Draft' })
    expect(branchOf(again, 'doc', 'draft').ahead).toBe(1)
    again.open('doc')
    await platform.pass(100)
    expect(again.peek('doc').get()).toEqual({ title: 'Just now' })
  })
})

describe('[BRA3] a push', () => {
  it('brings own edits of every kind to everyone, and nothing in', async () => {
    const [client, other] = [openTab(), openElsewhere()]
    const object = await fill(client)
    const there = other.open('doc').object
    const branch = branchOf(client, 'doc', 'draft')
    await done(branch.create())
    const draft = client.open(branch.target).object
    await platform.pass(100)
    edit(draft, 'draft')
    await platform.pass(100)
    there.update('rows', 'x', { name: 'theirs' })
    there.text('body').insert(11, '!')
    await platform.pass(100)
    const inDraft = shown(draft)
    const { local, server: inLog } = branch.push()
    await done(local)
    expect(await done(inLog)).toBe(server.log('doc').length)
    expect(shown(draft)).toEqual(inDraft)
    expect(branch.ahead).toBe(0)
    expect(shown(there)).toEqual(shown(object))
    expect(object.text('body').toString()).toBe('Hello draft world!')
    // What is pushed is written now: after what others wrote meanwhile.
    expect(object.row('rows', 'x')).toEqual({ id: 'x', name: 'draft' })
    expect(listOf(object, 'items').items.map(({ text }) => text)).toEqual([
      'three',
      'draft',
      'one',
      'two',
    ])
    expect(object.counter('likes').value).toBe(6)
  })

  it('[BRA11] what was written in the branch is in the log when it has been pushed', async () => {
    const client = openTab()
    await fill(client)
    const branch = branchOf(client, 'doc', 'draft')
    await done(branch.create())
    const written = client.open(branch.target).object.change({ title: 'Draft' })
    let seq = 0
    void written.server.then((at) => (seq = at))
    await platform.pass(1000)
    expect(seq).toBe(0)
    branch.push()
    await platform.pass(200)
    expect(seq).toBe(server.log('doc').length)
  })

  it('[BRA11] what the server refuses of it is parked as an edit of the object', async () => {
    const client = openTab()
    const object = await fill(client)
    const branch = branchOf(client, 'doc', 'draft')
    await done(branch.create())
    const draft = client.open(branch.target).object
    await platform.pass(100)
    draft.update('rows', 'x', { name: 'bad' })
    draft.update('rows', 'y', { name: 'good' })
    await platform.pass(100)
    server.refuse = (event) => (JSON.stringify(event).includes('bad') ? 'no' : undefined)
    expect(await codeOf(branch.push().server)).toBe('REFUSED')
    expect(client.outbox.rejected).toMatchObject([{ object: 'doc', code: 'REFUSED' }])
    expect(object.row('rows', 'x')).toEqual({ id: 'x', name: 'Old' })
    expect(object.row('rows', 'y')).toEqual({ id: 'y', name: 'good' })
  })

  it('can be repeated, and what was pushed offline goes up later', async () => {
    const client = openTab()
    await fill(client)
    const there = openElsewhere().open('doc').object
    const branch = branchOf(client, 'doc', 'draft')
    await done(branch.create())
    const draft = client.open(branch.target).object
    await platform.pass(100)
    client.setOffline(true)
    for (const mark of ['one', 'two', 'three']) {
      draft.text('body').insert(0, mark)
      await done(branch.push().local)
    }
    expect(client.status.unsent).toBe(3)
    client.setOffline(false)
    await platform.pass(1000)
    expect(there.text('body').toString()).toBe('threetwooneHello world')
    expect(await done(branch.push().server)).toBe(0)
  })
})

describe('[BRA4] a pull', () => {
  it('brings the parent in beneath own edits, which stay the later ones', async () => {
    const client = openTab()
    const object = await fill(client)
    const branch = branchOf(client, 'doc', 'draft')
    await done(branch.create())
    const draft = client.open(branch.target).object
    await platform.pass(100)
    draft.update('rows', 'x', { name: 'draft' })
    draft.text('body').insert(5, ' draft')
    await platform.pass(100)
    object.update('rows', 'x', { name: 'master' })
    object.text('body').insert(11, '!')
    object.add('rows', { id: 'z', name: 'new' })
    await platform.pass(100)
    await done(branch.pull())
    expect(draft.text('body').toString()).toBe('Hello draft world!')
    expect(draft.row('rows', 'x')).toEqual({ id: 'x', name: 'draft' })
    expect(draft.row('rows', 'z')).toEqual({ id: 'z', name: 'new' })
    expect(object.row('rows', 'x')).toEqual({ id: 'x', name: 'master' })
    expect(branch.ahead).toBe(2)
  })

  it('[BRA5] after a pull and a push branch and object show the same', async () => {
    const client = openTab()
    const object = await fill(client)
    const branch = branchOf(client, 'doc', 'draft')
    await done(branch.create())
    const draft = client.open(branch.target).object
    await platform.pass(100)
    edit(draft, 'draft')
    edit(object, 'master')
    await platform.pass(100)
    await done(branch.pull())
    await done(branch.push().local)
    expect(shown(draft)).toEqual(shown(object))
  })
})

describe('[BRA7] branches of branches', () => {
  it('are pushed one level at a time', async () => {
    const client = openTab()
    const object = await fill(client)
    const outer = branchOf(client, 'doc', 'outer')
    await done(outer.create())
    const inner = branchOf(client, outer.target, 'inner')
    expect(inner.parent).toBe('doc!outer')
    await done(inner.create())
    const [out, within] = [outer, inner].map(({ target }) => client.open(target).object)
    await platform.pass(100)
    within?.text('body').insert(0, 'inner ')
    await done(inner.push().local)
    expect(out?.text('body').toString()).toBe('inner Hello world')
    expect(object.text('body').toString()).toBe('Hello world')
    await done(outer.push().server)
    expect(object.text('body').toString()).toBe('inner Hello world')
  })
})

describe('[BRA8] a branch that is dropped', () => {
  it('is gone with its edits, in every tab, and takes no other edit with it', async () => {
    const [client, tab] = [openTab(), openTab()]
    await fill(client)
    const branch = branchOf(client, 'doc', 'draft')
    await done(branch.create())
    const draft = client.open(branch.target).object
    const there = tab.open('doc!draft').object
    await platform.pass(100)
    const { server: never } = draft.change({ title: 'Draft' })
    await platform.pass(100)
    expect(there.get()).toMatchObject({ title: 'Draft' })
    // It is dropped while another tab writes: to it, and to its parent.
    const lost = there.change({ title: 'Lost' })
    const kept = tab.open('doc').object.change({ title: 'Kept' })
    await done(branch.drop())
    expect(await codeOf(never)).toBe('NO_BRANCH')
    expect(branch.exists).toBe(false)
    expect(branchOf(tab, 'doc', 'draft').exists).toBe(false)
    expect(await codeOf(kept.server)).toBe('no error')
    expect(['NO_BRANCH', 'no error']).toContain(await codeOf(lost.local))
    expect(draft.get()).toEqual({})
    expect(() => draft.change({ title: 'Again' })).toThrow('NO_BRANCH')
    expect(client.status.state).toBe('synced')
  })

  it('[BRA13] takes what could be undone along, in every tab', async () => {
    const [client, tab] = [openTab(), openTab()]
    const object = await fill(client)
    const branch = branchOf(client, 'doc', 'draft')
    await done(branch.create())
    const drafts = [client, tab].map((of) => of.open(branch.target).object)
    const histories = [object, ...drafts].map(historyOf)
    await platform.pass(100)
    for (const each of [object, ...drafts]) each.change({ title: 'New' })
    await platform.pass(100)
    expect(histories.map(({ canUndo }) => canUndo)).toEqual([true, true, true])
    await done(branch.drop())
    await done(branch.create())
    expect(histories.map(({ canUndo }) => canUndo)).toEqual([true, false, false])
  })

  it('[BRA6] made anew types what nobody has typed before', async () => {
    const client = openTab()
    const object = await fill(client)
    const branch = branchOf(client, 'doc', 'draft')
    const draft = client.open(branch.target).object
    for (const mark of ['one', 'two']) {
      await done(branch.create())
      draft.text('body').insert(0, mark)
      await done(branch.push().server)
      draft.text('body').insert(0, 'dropped')
      await platform.pass(100)
      await done(branch.drop())
    }
    expect(object.text('body').toString()).toBe('twooneHello world')
    expect(client.outbox.rejected).toEqual([])
  })
})

describe('[BRA9] what an object no longer has', () => {
  it('parks the edits of it at a push, and at a pull, and nothing else', async () => {
    for (const way of ['push', 'pull'] as const) {
      const client = openElsewhere()
      client.setOffline(true)
      const { object } = client.open(`doc-${way}`)
      await platform.pass(100)
      server.refuse = (event) => (JSON.stringify(event).includes('refuse') ? 'no' : undefined)
      object.text('body').insert(0, 'refuse me')
      object.add('rows', { id: 'x', name: 'refuse me' })
      const branch = branchOf(client, object.id, 'draft')
      await done(branch.create())
      const draft = client.open(branch.target).object
      await platform.pass(100)
      const typed = draft.text('body').insert(9, ' not')
      draft.text('body').insert(13, ' ever')
      draft.update('rows', 'x', { phone: '1' })
      draft.change({ title: 'Mine' })
      await platform.pass(100)
      client.setOffline(false)
      await platform.pass(1000)
      expect(object.text('body').toString()).toBe('')
      await done(way === 'push' ? branch.push().local : branch.pull())
      expect(await codeOf(typed.server)).toBe('BASE_LOST')
      expect(draft.get()).toMatchObject({ title: 'Mine' })
      expect(branch.ahead).toBe(way === 'push' ? 0 : 1)
      const lost = client.outbox.rejected.filter(({ code }) => code === 'BASE_LOST')
      expect(lost.map((item) => item.object)).toEqual(Array(3).fill(`doc-${way}!draft`))
      expect(object.get()).toEqual(way === 'push' ? { title: 'Mine' } : {})
    }
  })
})

describe('[BRA10] tabs', () => {
  it('see what any of them does with a branch, and write to it together', async () => {
    const [first, second] = [openTab(), openTab()]
    const object = await fill(first)
    const [here, there] = [first, second].map((client) => branchOf(client, 'doc', 'draft'))
    const [mine, theirs] = [first, second].map((client) => client.open('doc!draft').object)
    await platform.pass(100)
    expect(there?.exists).toBe(false)
    await done(here!.create())
    expect(there?.exists).toBe(true)
    expect(theirs?.text('body').toString()).toBe('Hello world')
    mine?.text('body').insert(0, 'mine ')
    theirs?.text('body').insert(11, ' theirs')
    await platform.pass(100)
    expect(mine?.text('body').toString()).toBe('mine Hello world theirs')
    expect(theirs?.text('body').toString()).toBe('mine Hello world theirs')
    // One types on while the other pushes.
    theirs?.text('body').insert(0, 'on ')
    const pushed = there!.push()
    mine?.text('body').insert(0, 'and ')
    mine?.change({ title: 'Mine' })
    await done(pushed.server)
    expect(mine?.text('body').toString()).toBe(theirs?.text('body').toString())
    await done(here!.push().server)
    expect(object.text('body').toString()).toBe(mine?.text('body').toString())
    expect(object.get()).toMatchObject({ title: 'Mine' })
    expect(first.outbox.rejected).toEqual([])
  })

  it('[BRA4] own edits are later than what another tab wrote to the object, heard of or not', async () => {
    const host = browser.open()
    const first = openTab({ tabs: createTabs('db', platform, host) })
    const second = openTab()
    await fill(first)
    const branch = branchOf(first, 'doc', 'draft')
    await done(branch.create())
    const draft = first.open(branch.target).object
    draft.change({ title: 'Draft' })
    await platform.pass(100)
    // What the other tab tells stays away, and so does what it hears of an hour to come.
    host.frozen = true
    platform.time += 3_600_000
    second.peek('doc').change({ title: 'Theirs' })
    await platform.pass(100)
    platform.time -= 3_600_000
    await done(branch.pull())
    expect(draft.get()).toMatchObject({ title: 'Draft' })
    await done(branch.push().local)
    const disk = createLocalStore(createMemoryDisk({ tables, durable: true }))
    const { state, pending } = await disk.load('doc' as ObjectId)
    for (const { events } of pending) for (const event of events) applyEvent(state, event)
    expect(state.rows.get(ROOT)?.values).toMatchObject({ title: 'Draft' })
  })

  it('[BRA11] what one tab wrote and another one pushed or dropped says what became of it', async () => {
    const [first, second] = [openTab(), openTab()]
    await fill(first)
    const branch = branchOf(first, 'doc', 'draft')
    await done(branch.create())
    const theirs = second.open('doc!draft').object
    await platform.pass(100)
    const pushed = theirs.change({ title: 'Theirs' })
    await platform.pass(100)
    await done(branch.push().server)
    expect(await done(pushed.server)).toBe(server.log('doc').length)
    const dropped = theirs.change({ title: 'Again' })
    await platform.pass(100)
    await done(branch.drop())
    expect(await codeOf(dropped.server)).toBe('NO_BRANCH')
  })

  it('[BRA10] a tab that missed it takes it from the disk', async () => {
    const first = openTab()
    await fill(first)
    const host = browser.open()
    const tabs = createTabs('db', platform, host)
    let hear: (message: TabMessage) => void = () => undefined
    const listen: Tabs['listen'] = (listener) => tabs.listen((hear = listener))
    const second = openTab({ tabs: { ...tabs, listen } })
    const theirs = second.open('doc!draft').object
    await platform.pass(100)
    host.frozen = true
    const branch = branchOf(first, 'doc', 'draft')
    await done(branch.create())
    first.open(branch.target).object.change({ title: 'Draft' })
    await done(branch.push().local)
    host.frozen = false
    // As a page says when it is no longer frozen.
    hear({ type: 'missed' })
    await platform.pass(100)
    expect(branchOf(second, 'doc', 'draft').exists).toBe(true)
    expect(theirs.get()).toMatchObject({ title: 'Draft' })
  })
})

it('[BRA12] a branch that cannot be read is made anew from its object, under its own edits', async () => {
  const client = openTab()
  await fill(client)
  const branch = branchOf(client, 'doc', 'draft')
  await done(branch.create())
  client.open(branch.target).object.change({ title: 'Draft' })
  await platform.pass(100)
  await done(client.close())
  // What lies there is no page any more.
  tables.apply(['chunks', { key: ['doc!draft' as ObjectId, 0], page: '{' }])
  const again = openTab()
  const draft = again.open(branch.target).object
  await platform.pass(100)
  expect(draft.error?.code).toBe('CORRUPT')
  expect(await codeOf(branchOf(again, 'doc', 'draft').reload())).toBe('no error')
  expect(draft.get()).toMatchObject({ title: 'Draft', likes: 5 })
  expect(again.status.state).toBe('synced')
})

it('[BRA8] names of branches are checked, and a branch that was never made is empty', async () => {
  const client = openTab({ offline: true })
  for (const name of ['', 'a!b', 'a b', '__proto__'])
    expect(() => branchOf(client, 'doc', name)).toThrow('BAD_ID')
  expect(() => client.open('doc!')).toThrow('BAD_ID')
  const branch = branchOf(client, 'doc', 'draft')
  const { object } = client.open(branch.target)
  await platform.pass(100)
  expect(branch.exists).toBe(false)
  expect(object.get()).toEqual({})
  expect(() => object.change({ title: 'x' })).toThrow('NO_BRANCH')
  expect(await codeOf(branch.push().local)).toBe('NO_BRANCH')
  expect(await codeOf(branch.pull())).toBe('NO_BRANCH')
  expect(await codeOf(branch.drop())).toBe('no error')
})
