/** This project's client in Node: the public API, with a store in memory or in a file. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from 'react-collab'
import { openFileStore } from 'react-collab/node'
import { fieldOf, rowOf, valueOf } from '../lib/registers.mjs'
import { clock } from '../lib/stats.mjs'

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
    async createMany(count) {
      const rows = Array.from({ length: count }, (_, i) => fileOf(i))
      const startedAt = clock()
      const made = object.createMany('files', rows)
      const madeMs = clock() - startedAt
      await made.local
      const storedMs = clock() - startedAt
      return { madeMs, storedMs, recordBytes: await batchBytes(path) }
    },
    onRows(count, done) {
      const { id } = fileOf(count - 1)
      const stop = object.subscribe(
        () => {
          if (object.row('files', id) === undefined) return
          stop()
          done(count - object.sorted('files').read().length)
        },
        object.key('files', id),
      )
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

const fileOf = (i) => ({
  id: `file-${i}`,
  path: `/photos/2026/${i}.jpg`,
  size: i,
  hash: `h${i * 7919}`,
})

/** How long the outbox's record of a batch is, as it lies in a file. */
async function batchBytes(path) {
  const lines = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"batch"'))
  const [, ...changes] = JSON.parse(lines.at(-1).slice(12))
  return JSON.stringify(changes.find(([table]) => table === 'outbox')[1]).length
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
