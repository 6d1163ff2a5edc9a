/** 20,000 updates, one in each turn of the event loop, until the other client has all. */
import { checkComplete } from '../lib/check.mjs'
import { alternate } from '../lib/stage.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

const floor = 'socket.io pipe+co+fsync'
const names = ['socket.io pipe+co', floor, 'ours']

export async function turns(options) {
  const count = 20_000
  const rounds = await alternate(names, options, async ({ server, writer, reader }) => {
    const before = await server.call('cpuMs')
    const heard = reader.call('hearAll', { count })
    const { startedAt } = await writer.call('turns', { count })
    const ms = checkComplete(await heard).at - startedAt
    const cpu = ((await server.call('cpuMs')) - before) / count
    return { rate: count / (ms / 1000), cpuUs: cpu * 1000 }
  })
  const of = (name, part) => median(rounds[name].map((round) => round[part]))
  const line = (part, unit, floorName, more) =>
    result({
      what: `${count} updates, one per turn${part === 'cpuUs' ? ': server CPU each' : ''}`,
      unit,
      ours: of('ours', part),
      floor: of(floorName, part),
      floorName,
      ...more,
    })
  return [
    line('rate', '/s', 'socket.io pipe+co'),
    line('rate', '/s', floor, { least: 80_000 }),
    line('cpuUs', 'µs', floor, { most: 6 }),
  ]
}
