import type { Locator } from '@playwright/test'
import { openContacts } from './demo.js'
import { expect, shot, test } from './fixtures.js'

test('[E2E13] a refused edit is kept with its reason, over a reload, until it is corrected, retried or discarded', async ({
  system,
}) => {
  const anna = await openContacts(await system.profile(), system)
  const ben = await openContacts(await system.profile(), system)
  await anna.add({ Name: 'Ada', Phone: '1' })
  await anna.edit('Ada', 'Phone', 'CALL ME')
  const refused = anna.page.getByRole('button', { name: /^Refused/ })
  await expect(refused).toContainText('1')
  await anna.edit('Ada', 'Company', 'Engines')
  await anna.synced()
  await ben.shows('Ada')
  await expect(ben.page.getByRole('listbox').getByRole('option')).toContainText('Engines · 1')

  await anna.page.reload()
  await expect(refused).toContainText('1')
  await refused.click()
  const card: Locator = anna.page.getByRole('listitem').filter({ hasText: 'CALL ME' })
  await expect(card).toContainText('A phone number has no letters')
  await shot(anna.page, 'refused')

  // The server has not changed its mind: it comes back as another refusal.
  const first = await keyOf()
  await card.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(keyOf).not.toBe(first)
  await expect(card).toHaveCount(1)

  await card.getByRole('button', { name: 'Correct…' }).click()
  await anna.page.getByRole('textbox', { name: 'Phone' }).fill('2')
  await anna.page.getByRole('button', { name: 'Save' }).click()
  await expect(refused).toContainText('0')
  await expect(ben.page.getByRole('listbox').getByRole('option')).toContainText('Engines · 2')

  await anna.edit('Ada', 'Phone', 'NEVER')
  await expect(refused).toContainText('1')
  await refused.click()
  const last = anna.page.getByRole('listitem').filter({ hasText: 'NEVER' })
  await last.getByRole('button', { name: 'Discard' }).click()
  await last.getByRole('button', { name: 'Discard for good' }).click()
  await expect(last).toHaveCount(0)
  await anna.page.reload()
  await anna.synced()
  await expect(refused).toContainText('0')
  await expect(ben.page.getByRole('listbox').getByRole('option')).toContainText('Engines · 2')

  /** The key of the refused edit in the database. */
  function keyOf(): Promise<unknown> {
    return anna.page.evaluate(
      (name) =>
        new Promise((resolve) => {
          const opening = indexedDB.open(name)
          opening.onsuccess = () => {
            const { result } = opening
            const all = result.transaction('rejected').objectStore('rejected').getAllKeys()
            all.onsuccess = () => {
              result.close()
              resolve(all.result.length === 1 ? all.result[0] : undefined)
            }
          }
        }),
      `contacts ${system.origin}`,
    )
  }
})

test('[E2E27] a text that is too long says so at its field, stays there, and stops nothing', async ({
  system,
}) => {
  const { page, add, edit, field, synced } = await openContacts(await system.profile(), system)
  const tooLong = 'x'.repeat(70_000)
  await page.getByRole('button', { name: 'New contact' }).first().click()
  const form = page.getByRole('form', { name: 'New contact' })
  await form.getByLabel('Name', { exact: true }).fill('Ben')
  await form.getByLabel('Notes', { exact: true }).fill(tooLong)
  await form.getByRole('button', { name: 'Save contact' }).click()
  await expect(form).toContainText('Too long: this is 69 KiB')
  await expect(form.getByLabel('Notes', { exact: true })).toBeFocused()
  await shot(page, 'too-long-new')
  await form.getByRole('button', { name: 'Cancel' }).click()

  await add({ Name: 'Ada' })
  await field('Notes').fill(tooLong)
  await expect(page.getByText('Too long')).toBeInViewport()
  await field('Company').fill('Engines')
  await field('Company').press('Enter')
  await synced()
  await expect(field('Notes')).toHaveValue(tooLong)
  await expect(page.getByRole('article')).not.toContainText('after you')
  await shot(page, 'too-long')
  await page.reload()
  await expect(field('Notes')).toHaveValue(tooLong)
  await expect(page.getByRole('article')).toContainText('Too long')
  await field('Notes').fill('short')
  await expect(page.getByRole('article')).not.toContainText('Too long')
  await synced()
  await page.reload()
  await expect(field('Notes')).toHaveValue('short')
  await edit('Ada', 'Notes', 'shorter')
})

test('[E2E27] a refused change of a contact that was deleted since names it, and says so', async ({
  system,
}) => {
  const { page, add, edit, synced } = await openContacts(await system.profile(), system)
  await add({ Name: 'Ada', Phone: '1' })
  await edit('Ada', 'Phone', 'CALL ME')
  const refused = page.getByRole('button', { name: /^Refused/ })
  await expect(refused).toContainText('1')
  await page.getByRole('article').getByRole('button', { name: 'Delete' }).click()
  await synced()
  await refused.click()
  await expect(page.getByRole('listitem').filter({ hasText: 'CALL ME' })).toContainText(
    'Change to Ada (deleted)',
  )
  await shot(page, 'refused-deleted')
})

test('[E2E27] of two people in one field each is told whose text stands', async ({ system }) => {
  const anna = await openContacts(await system.profile(), system)
  const ben = await openContacts(await system.profile(), system)
  await anna.add({ Name: 'Ada', Notes: 'x' })
  await ben.page.getByRole('listbox').getByRole('option').click()
  await anna.field('Notes').fill('hers')
  await anna.synced()
  await expect(ben.field('Notes')).toHaveValue('hers')
  await ben.field('Notes').fill('his')
  await ben.synced()
  const note = anna.page.getByRole('article')
  await expect(note).toContainText('Someone else wrote his here after you. Theirs stands')
  await shot(anna.page, 'two-in-one-field')
  await anna.page.getByRole('button', { name: 'Keep mine' }).click()
  await expect(note).not.toContainText('stands')
  await anna.synced()
  await anna.page.reload()
  await expect(anna.field('Notes')).toHaveValue('hers')
  await ben.field('Company').click()
  await ben.page.reload()
  await expect(ben.field('Notes')).toHaveValue('hers')
})
