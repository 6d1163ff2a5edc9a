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
