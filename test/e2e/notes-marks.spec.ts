import type { Locator, Page } from '@playwright/test'
import { readyForOffline } from './demo.js'
import { expect, shots, test } from './fixtures.js'
import { type Notes, openNotes } from './notes.js'

const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true })

/** Selects letters of the first line by key. */
async function select({ page, body }: Notes, from: number, to: number): Promise<void> {
  await body.focus()
  await page.keyboard.press('Control+Home')
  for (let i = 0; i < from; i++) await page.keyboard.press('ArrowRight')
  for (let i = from; i < to; i++) await page.keyboard.press('Shift+ArrowRight')
}

const marked = ({ page }: Notes, kind: string): Locator => page.locator(`.collab-mark-${kind}`)

test('[E2E39] bold, italic and links are seen by others at once, and are there after a reload, also offline', async ({
  system,
}) => {
  const anna = await openNotes(await system.profile(), system)
  const ben = await openNotes(await system.profile(), system)
  const { page } = anna
  await anna.begin('Plan')
  await anna.writeIn('CodeMirror')
  await page.keyboard.type('We meet at noon. See the maps.\n\nBring water, and tell the others.')
  await ben.choose('Plan')
  await ben.writeIn('CodeMirror')
  await expect.poll(ben.text).toContain('the others.')

  // By key, by button, and at the caret for its word.
  await select(anna, 3, 7)
  await page.keyboard.press('Control+b')
  await expect(marked(ben, 'bold')).toHaveText('meet')
  await expect(button(page, 'Bold')).toHaveAttribute('aria-pressed', 'true')
  await select(anna, 11, 11)
  await expect(button(page, 'Bold')).toHaveAttribute('aria-pressed', 'false')
  await page.keyboard.press('ArrowRight')
  await button(page, 'Italic').click()
  await expect(marked(ben, 'italic')).toHaveText('noon')
  await expect(button(page, 'Italic')).toHaveAttribute('aria-pressed', 'true')
  await expect(anna.body).toBeFocused()

  await select(anna, 25, 29)
  await page.keyboard.press('Control+k')
  const address = page.getByLabel('Address')
  await expect(address).toBeFocused()
  await address.fill('javascript:alert(1)')
  await address.press('Enter')
  await expect(page.getByRole('alert')).toContainText('no web address')
  await shots(page, 'notes-link-refused')
  await address.fill('example.org/maps')
  await address.press('Enter')
  await expect(anna.body).toBeFocused()
  await expect(marked(ben, 'link')).toHaveText('maps')
  await expect(marked(ben, 'link')).toHaveAttribute('href', 'https://example.org/maps')
  await shots(page, 'notes-marks')

  // Where nothing is to be marked, the address itself is put there.
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' ')
  await button(page, 'Link').click()
  await address.fill('anna@example.org')
  await shots(page, 'notes-link')
  await address.press('Enter')
  await expect(marked(ben, 'link')).toHaveText(['maps', 'anna@example.org'])
  await page.keyboard.press('Control+z')
  await expect(marked(ben, 'link')).toHaveText(['maps'])
  await page.keyboard.press('Control+Shift+Z')
  await expect(marked(ben, 'link')).toHaveText(['maps', 'anna@example.org'])
  await button(page, 'Remove link').click()
  await expect(marked(ben, 'link')).toHaveText(['maps'])

  // Offline, over a reload, and in another way to look at it.
  await anna.synced()
  await readyForOffline(page)
  await page.getByRole('switch', { name: 'Work offline' }).click()
  await select(anna, 0, 2)
  await page.keyboard.press('Control+b')
  await expect(marked(anna, 'bold')).toHaveText(['We', 'meet'])
  await anna.stored()
  await page.reload()
  await expect(marked(anna, 'bold')).toHaveText(['We', 'meet'])
  await expect(marked(ben, 'bold')).toHaveText(['meet'])
  await anna.writeIn('Plain')
  await expect(page.getByText('show in CodeMirror and in Read')).toBeVisible()
  await shots(page, 'notes-marks-plain')
  await page.getByRole('switch', { name: 'Work offline' }).click()
  await expect(marked(ben, 'bold')).toHaveText(['We', 'meet'])

  await ben.writeIn('Read')
  const link = ben.page.getByRole('link', { name: 'maps', exact: true })
  await expect(link).toHaveAttribute('href', 'https://example.org/maps')
  await expect(link).toHaveAttribute('rel', /noopener/)
  await expect(ben.page.locator('.is-bold')).toHaveText(['We', 'meet'])
  await shots(ben.page, 'notes-read')
})

test('[E2E40] what is folded stays folded over a reload, and from one editor to the other', async ({
  system,
}) => {
  const anna = await openNotes(await system.profile(), system)
  const { page } = anna
  await anna.begin('Fold')
  await anna.writeIn('CodeMirror')
  await page.keyboard.type('one two three four')
  await select(anna, 4, 7)
  await page.keyboard.press('Control+b')
  await button(page, 'Fold selection').click()
  await expect.poll(anna.text).toBe('one … three four')
  await expect(anna.body).toBeFocused()
  await page.keyboard.type('!')
  await expect.poll(anna.text).toBe('one …! three four')
  await page.keyboard.press('Backspace')
  await anna.synced()
  await page.reload()
  await expect.poll(anna.text).toBe('one … three four')
  await expect(page.locator('.fold-chip')).toHaveText('…')
  // Nothing takes the focus as a page opens.
  await expect(page.locator(':focus')).toHaveCount(0)
  await shots(page, 'notes-fold-code')

  await anna.writeIn('Plain')
  await expect.poll(anna.text).toBe('one … three four')
  await select(anna, 6, 11)
  await button(page, 'Fold selection').click()
  await expect.poll(anna.text).toBe('one … … four')
  await page.keyboard.type('!')
  await expect.poll(anna.text).toBe('one … …! four')
  await page.keyboard.press('Backspace')
  await anna.stored()
  await page.reload()
  await expect.poll(anna.text).toBe('one … … four')
  await shots(page, 'notes-fold-plain')

  await anna.writeIn('CodeMirror')
  await expect.poll(anna.text).toBe('one … … four')
  await page.locator('.fold-chip').first().click()
  await expect.poll(anna.text).toBe('one two … four')
  await expect(page.locator('.collab-mark-bold')).toHaveText('two')
  await button(page, 'three').click()
  await expect.poll(anna.text).toBe('one two three four')
  await page.reload()
  await expect.poll(anna.text).toBe('one two three four')
})
