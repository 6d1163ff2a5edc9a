import { openContacts } from './demo.js'
import { expect, test } from './fixtures.js'

const widths = [1200, 375]

for (const width of widths) {
  test(`[E2E28] contacts with the keyboard alone, ${width} px wide`, async ({ system }) => {
    const { page, field, shows, synced } = await openContacts(await system.profile(), system)
    await page.setViewportSize({ width, height: 700 })
    await synced()
    const list = page.getByRole('listbox')
    const press = (...keys: readonly string[]): Promise<void> =>
      keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve())

    for (const name of ['Ada', 'Bob']) {
      await press('n')
      await expect(page.getByRole('form', { name: 'New contact' }).getByLabel('Name')).toBeFocused()
      await page.keyboard.type(name)
      await press('Enter')
      await expect(page.getByRole('article', { name })).toBeVisible()
    }
    await press('Escape')
    await expect(list).toBeFocused()
    await shows('Ada', 'Bob')

    await press('Home', 'Enter')
    await expect(page.getByRole('article', { name: 'Ada' })).toBeVisible()
    await press('Escape')
    await expect(list).toBeFocused()
    await press('/')
    await expect(page.getByRole('searchbox')).toBeFocused()
    await page.keyboard.type('bob')
    await shows('Bob')
    await press('ArrowDown')
    await expect(list).toBeFocused()
    await press('Delete')
    await expect(page.getByText('Nobody matches')).toBeVisible()
    await press('Control+z')
    await shows('Bob')
    await expect(list).toBeFocused()
    await press('Enter')
    await expect(field('Name')).toHaveValue('Bob')
  })
}
