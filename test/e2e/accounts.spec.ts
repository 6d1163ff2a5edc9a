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

test('[ACC8] the switch “Work offline” is one for the tabs of all accounts, and each follows it', async ({
  system,
}) => {
  const profile = await system.profile()
  const one = await openContacts(profile, system)
  const two = await openContacts(profile, system)
  await offline(one)
  await one.add({ Name: 'Grace Hopper' })
  await signIn(one, 'Ada', true)
  await expect(one.page.getByText('Not loaded yet')).toBeVisible()
  const wish = one.page.getByRole('switch', { name: 'Work offline' })
  await expect(wish).toBeChecked()

  await offline(two)
  await expect(wish).not.toBeChecked()
  await one.synced()
  await expect(one.page.getByText('Not loaded yet')).toHaveCount(0)
  await two.shows('Grace Hopper')
  const third = await openContacts(profile, system)
  await third.synced()
  await third.shows('Grace Hopper')

  await offline(two)
  for (const { status } of [one, third]) await expect(status).toContainText('Offline')
})

test('[ACC6, ACC8] a sign-out says what was refused, and covers the other tabs of the account', async ({
  system,
}) => {
  const profile = await system.profile()
  const one = await openContacts(profile, system)
  await signIn(one, 'Ada')
  await one.add({ Name: 'Grace Hopper' })
  await one.edit('Grace', 'Phone', 'CALL ME')
  await expect(one.status).toContainText('All else is synced, 1 refused')
  const two = await openContacts(profile, system)
  await two.page.getByRole('listbox').getByRole('option').click()
  await two.field('Company').fill('Engines')
  await two.synced()

  await signOut(one, 'Ada')
  const question = one.page.getByRole('group', { name: 'Sign out?' })
  await expect(question).toContainText('The server refused 1 change')
  await expect(question.getByRole('button', { name: /^Send/ })).toHaveCount(0)
  await shots(one.page, 'sign-out-refused')
  await question.getByRole('button', { name: 'Discard it' }).click()
  await expect(one.page.getByRole('button', { name: 'Sign in' })).toBeVisible()

  const cover = two.page.getByRole('dialog', { name: 'Ada was signed out' })
  await expect(cover).toContainText('in another tab')
  for (let i = 0; i < 3; i += 1) await two.page.keyboard.press('Escape')
  await shots(two.page, 'signed-out-elsewhere')
  await cover.getByRole('button', { name: 'Reload' }).click()
  await expect(two.page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect(cover).toHaveCount(0)
})

test('[ACC8] a sign-out that keeps what waits covers the other tabs, too', async ({ system }) => {
  const profile = await system.profile()
  const one = await openContacts(profile, system)
  await signIn(one, 'Ada')
  await offline(one)
  await one.add({ Name: 'Grace Hopper' })
  const two = await openContacts(profile, system)
  await two.shows('Grace Hopper')
  await signOut(one, 'Ada')
  const question = one.page.getByRole('group', { name: 'Sign out?' })
  await expect(question).toContainText('cannot be sent now: there is no line to the server')
  await question.getByRole('button', { name: 'Keep it here' }).click()
  await expect(two.page.getByRole('dialog', { name: 'Ada was signed out' })).toBeVisible()
})
