import type { Page } from '@playwright/test'
import { readyForOffline } from './demo.js'
import { expect, shots, test } from './fixtures.js'
import { openTodos } from './todo.js'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const bar = (page: Page) => page.getByRole('region', { name: 'Branch' })
const news = (page: Page) => page.getByLabel('Branch news')

async function begin(page: Page): Promise<void> {
  await button(page, 'Try changes on a branch').click()
  await expect(bar(page)).toContainText('Your branch')
}

test('[E2E30] on a branch todos are added, edited, ticked, moved and undone, and nobody else sees it', async ({
  system,
}) => {
  const profile = await system.profile()
  const { page, ...anna } = await openTodos(profile, system)
  const ben = await openTodos(await system.profile(), system)
  await anna.add('apples', 'bread', 'cheese')
  await ben.shows('apples', 'bread', 'cheese')
  await shots(page, 'branch-offer')
  await begin(page)
  await expect(bar(page)).toBeFocused()
  await expect(bar(page)).toContainText('nothing changed yet')
  await shots(page, 'branch-new')

  await anna.add('dates')
  await anna.item('bread').locator('.text').dblclick()
  await page.getByLabel('Edit todo').fill('rye bread')
  await page.keyboard.press('Enter')
  await anna.item('apples').getByRole('checkbox').check()
  await anna.drag('cheese', 'apples')
  await anna.shows('cheese', 'apples', 'rye bread', 'dates')
  await page.getByLabel('Mark all as complete').check()
  await expect(page.getByLabel('Items left')).toHaveText('0 items left')
  await button(page, 'Undo').click()
  await expect(page.getByLabel('Items left')).toHaveText('3 items left')
  await page.getByRole('link', { name: 'Completed' }).click()
  await anna.shows('apples')
  await page.getByRole('link', { name: 'All', exact: true }).click()
  await expect(button(page, 'Push 8 edits')).toBeVisible()
  await shots(page, 'branch-ahead')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shots(page, 'branch-dark')
  await page.emulateMedia({ colorScheme: 'light' })

  // It is there after a reload, and in a new tab; both are one.
  await anna.stored()
  await page.reload()
  await anna.shows('cheese', 'apples', 'rye bread', 'dates')
  const second = await openTodos(profile, system)
  await second.shows('cheese', 'apples', 'rye bread', 'dates')
  await second.add('eggs')
  await anna.shows('cheese', 'apples', 'rye bread', 'dates', 'eggs')
  await expect(bar(page)).toContainText('9 edits ahead')
  await page.bringToFront()

  // Meanwhile the shared list goes on, and can be looked at and written.
  await ben.shows('apples', 'bread', 'cheese')
  await ben.add('figs')
  await button(page, 'Shared list').click()
  await anna.shows('apples', 'bread', 'cheese', 'figs')
  await expect(bar(page)).toContainText('branch: 9 edits ahead')
  await anna.add('garlic')
  await ben.shows('apples', 'bread', 'cheese', 'figs', 'garlic')
  await shots(page, 'branch-list')
  await page.reload()
  await anna.shows('apples', 'bread', 'cheese', 'figs', 'garlic')
  await button(page, 'Branch').click()
  await anna.shows('cheese', 'apples', 'rye bread', 'dates', 'eggs')

  await button(page, 'Get latest').click()
  await expect(news(page)).toHaveText('The branch has the latest of the shared list.')
  const all = ['cheese', 'apples', 'rye bread', 'figs', 'garlic', 'dates', 'eggs']
  await expect.poll(async () => (await anna.texts()).toSorted()).toEqual(all.toSorted())
  await ben.shows('apples', 'bread', 'cheese', 'figs', 'garlic')
  await button(page, 'Push 9 edits').click()
  await expect(news(page)).toHaveText('Pushed: it is in the shared list.')
  await shots(page, 'branch-pushed')
  await ben.shows(...(await anna.texts()))
  await expect(ben.item('apples').getByRole('checkbox')).toBeChecked()
  await expect(bar(second.page)).toContainText('nothing changed yet')

  // Nothing is lost by it: nothing is asked.
  await button(page, 'Drop').click()
  await expect(button(page, 'Try changes on a branch')).toBeFocused()
  await anna.shows(...(await ben.texts()))
})

