import type { Locator, Page } from '@playwright/test'
import { openContacts } from './demo.js'
import { expect, shot, shots, test } from './fixtures.js'

/** The devices of a page's address book, as they are listed. */
const devices = (page: Page): Locator =>
  page.getByRole('list', { name: 'Devices' }).getByRole('listitem')

/** How many of the devices that lie on a page's disk were connected. */
const keptOf = (page: Page, origin: string): Promise<number> =>
  page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => resolve(opening.result)
    })
    const all = database.transaction('pools').objectStore('pools').getAll()
    await new Promise((resolve) => (all.onsuccess = resolve))
    database.close()
    const clients = (all.result as { clients: { connected: boolean }[] }[])[0]?.clients ?? []
    return clients.filter(({ connected }) => connected).length
  }, `contacts ${origin}`)

const open = (page: Page): Promise<void> => page.locator('.devices-button').click()

test('[E2E45] of three devices one is cut off: the others see that it is away, and how far it is', async ({
  system,
}) => {
  test.setTimeout(120_000)
  const profiles = [await system.profile(), await system.profile(), await system.profile()] as const
  const anna = await openContacts(profiles[0], system)
  await openContacts(profiles[1], system)
  const cleo = await openContacts(profiles[2], system)
  await anna.add({ Name: 'Ada Lovelace' })
  await cleo.shows('Ada Lovelace')
  await open(anna.page)
  await expect(devices(anna.page)).toHaveCount(3)
  await expect(devices(anna.page).filter({ hasText: 'Here now' })).toHaveCount(3)
  await expect(devices(anna.page).filter({ hasText: 'up to date' })).toHaveCount(3)
  await expect(devices(anna.page).first()).toContainText('this device')
  await shots(anna.page, 'devices')

  // The socket stays open, and carries nothing.
  await profiles[2].context.setOffline(true)
  await anna.page.keyboard.press('Escape')
  await anna.add({ Name: 'Grace Hopper' })
  await open(anna.page)
  const away = devices(anna.page).filter({ hasText: 'Last seen' })
  await expect(away).toHaveCount(1, { timeout: 60_000 })
  await expect(away).toContainText(/[1-9]\d* changes? behind/)
  await expect(devices(anna.page).filter({ hasText: 'up to date' })).toHaveCount(2)
  await shots(anna.page, 'devices-one-away')
  await anna.page.emulateMedia({ colorScheme: 'dark' })
  await shots(anna.page, 'devices-dark')

  await open(cleo.page)
  await expect(cleo.page.getByText('You are offline')).toBeVisible({ timeout: 60_000 })
  await expect(devices(cleo.page)).toHaveCount(3)
  await expect(devices(cleo.page).filter({ hasText: 'Here now' })).toHaveCount(0)
  await shot(cleo.page, 'devices-offline')

  await profiles[2].context.setOffline(false)
  for (const { page } of [anna, cleo]) {
    const here = devices(page).filter({ hasText: 'Here now' }).filter({ hasText: 'up to date' })
    await expect(here).toHaveCount(3, { timeout: 30_000 })
  }
})

test('[E2E46] the devices are known without a network, after a reload', async ({ system }) => {
  const profile = await system.profile()
  const anna = await openContacts(profile, system)
  const ben = await openContacts(await system.profile(), system)
  await open(anna.page)
  await expect(devices(anna.page)).toHaveCount(2)
  await anna.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await ben.page.close()
  await expect(devices(anna.page).filter({ hasText: 'Last seen' })).toHaveCount(1)
  // What was heard is kept a while later.
  await expect.poll(() => keptOf(anna.page, system.origin), { timeout: 20_000 }).toBe(1)
  await system.proxy.cut()
  await anna.page.reload()
  await open(anna.page)
  await expect(devices(anna.page)).toHaveCount(2)
  await expect(devices(anna.page).filter({ hasText: 'Here now' })).toHaveCount(0)
  await expect(anna.page.getByText('You are offline')).toBeVisible()
})
