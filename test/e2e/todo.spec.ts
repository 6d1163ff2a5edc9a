import { readyForOffline } from './demo.js'
import { expect, shot, test } from './fixtures.js'
import { openTodos } from './todo.js'

test('[E2E20] two browsers reorder offline and end with one list, nothing lost and nothing twice', async ({
  system,
}) => {
  const anna = await openTodos(await system.profile(), system)
  const ben = await openTodos(await system.profile(), system)
  await anna.add('apples', 'bread', 'cheese', 'dates', 'eggs', 'figs')
  await ben.shows('apples', 'bread', 'cheese', 'dates', 'eggs', 'figs')
  await readyForOffline(anna.page)

  await system.proxy.cut()
  await anna.drag('apples', 'figs')
  await anna.shows('bread', 'cheese', 'dates', 'eggs', 'figs', 'apples')
  await anna.press('eggs', 'Home')
  await anna.add('garlic')
  await anna.shows('eggs', 'bread', 'cheese', 'dates', 'figs', 'apples', 'garlic')
  await ben.drag('figs', 'apples')
  await ben.shows('figs', 'apples', 'bread', 'cheese', 'dates', 'eggs')
  await ben.press('apples', 'ArrowDown')
  await ben.drag('bread', 'eggs')
  await ben.add('honey')
  await ben.shows('figs', 'apples', 'cheese', 'dates', 'eggs', 'bread', 'honey')
  await anna.page.reload()
  await anna.shows('eggs', 'bread', 'cheese', 'dates', 'figs', 'apples', 'garlic')

  await system.proxy.restore()
  await anna.synced()
  await ben.synced()
  await expect.poll(async () => (await anna.texts()).join()).toBe((await ben.texts()).join())
  const all = ['apples', 'bread', 'cheese', 'dates', 'eggs', 'figs', 'garlic', 'honey']
  expect((await anna.texts()).toSorted()).toEqual(all)
  await anna.page.reload()
  await anna.shows(...(await ben.texts()))
  await shot(anna.page, 'todo-converged')
})

test('[E2E21] todos are written, edited, ticked, filtered and cleared as TodoMVC says', async ({
  system,
}) => {
  const { page, ...todos } = await openTodos(await system.profile(), system)
  const input = page.getByLabel('What needs to be done?')
  const count = page.getByLabel('Items left')
  await expect(input).toBeFocused()
  await expect(page.getByRole('contentinfo')).toHaveCount(0)
  await shot(page, 'todo-empty')

  await input.fill('   ')
  await input.press('Enter')
  await todos.add('  one ', 'two', 'three')
  await todos.shows('one', 'two', 'three')
  await expect(input).toHaveValue('')
  await expect(count).toHaveText('3 items left')

  // Editing: Enter and leaving write, Escape gives up, nothing deletes.
  const editor = page.getByLabel('Edit todo')
  await todos.item('one').locator('.text').dblclick()
  await editor.fill(' first ')
  await editor.press('Enter')
  await todos.item('two').locator('.text').dblclick()
  await editor.fill('second')
  await input.focus()
  await todos.item('three').locator('.text').dblclick()
  await editor.fill('nothing')
  await editor.press('Escape')
  await todos.shows('first', 'second', 'three')
  await todos.item('three').locator('.text').dblclick()
  await editor.fill('')
  await editor.press('Enter')
  await todos.shows('first', 'second')

  await todos.item('first').getByRole('checkbox').check()
  await expect(count).toHaveText('1 item left')
  await page.getByRole('link', { name: 'Active' }).click()
  await expect(page).toHaveURL(/#\/active$/)
  await todos.shows('second')
  await page.getByRole('link', { name: 'Completed' }).click()
  await todos.shows('first')
  await page.goBack()
  await todos.shows('second')
  await page.reload()
  await todos.shows('second')
  await page.getByRole('link', { name: 'All', exact: true }).click()

  const all = page.getByLabel('Mark all as complete')
  await all.check()
  await expect(count).toHaveText('0 items left')
  await all.uncheck()
  await expect(count).toHaveText('2 items left')
  await expect(page.getByRole('button', { name: 'Clear completed' })).toHaveCount(0)
  await todos.item('second').getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Clear completed' }).click()
  await todos.shows('first')
  await todos.item('first').hover()
  await todos.item('first').getByRole('button', { name: 'Delete first' }).click()
  await todos.shows()
})

test('[E2E22] a todo is moved with the keyboard alone, also while only some are shown', async ({
  system,
}) => {
  const { page, ...todos } = await openTodos(await system.profile(), system)
  await todos.add('a', 'b', 'c', 'd')
  await todos.item('b').getByRole('checkbox').check()
  await todos.press('a', 'ArrowDown')
  await todos.shows('b', 'a', 'c', 'd')
  await expect(page.getByRole('button', { name: 'Move a' })).toBeFocused()
  await page.keyboard.press('End')
  await todos.shows('b', 'c', 'd', 'a')
  await expect(page.getByRole('button', { name: 'Move a' })).toBeFocused()
  await expect(page.getByLabel('Moves')).toHaveText('a is now 4 of 4')
  await page.getByRole('link', { name: 'Active' }).click()
  await todos.press('d', 'ArrowUp')
  await todos.shows('d', 'c', 'a')
  await todos.drag('a', 'd')
  await todos.shows('a', 'd', 'c')
  await page.getByRole('link', { name: 'All', exact: true }).click()
  await todos.shows('b', 'a', 'd', 'c')
})

test('[E2E23] a drag is given up with Escape, and a refused todo is kept with its reason', async ({
  system,
}) => {
  const { page, ...todos } = await openTodos(await system.profile(), system)
  await todos.add('a', 'b', 'c')
  const grip = page.getByRole('button', { name: 'Move a' })
  await grip.hover()
  await page.mouse.down()
  await page.mouse.move(300, 600)
  await page.keyboard.press('Escape')
  await page.mouse.up()
  await todos.shows('a', 'b', 'c')

  await todos.add('x'.repeat(201))
  await page.getByText('1 refused edit').click()
  await expect(page.getByText('A todo has at most 200 characters')).toBeVisible()
  await todos.shows('a', 'b', 'c')
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByText('refused edit')).toHaveCount(0)
})
