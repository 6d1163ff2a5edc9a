/** 10,000 edits made offline, flushed at reconnect, until the other client has all. */
import { checkComplete } from '../lib/check.mjs'
import { alternate } from '../lib/stage.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

const floor = 'socket.io pipe+co+fsync'

export async function offline(options) {
  const count = 10_000
  const rounds = await alternate([floor, 'ours'], options, async ({ writer, reader }) => {
    const heard = reader.call('hearAll', { count })
    await writer.call('goOffline')
    const { madeMs } = await writer.call('burst', { count })
    await writer.call('stored')
    const { startedAt } = await writer.call('goOnline')
    return { ms: checkComplete(await heard).at - startedAt, madeMs }
  })
  const of = (name, part) => median(rounds[name].map((round) => round[part]))
  const line = (what, part, most) =>
    result({
      what,
      unit: 'ms',
      ours: of('ours', part),
      floor: of(floor, part),
      floorName: floor,
      most,
    })
  return [
    line(`${count} offline edits, reconnect → B`, 'ms', 80),
    line(`${count} offline edits: making them`, 'madeMs', 25),
  ]
}
