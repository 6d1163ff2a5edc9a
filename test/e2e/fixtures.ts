import { test as base, expect, type Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFreezable, createProfile, type Profile } from './browser.js'
import { reportFolder } from './places.js'
import { createProxy, type Proxy } from './proxy.js'
import { startServer, type TestServer } from './server.js'

export { expect }

/** The whole system of one test. */
export interface System {
  /** Where pages and server are, for browsers. */
  readonly origin: string
  /** The cable between browsers and server. */
  readonly proxy: Proxy
  /** SIGKILL to the server, and a new one on the same data. */
  restartServer(): Promise<void>
  /** Starts another browser. */
  profile(): Promise<Profile>
  /** Starts another browser, whose tabs can be frozen. */
  freezable(): Promise<Pick<Profile, 'context' | 'open'>>
}

/** A test with a server, a cable and as many browsers as it wants. */
export const test = base.extend<{ system: System }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from here
  system: async ({}, provide) => {
    const folder = mkdtempSync(join(tmpdir(), 'collab-e2e-'))
    const data = join(folder, 'log.sqlite')
    const proxy = await createProxy()
    const origin = `http://localhost:${proxy.port}`
    const profiles: Pick<Profile, 'close'>[] = []
    let server: TestServer | undefined
    const startOn = async (): Promise<void> => {
      server = await startServer(data, origin)
      proxy.target = server.port
    }
    await startOn()
    await provide({
      origin,
      proxy,
      async restartServer() {
        await server?.kill()
        await startOn()
      },
      async profile() {
        const profile = await createProfile()
        profiles.push(profile)
        return profile
      },
      async freezable() {
        const profile = await createFreezable()
        profiles.push(profile)
        return profile
      },
    })
    await Promise.all(profiles.map((profile) => profile.close()))
    await proxy.close()
    await server?.kill()
    rmSync(folder, { recursive: true, force: true })
  },
})

/** Freezes a tab of a browser that allows it; the function that comes back thaws it. */
export async function freeze(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  return async () => {
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    await page.bringToFront()
  }
}

/** Keeps a picture of a page for people to look at. */
export const shot = (page: Page, name: string): Promise<unknown> =>
  page.screenshot({ path: `${reportFolder}/pictures/${name}.png` })

/** Pictures of a page for people to look at, wide and narrow. */
export async function shots(page: Page, name: string): Promise<void> {
  await shot(page, name)
  const wide = page.viewportSize()
  await page.setViewportSize({ width: 375, height: 720 })
  await shot(page, `${name}-narrow`)
  if (wide !== null) await page.setViewportSize(wide)
}