test('[E2E31] a branch is dropped after a question, also under another tab, and undo is of what is shown', async ({
  system,
}) => {
  const profile = await system.profile()
  const { page, ...todos } = await openTodos(profile, system)
  await todos.add('apples')
  const second = await openTodos(profile, system)
  await second.shows('apples')
  await page.bringToFront()
  await begin(page)
  // It takes nothing from under the hands in another tab.
  await expect(bar(second.page)).toContainText('Shared list branch:')
  await todos.add('bread')
  await second.page.bringToFront()
  await button(second.page, 'Branch').click()
  await second.shows('apples', 'bread')
  await page.bringToFront()

  await button(page, 'Shared list').click()
  await todos.add('cheese')
  await page.keyboard.press('Escape')
  await button(page, 'Undo').click()
  await todos.shows('apples')
  await button(page, 'Branch').click()
  await todos.shows('apples', 'bread')
  await button(page, 'Undo').click()
  await todos.shows('apples')
  await button(page, 'Redo').click()
  await todos.shows('apples', 'bread')

  await button(page, 'Drop').click()
  await expect(page.getByRole('alert')).toContainText('Its 3 edits are lost.')
  await expect(button(page, 'Keep it')).toBeFocused()
  await shots(page, 'branch-drop')
  await page.keyboard.press('Escape')
  await expect(button(page, 'Drop')).toBeFocused()
  await todos.shows('apples', 'bread')
  await button(page, 'Drop').click()
  await button(page, 'Drop 3 edits').click()
  await todos.shows('apples')
  await expect(news(page)).toHaveText('The branch was dropped.')
  await second.shows('apples')
  await expect(news(second.page)).toContainText('The branch was dropped in another tab')
  await second.page.bringToFront()
  await shots(second.page, 'branch-gone')
  await page.bringToFront()

  // One made anew has nothing of the old one.
  await begin(page)
  await todos.shows('apples')
  await expect(button(page, 'Undo')).toBeDisabled()
  await button(page, 'Shared list').click()
  await expect(button(page, 'Redo')).toBeEnabled()
})

test('[E2E32] a branch works offline; what is refused of it, and what stood on that, is kept in words', async ({
  system,
}) => {
  const { page, ...anna } = await openTodos(await system.profile(), system)
  const ben = await openTodos(await system.profile(), system)
  await readyForOffline(page)
  await page.getByRole('switch', { name: 'Work offline' }).click()
  await shots(page, 'branch-offer-empty')
  await begin(page)
  await shots(page, 'branch-empty')
  await anna.add('apples', 'x'.repeat(201))
  await anna.stored()
  await page.reload()
  await anna.shows('apples', 'x'.repeat(201))
  await shots(page, 'branch-offline')
  await button(page, 'Push 2 edits').click()
  await expect(news(page)).toHaveText('Pushed: others get it once there is a line.')
  await expect(page.locator('.status')).toContainText('Offline, 2 changes wait')
  await page.getByRole('switch', { name: 'Work offline' }).click()
  await ben.shows('apples')
  await expect(page.getByText('1 refused edit')).toBeVisible()

  // The branch has it still: what it does with it has nothing to stand on.
  await anna.item('xxx').getByRole('checkbox').check()
  await anna.add('bread')
  await button(page, 'Push 2 edits').click()
  await ben.shows('apples', 'bread')
  await expect(news(page)).toHaveText('1 edit of the branch could not go on: see below the list.')
  await page.locator('summary', { hasText: '1 edit of the branch could not go on' }).click()
  await expect(page.getByText('the object no longer has what it edits')).toBeVisible()
  await shots(page, 'branch-stranded')
  await button(page, 'Discard').first().click()
  await expect(page.getByText('could not go on')).toHaveCount(0)
})
