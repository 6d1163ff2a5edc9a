import type { Page } from '@playwright/test'
import { expect, shot, shots, test } from './fixtures.js'
import { type Library, openLibrary } from './library.js'

const holiday = { 'Holiday/beach.jpg': 'the beach', 'Holiday/dunes.jpg': 'the dunes' }

/** Nothing of a page is beyond its right edge. */
const fits = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)

const shown = (library: Library) => library.page.getByLabel('Shown', { exact: true })

test('[E2E47] two devices own files and derive the same duplicates; each writes its own alone', async ({
  system,
}) => {
  const profile = await system.profile()
  const laptop = await openLibrary(profile, system)
  await laptop.name('Laptop')
  await expect(laptop.page.getByText('No files yet')).toBeVisible()
  await shots(laptop.page, 'library-empty')
  await laptop.index({ ...holiday, 'Papers/letter.pdf': 'Dear Ada' })
  await expect(laptop.files).toHaveCount(3)

  // Another device of the same computer.
  const [second] = await Promise.all([
    laptop.page.waitForEvent('popup'),
    laptop.page.getByRole('link', { name: 'Second device' }).click(),
  ])
  expect(new URL(second.url()).search).toBe('?device=b')
  await second.close()
  const phone = await openLibrary(profile, system, '?device=b')
  await phone.name('Phone')
  await expect(phone.files).toHaveCount(3)
  await phone.index({ 'DCIM/beach copy.jpg': 'the beach', 'DCIM/dunes.jpg': 'the dunes' })
  await expect(phone.files).toHaveCount(5)
  await expect(laptop.files).toHaveCount(5)
  for (const library of [laptop, phone]) await library.show('Duplicates')
  await expect(shown(laptop)).toHaveText('2 duplicates, 18 B to save')
  await expect.poll(() => phone.duplicates()).toEqual(await laptop.duplicates())
  expect((await laptop.duplicates()).join()).toContain('2 copies on 2 devices')
  await laptop.page.bringToFront()
  await laptop.page.getByLabel('Search files').fill('beach copy')
  await expect(shown(laptop)).toHaveText('1 duplicate, 9 B to save')
  await laptop.page.getByLabel('Search files').fill('')
  await laptop.page.getByRole('option').filter({ hasText: 'beach' }).click()
  const copies = laptop.page.getByRole('list', { name: 'Copies' })
  await expect(copies.getByRole('listitem')).toHaveCount(2)
  await expect(copies).toContainText('Phone')
  await shots(laptop.page, 'library-duplicates')

  // A file of the other device: no field, no button, and the call says no.
  await copies.getByRole('button').filter({ hasText: 'Phone' }).click()
  const panel = laptop.page.getByRole('complementary', { name: 'File' })
  await expect(panel).toContainText('Only Phone can rename or delete this file')
  await expect(panel.getByRole('textbox', { name: 'Name of the file' })).toHaveCount(0)
  await expect(panel.getByRole('button', { name: 'Delete', exact: true })).toHaveCount(0)
  await panel.getByRole('button', { name: 'Try to delete it all the same' }).click()
  await expect(panel.getByRole('alert')).toContainText('NOT_OWNER')
  await shots(laptop.page, 'library-other-device')
  await expect(phone.page.locator('.status')).toHaveAttribute('data-state', 'synced')

  // One's own: renamed, deleted, brought back.
  await phone.page.bringToFront()
  await phone.show('Files')
  await expect(phone.files).toHaveCount(5)
  const own = await phone.open('beach copy.jpg')
  await own.getByLabel('Name of the file').fill('sea.jpg')
  await phone.page.keyboard.press('Enter')
  await expect(laptop.file('sea.jpg')).toHaveCount(1)
  await own.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(laptop.files).toHaveCount(4)
  await phone.page.getByRole('button', { name: 'Undo' }).click()
  await expect(laptop.files).toHaveCount(5)

  // The same folder once more: one file is another now, the rest is known.
  await phone.index({ 'DCIM/beach copy.jpg': 'the sea', 'DCIM/dunes.jpg': 'the dunes' })
  await expect(phone.page.getByLabel('Indexing')).toHaveText('1 file changed, 1 file as known.')
  await laptop.show('Duplicates')
  await expect(shown(laptop)).toHaveText('1 duplicate, 9 B to save')
})

