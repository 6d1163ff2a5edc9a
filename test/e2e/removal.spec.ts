import { openContacts } from './demo.js'
import { expect, shots, test } from './fixtures.js'

test('[REM8] an address book that is deleted for everyone is gone for all; what was not sent is kept', async ({
  system,
}) => {
  test.setTimeout(120_000)
  const profiles = [await system.profile(), await system.profile(), await system.profile()] as const
  const anna = await openContacts(profiles[0], system)
  const bert = await openContacts(profiles[1], system)
  const cleo = await openContacts(profiles[2], system)
  await anna.add({ Name: 'Ada Lovelace' })
  await bert.shows('Ada Lovelace')
  await cleo.shows('Ada Lovelace')
  await cleo.page.getByRole('switch', { name: /offline/i }).click()
  await cleo.add({ Name: 'Grace Hopper' })

  await anna.page.getByRole('button', { name: 'Share' }).click()
  await anna.page.getByRole('button', { name: 'Delete for everyone…' }).click()
  await expect(anna.page.getByRole('alert').filter({ hasText: 'nobody can undo' })).toBeVisible()
  await shots(anna.page, 'removal-question')
  await anna.page.getByRole('button', { name: 'Keep them' }).click()
  await anna.page.getByRole('button', { name: 'Delete for everyone…' }).click()
  await anna.page.getByRole('button', { name: 'Delete all contacts' }).click()
  await expect(anna.page.getByRole('dialog')).toBeHidden()
  await anna.shows()
  await bert.shows()

  await cleo.shows('Ada Lovelace', 'Grace Hopper')
  await cleo.page.getByRole('switch', { name: /offline/i }).click()
  await cleo.shows()
  await expect(cleo.page.getByRole('button', { name: /^Refused/ })).toContainText('1')
  await cleo.page.reload()
  await cleo.shows()
  await expect(cleo.page.getByRole('button', { name: /^Refused/ })).toContainText('1')
})
