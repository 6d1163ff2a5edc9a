/** In a real browser: a windowed collection of a million rows (R12); 100,000 with `--quick`. */
import { inPage, measuredInPage, openBrowser } from '../lib/page.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

export async function windows({ rounds, quick, note }) {
  const browser = await openBrowser('windows.js')
  if (browser === undefined) return []
  const count = quick ? 100_000 : 1_000_000
  try {
    const context = await browser.newContext()
    // Later pages are on the disk of the first one.
    const sync = await measuredInPage(context, browser.url, 'sync', { count })
    note(JSON.stringify(sync))
    const figures = []
    for (let round = 0; round < rounds; round++) {
      const one = await runRound(context, browser.url, { count })
      note(JSON.stringify(one))
      figures.push(one)
    }
    return linesOf(count, sync, (part) => median(figures.map((one) => one[part])))
  } finally {
    await browser.close()
  }
}

async function runRound(context, url, options) {
  const firstMs = await inPage(context, url, 'firstPage', options)
  const { value, heapMb } = await measuredInPage(context, url, 'scroll', options)
  const changeMs = await inPage(context, url, 'changes', options)
  return { firstMs, ...value, heapMb, changeMs }
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
    line(`${all}, its longest task`, 'ms', sync.longest),
    line(`${all}, heap after it`, 'MB', heapMb, 150),
  ]
}
