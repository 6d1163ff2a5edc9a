/** In a real browser: 1,000 updates until they are in IndexedDB; 10,000 rows × 8 from there. */
import { chromium as playwright } from 'playwright-core'
import { findChromium } from '../../scripts/chromium.mjs'
import { servePage } from '../lib/serve-page.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

export async function chromium({ rounds, note }) {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    console.log('no Chromium was found: set CHROMIUM_PATH, or run node scripts/ensure-chromium.mjs')
    return []
  }
  const server = await servePage('main.js')
  const browser = await playwright.launch({ executablePath })
  const figures = { task: [], taskFloor: [], stored: [], storedFloor: [], load: [], loadFloor: [] }
  try {
    for (let round = 0; round <= rounds; round++) {
      const one = await runRound(browser, server.url)
      note(JSON.stringify(one))
      if (round > 0) for (const [part, value] of Object.entries(one)) figures[part].push(value)
    }
  } finally {
    await browser.close()
    server.close()
  }
  const line = (what, part, floorName, most) =>
    result({
      what: `Chromium: ${what}`,
      unit: 'ms',
      ours: median(figures[part]),
      floor: median(figures[`${part}Floor`]),
      floorName,
      most,
    })
  return [
    line('1,000 updates, main thread', 'task', 'one log record', 5),
    line('1,000 updates, until stored', 'stored', 'one log record', 20),
    line('cold load of 10,000 rows × 8', 'load', '500-row chunks', 50),
  ]
}

/** Each measurement in a page of its own; loads see the disk of an earlier page. */
async function runRound(browser, url) {
  const context = await browser.newContext()
  const inPage = async (method) => {
    const page = await context.newPage()
    await page.goto(url)
    const value = await page.evaluate((name) => globalThis.bench[name](), method)
    await page.close()
    return value
  }
  const floor = await inPage('updatesFloor')
  const ours = await inPage('updates')
  await inPage('seed')
  const loadFloor = await inPage('loadFloor')
  const load = await inPage('load')
  await context.close()
  return {
    task: ours.taskMs,
    taskFloor: floor.taskMs,
    stored: ours.storedMs,
    storedFloor: floor.storedMs,
    load,
    loadFloor,
  }
}
