import type { Page } from '@playwright/test'
import { expect, freeze, test } from './fixtures.js'
import { add, agree, ids, labSynced, openLab, startWriting, stopWriting } from './lab.js'

/** A frozen tab is replaced after so long at the latest. */
const TAKEOVER_MS = 10_000

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
  const profile = await system.freezable()
  const leader = await openLab(profile, system)
  await labSynced(leader)
  const follower = await openLab(profile, system)
  await labSynced(follower)
  await leader.bringToFront()
  await startWriting(leader, 'leader', 300)
  await betweenTwoEdits(leader)
  const thaw = await freeze(leader)
  await follower.bringToFront()
  const began = Date.now()
  await follower.evaluate(() => window.lab.add('while it is frozen').server)
  const tookMs = Date.now() - began
  expect(tookMs).toBeLessThan(TAKEOVER_MS)
  test.info().annotations.push({ type: 'takeover', description: `${tookMs} ms` })
  await startWriting(follower, 'follower')
  await thaw()
  const before = await leader.evaluate(() => window.lab.written.local.length)
  await expect
    .poll(() => leader.evaluate(() => window.lab.written.local.length))
    .toBeGreaterThan(before)
  // It was really frozen, and not just slow.
  expect(await leader.evaluate(() => window.lab.written.longestPauseMs)).toBeGreaterThan(2_000)
  const promised = [...(await stopWriting(leader)).local, ...(await stopWriting(follower)).local]
  const other = await openLab(await system.profile(), system)
  await agree(leader, follower, other)
  expect(await ids(other)).toEqual([...promised, 'while it is frozen'].sort())
  expect(await leader.evaluate(() => window.lab.client.outbox.rejected)).toEqual([])
})

test('[E2E5] a tab freezes in the middle of a transaction: what others write is shown, waits, and is not lost', async ({
  system,
}) => {
  const profile = await system.freezable()
  const frozen = await openLab(profile, system)
  await labSynced(frozen)
  const other = await openLab(profile, system)
  await labSynced(other)
  // The browser gives the database to nobody else until the transaction has ended.
  await frozen.evaluate(() => window.lab.holdDisk())
  const thaw = await freeze(frozen)
  await other.bringToFront()
  await other.evaluate(() => void window.lab.add('waits'))
  expect(await ids(other)).toEqual(['waits'])
  expect(await other.evaluate(() => window.lab.client.unsaved)).toBe(1)
  expect(await other.evaluate(() => window.lab.client.status.state)).toBe('saving')
  await thaw()
  await frozen.evaluate(() => window.lab.releaseDisk())
  await agree(frozen, other)
  expect(await ids(frozen)).toEqual(['waits'])
})

/** Waits until an edit is in the log and the next one is not begun: no transaction is open then. */
const betweenTwoEdits = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { server } = window.lab.written
    const count = server.length
    while (server.length === count) await new Promise((resolve) => setTimeout(resolve, 10))
    await new Promise((resolve) => setTimeout(resolve, 100))
  })
