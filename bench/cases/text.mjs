/** Types a recorded text of 260,000 edits, hears of it, stores it, and merges branches of it. */
import { startActor } from '../lib/actor.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'
import { traceFolder, tracePath } from '../lib/traces.mjs'

const execArgv = ['--expose-gc']
const names = ['automerge-paper', 'friendsforever']

/** Measures in a process of its own: nothing is warm, and nobody leaves garbage for another. */
async function once(method, params, { profile, note }) {
  const name = `text-${method}-${Object.values(params).join('-')}`
  const actor = startActor('text', { name, profile, execArgv })
  const figures = await actor.call(method, params)
  await actor.stop()
  note(`${name}: ${JSON.stringify(figures)}`)
  return figures
}

async function medians(method, params, { rounds, ...options }) {
  const all = []
  for (let round = 0; round < rounds; round++) all.push(await once(method, params, options))
  const of = (part) => median(all.map((figures) => figures[part]))
  return Object.fromEntries(Object.keys(all[0]).map((part) => [part, of(part)]))
}

async function typing(options) {
  const lines = []
  for (const floorName of ['yjs', 'json-joy', 'loro']) {
    const ours = await medians('local', { system: 'ours' }, options)
    const floor = await medians('local', { system: floorName }, options)
    const limit = floorName === 'yjs' ? { most: Math.min(400, floor.ms / 8) } : {}
    const what = `${ours.edits.toLocaleString('en')} edits by their author`
    lines.push(result({ what, unit: 'ms', ours: ours.ms, floor: floor.ms, floorName, ...limit }))
  }
  const ours = await medians('remote', { system: 'ours' }, options)
  for (const [system, floorName] of [
    ['yjs', 'yjs, event not read'],
    ['json-joy', 'json-joy, without an event'],
  ]) {
    const floor = await medians('remote', { system }, options)
    const what = 'the same by a reader, an index event each'
    lines.push(result({ what, unit: 'ms', ours: ours.ms, floor: floor.ms, floorName, most: 400 }))
  }
  return lines
}

async function storing(options) {
  const lines = []
  const ours = await medians('save', { system: 'ours' }, options)
  for (const floorName of ['yjs', 'json-joy', 'loro']) {
    const floor = await medians('save', { system: floorName }, options)
    const line = (what, unit, part, most) =>
      result({ what, unit, ours: ours[part], floor: floor[part], floorName, most })
    lines.push(
      line('encoding it', 'ms', 'encode'),
      line('encoded', 'kB', 'bytes', 156),
      line('loading it until it can be read', 'ms', 'text', 2),
      line('loading it until it can be edited', 'ms', 'load', 40),
    )
    // Loro's is not in the heap of JavaScript.
    if (floorName !== 'loro') lines.push(line('its heap', 'MiB', 'heap'))
  }
  return lines
}

async function merging(options) {
  const lines = []
  for (const [where, most] of [
    ['spread', 75],
    ['end', 75],
    ['prepend', 100],
  ]) {
    // One round of Yjs: it takes half a minute where both prepend.
    const yjs = await once('branches', { system: 'yjs', where, joined: true }, options)
    const what = `10,000 keystrokes merged into as many, ${where}`
    for (const joined of [false, true]) {
      const ours = await medians('branches', { system: 'ours', where, joined }, options)
      const how = joined ? 'as one message' : 'one by one'
      const limit = joined && where !== 'prepend' ? 25 : most
      const floor = { floor: yjs.ms, floorName: 'yjs, as one message' }
      lines.push(
        result({ what: `${what}, ${how}`, unit: 'ms', ours: ours.ms, ...floor, most: limit }),
      )
    }
  }
  const ours = await medians('concurrent', { system: 'ours' }, options)
  const yjs = await medians('concurrent', { system: 'yjs' }, options)
  const what = '26,078 edits of two at a time, both texts'
  return [...lines, result({ what, unit: 'ms', ours: ours.ms, floor: yjs.ms, floorName: 'yjs' })]
}

export async function text({ rounds, profile, note }) {
  const missing = names.find((name) => tracePath(name) === undefined)
  if (missing !== undefined) {
    console.log(`text: skipped, there is no ${missing}.json.gz in ${traceFolder} (set COLLAB_DATA)`)
    return []
  }
  const options = { rounds, profile, note }
  return [...(await typing(options)), ...(await storing(options)), ...(await merging(options))]
}
