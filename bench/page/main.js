/** Runs in the browser: this project's client on IndexedDB, and the floor beside it. */
import { applyPatch, createObjectState, emptyRow, packRows, unpackRows } from '@react-collab/core'
import { createClient } from 'react-collab'
import { createTestClient } from 'react-collab/testing'
import { openIndexedDbDisk } from '../../packages/react-collab/dist/store/indexeddb-disk.js'
import { createLocalStore } from '../../packages/react-collab/dist/store/local-store.js'
import { echoTransport } from '../lib/echo-transport.mjs'
import { fields, makeState, rowCount, rowIds, rowValues } from '../lib/rows.mjs'

const core = { createObjectState, applyPatch, emptyRow }
const url = 'http://127.0.0.1:9'
const updateCount = 1000

/** Resolves in the next task: all microtasks of this one have run. */
const nextTask = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = resolve
    port2.postMessage(undefined)
  })

function openRaw(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore('records', { keyPath: 'key' })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

const completed = (tx) =>
  new Promise((resolve, reject) => {
    tx.oncomplete = resolve
    tx.onabort = () => reject(tx.error)
  })

/** Runs `write` in a task of its own; ms of that task, and until what it wrote is stored. */
async function measured(write) {
  await nextTask()
  const start = performance.now()
  const stored = write()
  await nextTask()
  const taskMs = performance.now() - start
  await stored
  return { taskMs, storedMs: performance.now() - start }
}

/** The middle of seven runs, after three that warm up. */
async function repeated(write) {
  const runs = []
  for (let round = 0; round < 10; round++) runs.push(await measured(() => write(round)))
  const middle = (part) => runs.slice(3).sort((a, b) => a[part] - b[part])[3][part]
  return { taskMs: middle('taskMs'), storedMs: middle('storedMs') }
}

globalThis.bench = {
  async updates() {
    const client = createClient({ url, name: 'updates', offline: true })
    const { object } = client.open('rows')
    await client.loaded('rows')
    return repeated((round) => {
      let last
      for (let i = 0; i < updateCount; i++) {
        last = object.update('items', rowIds[i], { [fields[0]]: `value ${round} ${i}` })
      }
      return last.local
    })
  },

  /** All events as one record, in one strict transaction. */
  async updatesFloor() {
    const db = await openRaw('updates-floor')
    return repeated((round) => {
      const events = []
      for (let i = 0; i < updateCount; i++) {
        const stamp = `0mhabcdef${i.toString(36).padStart(3, '0')}abcdefgh`
        events.push([i, stamp, [['=', `items/${rowIds[i]}`, fields[0], `value ${round} ${i}`]]])
      }
      const tx = db.transaction('records', 'readwrite', { durability: 'strict' })
      tx.objectStore('records').put({ key: round, events })
      return completed(tx)
    })
  },

  async seed() {
    const store = createLocalStore(await openIndexedDbDisk('load'))
    const cursor = { term: 'bench', seq: rowCount }
    await store.reset(await store.lead(), 'rows', makeState(core), cursor, [])
    await store.close()
    const db = await openRaw('load-floor')
    const tx = db.transaction('records', 'readwrite')
    const rows = [...makeState(core).rows]
    for (let i = 0; i < rows.length; i += 500) {
      const page = JSON.stringify(packRows(rows.slice(i, i + 500)))
      tx.objectStore('records').put({ key: i, page })
    }
    await completed(tx)
  },

  async load() {
    const start = performance.now()
    const client = createClient({ url, name: 'load', offline: true })
    await client.loaded('rows')
    const ms = performance.now() - start
    check(client.peek('rows').row('items', rowIds.at(-1)))
    return ms
  },

  /** Overwrites few registers many times, without a pause; tells how large IndexedDB was at most. */
  async overwrites({ registers, count }) {
    const openStore = async () => createLocalStore(await openIndexedDbDisk('overwrites'))
    const client = createTestClient(echoTransport(), { openStore })
    const { object } = client.open('rows')
    await client.loaded('rows')
    const start = performance.now()
    let most = 0
    for (let n = 0; n < count; n += updateCount) {
      let last
      for (let i = n; i < n + updateCount; i++) {
        last = object.update('items', `row-${i % registers}`, { field: `value ${i}` })
      }
      await (n % 20_000 === 0 ? last.server : nextTask())
      if (n % 20_000 === 0) most = Math.max(most, await bytesStored())
    }
    await object.change({ end: 1 }).server
    const rate = count / ((performance.now() - start) / 1000)
    await client.close()
    return { most: most / 2 ** 20, end: (await bytesStored()) / 2 ** 20, rate }
  },

  async loadFloor() {
    const start = performance.now()
    const db = await openRaw('load-floor')
    const request = db.transaction('records').objectStore('records').getAll()
    await new Promise((resolve) => {
      request.onsuccess = resolve
    })
    const rows = new Map()
    for (const { page } of request.result) {
      unpackRows(JSON.parse(page), (key, row) => rows.set(key, row))
    }
    const ms = performance.now() - start
    check(rows.get(`items/${rowIds.at(-1)}`).values)
    return ms
  },
}

/** What IndexedDB takes of the disk, its own log included, which it empties when it likes. */
const bytesStored = async () => (await navigator.storage.estimate()).usageDetails.indexedDB

function check(row) {
  if (row?.[fields[0]] !== rowValues(rowCount - 1)[fields[0]]) throw new Error('not loaded')
}
