import { test as base, expect, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createProfile } from './browser.js'
import type {} from './page/contract.js'
import { contractFiles } from './places.js'
import { startServer } from './server.js'

/** One page, with the contract in it, for all tests of a worker. */
const test = base.extend<object, { contractPage: Page }>({
  contractPage: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from here
    async ({}, provide) => {
      const folder = mkdtempSync(join(tmpdir(), 'collab-e2e-'))
      const server = await startServer(join(folder, 'log.sqlite'), 'http://localhost')
      const profile = await createProfile()
      const page = await profile.open(`http://localhost:${server.port}/lab/contract.html`)
      await page.waitForFunction(() => window.contract !== undefined)
      await provide(page)
      await profile.close()
      await server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
})

/** The titles in the source; one with a blank in it stands for several tests. */
const titles = contractFiles
  .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\b(?:it|test)\(\s*(['`])(.*?)\1,/g)])
  .map(([, , title]) => title as string)

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const patternOf = (title: string): RegExp =>
  new RegExp(
    `^${title
      .split(/\$\{.*?\}/)
      .map(escaped)
      .join('.*')}$`,
  )

test.describe('store on IndexedDB in a browser', () => {
  for (const title of titles) {
    test(title, async ({ contractPage }) => {
      const all = await contractPage.evaluate(() => window.contract.titles)
      const meant = all.filter((each) => patternOf(title).test(each))
      expect(meant).not.toEqual([])
      for (const each of meant)
        await contractPage.evaluate((name) => window.contract.run(name), each)
    })
  }

  test('[DISK1] no test of the contract is left out', async ({ contractPage }) => {
    const all = await contractPage.evaluate(() => window.contract.titles)
    expect(all.filter((each) => !titles.some((title) => patternOf(title).test(each)))).toEqual([])
  })
})
