import { openContacts, readyForOffline } from './demo.js'
import { expect, shot, test } from './fixtures.js'
import { add, agree, ids, labSynced, openLab } from './lab.js'

test('[E2E1] a second browser shows an edit made in the first, without a reload', async ({
  system,
}) => {
  const anna = await openContacts(await system.profile(), system)
  const ben = await openContacts(await system.profile(), system)
  await shot(anna.page, 'empty')
  await anna.add({ Name: 'Ada Lovelace', Phone: '+44 20 7946 0001' })
  await ben.shows('Ada Lovelace')
  await ben.edit('Ada', 'Company', 'Analytical Engines')
  await expect(anna.field('Company')).toHaveValue('Analytical Engines')
  await anna.synced()
  await shot(anna.page, 'synced')
})

test('[E2E2] an edit made offline survives a reload and a closed tab offline, and reaches everyone', async ({
  system,
}) => {
  const profile = await system.profile()
  const anna = await openContacts(profile, system)
  const ben = await openContacts(await system.profile(), system)
  await readyForOffline(anna.page)
  await anna.add({ Name: 'Ada', Phone: '1' })
  await ben.shows('Ada')

  await system.proxy.cut()
  await anna.add({ Name: 'Bob', Phone: '2' })
  await anna.edit('Ada', 'Phone', '11')
  await expect(anna.status).toHaveAttribute('data-state', 'offline')
  await shot(anna.page, 'offline')
  await anna.page.reload()
  await anna.shows('Ada', 'Bob')
  await ben.add({ Name: 'Cleo', Phone: '3' })

  await profile.context.newPage()
  await anna.page.close()
  const again = await openContacts(profile, system)
  await again.shows('Ada', 'Bob')
  await expect(again.status).toContainText(/changes wait/)
  await again.add({ Name: 'Dora', Phone: '4' })
  await shot(again.page, 'offline-again')

  await system.proxy.restore()
  await again.synced()
  await ben.synced()
  await again.shows('Ada', 'Bob', 'Cleo', 'Dora')
  await ben.shows('Ada', 'Bob', 'Cleo', 'Dora')
  expect(await again.rows()).toEqual(await ben.rows())
  expect((await again.rows())[0]).toContain('11')
})

test('[E2E6] two browsers edit one contact at a time: the later write wins, field by field', async ({
  system,
}) => {
  const anna = await openContacts(await system.profile(), system)
  const ben = await openContacts(await system.profile(), system)
  await anna.add({ Name: 'Ada', Phone: '1', Email: 'a@a.example', Company: 'Old' })
  await ben.shows('Ada')
  await anna.synced()

  await system.proxy.cut()
  await anna.edit('Ada', 'Phone', '100')
  await ben.edit('Ada', 'Phone', '200')
  await ben.edit('Ada', 'Email', 'ben@b.example')
  await anna.edit('Ada', 'Company', 'New')
  await anna.edit('Ada', 'Email', 'anna@a.example')
  await system.proxy.restore()

  for (const person of [anna, ben]) {
    await person.synced()
    await expect(person.field('Phone')).toHaveValue('200')
    await expect(person.field('Email')).toHaveValue('anna@a.example')
    await expect(person.field('Company')).toHaveValue('New')
  }
  expect(await anna.rows()).toEqual(await ben.rows())
})

test('[E2E17] a line that is dead but not closed is noticed, and what was sent into it is sent again', async ({
  system,
}) => {
  const anna = await openLab(await system.profile(), system)
  const ben = await openLab(await system.profile(), system)
  await add(anna, 'before')
  await agree(anna, ben)
  system.proxy.blackhole()
  await add(anna, 'into the dark')
  await expect
    .poll(() => anna.evaluate(() => window.lab.client.connection.status), { timeout: 25_000 })
    .not.toBe('online')
  expect(await ids(anna)).toEqual(['before', 'into the dark'])
  await system.proxy.restore()
  await anna.evaluate(() => window.lab.client.reconnect())
  await labSynced(anna)
  await expect.poll(() => ids(ben), { timeout: 30_000 }).toEqual(['before', 'into the dark'])
})

test('[E2E26] a book that never came from the server is said to be not loaded, not empty', async ({
  system,
}) => {
  const anna = await openContacts(await system.profile(), system)
  await expect(anna.page.getByRole('button', { name: 'Add 20 sample contacts' })).toBeVisible()
  await anna.add({ Name: 'Ada' })
  await anna.synced()
  const ben = await system.profile()
  let isCut = true
  await ben.context.routeWebSocket(/socket\.io/, (socket) => {
    if (isCut) void socket.close()
    else socket.connectToServer()
  })
  const { page } = await openContacts(ben, system)
  await expect(page.getByRole('heading', { name: 'Not loaded yet' })).toBeVisible()
  await expect(page.getByText('No contacts yet')).toHaveCount(0)
  await expect(page.getByRole('button', { name: /sample contacts/ })).toHaveCount(0)
  await shot(page, 'not-loaded')
  isCut = false
  // A try that was cut in its middle ends after 15 s.
  await expect(page.getByRole('listbox').getByRole('option')).toContainText('Ada', {
    timeout: 40_000,
  })
})
