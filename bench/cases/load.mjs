/** Loads 10,000 rows × 8 fields from the file store of Node. */
import { startActor } from '../lib/actor.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

const floorName = '500-row chunks of JSON, parsed'

export async function load({ folder, rounds, profile, note }) {
  const execArgv = ['--expose-gc']
  const figures = { floorMs: [], floorMb: [], ms: [], mb: [], openMs: [] }
  for (let round = 0; round < rounds; round++) {
    // A new process each time: nobody loads the same rows twice into a warm one.
    const floor = startActor('memory', { name: 'load-floor', execArgv })
    const raw = await floor.call('loadFloor')
    await floor.stop()
    const actor = startActor('memory', { name: `load-ours-${round}`, profile, execArgv })
    const { ms, megabytes, openMs } = await actor.call('load', { folder })
    await actor.stop()
    const one = { floorMs: raw.ms, floorMb: raw.megabytes, ms, mb: megabytes, openMs }
    note(JSON.stringify(one))
    for (const [part, value] of Object.entries(one)) figures[part].push(value)
  }
  const of = (part) => median(figures[part])
  const line = (what, unit, ours, floor, most) =>
    result({ what, unit, ours: of(ours), floor: of(floor), floorName, most })
  return [
    line('load 10,000 rows × 8 from the store', 'ms', 'ms', 'floorMs', 25),
    line('their heap', 'MiB', 'mb', 'floorMb', 12),
    result({ what: 'opening the file store before', unit: 'ms', ours: of('openMs') }),
  ]
}
