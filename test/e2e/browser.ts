import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kill } from 'node:process'
import { findChromium } from '../../scripts/chromium.mjs'

/** A person's browser: its disk outlives it. */
export interface Profile {
  readonly context: BrowserContext
  /** Opens a tab. */
  open(url: string): Promise<Page>
  /** Ends the browser at once: SIGKILL to all of its processes. */
  kill(): Promise<void>
  /** Starts the browser again on the same disk. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Starts a browser on a disk of its own. */
export async function createProfile(): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), 'collab-browser-'))
  let context = await launch(folder)
  return {
    get context() {
      return context
    },
    async open(url) {
      // A browser begins with an empty tab.
      const [first] = context.pages()
      const page = first?.url() === 'about:blank' ? first : await context.newPage()
      await page.goto(url)
      return page
    },
    async kill() {
      const pids = await processesOf(context)
      const closed = new Promise((resolve) => context.once('close', resolve))
      for (const pid of pids) killIfAlive(pid)
      await closed
    },
    async restart() {
      context = await launch(folder)
    },
    async close() {
      await context.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function launch(folder: string): Promise<BrowserContext> {
  const executablePath = findChromium()
  return chromium.launchPersistentContext(folder, {
    ...(executablePath === undefined ? {} : { executablePath }),
    viewport: { width: 1200, height: 800 },
    reducedMotion: 'reduce',
  })
}

/** The ids of a browser's processes. */
export async function processesOf(context: BrowserContext): Promise<number[]> {
  const session = await context.browser()?.newBrowserCDPSession()
  if (session === undefined) throw new Error('a browser without a session')
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.map(({ id }) => id)
}

function killIfAlive(pid: number): void {
  try {
    kill(pid, 'SIGKILL')
  } catch {
    // It went with the others.
  }
}
