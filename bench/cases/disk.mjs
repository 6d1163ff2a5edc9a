/** The data file after 1,000,000 overwrites of 1,000 registers, and what compacting costs. */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteEventLog } from '@react-collab/server'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

const registers = 1_000
const atOnce = 500
const kept = 10_000

const stampOf = (n) => `${n.toString(36).padStart(12, '0')}bench000`
const overwrite = (n) => [n, stampOf(n), [['=', `rows/${n % registers}`, 'x', `value ${n}`]]]

export async function disk({ folder, quick, note }) {
  const count = quick ? 100_000 : 1_000_000
  const path = join(folder, 'overwrites.sqlite')
  const onFatal = (error) => {
    throw error
  }
  const log = await openSqliteEventLog({ path, now: Date.now, opening: 'bench', onFatal })
  const { fence, term } = await log.join('o', 'client', undefined, {}, { states: true })
  const steps = []
  let floor
  for (let n = 1; n < count; n += atOnce) {
    const events = Array.from({ length: atOnce }, (_, i) => overwrite(n + i))
    const texts = events.map((event) => JSON.stringify(event))
    const prev = { bench000: n - 1 }
    const push = { object: 'o', client: 'client', fence, term, round: 0, prev, events, texts }
    const [{ failure }] = await log.append([{ ...push, refused: [] }])
    if (failure) throw new Error(failure.code)
    for (let last = -1, seq = 0; seq !== last; ) {
      const startMs = performance.now()
      last = seq
      seq = await log.compact('o')
      steps.push(performance.now() - startMs)
    }
    await log.prune('o', { upTo: n - kept, before: 0 })
    // The least that it can be: the entries that are kept, and what they led to.
    if (n > 2 * kept) floor ??= statSync(path).size
  }
  await log.close()
  const { size } = statSync(path)
  note(`${steps.length} steps, the longest ${Math.max(...steps).toFixed(1)} ms`)
  rmSync(path)
  const what = `${count} overwrites of ${registers} registers`
  return [
    result({
      what: `${what}: data file`,
      unit: 'MB',
      ours: size / 1e6,
      floor: floor / 1e6,
      floorName: `after ${2 * kept}`,
      mostRatio: 1.5,
    }),
    result({ what: `${what}: a step of compacting`, unit: 'ms', ours: median(steps) }),
  ]
}
