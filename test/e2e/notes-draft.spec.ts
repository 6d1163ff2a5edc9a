import type { Locator, Page } from '@playwright/test'
import { allStored, readyForOffline } from './demo.js'
import { expect, shot, shots, test } from './fixtures.js'
import { openNotes, textIn } from './notes.js'

const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true })
const bar = (page: Page): Locator => page.getByRole('region', { name: 'Your draft' })
const news = (page: Page): Locator => page.getByLabel('Draft news')
const side = (page: Page, name: 'Shared note' | 'Draft'): Locator =>
  page.getByRole('region', { name, exact: true })
const bodyOf = (page: Page, name: 'Shared note' | 'Draft'): Locator =>
  side(page, name).getByLabel('Text', { exact: true })
const only = (page: Page, name: 'Shared note' | 'Draft'): Locator =>
  side(page, name).locator('.cm-line .differs')

async function begin(page: Page): Promise<void> {
  await button(page, 'Draft').click()
  await expect(bar(page)).toBeFocused()
  await expect(bodyOf(page, 'Draft')).toBeVisible()
}

test('[E2E41] a draft stands beside the shared note, and is pulled and pushed', async ({
  system,
}) => {
  const profile = await system.profile()
  const anna = await openNotes(profile, system)
  const ben = await openNotes(await system.profile(), system)
  const { page } = anna
  await page.setViewportSize({ width: 1280, height: 800 })
  await anna.begin('Plan')
  await anna.writeIn('CodeMirror')
  await page.keyboard.type('We meet at noon.\n\nBring the maps.')
  await ben.choose('Plan')
  await ben.writeIn('CodeMirror')
  await expect.poll(ben.text).toContain('the maps.')
  await begin(page)
  await expect(bar(page)).toContainText('nothing changed yet')
  await shots(page, 'notes-draft-new')

  // Anna writes in the draft while Ben writes what is shared.
  const [shared, draft] = [bodyOf(page, 'Shared note'), bodyOf(page, 'Draft')]
  await draft.click()
  await page.keyboard.press('Control+Home')
  for (let i = 0; i < 15; i++) await page.keyboard.press('ArrowRight')
  for (let i = 0; i < 4; i++) await page.keyboard.press('Backspace')
  await ben.page.keyboard.press('Control+End')
  await Promise.all([
    page.keyboard.type('nine', { delay: 15 }),
    ben.page.keyboard.type(' And water.', { delay: 15 }),
  ])
  await expect.poll(() => textIn(draft)).toBe('We meet at nine.\n\nBring the maps.')
  const bens = 'We meet at noon.\n\nBring the maps. And water.'
  await expect.poll(() => textIn(shared)).toBe(bens)
  await expect(only(page, 'Shared note')).toHaveText(['noon', ' And water.'])
  await expect(only(page, 'Draft')).toHaveText(['nine'])
  expect(await ben.text()).toBe(bens)

  // Marks, also in the draft alone; and both sides by the same person.
  await page.keyboard.press('Control+b')
  await expect(side(page, 'Draft').locator('.collab-mark-bold')).toHaveText('nine')
  await shared.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Now.')
  await expect.poll(ben.text).toBe(`${bens} Now.`)
  await expect(only(page, 'Shared note')).toHaveText(['noon', ' And water. Now.'])
  await shots(page, 'notes-draft')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shots(page, 'notes-draft-dark')
  await page.emulateMedia({ colorScheme: 'light' })

  // It is there after a reload, also without a line, and in a second tab.
  await anna.synced()
  await readyForOffline(page)
  await page.getByRole('switch', { name: 'Work offline' }).click()
  await page.reload()
  await expect.poll(() => textIn(draft)).toBe('We meet at nine.\n\nBring the maps.')
  await expect(only(page, 'Draft')).toHaveText(['nine'])
  const second = await openNotes(profile, system)
  await second.page.setViewportSize({ width: 1280, height: 800 })
  await second.choose('Plan')
  await bodyOf(second.page, 'Draft').click()
  await second.page.keyboard.press('Control+End')
  await second.page.keyboard.type(' Please.')
  await expect(only(page, 'Draft')).toHaveText(['nine', ' Please.'])
  await shot(page, 'notes-draft-offline')
  await page.getByRole('switch', { name: 'Work offline' }).click()

  await button(page, 'Get latest').click()
  await expect(news(page)).toHaveText('The draft has the latest of the shared notes.')
  await expect(only(page, 'Shared note')).toHaveText(['noon'])
  await expect(only(page, 'Draft')).toHaveText(['nine', ' Please.'])
  await page.getByRole('radio', { name: 'Read' }).check()
  await expect(side(page, 'Draft').locator('.is-read .differs')).toHaveText(['nine', ' Please.'])
  await shot(page, 'notes-draft-read')
  await page.getByRole('radio', { name: 'CodeMirror' }).check()
  await page.getByRole('button', { name: /^Push \d+ edits$/ }).click()
  await expect(news(page)).toHaveText('Pushed: it is in the shared notes.')
  await expect(bar(page)).toContainText('nothing changed yet')
  await expect(page.locator('.cm-line .differs')).toHaveCount(0)
  await expect.poll(ben.text).toBe(await textIn(draft))
  expect(await textIn(shared)).toBe(await textIn(draft))
  expect(await ben.text()).toContain('We meet at nine.')
  await expect(ben.page.locator('.collab-mark-bold')).toHaveText('nine')
  await shot(page, 'notes-draft-pushed')

  // Nothing is lost by it: nothing is asked.
  await button(page, 'Drop').click()
  await expect(button(page, 'Draft')).toBeFocused()
})

