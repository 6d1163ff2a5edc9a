import { openContacts } from './demo.js'
import { expect, shots, test } from './fixtures.js'

test('[OVR4] what others changed while a browser was away is listed, over a reload, and is put back', async ({
  system,
}) => {
  const profile = await system.profile()
  const anna = await openContacts(profile, system)
  const ben = await openContacts(await system.profile(), system)
  await anna.add({ Name: 'Ada Lovelace', Phone: '+44 20 7946 0001', Company: 'Engines' })
  await ben.shows('Ada Lovelace')
  const changed = anna.page.getByRole('button', { name: /^Changed while/ })
  await expect(changed).toHaveCount(0)

  await anna.page.getByRole('switch', { name: 'Work offline' }).click()
  await expect(anna.status).toHaveAttribute('data-state', 'offline')
  await anna.edit('Ada', 'Company', 'Analytical Engines')
  await ben.edit('Ada', 'Phone', '+44 20 7946 0999')
  await ben.edit('Ada', 'Company', 'Difference Engines')
  await ben.synced()
  await anna.page.getByRole('switch', { name: 'Work offline' }).click()
  await anna.synced()
  await expect(anna.field('Phone')).toHaveValue('+44 20 7946 0999')

  await expect(changed).toContainText('3')
  await anna.page.reload()
  await expect(changed).toContainText('3')
  await changed.click()
  await shots(anna.page, 'replaced')
  const card = (text: string) => anna.page.getByRole('listitem').filter({ hasText: text })
  await expect(card('Phone of')).toContainText('+44 20 7946 0001')
  await card('Phone of').getByRole('button', { name: 'Put back' }).click()
  await expect(card('Phone of')).toHaveCount(0)
  await expect(ben.field('Phone')).toHaveValue('+44 20 7946 0001')
  // Her own edit came too late: Ben wrote after it.
  await expect(card('Analytical Engines')).toContainText('Difference Engines')
  await anna.page.getByRole('button', { name: 'Keep all' }).click()
  await expect(anna.page.getByText('Nothing that you had was replaced')).toBeVisible()
  await anna.page.reload()
  await anna.synced()
  await expect(anna.page.getByText('Nothing that you had was replaced')).toBeVisible()
})
