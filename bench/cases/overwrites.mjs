/** The disk of a client while few registers are overwritten without end: a file, and IndexedDB. */
import { startActor } from '../lib/actor.mjs'
import { inPage, openBrowser } from '../lib/page.mjs'
import { result } from '../lib/table.mjs'

const registers = 1_000

export async function overwrites({ quick, note, ...options }) {
  const count = quick ? 100_000 : 1_000_000
  const what = `${count.toLocaleString('en')} overwrites of ${registers.toLocaleString('en')} registers`
  const lines = (store, { most, end, rate }) => [
    result({ what: `${what}: ${store}, at most`, unit: 'MiB', ours: most }),
    result({ what: `${store} at the end`, unit: 'MiB', ours: end }),
    result({ what: `${store}: stored and confirmed`, unit: '/s', ours: rate }),
  ]
  const file = await inFile(options, count)
  const browser = await inBrowser(count)
  note(JSON.stringify({ file, browser }))
  return [...lines('the file store', file), ...(browser ? lines('IndexedDB', browser) : [])]
}

async function inFile({ folder, profile }, count) {
  const actor = startActor('memory', { name: 'overwrites', profile })
  const figures = await actor.call('overwrites', { folder, registers, count })
  await actor.stop()
  return figures
}

async function inBrowser(count) {
  const browser = await openBrowser()
  if (browser === undefined) return undefined
  try {
    const context = await browser.newContext()
    return await inPage(context, browser.url, 'overwrites', { registers, count })
  } finally {
    await browser.close()
  }
}
