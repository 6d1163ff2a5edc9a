/** In a real browser: 1,000 updates until they are in IndexedDB; 10,000 rows × 8 from there. */
import { inPage, openBrowser } from '../lib/page.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

export async function chromium({ rounds, note }) {
  const browser = await openBrowser()
  if (browser === undefined) return []
  const figures = { task: [], taskFloor: [], stored: [], storedFloor: [], load: [], loadFloor: [] }
  try {
    for (let round = 0; round <= rounds; round++) {
      const one = await runRound(browser)
      note(JSON.stringify(one))
      if (round > 0) for (const [part, value] of Object.entries(one)) figures[part].push(value)
    }
  } finally {
    await browser.close()
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
async function runRound(browser) {
  const context = await browser.newContext()
  const call = (method) => inPage(context, browser.url, method)
  const floor = await call('updatesFloor')
  const ours = await call('updates')
  await call('seed')
  const loadFloor = await call('loadFloor')
  const load = await call('load')
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
