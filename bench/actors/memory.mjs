/** Work that one process does alone: writing to memory, and reading from a store. */
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { applyPatch, createObjectState, emptyRow, packRows, unpackRows } from '@react-collab/core'
import { createClient } from 'react-collab'
import { openFileStore } from 'react-collab/node'
import { createTestClient } from 'react-collab/testing'
import { echoTransport } from '../lib/echo-transport.mjs'
import { clock } from '../lib/stats.mjs'
import { fieldCount, fields, makeState, rowCount, rowIds, rowValues } from '../lib/rows.mjs'
import { MinimalMap } from '../systems/minimal-map.mjs'
import { serve } from './serve.mjs'

const core = { applyPatch, createObjectState, emptyRow }
/** Writes of one task; more would be no app's. */
const perTask = 1000
let name = 0

const nextTask = () => new Promise((resolve) => setImmediate(resolve))

/** Writes each field of each row once, so many in a task; returns the ms of the loops alone. */
async function setAll(set, between) {
  let ms = 0
  let value = 0
  for (let f = 0; f < fieldCount; f++) {
    for (let from = 0; from < rowCount; from += perTask) {
      const start = clock()
      for (let i = from; i < from + perTask; i++) set(i, fields[f], ++value)
      ms += clock() - start
      await between()
    }
  }
  return ms
}

function chunked(state) {
  const entries = [...state.rows]
  const chunks = []
  for (let i = 0; i < entries.length; i += 500) {
    chunks.push(JSON.stringify(packRows(entries.slice(i, i + 500))))
  }
  return chunks
}

/** Ms and heap of what `load` makes; what it returns is kept alive until it is measured. */
async function measured(load) {
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  const start = clock()
  const kept = await load()
  const ms = clock() - start
  globalThis.gc()
  const megabytes = (process.memoryUsage().heapUsed - before) / 2 ** 20
  return { ms, megabytes, kept }
}

serve({
  /** The floor of `set`. */
  async setFloor({ listeners }) {
    const map = new MinimalMap()
    const keys = rowIds.map((id) => `items/${id}`)
    keys.forEach((key, i) => {
      map.rows.set(key, { values: rowValues(i), stamps: {} })
      if (listeners) map.listeners.set(key, () => undefined)
    })
    await setAll((i, field, value) => map.set(keys[i], field, value), nextTask)
    map.outbox.length = 0
    const ms = await setAll((i, field, value) => map.set(keys[i], field, value), nextTask)
    return { rate: (rowCount * fieldCount) / (ms / 1000) }
  },

  async set({ listeners }) {
    const client = createClient({ url: 'http://127.0.0.1:9', store: 'memory', offline: true })
    const { object } = client.open('rows')
    await client.loaded('rows')
    for (let i = 0; i < rowCount; i++) object.update('items', rowIds[i], rowValues(i))
    if (listeners) {
      for (const id of rowIds) object.subscribe(() => undefined, object.key('items', id))
    }
    const set = (i, field, value) => object.update('items', rowIds[i], { [field]: value })
    await setAll(set, nextTask)
    const start = clock()
    const ms = await setAll((i, field, value) => set(i, field, value + 1e6), nextTask)
    await object.change({ end: ++name }).local
    const storedMs = clock() - start
    await client.close()
    const count = rowCount * fieldCount
    return { rate: count / (ms / 1000), storedRate: count / (storedMs / 1000) }
  },

  /** The floor of `load`: 500 rows a chunk of JSON text, parsed into rows. */
  async loadFloor() {
    const chunks = chunked(makeState(core))
    const { ms, megabytes } = await measured(() => {
      const state = createObjectState()
      for (const chunk of chunks) {
        unpackRows(JSON.parse(chunk), (key, row) => state.rows.set(key, row))
      }
      return state
    })
    return { ms, megabytes }
  },

  /** Overwrites few registers many times, without a pause; tells how large the disk was at most. */
  async overwrites({ folder, registers, count }) {
    const path = join(folder, `overwrites-${process.pid}.store`)
    const client = createTestClient(echoTransport(), { openStore: () => openFileStore(path) })
    const { object } = client.open('rows')
    await client.loaded('rows')
    const start = clock()
    let most = 0
    for (let n = 0; n < count; n += perTask) {
      let last
      for (let i = n; i < n + perTask; i++) {
        last = object.update('items', `row-${i % registers}`, { field: `value ${i}` })
      }
      await (n % 20_000 === 0 ? last.server : nextTask())
      if (n % 20_000 === 0) most = Math.max(most, (await stat(path)).size)
    }
    await object.change({ end: 1 }).server
    const ms = clock() - start
    await client.close()
    const seed = await openFileStore(path)
    const tables = { sent: await seed.sent('rows'), pending: await seed.pending('rows') }
    const { state } = await seed.load('rows')
    await seed.close()
    const { size } = await stat(path)
    await rm(path, { force: true })
    return {
      most: most / 2 ** 20,
      end: size / 2 ** 20,
      sent: tables.sent.length,
      pending: tables.pending.length,
      rows: state.rows.size,
      rate: count / (ms / 1000),
    }
  },

  async load({ folder }) {
    const path = join(folder, `load-${process.pid}-${++name}.store`)
    const seed = await openFileStore(path)
    const cursor = { term: 'bench', seq: rowCount }
    await seed.reset(await seed.lead(), 'rows', makeState(core), cursor, [])
    await seed.close()
    const openedAt = clock()
    const store = await openFileStore(path)
    const openMs = clock() - openedAt
    const { ms, megabytes, kept } = await measured(async () => {
      const url = 'http://127.0.0.1:9'
      const client = createClient({ url, store: Promise.resolve(store), offline: true })
      await client.loaded('rows')
      return client
    })
    const found = kept.peek('rows').row('items', rowIds.at(-1))
    if (found?.[fields[0]] !== rowValues(rowCount - 1)[fields[0]]) throw new Error('not loaded')
    await kept.close()
    await rm(path, { force: true })
    return { ms, megabytes, openMs }
  },
})