test('[E2E48] a device goes on offline; what both tagged, named and indexed meanwhile is there on both', async ({
  system,
}) => {
  const laptop = await openLibrary(await system.profile(), system)
  const phone = await openLibrary(await system.profile(), system)
  await laptop.name('Laptop')
  await phone.name('Phone')
  await laptop.index(holiday)
  await laptop.tag('beach.jpg', 'Best')
  await expect(phone.file('beach.jpg')).toContainText('Best')

  // It is loaded without a line below.
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await phone.offline()
  await phone.index({ 'DCIM/harbour.jpg': 'the harbour', 'DCIM/again.jpg': 'the beach' })
  await expect(phone.files).toHaveCount(4)
  await expect(phone.page.getByLabel('Indexing')).toContainText('once there is a line')
  // The same tag, made by both; and one of the laptop's files gets one here.
  await phone.tag('dunes.jpg', 'Summer')
  await laptop.tag('beach.jpg', 'summer')
  await laptop.tag('beach.jpg', 'Sand')
  await laptop.page.getByRole('button', { name: 'Best 1' }).click()
  await laptop.page.getByLabel('Name of a tag').fill('Favourites')
  await laptop.page.keyboard.press('Enter')
  await laptop.index({ 'Papers/letter.pdf': 'Dear Ada' })
  await phone.show('Duplicates')
  await expect(shown(phone)).toHaveText('1 duplicate, 9 B to save')
  await shots(phone.page, 'library-offline')
  await phone.show('Files')
  await phone.page.reload()
  await expect(phone.files).toHaveCount(4)
  await expect(laptop.devices.filter({ hasText: 'Phone' })).toContainText(/Last seen|Here now/)

  await phone.offline()
  await laptop.page.getByRole('button', { name: /^Favourites/ }).click()
  for (const library of [laptop, phone]) {
    await expect(library.files).toHaveCount(5)
    await library.synced()
    await expect(library.page.getByRole('list', { name: 'Tags', exact: true })).toHaveText(
      /Favourites1.*Sand1.*[Ss]ummer2/s,
    )
  }
  // What the phone had and the laptop replaced; of what the laptop owns nothing is told.
  const replaced = phone.page.locator('details.overwritten')
  await replaced.locator('summary').click()
  await expect(replaced.getByText('“Best” is now “Favourites”')).toBeVisible()
  await expect(replaced).not.toContainText('Laptop')
  const rows = (library: Library) => library.files.locator('.row-text').allInnerTexts()
  expect(await rows(phone)).toEqual(await rows(laptop))
  for (const library of [laptop, phone]) await library.show('Duplicates')
  expect(await phone.duplicates()).toEqual(await laptop.duplicates())
  expect(await phone.duplicates()).toHaveLength(1)
})

test('[E2E49] 2,000 files go out as one batch, with progress, and none is shown before its device', async ({
  system,
}) => {
  test.setTimeout(120_000)
  const laptop = await openLibrary(await system.profile(), system)
  await laptop.name('Laptop')
  await laptop.synced()
  const phone = await openLibrary(await system.profile(), system)
  await phone.name('Phone')
  await phone.page.evaluate(watchOrphans)
  await laptop.page.evaluate(watchProgress)
  await laptop.offline()
  await laptop.indexSample()
  await expect(shown(laptop)).toContainText('2,000 files')
  await laptop.page.getByLabel('Search files').fill('00000')
  await laptop.tag('IMG_00000.jpg', 'First')
  await laptop.page.getByLabel('Search files').fill('')
  await shots(laptop.page, 'library-batch-offline')
  await laptop.offline()
  await expect(laptop.page.getByLabel('Indexing')).toHaveText('2,000 files indexed.', {
    timeout: 60_000,
  })
  await expect(shown(phone)).toContainText('2,000 files', { timeout: 60_000 })
  await phone.synced()
  await phone.page.getByRole('button', { name: 'First 1' }).click()
  await expect(phone.file('IMG_00000.jpg')).toContainText('First')
  await phone.page.getByRole('button', { name: 'First 1' }).click()
  const progress = await laptop.page.evaluate(() => (globalThis as never as Watched).seen)
  expect(new Set(progress.filter((text) => text.startsWith('Reading'))).size).toBeGreaterThan(0)
  expect(progress.some((text) => text.endsWith('of 2,000 files sent…'))).toBe(true)
  expect(await phone.page.evaluate(() => (globalThis as never as Watched).orphans)).toBe(0)
  await shots(phone.page, 'library-full')

  await phone.page.getByLabel('Search files').fill('img_000 lisbon')
  await expect(shown(phone)).toContainText(/^\d+ of 2,000 files/)
  const found = await phone.files.count()
  expect(found).toBeGreaterThan(0)
  await phone.devices.filter({ hasText: 'Phone' }).getByRole('button').click()
  await expect(phone.page.getByText('Nothing found')).toBeVisible()
  await phone.page.getByRole('button', { name: 'Show everything' }).click()

  // Half of the sample is on each device that has one.
  await phone.indexSample()
  await expect(shown(phone)).toContainText('4,000 files')
  await phone.show('Duplicates')
  await laptop.show('Duplicates')
  await expect(shown(phone)).toHaveText(/^960 duplicates, /)
  await expect(shown(laptop)).toHaveText((await shown(phone).textContent()) ?? '', {
    timeout: 60_000,
  })
  await shots(phone.page, 'library-full-duplicates')
})