test('[E2E42] one of the two is chosen where there is no room, and a draft is dropped after a question', async ({
  system,
}) => {
  const profile = await system.profile()
  const anna = await openNotes(profile, system)
  const { page } = anna
  await page.setViewportSize({ width: 375, height: 720 })
  await anna.begin('Plan')
  await page.keyboard.type('one two')
  const second = await openNotes(profile, system)
  await second.page.setViewportSize({ width: 1280, height: 800 })
  await second.choose('Plan')
  await page.bringToFront()
  await begin(page)
  await expect(bodyOf(page, 'Shared note')).toBeHidden()
  await bodyOf(page, 'Draft').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' three')
  await expect.poll(() => textIn(bodyOf(page, 'Draft'))).toBe('one two three')
  await shot(page, 'notes-draft-switch')
  await button(page, 'Shared notes').click()
  await expect(bodyOf(page, 'Draft')).toBeHidden()
  await expect.poll(() => textIn(bodyOf(page, 'Shared note'))).toBe('one two')
  await page.reload()
  await expect(bodyOf(page, 'Draft')).toBeHidden()
  await button(page, 'Draft').click()

  // A new note is a shared one, and can be written at once.
  await page.getByRole('link', { name: 'All notes' }).click()
  await anna.begin('Second')
  await button(page, 'Draft').click()
  await expect(side(page, 'Draft')).toContainText('does not have this note yet')
  await page.getByRole('link', { name: 'All notes' }).click()
  await anna.choose('Plan')
  await expect(bodyOf(page, 'Draft')).toBeVisible()

  await expect.poll(() => textIn(bodyOf(second.page, 'Draft'))).toBe('one two three')
  await allStored(page)
  await button(page, 'Drop').click()
  await expect(page.getByRole('alert')).toContainText('Drop the draft?')
  await expect(button(page, 'Keep it')).toBeFocused()
  await shot(page, 'notes-draft-drop')
  await page.keyboard.press('Escape')
  await expect(button(page, 'Drop')).toBeFocused()
  await button(page, 'Drop').click()
  await page.getByRole('button', { name: /^Drop \d+ edits?$/ }).click()
  await expect(button(page, 'Draft')).toBeFocused()
  await expect(news(page)).toHaveText('The draft was dropped.')
  await expect.poll(anna.text).toBe('one two')
  await expect(news(second.page)).toContainText('The draft was dropped in another tab')
  await shot(second.page, 'notes-draft-gone')
})
