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

test('[E2E33] a todo that is too long to store says so at its field, and stays there', async ({
  system,
}) => {
  const { page, ...todos } = await openTodos(await system.profile(), system)
  const long = 'x'.repeat(70_000)
  await todos.add('one', long)
  const input = page.getByLabel('What needs to be done?')
  await expect(page.getByRole('alert')).toContainText('Too long to be saved')
  await expect(input).toHaveValue(long)
  await shot(page, 'todo-too-long')
  await input.fill('two')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await input.press('Enter')
  await todos.item('two').locator('.text').dblclick()
  const editor = page.getByLabel('Edit todo')
  await editor.fill(long)
  await input.focus()
  await expect(page.getByRole('alert')).toContainText('Too long to be saved')
  await expect(editor).toHaveValue(long)
  await editor.fill('three')
  await editor.press('Enter')
  await todos.shows('one', 'three')
})

test('[E2E38] what is being written into a todo that is deleted meanwhile is given back', async ({
  system,
}) => {
  const profile = await system.profile()
  const { page, ...anna } = await openTodos(profile, system)
  const second = await openTodos(profile, system)
  await page.bringToFront()
  await anna.add('one', 'two')
  await second.shows('one', 'two')
  const editor = page.getByLabel('Edit todo')
  const lost = page.getByRole('alert', { name: 'Not saved' })
  await anna.item('one').locator('.text').dblclick()
  await editor.fill('one and a half')
  await second.page.bringToFront()
  await second.item('one').hover()
  await second.page.getByRole('button', { name: 'Delete one' }).click()
  await page.bringToFront()
  await expect(lost).toContainText('You wrote: one and a half')
  await shot(page, 'todo-lost')
  await page.getByRole('button', { name: 'Add it as a new one' }).click()
  await anna.shows('two', 'one and a half')
  await expect(lost).toHaveCount(0)

  await page.getByRole('button', { name: 'Try changes on a branch' }).click()
  // Until the branch is shown, an editor would be one of the shared list.
  await expect(page.getByRole('region', { name: 'Branch' })).toContainText('Your branch')
  await anna.item('two').locator('.text').dblclick()
  await editor.fill('two and a half')
  await second.page.bringToFront()
  await second.page.getByRole('button', { name: 'Branch', exact: true }).click()
  await second.page.getByRole('button', { name: 'Drop', exact: true }).click()
  await page.bringToFront()
  await expect(lost).toContainText('You wrote: two and a half')
  await expect(editor).toHaveCount(0)
  await page.getByRole('button', { name: 'Let it go' }).click()
  await anna.shows('two', 'one and a half')
  await expect(lost).toHaveCount(0)

  // What others write is not overwritten by what was not changed, and such a one is not missed.
  await anna.item('two').locator('.text').dblclick()
  await second.page.bringToFront()
  await second.item('two').locator('.text').dblclick()
  await second.page.getByLabel('Edit todo').fill('two of two')
  await second.page.getByLabel('Edit todo').press('Enter')
  await second.shows('two of two', 'one and a half')
  await page.bringToFront()
  await editor.press('Enter')
  await anna.shows('two of two', 'one and a half')
  await second.shows('two of two', 'one and a half')
  await anna.item('two').locator('.text').dblclick()
  await second.page.bringToFront()
  await second.item('two').hover()
  await second.page.getByRole('button', { name: 'Delete two of two' }).click()
  await anna.shows('one and a half')
  await expect(lost).toHaveCount(0)
})

test('[E2E37] what is written before the disk was read is added as soon as it was', async ({
  system,
}) => {
  const profile = await system.profile()
  const { page, ...first } = await openTodos(profile, system)
  await first.add('one')
  await first.stored()
  await page.getByRole('button', { name: 'Try changes on a branch' }).click()
  await expect(page.getByRole('button', { name: 'Get latest' })).toBeVisible()
  for (const hasBranch of [true, false]) {
    const tab = await profile.context.newPage()
    // The very first thing, in the task in which the field appears.
    await tab.addInitScript(() => {
      new MutationObserver((_, observer) => {
        const field = document.querySelector<HTMLInputElement>('.new-input')
        if (field === null) return
        observer.disconnect()
        const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value') ?? {}
        for (const text of ['two', 'three']) {
          set?.call(field, text)
          field.dispatchEvent(new Event('input', { bubbles: true }))
          field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
        }
      }).observe(document, { childList: true, subtree: true })
    })
    await tab.goto(page.url())
    await expect(tab.locator('.todo .text')).toHaveText(['one', 'two', 'three'])
    await first.shows('one', 'two', 'three')
    await tab.close()
    if (!hasBranch) continue
    await page.getByRole('button', { name: 'Drop', exact: true }).click()
    await page.getByRole('button', { name: 'Drop 2 edits' }).click()
    await first.shows('one')
  }
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

test('[E2E25] what cleared or ticked several todos is undone and redone at once', async ({
  system,
}) => {
  const { page, ...todos } = await openTodos(await system.profile(), system)
  const ben = await openTodos(await system.profile(), system)
  await todos.add('a', 'b', 'c')
  await page.getByLabel('Mark all as complete').check()
  await page.getByRole('button', { name: 'Clear completed' }).click()
  await todos.shows()
  await page.keyboard.press('Control+z')
  await todos.shows('a', 'b', 'c')
  await ben.shows('a', 'b', 'c')
  await page.getByRole('button', { name: 'Redo' }).click()
  await todos.shows()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.keyboard.press('Control+z')
  await expect(page.getByLabel('Items left')).toHaveText('3 items left')
  await page.keyboard.press('Control+Shift+z')
  await expect(page.getByLabel('Items left')).toHaveText('0 items left')
  await ben.shows('a', 'b', 'c')
  await shot(page, 'todo-undo')
  await page.setViewportSize({ width: 375, height: 720 })
  await shot(page, 'todo-undo-narrow')
})
