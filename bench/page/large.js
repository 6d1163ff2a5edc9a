/** Runs in the browser: the first load of a large object into a client on IndexedDB. */
import {
  createClientFrom,
  createLocalStore,
  openIndexedDbDisk,
  singleTab,
} from 'react-collab/testing'
import { longTasks } from '../lib/long-tasks.mjs'
import { pagePlatform } from '../lib/page-platform.mjs'
import { rowsTransport } from '../lib/rows-transport.mjs'

const id = 'o'
const keyOf = (i) => `items/row-${i}`
const valuesOf = (i) => ({
  name: `row number ${i}`,
  done: i % 2 === 0,
  size: i * 37,
  tag: `t${i % 50}`,
})

function openClient(name, count) {
  return createClientFrom({
    platform: pagePlatform,
    transport: rowsTransport({ count, keyOf, valuesOf }),
    tabs: singleTab(),
    openStore: async (trouble) => createLocalStore(await openIndexedDbDisk(name, trouble)),
  })
}

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves when the client says that all is here and there. */
function synced(client, { replica }) {
  return new Promise((resolve) => {
    const stop = client.subscribe(() => {
      if (replica.cursor === undefined || client.status.state !== 'synced') return
      stop()
      resolve()
    })
  })
}

globalThis.bench = {
  /** Loads all rows from the server; the ms until they are shown and on the disk, and the longest task. */
  async load({ name, count }) {
    const client = openClient(name, count)
    const { object } = client.open(id)
    const { result: ms, longest } = await longTasks(async () => {
      const begin = performance.now()
      await synced(client, object)
      return performance.now() - begin
    })
    if (object.row('items', `row-${count - 1}`)?.size !== (count - 1) * 37)
      throw new Error('rows are missing')
    await client.close()
    return { ms, longest }
  },

  /** Opens the same from the disk; ms until it is shown, and the longest task. */
  async again({ name, count }) {
    const client = openClient(name, count)
    const { object } = client.open(id)
    const { result: ms, longest } = await longTasks(async () => {
      const begin = performance.now()
      await client.loaded(id)
      const ms = performance.now() - begin
      await after(500)
      return ms
    })
    if (object.row('items', `row-${count - 1}`)?.size !== (count - 1) * 37)
      throw new Error('rows are missing')
    await client.close()
    return { ms, longest }
  },
}