interface Watched {
  readonly orphans: number
  readonly seen: string[]
}

/** Runs in the page: counts rows that are shown without the device that has them. */
function watchOrphans(): void {
  const watched = Object.assign(globalThis, { orphans: 0 })
  new MutationObserver(() => {
    for (const row of document.querySelectorAll('.rows .row'))
      if ((row.querySelector('.device-name')?.textContent ?? '') === '') watched.orphans += 1
  }).observe(document.body, { childList: true, subtree: true })
}

/** Runs in the page: notes what is said of the indexing. */
function watchProgress(): void {
  const { seen } = Object.assign(globalThis, { seen: [] as string[] })
  new MutationObserver(() => {
    const text = document.querySelector('.indexing p')?.textContent
    if (text !== undefined && text !== null && text !== seen.at(-1)) seen.push(text)
  }).observe(document.body, { childList: true, subtree: true, characterData: true })
}

test('[E2E50] devices and people show: who is here, who looks at which file, and who is away', async ({
  system,
}) => {
  const laptop = await openLibrary(await system.profile(), system)
  const profile = await system.profile()
  const phone = await openLibrary(profile, system)
  await laptop.name('Laptop')
  await phone.name('Phone')
  await laptop.index(holiday)
  await expect(laptop.devices).toHaveCount(2)
  await expect(laptop.devices.first()).toContainText('Laptop2This device. Here now, up to date')
  await expect(laptop.devices.last()).toContainText('Phone0Here now, up to date')
  await expect(laptop.page.getByRole('list', { name: 'Also here' })).toBeVisible()
  await phone.open('dunes.jpg')
  const looking = (name: string) =>
    laptop.file(name).getByRole('list', { name: 'Looking at it' }).getByRole('listitem')
  await expect(looking('dunes.jpg')).toHaveCount(1)
  await expect(looking('beach.jpg')).toHaveCount(0)
  await laptop.open('dunes.jpg')
  await expect(laptop.page.getByRole('list', { name: 'Also looking at it' })).toBeVisible()
  await shots(laptop.page, 'library-people')
  await laptop.page.emulateMedia({ colorScheme: 'dark' })
  await shots(laptop.page, 'library-dark')
  await laptop.page.getByRole('button', { name: '2 devices: when each was here' }).click()
  await expect(laptop.page.getByRole('list', { name: 'Devices', exact: true })).toContainText(
    'Phone',
  )
  await shot(laptop.page, 'library-pool')
  await laptop.page.keyboard.press('Escape')
  await phone.page.close()
  await expect(laptop.devices.last()).toContainText('Last seen', { timeout: 20_000 })
  await expect(looking('dunes.jpg')).toHaveCount(0)
})

test('[E2E51] the library fits a narrow page, works with the keyboard, and says what it does not have', async ({
  system,
}) => {
  const { page, ...laptop } = await openLibrary(await system.profile(), system)
  await page.setViewportSize({ width: 375, height: 720 })
  await page.getByText('Devices, tags, albums').click()
  await laptop.name('The laptop with a very long name which goes on')
  expect(await fits(page)).toBe(true)
  await shot(page, 'library-narrow-nav')
  await page.getByText('Devices, tags, albums').click()
  await laptop.index({
    ...holiday,
    [`A folder/${'with a very long name '.repeat(4)}/${'x'.repeat(100)}.jpg`]: 'long',
  })
  await expect(laptop.files).toHaveCount(3)
  expect(await fits(page)).toBe(true)
  await shot(page, 'library-narrow')

  const list = page.getByRole('listbox', { name: 'Files' })
  await list.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: 'File' })
  await expect(panel).toBeFocused()
  await expect(panel).toContainText('Holiday/dunes.jpg')
  expect(await fits(page)).toBe(true)
  await shot(page, 'library-narrow-file')
  await page.keyboard.press('Escape')
  await expect(list).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(panel).toContainText('xxx')
  expect(await fits(page)).toBe(true)
  await page.goBack()
  await expect(list).toBeVisible()

  // A device that has heard of nothing yet does not say that there is nothing.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await system.proxy.cut()
  await page.goto(`${system.origin}/library/?device=c`)
  await expect(page.getByText('Not loaded yet')).toBeVisible()
  await laptop.index(holiday)
  await expect(laptop.files).toHaveCount(2)
  expect(await fits(page)).toBe(true)
  await shot(page, 'library-not-loaded')
})
