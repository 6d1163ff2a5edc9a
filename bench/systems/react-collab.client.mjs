/** This project's client in Node: the public API, with a store in memory or in a file. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from 'react-collab'
import { openFileStore } from 'react-collab/node'
import { fieldOf, rowOf, valueOf } from '../lib/registers.mjs'

export async function connect({ port, object: id, store = 'memory', folder }) {
  const path = join(folder, `client-${process.pid}.store`)
  const client = createClient({
    url: `http://127.0.0.1:${port}`,
    store: store === 'file' ? openFileStore(path) : 'memory',
  })
  const { object } = client.open(id)
  let last
  await until(client, () => client.status.state === 'synced')
  return {
    setField(value) {
      last = object.change({ x: value })
    },
    onField: (listener) => void object.subscribe(() => listener(object.get().x)),
    write(i) {
      last = object.update('items', rowOf(i), { [fieldOf(i)]: valueOf(i) })
    },
    onAll(count, done) {
      // The log has an order: when the last is there, all are; `missing` looks.
      const row = rowOf(count - 1)
      const field = fieldOf(count - 1)
      const isThere = () => object.row('items', row)?.[field] === valueOf(count - 1)
      const stop = object.subscribe(
        () => {
          if (!isThere()) return
          stop()
          done()
        },
        object.key('items', row),
      )
    },
    missing(count) {
      let missing = 0
      for (let i = 0; i < count; i++) {
        if (object.row('items', rowOf(i))?.[fieldOf(i)] !== valueOf(i)) missing++
      }
      return missing
    },
    async goOffline() {
      client.setOffline(true)
      await until(client, () => client.status.state === 'offline')
    },
    goOnline: () => client.setOffline(false),
    stored: () => last?.local,
    async close() {
      await client.close()
      await rm(path, { force: true })
      await rm(`${path}.lock`, { force: true, recursive: true })
    },
  }
}

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
