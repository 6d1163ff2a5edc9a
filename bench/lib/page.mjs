/** A page of a real browser in which the project's client runs. */
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { findChromium } from '../../scripts/chromium.mjs'

/** Starts Chromium and a server of a script of `bench/page`; undefined, and says so, where there is no Chromium. */
export async function openBrowser(script = 'main.js') {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    console.log('no Chromium was found: set CHROMIUM_PATH, or run node scripts/ensure-chromium.mjs')
    return undefined
  }
  const server = await servePage(script)
  const browser = await chromium.launch({ executablePath })
  const close = async () => {
    await browser.close()
    server.close()
  }
  return { newContext: () => browser.newContext(), url: server.url, close }
}

/** Calls a method of the page in a page of its own. */
export async function inPage(context, url, method, params) {
  return (await measuredInPage(context, url, method, params)).value
}

/** The same, with the MB of heap that are used after it. */
export async function measuredInPage(context, url, method, params) {
  const page = await context.newPage()
  const failed = new Promise((_, reject) => page.on('pageerror', reject))
  await page.goto(url)
  const run = page.evaluate(([name, given]) => globalThis.bench[name](given), [method, params])
  const value = await Promise.race([run, failed])
  const heapMb = await heapOf(page)
  await page.close()
  return { value, heapMb }
}

async function heapOf(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize / 1e6
}

const fromRoot = (name) => fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url))

async function servePage(script) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../page/${script}`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    minify: true,
    // A peer brings another one along.
    alias: { react: fromRoot('react'), 'react-dom': fromRoot('react-dom') },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  const http = createServer(({ url }, response) => {
    const isScript = url === '/main.js'
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
    response.end(
      isScript ? outputFiles[0].text : '<!doctype html><script type=module src=/main.js></script>',
    )
  })
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${http.address().port}/`, close: () => http.close() }
}
