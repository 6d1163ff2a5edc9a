import { type Contacts, openContacts } from './demo.js'
import { expect, shots, test } from './fixtures.js'

const offline = ({ page }: Contacts): Promise<void> =>
  page.getByRole('switch', { name: /offline/i }).click()

/** Signs in with a name, and what waits, or without it. */
async function signIn({ page }: Contacts, name: string, takes?: boolean): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click()
  const form = page.getByRole('form', { name: 'Sign in' })
  await form.getByLabel('Your name').fill(name)
  if (takes !== undefined) await form.getByRole('checkbox').setChecked(takes)
  await form.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('button', { name, exact: true })).toBeVisible()
}

/** Opens the account of who is signed in, and begins to sign out. */
async function signOut({ page }: Contacts, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
}

test('[ACC8] unsent edits go along only when they are to, and never to the next account', async ({
  system,
}) => {
  test.setTimeout(120_000)
  const contacts = await openContacts(await system.profile(), system)
  const { page } = contacts
  const witness = await openContacts(await system.profile(), system)
  await offline(contacts)
  await contacts.add({ Name: 'Grace Hopper' })

  await signIn(contacts, 'Ada', false)
  await contacts.shows()
  await contacts.add({ Name: 'Only Ada' })
  await signOut(contacts, 'Ada')
  await expect(page.getByRole('alert').filter({ hasText: 'on this device alone' })).toBeVisible()
  await shots(page, 'sign-out-question')
  await page.getByRole('button', { name: 'Keep it here' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await contacts.shows('Grace Hopper')

  await signIn(contacts, 'Ben', true)
  await contacts.shows('Grace Hopper')
  await offline(contacts)
  await witness.shows('Grace Hopper')
  await contacts.synced()
  await signOut(contacts, 'Ben')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await contacts.shows('Grace Hopper')

  await signIn(contacts, 'Ada')
  await contacts.shows('Grace Hopper', 'Only Ada')
  await witness.shows('Grace Hopper', 'Only Ada')
})

test('[ACC7] edits that waited can be saved when the site data is cleared under the page', async ({
  system,
}) => {
  const contacts = await openContacts(await system.profile(), system)
  const { page, status } = contacts
  await offline(contacts)
  await contacts.add({ Name: 'Grace Hopper' })
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', {
    origin: system.origin,
    storageTypes: 'indexeddb',
  })
  await expect(status).toContainText('cleared')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save what was not sent' }).click()
  const stream = await (await download).createReadStream()
  let text = ''
  for await (const part of stream) text += String(part)
  expect(text).toContain('Grace Hopper')
})
