/** The disk of a client while few registers are overwritten without end. */
import { startActor } from '../lib/actor.mjs'
import { result } from '../lib/table.mjs'

const registers = 1_000

export async function overwrites({ folder, quick, profile, note }) {
  const count = quick ? 100_000 : 1_000_000
  const actor = startActor('memory', { name: 'overwrites', profile })
  const one = await actor.call('overwrites', { folder, registers, count })
  await actor.stop()
  note(JSON.stringify(one))
  const what = `${count.toLocaleString('en')} overwrites of ${registers.toLocaleString('en')} registers`
  return [
    result({ what: `${what}: the file store, at most`, unit: 'MiB', ours: one.most }),
    result({ what: 'the file store at the end', unit: 'MiB', ours: one.end }),
    result({ what: 'overwrites a second, stored and confirmed', unit: '/s', ours: one.rate }),
  ]
}
