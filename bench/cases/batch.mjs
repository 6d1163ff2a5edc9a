/** 100,000 rows made at once in a file store, sent at reconnect, until the other client has all. */
import { checkComplete } from '../lib/check.mjs'
import { alternate } from '../lib/stage.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

const polite = 'ours, file store'
const free = 'ours, file store, no rate limit'

export async function batch(options) {
  const count = 100_000
  const rounds = await alternate([polite, free], options, async ({ writer, reader }) => {
    const heard = reader.call('hearRows', { count })
    await writer.call('goOffline')
    const made = await writer.call('createMany', { count })
    const { startedAt } = await writer.call('goOnline')
    return { ...made, ms: checkComplete(await heard).at - startedAt }
  })
  const line = (name, what, part, unit, most) =>
    result({ what, unit, most, ours: median(rounds[name].map((round) => round[part])) })
  return [
    line(free, `${count} rows at once: the call`, 'madeMs', 'ms'),
    line(free, `${count} rows at once: call and disk`, 'storedMs', 'ms', 1500),
    line(free, `${count} rows at once: record in the outbox`, 'recordBytes', 'bytes', 512),
    line(free, `${count} rows at once, reconnect → B, no rate limit`, 'ms', 'ms'),
    line(polite, `${count} rows at once, reconnect → B, 5,000 a second`, 'ms', 'ms'),
  ]
}
