import { expect, type Page } from '@playwright/test'
import type { Profile } from './browser.js'
import type { System } from './fixtures.js'
import type {} from './page/lab.js'

/** By a timer: a tab that is not in front draws nothing. */
const steady = { polling: 50 }

/** Opens the page with a bare client; resolves when it has read its disk. */
export async function openLab(profile: Pick<Profile, 'open'>, { origin }: System): Promise<Page> {
  const page = await profile.open(`${origin}/lab/`)
  await page.waitForFunction(() => window.lab?.object.ready, undefined, steady)
  return page
}

/** Adds a row, and waits until it is on disk. */
export const add = (page: Page, id: string): Promise<void> =>
  page.evaluate((name) => window.lab.add(name).local, id)

/** The ids of all rows. */
export const ids = (page: Page): Promise<string[]> => page.evaluate(() => window.lab.ids())

/** Waits until everything is in the log, and all of the log is here. */
export async function labSynced(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => window.lab.client.status.state), { timeout: 20_000 })
    .toBe('synced')
}

/** Waits until these tabs are done with everything, and hold the very same rows. */
export async function agree(...pages: readonly Page[]): Promise<void> {
  for (const page of pages) await labSynced(page)
  await expect
    .poll(async () => new Set(await Promise.all(pages.map(textOf))).size, { timeout: 20_000 })
    .toBe(1)
}

const textOf = (page: Page): Promise<string> => page.evaluate(() => window.lab.text())

/** What a writing tab has been promised, when it stops. */
export const stopWriting = (page: Page): Promise<{ local: string[]; server: string[] }> =>
  page.evaluate(async () => {
    await window.lab.stopWriting()
    const { local, server } = window.lab.written
    return { local, server }
  })

/** Lets a tab write without end; resolves when some edits are on disk. */
export async function startWriting(page: Page, prefix: string, pauseMs = 5): Promise<void> {
  await page.evaluate(([name, ms]) => window.lab.write(name, ms), [prefix, pauseMs] as const)
  await page.waitForFunction(() => window.lab.written.local.length > 5, undefined, steady)
}
