/** Runs in the browser: a windowed collection of very many rows, through the hooks of React. */
import { createElement as h, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { CollabProvider, createCollab, defineSchema, object, shared, value } from 'react-collab'
import {
  createClientFrom,
  createLocalStore,
  openIndexedDbDisk,
  singleTab,
} from 'react-collab/testing'
import { longTasks } from '../lib/long-tasks.mjs'
import { pagePlatform } from '../lib/page-platform.mjs'
import { rowsTransport } from '../lib/rows-transport.mjs'

const name = 'windows'
const id = 'directory'
const fields = { name: value(), city: value(), since: value() }
const schema = defineSchema({
  directory: object({ people: shared(fields, { windowed: ['name', 'since'] }) }),
})
const { ref, useRows, useWindow } = createCollab(schema)
const target = ref.directory(id)

const rowHeight = 24
const onScreen = 40
const first = 'Ada Ben Cleo Dina Émile Fatou Gita Hugo Ines Jonas Keiko Lars Mira Noor'.split(' ')
const cities = 'Amsterdam Bergen Chennai Dakar Edinburgh Florence Ghent Hanoi'.split(' ')
/** Looks like chance, and is the same each time. */
const mixed = (i) => Math.imul(i + 1, 0x9e37_79b1) >>> 0

const keyOf = (i) => `people/p${i.toString(36)}`
const valuesOf = (i) => ({
  name: `${first[mixed(i) % first.length]} ${mixed(i).toString(36)}`,
  city: cities[(mixed(i) >>> 8) % cities.length],
  since: 1950 + ((mixed(i) >>> 16) % 76),
})

let transport
let client

/** Opens a client of `count` rows; ours but for the line, which ends in this page. */
function openClient(count) {
  transport = rowsTransport({ count, keyOf, valuesOf })
  client = createClientFrom({
    platform: pagePlatform,
    transport,
    tabs: singleTab(),
    openStore: async (trouble) => createLocalStore(await openIndexedDbDisk(name, trouble)),
    schema,
  })
  return client
}

/** Shows a component; resolves with the time at which its effect first called `done`. */
function shown(component) {
  const box = document.body.appendChild(document.createElement('div'))
  return new Promise((resolve) => {
    const done = (result) => resolve({ at: performance.now(), result })
    createRoot(box).render(h(CollabProvider, { client }, h(component, { done })))
  })
}

function FirstPage({ done }) {
  const { data } = useRows(target, 'people', { orderBy: 'name', limit: onScreen })
  useEffect(() => {
    if (data?.length === onScreen) done(data.length)
  }, [data, done])
  return h(
    'ul',
    null,
    data?.map((row) => h('li', { key: row.id }, row.name)),
  )
}

function VirtualList({ done }) {
  const [start, setStart] = useState(0)
  const count = onScreen
  const { data, total, isLoading, at } = useWindow(target, 'people', {
    orderBy: 'name',
    start,
    count,
  })
  useEffect(() => {
    if (data?.length === count) done(document.querySelector('#list'))
  }, [data, count, done])
  const ranks = Array.from({ length: Math.min(count, total - start) }, (_, i) => start + i)
  const look = ({ currentTarget }) => setStart(Math.floor(currentTarget.scrollTop / rowHeight))
  const isWhole = !isLoading && ranks.every((rank) => at(rank) !== undefined)
  const style = { height: onScreen * rowHeight, overflow: 'auto', position: 'relative' }
  return h(
    'div',
    { id: 'list', style, onScroll: look, 'data-start': start, 'data-whole': isWhole },
    h(
      'ul',
      { style: { height: total * rowHeight, margin: 0, position: 'relative' } },
      ranks.map((rank) =>
        h(
          'li',
          { key: rank, style: { position: 'absolute', top: rank * rowHeight } },
          at(rank)?.name ?? '…',
        ),
      ),
    ),
  )
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Scrolls to a rank; the ms until all rows on the screen are there. */
async function scrollTo(list, rank) {
  const begin = performance.now()
  list.scrollTo({ top: rank * rowHeight })
  for (;;) {
    await nextFrame()
    const isThere = list.dataset.start === String(rank) && list.dataset.whole === 'true'
    if (isThere) return performance.now() - begin
    if (performance.now() - begin > 20_000) throw new Error(`rank ${rank} is not shown`)
  }
}

const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1]

/** Resolves when the disk has the entries of the object up to `seq`. */
async function onDisk(seq) {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => resolve(request.result)
  })
  const read = () =>
    new Promise((resolve) => {
      const request = database.transaction('cursors').objectStore('cursors').get(id)
      request.onsuccess = () => resolve(request.result?.seq ?? 0)
    })
  while ((await read()) < seq) await after(2)
  database.close()
}

/** Makes sure that a row that nobody showed has what was sent. */
async function check(shared, [key, field, expected]) {
  const stop = shared.subscribe(() => undefined, key)
  for (let tries = 0; shared.row('people', key.slice(7))?.[field] !== expected; tries++) {
    if (tries > 500) throw new Error(`${key} is not ${expected}`)
    await after(10)
  }
  stop()
}

globalThis.bench = {
  /** Loads all rows from the server; how long, how far it told, and the longest task. */
  async sync({ count }) {
    const { object: shared } = openClient(count).open(target)
    const begin = performance.now()
    const told = new Set()
    const { longest } = await longTasks(async () => {
      while (shared.replica.cursor === undefined || client.status.state !== 'synced') {
        const { progress } = client.status
        if (progress !== undefined) told.add(progress.received)
        await after(20)
      }
    })
    await client.loaded(id)
    const ms = performance.now() - begin
    const inMemory = shared.replica.visible.confirmed.rows.size
    await client.close()
    return { ms, longest, told: told.size, inMemory }
  },

  /** The first rows, from a cold client on the disk of an earlier page. */
  async firstPage({ count }) {
    const begin = performance.now()
    openClient(count)
    const { at } = await shown(FirstPage)
    return at - begin
  },

  /** Scrolls a virtual list; leaves it open, so that its heap can be read. */
  async scroll({ count }) {
    openClient(count)
    const { result: list } = await shown(VirtualList)
    await after(300)
    const { longest, tasks } = await longTasks(async () => {
      for (let rank = 0; rank <= 10_000; rank += 20) {
        list.scrollTo({ top: rank * rowHeight })
        await nextFrame()
      }
      await scrollTo(list, 10_020)
    })
    const jumps = []
    for (const part of [0.5, 0.1, 0.9, 0.33, 0.999])
      jumps.push(await scrollTo(list, Math.floor(count * part)))
    return { longest, tasks, jumpMs: middle(jumps), worstJumpMs: Math.max(...jumps) }
  },

  /** Entries of others on rows that are not in memory, while a list is shown; ms of each on disk. */
  async changes({ count }) {
    const { object: shared } = openClient(count).open(target)
    await shown(VirtualList)
    while (client.status.state !== 'synced') await after(5)
    const each = []
    for (let round = 0; round < 5; round++) {
      const changes = Array.from({ length: 2000 }, (_, i) => [
        keyOf(mixed(round * 2000 + i) % count),
        'since',
        1900 + round,
      ])
      await after(300)
      const begin = performance.now()
      await onDisk(transport.send(changes))
      each.push((performance.now() - begin) / changes.length)
      await check(shared, changes.at(-1))
    }
    return middle(each)
  },
}
