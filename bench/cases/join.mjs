/** Joins of an object that others have filled: all of it, and after an absence. */
import { copyFileSync, rmSync } from 'node:fs'
import { basename, join as joinPath } from 'node:path'
import { startActor } from '../lib/actor.mjs'
import { createFiller } from '../lib/filled-log.mjs'
import { openRelay } from '../lib/relay.mjs'
import { median } from '../lib/stats.mjs'
import { result } from '../lib/table.mjs'

const fieldsOf = (i) => ({
  name: `row number ${i}`,
  done: i % 2 === 0,
  size: i * 37,
  tag: `t${i % 50}`,
})

/** The event that makes the i-th row, of four fields. */
const creation = (n) =>
  Object.entries(fieldsOf(n)).map(([field, value]) => ['=', `items/row-${n}`, field, value])

/** The event that overwrites one field of one of so many rows. */
const overwrite = (rows) => (n) => [['=', `items/row-${n % rows}`, 'size', n]]

export async function join(options) {
  return [...(await large(options)), ...(await worn(options))]
}

/** A fresh client and 100,000 rows. */
async function large({ quick, ...options }) {
  const rows = quick ? 10_000 : 100_000
  const path = joinPath(options.folder, 'large.sqlite')
  await createFiller(path, 'o').extend(rows, creation)
  const { ms, firstMs, bytes, cpu, clientCpu } = await joins(path, { ...options, rows })
  const what = `join ${rows.toLocaleString('en')} rows × 4 fields, with stamps`
  return [
    result({ what, unit: 'ms', ours: ms, most: 350 }),
    result({ what: `${what}: first rows`, unit: 'ms', ours: firstMs, most: 100 }),
    result({ what: `${what}: down the wire`, unit: 'MB', ours: bytes / 1e6, most: 4.6 }),
    result({ what: `${what}: server CPU`, unit: 'ms', ours: cpu }),
    result({ what: `${what}: client CPU`, unit: 'ms', ours: clientCpu }),
  ]
}

/** A fresh client and 1,000 rows with a long history. */
async function worn({ quick, ...options }) {
  const events = quick ? 10_000 : 100_000
  const rows = 1_000
  const path = joinPath(options.folder, 'worn.sqlite')
  await createFiller(path, 'o').extend(events, overwrite(rows))
  const { ms, bytes } = await joins(path, { ...options, rows })
  const what = `join after ${events.toLocaleString('en')} events on ${rows.toLocaleString('en')} rows`
  return [
    result({ what, unit: 'ms', ours: ms, most: 70 }),
    result({ what: `${what}: down the wire`, unit: 'KB', ours: bytes / 1e3, most: 120 }),
  ]
}

/** Clients that have seen all but the last so many events on the same 10,000 rows. */
export async function behind({ quick, ...options }) {
  const rows = 10_000
  const absences = quick ? [100_000, 10_000, 100, 1] : [1_000_000, 10_000, 100, 1]
  const path = joinPath(options.folder, 'behind.sqlite')
  const filler = createFiller(path, 'o')
  await filler.extend(rows, overwrite(rows))
  const stores = []
  for (const [i, absence] of absences.entries()) {
    const store = joinPath(options.folder, `behind-${absence}.store`)
    await joins(path, { ...options, rounds: 0, rows, keep: store })
    stores.push(store)
    await filler.extend(absence - (absences[i + 1] ?? 0), overwrite(rows))
  }
  const results = []
  for (const [i, absence] of absences.entries()) {
    const { ms, bytes } = await joins(path, { ...options, rows, from: stores[i] })
    const what = `${absence.toLocaleString('en')} events behind on ${rows.toLocaleString('en')} rows`
    results.push(result({ what, unit: 'ms', ours: ms }))
    results.push(result({ what: `${what}: down the wire`, unit: 'KB', ours: bytes / 1e3 }))
  }
  return results
}

/**
 * Medians of joins by fresh clients: from nothing, or from a copy of the store `from`. The first one, not
 * timed, goes through a relay that counts bytes; with `keep` its store is left there.
 */
async function joins(data, { folder, rounds, profile, note, rows, from, keep }) {
  const server = startActor('server', { name: `join-server-${basename(data)}`, profile })
  const { port } = await server.call('start', { system: 'react-collab', folder, data })
  const figures = { ms: [], firstMs: [], clientCpu: [], cpu: [] }
  const joiner = startActor('joiner', { name: `joiner-${basename(data)}`, profile })
  const one = async (at, store) => {
    if (from !== undefined) copyFileSync(from, store)
    const figure = await joiner.call('join', {
      port: at,
      object: 'o',
      store,
      collection: 'items',
      rows,
    })
    if (store !== undefined && store !== keep) rmSync(store)
    return figure
  }
  const store = from === undefined ? undefined : joinPath(folder, 'joiner.store')
  // The first one warms the processes up, and counts bytes instead.
  const relay = await openRelay(port)
  await one(relay.port, keep ?? store)
  const bytes = relay.bytes()
  relay.close()
  for (let round = 0; round < rounds; round++) {
    const before = await server.call('cpuMs')
    const figure = await one(port, store)
    const cpu = (await server.call('cpuMs')) - before
    note(JSON.stringify({ ...figure, cpu }))
    for (const [part, value] of Object.entries({ ...figure, cpu })) figures[part].push(value)
  }
  await Promise.all([joiner.stop(), server.stop()])
  if (rounds === 0) return { bytes }
  return { bytes, ...Object.fromEntries(Object.entries(figures).map(([k, v]) => [k, median(v)])) }
}
