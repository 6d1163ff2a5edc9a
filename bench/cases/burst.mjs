/** 20,000 updates of distinct registers in one loop, until the other client has all. */
import { alternate } from '../lib/stage.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'
import { cpuLines, cpuOfEach } from '../lib/cpu.mjs'
import { checkComplete } from '../lib/check.mjs'

const floor = 'socket.io pipe+co+fsync'
const names = ['socket.io', 'socket.io pipe+co', floor, 'ours', 'ours, file store']

export async function burst(options) {
  const count = 20_000
  const rounds = await alternate(names, options, async (actors) => {
    const { writer, reader } = actors
    const round = {}
    const cpu = await cpuOfEach(actors, count, async () => {
      const heard = reader.call('hearAll', { count })
      const { startedAt, madeMs } = await writer.call('burst', { count })
      const ms = checkComplete(await heard).at - startedAt
      Object.assign(round, { rate: count / (ms / 1000), madeMs })
    })
    return { ...round, ...cpu }
  })
  const of = (name, part) => median(rounds[name].map((round) => round[part]))
  const what = `${count} updates in one loop`
  const rate = (name, floorName, more) =>
    result({
      what,
      unit: '/s',
      ours: of(name, 'rate'),
      floor: of(floorName, 'rate'),
      floorName,
      ...more,
    })
  return [
    rate('ours', 'socket.io'),
    rate('ours', 'socket.io pipe+co'),
    rate('ours', floor, { least: 100_000 }),
    { ...rate('ours, file store', floor), what: `${what}, file store` },
    result({ what: `${what}: the loop alone`, unit: 'ms', ours: of('ours', 'madeMs') }),
    ...cpuLines(what, of, floor),
  ]
}
