/** A page of a real browser in which the project's client runs. */
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { findChromium } from '../../scripts/chromium.mjs'

/** Starts Chromium and a server of the page; undefined, and says so, where there is no Chromium. */
export async function openBrowser() {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    console.log('no Chromium was found: set CHROMIUM_PATH, or run node scripts/ensure-chromium.mjs')
    return undefined
  }
  const server = await servePage()
  const browser = await chromium.launch({ executablePath })
  const close = async () => {
    await browser.close()
    server.close()
  }
  return { newContext: () => browser.newContext(), url: server.url, close }
}

/** Calls a method of the page in a page of its own. */
export async function inPage(context, url, method, params) {
  const page = await context.newPage()
  await page.goto(url)
  const value = await page.evaluate(
    ([name, given]) => globalThis.bench[name](given),
    [method, params],
  )
  await page.close()
  return value
}

async function servePage() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../page/main.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    minify: true,
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
