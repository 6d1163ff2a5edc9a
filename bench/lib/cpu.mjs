/** CPU time of processes: what other work on the machine disturbs least. */

import { result } from './table.mjs'

/** Ms of CPU that this process has used, all its threads together. */
export function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Runs `work` of `count` updates; returns each actor's CPU for one of them, in microseconds. */
export async function cpuOfEach(actors, count, work) {
  const names = Object.keys(actors)
  const all = () => Promise.all(names.map((name) => actors[name].call('cpuMs')))
  const before = await all()
  await work()
  const after = await all()
  return Object.fromEntries(names.map((name, i) => [name, ((after[i] - before[i]) * 1000) / count]))
}

/** The lines of a table that tell of it; `targets` by actor. */
export const cpuLines = (what, of, floorName, targets = {}) =>
  ['server', 'writer', 'reader'].map((actor) =>
    result({
      what: `${what}: ${actor} CPU each`,
      unit: 'µs',
      ours: of('ours', actor),
      floor: of(floorName, actor),
      floorName,
      ...targets[actor],
    }),
  )
