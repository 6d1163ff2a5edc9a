import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.js'
import { agree, ids, labSynced, openLab, startWriting, stopWriting } from './lab.js'

/** Rows of one transaction. */
const ROWS = 200

test('[E2E7] the server is killed under load and started again: it has every edit it acknowledged', async ({
  system,
}) => {
  const anna = await openLab(await system.profile(), system)
  const ben = await openLab(await system.profile(), system)
  await labSynced(anna)
  await labSynced(ben)
  await startWriting(anna, 'anna')
  await startWriting(ben, 'ben')
  for (let kill = 0; kill < 3; kill++) {
    for (const page of [anna, ben]) await moreLogged(page)
    await system.restartServer()
  }
  const acknowledged: string[] = []
  const saved: string[] = []
  for (const page of [anna, ben]) {
    await moreLogged(page)
    const { local, server } = await stopWriting(page)
    acknowledged.push(...server)
    saved.push(...local)
  }
  await system.restartServer()
  const fresh = await openLab(await system.profile(), system)
  await agree(anna, ben, fresh)
  expect(await ids(fresh)).toEqual(expect.arrayContaining(acknowledged))
  expect(await ids(fresh)).toEqual(saved.sort())
})

/** Waits until the log has taken more of what a tab writes. */
async function moreLogged(page: Page): Promise<void> {
  const before = await page.evaluate(() => window.lab.written.server.length)
  await page.waitForFunction((count) => window.lab.written.server.length > count, before, {
    timeout: 20_000,
  })
}

test('[E2E8] the browser is killed while it writes: it has every edit that was on disk', async ({
  system,
}) => {
  const profile = await system.profile()
  const promised: string[] = []
  for (let life = 0; life < 5; life++) {
    if (life > 0) await profile.restart()
    await system.proxy.restore()
    const before = promised.length
    await profile.context.exposeBinding('promised', (_source, id: string) => promised.push(id))
    const page = await openLab(profile, system)
    expect(await ids(page)).toEqual(expect.arrayContaining(promised))
    // Every second life has no server: then the disk is all there is.
    if (life % 2 === 1) await system.proxy.cut()
    await page.evaluate((name) => {
      const { promised: tell } = window as unknown as {
        readonly promised: (id: string) => Promise<void>
      }
      const write = async (n: number): Promise<void> => {
        const id = `${name}-${n}`
        await window.lab.add(id).local
        await tell(id)
        return write(n + 1)
      }
      write(1).catch((error: unknown) => console.error(error))
    }, `life ${life}`)
    await expect.poll(() => promised.length - before).toBeGreaterThan(20 + 7 * life)
    await profile.kill()
  }
  await system.proxy.restore()
  await profile.restart()
  const page = await openLab(profile, system)
  const other = await openLab(await system.profile(), system)
  await agree(page, other)
  expect(await ids(other)).toEqual(expect.arrayContaining(promised))
})

for (const [how, end] of [
  ['closed', (page: Page) => page.close()],
  ['crashed', crash],
] as const) {
  test(`[E2E9] a tab is ${how} in the middle of a transaction: all of it is there, or nothing`, async ({
    system,
  }) => {
    const profile = await system.profile()
    // The browser goes with its last tab.
    await profile.context.newPage()
    const counts = new Map<string, number>()
    for (let round = 0; round < 12; round++) {
      const page = await openLab(profile, system)
      count(await ids(page), counts)
      // Meanwhile the tab is on its way out: the edits come before, in the middle, or never.
      await page.evaluate(
        ([name, rows, ms]) => {
          setTimeout(() => window.lab.addAll(name, rows), ms)
        },
        [`round ${round}`, ROWS, 3 * round] as const,
      )
      await end(page)
    }
    const page = await openLab(profile, system)
    await labSynced(page)
    count(await ids(page), counts)
    expect([...counts.values()].filter((found) => found !== ROWS)).toEqual([])
    test.info().annotations.push({ type: 'kept', description: `${counts.size} of 12` })
  })
}

async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash')
  const session = await page.context().newCDPSession(page)
  // It never answers.
  session.send('Page.crash').catch(() => undefined)
  await crashed
  await page.close()
}

function count(found: readonly string[], counts: Map<string, number>): void {
  counts.clear()
  for (const id of found) {
    const [round = ''] = id.split('-')
    counts.set(round, (counts.get(round) ?? 0) + 1)
  }
}
