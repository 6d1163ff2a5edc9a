import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { CDPSession, Page } from '@playwright/test'
import { processesOf } from './browser.js'
import { openContacts, readyForOffline } from './demo.js'
import { expect, freeze, shot, test } from './fixtures.js'
import { add, agree, ids, labSynced, openLab } from './lab.js'

/** What is wrong has its name in the status line after so long at the latest. */
const SOON_MS = 2_000

/** A session with a page that is nowhere yet, to prepare its browser. */
async function prepared(page: Page): Promise<CDPSession> {
  await page.goto('about:blank')
  return page.context().newCDPSession(page)
}

test('[E2E10] site data is cleared under an open page: it says so, and takes nothing into memory', async ({
  system,
}) => {
  const profile = await system.profile()
  const contacts = await openContacts(profile, system)
  await contacts.add({ Name: 'Ada' })
  await contacts.synced()
  const lab = await openLab(profile, system)
  await add(lab, 'before')
  await labSynced(lab)
  const session = await profile.context.newCDPSession(lab)
  await session.send('Storage.clearDataForOrigin', {
    origin: system.origin,
    storageTypes: 'indexeddb',
  })
  await expect(contacts.status).toHaveAttribute('data-state', 'failed', { timeout: SOON_MS })
  await expect(contacts.status).toContainText('cleared', { timeout: SOON_MS })
  await shot(contacts.page, 'data-cleared')
  expect(await lab.evaluate(() => window.lab.client.status.error?.code)).toBe('LOCAL_STATE_LOST')
  const code = await lab.evaluate(() => window.lab.codeOf(window.lab.add('after').local))
  expect(code).toBe('LOCAL_STATE_LOST')
  expect(await ids(lab)).toEqual(['before'])

  await contacts.page.reload()
  await contacts.synced()
  await contacts.shows('Ada')
  await contacts.add({ Name: 'Bob' })
  await contacts.synced()
})

test('[E2E29] a damaged record is said to be one, and can be loaded from the server again', async ({
  system,
}) => {
  const contacts = await openContacts(await system.profile(), system)
  const { page, status } = contacts
  await contacts.add({ Name: 'Ada' })
  await contacts.synced()
  await readyForOffline(page)
  await system.proxy.cut()
  await contacts.add({ Name: 'Bob' })
  // The state is written when there is nothing else to do.
  await expect.poll(() => page.evaluate(damageChunks)).toBeGreaterThan(0)
  await page.reload()
  await expect(status).toContainText('cannot be read', { timeout: SOON_MS })
  const button = page.getByRole('alert').getByRole('button', { name: 'Load it from the server' })
  await shot(page, 'damaged')
  await button.click()
  await contacts.shows('Bob')
  await system.proxy.restore()
  await contacts.synced()
  await contacts.shows('Ada', 'Bob')
})

/** Makes the stored state of all objects unreadable, as a failing disk might; tells of how many records. */
async function damageChunks(): Promise<number> {
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(new Error('the database does not answer'))
    })
  let count = 0
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name))
    const chunks = database.transaction('chunks', 'readwrite').objectStore('chunks')
    for (const key of await done(chunks.getAllKeys())) {
      await done(chunks.put({ key, page: '{"broken"' }))
      count += 1
    }
    database.close()
  }
  return count
}

test('[E2E11] the disk is full: the write is refused by name, the rest stays', async ({
  system,
}) => {
  const profile = await system.profile()
  const page = await profile.context.newPage()
  const session = await prepared(page)
  // Before the database is opened: what is open has its allotment already.
  await session.send('Storage.overrideQuotaForOrigin', {
    origin: system.origin,
    quotaSize: 300_000,
  })
  await page.goto(`${system.origin}/lab/`)
  await page.waitForFunction(() => window.lab?.object.ready)
  await page.evaluate(() => window.lab.client.setOffline(true))
  const stored = await page.evaluate(async () => {
    const kept: string[] = []
    for (let i = 0; i < 100; i++) {
      const id = `large-${i}`
      const text = Array.from({ length: 20_000 }, () => Math.random().toString(36)[2]).join('')
      const code = await window.lab.codeOf(window.lab.add(id, text).local)
      if (code !== undefined) return { kept, code }
      kept.push(id)
    }
    return { kept, code: undefined }
  })
  expect(stored.code).toBe('QUOTA')
  expect(stored.kept.length).toBeGreaterThan(0)
  expect(await ids(page)).toEqual(stored.kept.sort())
  expect(await page.evaluate(() => window.lab.client.status)).toMatchObject({
    state: 'failed',
    error: { code: 'QUOTA' },
  })
  expect(await page.evaluate(() => window.lab.client.durable)).toBe(true)

  // What is stored can be sent, and room that there is again is used.
  await session.send('Storage.overrideQuotaForOrigin', { origin: system.origin })
  await page.evaluate(() => window.lab.client.setOffline(false))
  await page.reload()
  await page.waitForFunction(() => window.lab?.object.ready)
  await add(page, 'there is room')
  const other = await openLab(await system.profile(), system)
  await agree(page, other)
  expect(await ids(other)).toEqual([...stored.kept, 'there is room'].sort())
})

