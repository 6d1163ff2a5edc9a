/** A data file of the server, written without a server: events of one client, compacted on the way. */
import { openSqliteEventLog } from '@react-collab/server'

const replica = 'bench000'
const atOnce = 500
/** Two weeks ago: later than nothing that is written while measuring. */
const base = Date.now() - 1_209_600_000

const stampOf = (n) => {
  const ms = (base + Math.floor(n / 1000)).toString(36).padStart(9, '0')
  return `${ms}${(n % 1000).toString(36).padStart(3, '0')}${replica}`
}

/** Fills the object `id` of a log; `extend` appends, and may be called again. */
export function createFiller(path, id) {
  let written = 0

  /** Appends `count` events; `patchesOf(n)` are those of the n-th, from 1 on. */
  async function extend(count, patchesOf) {
    const onFatal = (error) => {
      throw error
    }
    const opening = `bench-${written}`
    const log = await openSqliteEventLog({ path, now: Date.now, opening, onFatal })
    const { fence, term } = await log.join(id, 'bench', undefined, {}, { states: true })
    const end = written + count
    while (written < end) {
      const length = Math.min(atOnce, end - written)
      const events = Array.from({ length }, (_, i) => eventOf(written + 1 + i, patchesOf))
      const texts = events.map((event) => JSON.stringify(event))
      const prev = { [replica]: written }
      const push = { object: id, client: 'bench', fence, term, round: 0, prev, events, texts }
      const [{ failure }] = await log.append([{ ...push, refused: [] }])
      if (failure) throw new Error(failure.code)
      written += length
    }
    for (let last = -1, seq = 0; seq !== last; ) {
      last = seq
      seq = await log.compact(id)
    }
    await log.prune(id, { upTo: written - 10_000, before: 0 })
    await log.close()
  }

  return { extend }
}

const eventOf = (n, patchesOf) => [n, stampOf(n), patchesOf(n)]
