/** A client that joins an object, and is measured until it has all of it. */
import { createClient } from 'react-collab'
import { openFileStore } from 'react-collab/node'
import { cpuMs } from '../lib/cpu.mjs'
import { clock } from '../lib/stats.mjs'
import { serve } from './serve.mjs'

/** Resolves when a condition of the client holds that its subscribers are told of. */
function until(client, holds) {
  return new Promise((resolve) => {
    const look = () => {
      if (!holds()) return
      stop()
      resolve()
    }
    const stop = client.subscribe(look)
    look()
  })
}

serve({
  cpuMs,

  /** Ms until the first rows can be read, and until all are shown; and the CPU of the latter. */
  async join({ port, object: id, store, collection, rows }) {
    const url = `http://127.0.0.1:${port}`
    const opened = store === undefined ? 'memory' : await openFileStore(store)
    const cpuBefore = cpuMs()
    const startedAt = clock()
    const client = createClient({
      url,
      store: typeof opened === 'string' ? opened : Promise.resolve(opened),
    })
    const { object } = client.open(id)
    const list = object.sorted(collection)
    let firstMs
    const stop = list.subscribe(() => {
      if (list.read().length === 0) return
      firstMs = clock() - startedAt
      stop()
    })
    await until(client, () => client.status.state === 'synced')
    const ms = clock() - startedAt
    const clientCpu = cpuMs() - cpuBefore
    const found = list.read().length
    if (found !== rows) throw new Error(`${found} rows of ${rows}`)
    await client.close()
    return { ms, firstMs, clientCpu }
  },
})
