import type { CDPSession, Page } from '@playwright/test'
import { expect, test } from './fixtures.js'
import { add, agree, ids, labSynced, openLab, startWriting, stopWriting } from './lab.js'

/** A frozen tab is replaced after so long at the latest. */
const TAKEOVER_MS = 10_000

const freeze = async (page: Page): Promise<CDPSession> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  return session
}

const thaw = (session: CDPSession): Promise<unknown> =>
  session.send('Page.setWebLifecycleState', { state: 'active' })

test('[E2E3] two tabs of one browser write offline and online, and hold the same', async ({
  system,
}) => {
  const profile = await system.profile()
  const one = await openLab(profile, system)
  const two = await openLab(profile, system)
  const other = await openLab(await system.profile(), system)
  await add(one, 'one online')
  await add(two, 'two online')
  await agree(one, two, other)
  await system.proxy.cut()
  await Promise.all([add(one, 'one offline'), add(two, 'two offline')])
  await expect.poll(() => ids(one)).toHaveLength(4)
  await expect.poll(() => ids(two)).toHaveLength(4)
  await system.proxy.restore()
  await agree(one, two, other)
  expect(await ids(other)).toEqual(['one offline', 'one online', 'two offline', 'two online'])
})

test('[E2E4] the leading tab is closed while it writes: another sends what it left', async ({
  system,
}) => {
  const profile = await system.profile()
  const leader = await openLab(profile, system)
  await labSynced(leader)
  const follower = await openLab(profile, system)
  await startWriting(leader, 'leader')
  await startWriting(follower, 'follower')
  const promised = await leader.evaluate(() => [...window.lab.written.local])
  await leader.close()
  const began = Date.now()
  await follower.evaluate(() => window.lab.add('after the leader').server)
  expect(Date.now() - began).toBeLessThan(TAKEOVER_MS)
  promised.push(...(await stopWriting(follower)).local)
  const other = await openLab(await system.profile(), system)
  await agree(follower, other)
  expect(await ids(other)).toEqual(expect.arrayContaining(promised))
})

test('[E2E5] the leading tab freezes while it writes: another takes over, and no harm is done when it thaws', async ({
  system,
}) => {
  const profile = await system.profile()
  const leader = await openLab(profile, system)
  await labSynced(leader)
  const follower = await openLab(profile, system)
  await labSynced(follower)
  await startWriting(leader, 'leader')
  const session = await freeze(leader)
  const began = Date.now()
  await follower.evaluate(() => window.lab.add('while it is frozen').server)
  expect(Date.now() - began).toBeLessThan(TAKEOVER_MS)
  await startWriting(follower, 'follower')

  await thaw(session)
  await leader.waitForFunction(
    (count) => window.lab.written.local.length > count,
    await leader.evaluate(() => window.lab.written.local.length),
  )
  const promised = [...(await stopWriting(leader)).local, ...(await stopWriting(follower)).local]
  const other = await openLab(await system.profile(), system)
  await agree(leader, follower, other)
  expect(await ids(other)).toEqual([...promised, 'while it is frozen'].sort())
  expect(await leader.evaluate(() => window.lab.client.outbox.rejected)).toEqual([])
})