test('[E2E12] a newer version waits for a frozen tab with the older one, says so, and goes on when it can', async ({
  system,
}) => {
  const profile = await system.freezable()
  const older = await openContacts(profile, system)
  await older.add({ Name: 'Ada' })
  await older.synced()
  await profile.context.addInitScript(() => {
    const open = methodOf(IDBFactory.prototype, 'open')
    IDBFactory.prototype.open = function (name) {
      return open.call(this, name, 99)
    }
    function methodOf<T, K extends keyof T>(of: T, name: K): T[K] {
      return of[name]
    }
  })
  const thaw = await freeze(older.page)
  const newer = await openContacts(profile, system)
  await expect(newer.status).toHaveAttribute('data-state', 'failed', { timeout: 3_000 })
  await expect(newer.status).toContainText('another tab')
  await shot(newer.page, 'upgrade-held-up')
  await thaw()
  await newer.shows('Ada')
  await newer.synced()
  await expect(older.status).toContainText('newer version')
  await shot(older.page, 'superseded')
})

test('[E2E14] leaving a page warns while edits are not on disk, and only then', async ({
  system,
}) => {
  const page = await openLab(await system.profile(), system)
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.type())
    dialog.dismiss().catch(() => undefined)
  })
  // Browsers ask only on pages that a person has touched.
  await page.getByRole('button').click()
  await page.evaluate(() => window.lab.holdDisk())
  await page.evaluate(() => void window.lab.add('not on disk yet'))
  expect(await page.evaluate(() => window.lab.client.status.state)).toBe('saving')
  await page.close({ runBeforeUnload: true })
  await expect.poll(() => dialogs).toEqual(['beforeunload'])

  await page.evaluate(() => window.lab.releaseDisk())
  await page.waitForFunction(() => window.lab.client.unsaved === 0)
  await page.reload()
  await page.waitForFunction(() => window.lab?.object.ready)
  expect(await ids(page)).toEqual(['not on disk yet'])
  expect(dialogs).toEqual(['beforeunload'])
})

test('[E2E15] a thousand edits are on disk soon, and there again after a reload', async ({
  system,
}) => {
  const profile = await system.profile()
  const page = await openLab(profile, system)
  await page.evaluate(() => window.lab.client.setOffline(true))
  const ms = await page.evaluate(async () => {
    const began = performance.now()
    await window.lab.addAll('row', 1000).local
    return Math.round(performance.now() - began)
  })
  await profile.kill()
  await profile.restart()
  const again = await openLab(profile, system)
  expect(await ids(again)).toHaveLength(1000)
  test.info().annotations.push({ type: 'stored', description: `${ms} ms` })
  const other = await openLab(await system.profile(), system)
  await agree(again, other)
})

test.describe('what waits to be sent is on the medium', () => {
  const edits = 20

  test('[E2E16] every transaction of an edit is strict', async ({ system }) => {
    const profile = await system.profile()
    await profile.context.addInitScript(() => {
      const begin = Object.getOwnPropertyDescriptor(IDBDatabase.prototype, 'transaction')
        ?.value as IDBDatabase['transaction']
      window.strict = 0
      IDBDatabase.prototype.transaction = function (...args) {
        const transaction = begin.apply(this, args)
        const isEdit = transaction.objectStoreNames.contains('outbox')
        if (isEdit && transaction.mode === 'readwrite' && transaction.durability === 'strict') {
          window.strict += 1
        }
        return transaction
      }
    })
    const page = await openLab(profile, system)
    const before = await page.evaluate(() => window.strict)
    for (let i = 0; i < edits; i++) await add(page, `row-${i}`)
    expect(await page.evaluate(() => window.strict)).toBe(before + edits)
  })

  test('[E2E16] the system is told to sync for each', async ({ system }) => {
    const profile = await system.profile()
    const page = await openLab(profile, system)
    await page.evaluate(() => window.lab.client.setOffline(true))
    await add(page, 'first')
    const trace = await traceSyncs(await processesOf(profile.context))
    test.skip(trace === undefined, 'strace is not there, or may not look')
    for (let i = 0; i < edits; i++) await add(page, `row-${i}`)
    expect(await trace?.()).toBeGreaterThanOrEqual(edits)
  })
})

/** Watches processes for syncs of files; the function that comes back ends it and counts them. */
async function traceSyncs(pids: readonly number[]): Promise<(() => Promise<number>) | undefined> {
  const strace = spawn('strace', [
    '-f',
    '-e',
    'trace=fdatasync,fsync',
    ...pids.flatMap((pid) => ['-p', String(pid)]),
  ])
  let output = ''
  strace.stderr.on('data', (text) => (output += String(text)))
  const over = once(strace, 'close').catch(() => undefined)
  const attached = (): boolean => output.split(' attached').length > pids.length
  const isOver = { yes: false }
  over.then(() => (isOver.yes = true)).catch(() => undefined)
  await expect.poll(() => attached() || isOver.yes).toBe(true)
  if (isOver.yes) return undefined
  return async () => {
    strace.kill('SIGINT')
    await over
    return output.split(/f(?:data)?sync\(\d/).length - 1
  }
}

declare global {
  interface Window {
    /** Strict transactions that wrote to the outbox. */
    strict: number
  }
}
