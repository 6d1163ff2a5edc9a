/** 20,000 updates, one in each turn of the event loop, until the other client has all. */
import { checkComplete } from '../lib/check.mjs'
import { alternate } from '../lib/stage.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'
import { cpuLines, cpuOfEach } from '../lib/cpu.mjs'

const floor = 'socket.io pipe+co+fsync'
const names = ['socket.io pipe+co', floor, 'ours']

export async function turns(options) {
  const count = 20_000
  const rounds = await alternate(names, options, async (actors) => {
    const { writer, reader } = actors
    let rate = 0
    const cpu = await cpuOfEach(actors, count, async () => {
      const heard = reader.call('hearAll', { count })
      const { startedAt } = await writer.call('turns', { count })
      rate = count / ((checkComplete(await heard).at - startedAt) / 1000)
    })
    return { rate, ...cpu }
  })
  const of = (name, part) => median(rounds[name].map((round) => round[part]))
  const what = `${count} updates, one per turn`
  const line = (floorName, more) =>
    result({
      what,
      unit: '/s',
      ours: of('ours', 'rate'),
      floor: of(floorName, 'rate'),
      floorName,
      ...more,
    })
  return [
    line('socket.io pipe+co'),
    line(floor, { least: 80_000 }),
    ...cpuLines(what, of, floor, { server: { most: 6 } }),
  ]
}
