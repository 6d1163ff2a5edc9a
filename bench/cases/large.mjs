/** In a real browser: the first load of an object of 100,000 rows that are all kept in memory. */
import { inPage, openBrowser } from '../lib/page.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

export async function large({ rounds, quick, note }) {
  const browser = await openBrowser('large.js')
  if (browser === undefined) return []
  const count = quick ? 10_000 : 100_000
  const figures = []
  try {
    for (let round = 0; round < rounds; round++) {
      const context = await browser.newContext()
      const first = await inPage(context, browser.url, 'load', { name: 'large', count })
      const again = await inPage(context, browser.url, 'again', { name: 'large', count })
      note(JSON.stringify({ first, again }))
      figures.push({ ...first, againMs: again.ms, againLongest: again.longest })
      await context.close()
    }
  } finally {
    await browser.close()
  }
  const rows = `Chromium: ${count.toLocaleString('en')} rows`
  const of = (part) => median(figures.map((one) => one[part]))
  const line = (what, part, most) =>
    result({ what: `${rows}, ${what}`, unit: 'ms', ours: of(part), most })
  return [
    line('first load until shown and on disk', 'ms'),
    line('its longest task (0: none over 50 ms)', 'longest', 50),
    line('cold client on that disk', 'againMs'),
    line('its longest task', 'againLongest'),
  ]
}
