/** In a real browser: a windowed collection of a million rows (R12); 100,000 with `--quick`. */
import { chromium as playwright } from 'playwright-core'
import { findChromium } from '../../scripts/chromium.mjs'
import { servePage } from '../lib/serve-page.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

export async function windows({ rounds, quick, note }) {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    console.log('no Chromium was found: set CHROMIUM_PATH, or run node scripts/ensure-chromium.mjs')
    return []
  }
  const count = quick ? 100_000 : 1_000_000
  const server = await servePage('windows.js')
  const browser = await playwright.launch({ executablePath })
  try {
    const inPage = pagesOf(await browser.newContext(), server.url, count)
    const sync = await inPage('sync')
    note(JSON.stringify(sync))
    const rows = []
    for (let round = 0; round < rounds; round++) {
      const one = {
        firstMs: (await inPage('firstPage')).value,
        ...(await scrolled(inPage)),
        changeMs: (await inPage('changes')).value,
      }
      note(JSON.stringify(one))
      rows.push(one)
    }
    return linesOf(count, sync, (part) => median(rows.map((row) => row[part])))
  } finally {
    await browser.close()
    server.close()
  }
}

async function scrolled(inPage) {
  const { value, heapMb } = await inPage('scroll')
  return { ...value, heapMb }
}

/** Runs a method in a page of its own, on the disk of earlier ones; tells the heap after it. */
const pagesOf = (context, url, count) => async (method) => {
  const page = await context.newPage()
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()))
  await page.goto(url)
  const value = await page.evaluate(
    ([name, options]) => globalThis.bench[name](options),
    [method, { count }],
  )
  const session = await context.newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await page.close()
  return { value, heapMb: usedSize / 1e6 }
}

function linesOf(count, { value: sync, heapMb }, of) {
  const all = `${count.toLocaleString('en')} rows`
  const line = (what, unit, ours, most) => result({ what: `Chromium: ${what}`, unit, ours, most })
  return [
    line(`${all}, cold client until the first page`, 'ms', of('firstMs'), 300),
    line(`${all}, longest task of 500 scrolls (0: none over 50 ms)`, 'ms', of('longest'), 50),
    line(`${all}, a jump to any place until it is shown`, 'ms', of('jumpMs')),
    line(`${all}, the slowest of five`, 'ms', of('worstJumpMs')),
    line(`${all}, heap after scrolling`, 'MB', of('heapMb'), 150),
    line(`${all}, entry on a row not in memory, until on disk`, 'ms', of('changeMs'), 1),
    line(`${all}, first sync to the disk`, 's', sync.ms / 1000),
    line(`${all}, its longest task, with making the pages`, 'ms', sync.longest),
    line(`${all}, heap after it`, 'MB', heapMb, 150),
  ]
}
