/** One field every 20 ms, from one client to another. */
import { alternate } from '../lib/stage.mjs'
import { median, quantile } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

const plain = 'socket.io'
const floor = 'socket.io pipe+co+fsync'

export async function propagation(options) {
  const count = options.quick ? 50 : 200
  const rounds = await alternate(
    [plain, floor, 'ours', 'ours, file store'],
    options,
    async ({ writer, reader }) => {
      const heard = reader.call('hearTicks', { count })
      await writer.call('tick', { count, everyMs: 20 })
      const delays = await heard
      return { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) }
    },
  )
  const of = (name, part) => median(rounds[name].map((round) => round[part]))
  const line = (what, name, part, floorName, mostRatio) =>
    result({
      what: `${what} ${part}`,
      unit: 'ms',
      ours: of(name, part),
      floor: of(floorName, part),
      floorName,
      mostRatio,
    })
  const what = 'one field every 20 ms, A → B,'
  return [
    line(what, 'ours', 'p50', plain, 1.6),
    line(what, 'ours', 'p50', floor, 1.15),
    line(what, 'ours', 'p99', floor),
    line(`${what} file store,`, 'ours, file store', 'p50', floor),
    line(`${what} file store,`, 'ours, file store', 'p99', floor),
  ]
}
