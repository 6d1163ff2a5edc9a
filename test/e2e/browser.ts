import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kill, platform } from 'node:process'
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
    open: (url) => openIn(context, url),
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

/**
 * Starts a browser whose tabs can be frozen: Playwright makes those of its own browsers believe
 * that they are all in front, and such a tab is never frozen.
 */
export async function createFreezable(): Promise<Pick<Profile, 'context' | 'open' | 'close'>> {
  const folder = mkdtempSync(join(tmpdir(), 'collab-browser-'))
  const child = spawn(findChromium() ?? chromium.executablePath(), [
    '--headless=new',
    '--no-first-run',
    ...(platform === 'linux' ? ['--no-sandbox', '--disable-dev-shm-usage'] : []),
    '--window-size=1200,800',
    '--remote-debugging-port=0',
    `--user-data-dir=${folder}`,
    'about:blank',
  ])
  const gone = once(child, 'exit')
  const browser = await chromium.connectOverCDP(await endpointOf(child), { noDefaults: true })
  const context = browser.contexts()[0] as BrowserContext
  return {
    context,
    open: (url) => openIn(context, url),
    async close() {
      const session = await browser.newBrowserCDPSession()
      await session.send('Browser.close')
      await gone
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stderr?.on('data', (text) => {
      output += String(text)
      const found = /DevTools listening on (\S+)/.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('exit', () => reject(new Error(`the browser did not start: ${output}`)))
  })
}

/** A browser begins with an empty tab. */
async function openIn(context: BrowserContext, url: string): Promise<Page> {
  const [first] = context.pages()
  const page = first?.url() === 'about:blank' ? first : await context.newPage()
  await page.goto(url)
  return page
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
