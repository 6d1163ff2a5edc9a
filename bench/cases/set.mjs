/** Sets a field of one of 10,000 rows × 8 fields, in memory. */
import { startActor } from '../lib/actor.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

const floorName = 'LWW map, outbox entry, immutable row'

export async function set({ rounds, profile, note }) {
  const floor = startActor('memory', { name: 'set-floor', profile })
  const ours = startActor('memory', { name: 'set-ours', profile })
  const figures = { floor: [], heardFloor: [], ours: [], heard: [], stored: [] }
  for (let round = 0; round <= rounds; round++) {
    const one = {
      floor: (await floor.call('setFloor', { listeners: false })).rate,
      heardFloor: (await floor.call('setFloor', { listeners: true })).rate,
    }
    const quiet = await ours.call('set', { listeners: false })
    Object.assign(one, { ours: quiet.rate, stored: quiet.storedRate })
    one.heard = (await ours.call('set', { listeners: true })).rate
    note(JSON.stringify(one))
    if (round > 0) for (const [part, value] of Object.entries(one)) figures[part].push(value)
  }
  await Promise.all([floor.stop(), ours.stop()])
  const of = (part) => median(figures[part])
  const line = (what, part, floorPart, least) =>
    result({ what, unit: '/s', ours: of(part), floor: of(floorPart), floorName, least })
  return [
    line('set a field of 10,000 rows × 8', 'ours', 'floor', 700_000),
    line('same, with 10,000 row listeners', 'heard', 'heardFloor', 500_000),
    line('same, until in the memory store', 'stored', 'floor'),
  ]
}
