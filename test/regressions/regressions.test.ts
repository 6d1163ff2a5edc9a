/** Faults of the four projects that this one began from: each is one test, here or where it is cited. */
import { join } from 'node:path'
import type { Event, ObjectId } from '@react-collab/core'
import {
  createClientFrom,
  createLocalStore,
  createMemoryDisk,
  createTables,
  singleTab,
} from 'react-collab/testing'
import { describe, expect, it } from 'vitest'
import {
  agree,
  createLine,
  newFolder,
  nodePlatform,
  openDevice,
  startStation,
  textOf,
  until,
} from './lab.js'

const pushes = (up: ReturnType<typeof createLine>['up']): Event[][] =>
  up.filter(({ event }) => event === 'push').map(({ message }) => message['events'] as Event[])

it('[REG2, SEM212] regression 2: whoever pushes still hears what others wrote to the same record', async () => {
  const { url } = await startStation()
  const [a, b] = [openDevice(url), openDevice(url)]
  a.object().add('c', { id: 'r', name: 'both' })
  await agree([a, b])
  a.client.setOffline(true)
  await until(() => a.client.connection.status === 'offline')
  a.object().update('c', 'r', { name: 'a' })
  await b.object().update('c', 'r', { phone: 'b' }).server
  a.client.setOffline(false)
  await agree([a, b])
  expect(a.object().row('c', 'r')).toEqual({ id: 'r', name: 'a', phone: 'b' })
  // Own entries come with the others', in one stream: none is filtered out.
  const heard = a.line.entries.flatMap(({ events, seq }) => events.map((_, i) => seq + i))
  expect(new Set(heard)).toEqual(new Set([1, 2, 3]))
})

it('[REG3, SEM211] regression 3: what is sent again, because its ack was lost, is stored once', async () => {
  const { url } = await startStation()
  const a = openDevice(url)
  a.object().change({ first: 1 })
  await agree([a])
  let isDeaf = true
  a.line.passes = (way, event) => !(isDeaf && (way === 'ack' || event === 'entries'))
  const { server } = a.object().change({ second: 2 })
  await until(() => pushes(a.line.up).length >= 2)
  const b = openDevice(url)
  await until(() => b.object().get()?.['second'] === 2)
  isDeaf = false
  a.line.cut()
  expect(await server).toBe(2)
  await agree([a, b])
  expect(b.object().replica.cursor?.seq).toBe(2)
})

it('[REG4] regression 4: clock and writer survive a restart, also with a wall clock set back', async () => {
  const { url } = await startStation()
  const file = join(newFolder(), 'client.db')
  const written: Event[] = []
  for (const skewMs of [0, -3_600_000, -86_400_000, 0]) {
    const a = openDevice(url, { file, platform: nodePlatform(1, skewMs) })
    const seq = await a.object().change({ life: skewMs, n: written.length }).server
    await agree([a])
    const found = a.line.entries.find((entries) => entries.seq + entries.events.length > seq)
    written.push(found?.events[seq - found.seq] as Event)
    await a.client.close()
  }
  const stamps = written.map(([, stamp]) => stamp)
  expect(new Set(stamps.map((stamp) => stamp.slice(12))).size).toBe(1)
  expect(stamps).toEqual([...new Set(stamps)].sort())
  expect(written.map(([n]) => n)).toEqual([1, 2, 3, 4])
})

describe('[REG8, SEM210] regression 8: a write and its place in the outbox are one', () => {
  const deaths = [1, 2, 3, 4, 5].flatMap((n) =>
    (['before', 'after'] as const).map((when) => [when, n] as const),
  )

  it.each(deaths)('dying just %s commit %i', async (when, commit) => {
    const tables = createTables()
    let commits = 0
    let isDead = false
    const open = (crash: boolean) =>
      createClientFrom({
        platform: nodePlatform(),
        transport: createLine('http://127.0.0.1:9'),
        tabs: singleTab(),
        offline: true,
        openStore: async () =>
          createLocalStore(
            createMemoryDisk({
              tables,
              durable: true,
              crashPoint: (point) => {
                if (!crash || isDead) return crash && isDead ? 'die' : undefined
                if (point.when === when && point.tables.includes('outbox')) commits += 1
                isDead = commits === commit
                return isDead ? 'die' : undefined
              },
            }),
          ),
      })
    const first = open(true)
    const saved: number[] = []
    for (let i = 0; i < 5; i++) {
      first
        .peek('o')
        .change({ [`f${i}`]: i })
        .local.then(
          () => saved.push(i),
          () => undefined,
        )
      await until(() => isDead || saved.length > i)
    }
    const next = open(false)
    await next.loaded('o')
    const shown = Object.keys(next.peek('o').get() ?? {})
    // Nothing that was said to be on disk is gone; the last edit may be there though nobody heard.
    expect(shown).toEqual(expect.arrayContaining(saved.map((i) => `f${i}`)))
    expect(next.outbox.pending).toHaveLength(shown.length)
    await next.peek('o').change({ more: 1 }).local
    const store = createLocalStore(createMemoryDisk({ tables, durable: true }))
    const rows = await store.pending('o' as ObjectId)
    const numbers = rows.flatMap(({ events }) => events.map(([n]) => n))
    expect(numbers).toEqual([...new Set(numbers)].sort((x, y) => x - y))
    expect(numbers).toHaveLength(shown.length + 1)
    await next.close()
  })
})

it('[REG9] regression 9: a foreign write between the acks of two in flight never shows', async () => {
  const { url } = await startStation()
  const [a, b] = [openDevice(url), openDevice(url)]
  a.object().change({ p: 0 })
  await agree([a, b])
  b.client.setOffline(true)
  await b.object().change({ p: 'foreign' }).local
  const shown: unknown[] = []
  a.object().subscribe(() => shown.push(a.object().get()?.['p']))
  // The second push stays on its way until the foreign write is in the log.
  let isHeld = false
  a.line.passes = (way, event) => !(isHeld && way === 'up' && event === 'push')
  await a.object().change({ p: 1 }).server
  isHeld = true
  const second = a.object().change({ p: 2 })
  b.client.setOffline(false)
  await until(() => a.object().replica.cursor?.seq === 3, 'the foreign write has come')
  isHeld = false
  a.line.cut()
  expect(await second.server).toBe(4)
  await agree([a, b])
  expect(b.object().get()).toEqual({ p: 2 })
  expect(new Set(shown)).toEqual(new Set([1, 2]))
})

it('[REG10] regression 10: the echo of an own edit never takes a newer one back', async () => {
  const { url } = await startStation()
  const [a, b] = [openDevice(url), openDevice(url)]
  await agree([a, b])
  const shown: unknown[] = []
  a.object().subscribe(() => shown.push(a.object().get()?.['p']))
  // Each is made while those before it are on their way.
  const written: Promise<number>[] = []
  for (let i = 0; i < 50; i++) {
    written.push(a.object().change({ p: i }).server)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(written)
  await agree([a, b])
  expect(shown).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

it('[REG11] regression 11: a message that gets lost on its way down is noticed and fetched', async () => {
  const { url } = await startStation()
  const [a, b] = [openDevice(url), openDevice(url)]
  await a.object().change({ n: 0 }).server
  await agree([a, b])
  let lost = 0
  b.line.passes = (way, event) => way !== 'down' || event !== 'entries' || ++lost !== 2
  for (let n = 1; n <= 5; n++) await a.object().change({ [`f${n}`]: n }).server
  await agree([a, b])
  expect(b.object().get()).toEqual({ n: 0, f1: 1, f2: 2, f3: 3, f4: 4, f5: 5 })
  const joins = b.line.up.filter(({ event }) => event === 'join')
  expect(joins).toHaveLength(2)
  expect(joins[1]?.message['cursor']).toMatchObject({ seq: 2 })
})

it('[REG12] regression 12: records whose ids begin one another, or hold separators, stay apart', async () => {
  const { url } = await startStation()
  const [a, b] = [openDevice(url), openDevice(url)]
  const ids = ['a', 'ab', 'a/b', 'a~b', 'a%2Fb', 'a b', 'a:1', '1', '10', '.', '..', 'é', '😀']
  for (const id of ids) for (const c of ['c', 'c/d']) a.object().add(c, { id, name: `${c} ${id}` })
  await agree([a, b])
  for (const id of ids)
    for (const c of ['c', 'c/d']) expect(b.object().row(c, id)).toEqual({ id, name: `${c} ${id}` })
  expect(b.object().sorted('c').read()).toHaveLength(ids.length)
})

it.each([400 * 86_400_000, 3_600_000, -400 * 86_400_000])(
  '[REG16] regression 16: a clock that is %i ms off loses nothing, and stops nobody',
  async (skewMs) => {
    const { url } = await startStation()
    const wrong = openDevice(url, { platform: nodePlatform(1, skewMs), offline: true })
    const right = openDevice(url)
    for (let i = 0; i < 20; i++) wrong.object().change({ [`w${i}`]: i, both: `wrong ${i}` })
    wrong.client.setOffline(false)
    await agree([wrong, right])
    expect(wrong.client.status).toEqual({ state: 'synced', unsent: 0, rejected: 0 })
    expect(Object.keys(right.object().get() ?? {})).toHaveLength(21)
    // Who writes later wins, whatever the other's clock says.
    await right.object().change({ both: 'right' }).server
    await agree([wrong, right])
    expect(wrong.object().get()?.['both']).toBe('right')
    await wrong.object().change({ both: 'wrong again' }).server
    await agree([wrong, right])
    expect(right.object().get()?.['both']).toBe('wrong again')
  },
)

describe('[REG17, SEM213] regression 17: a cursor counts what was received and applied', () => {
  it('[SEM215] whatever the stamps say, and per log', async () => {
    const { url } = await startStation()
    const early = openDevice(url, { platform: nodePlatform(1, -86_400_000), offline: true })
    early.object('one').change({ early: 1 })
    await until(() => early.client.outbox.pending.length === 1)
    const [a, b] = [openDevice(url), openDevice(url)]
    for (let i = 0; i < 5; i++) await a.object('one').change({ late: i }).server
    await a.object('two').change({ other: 1 }).server
    for (const id of ['one', 'two']) await agree([a, b], id)
    // An entry that is older than all others by its stamp comes last, and is not missed.
    early.client.setOffline(false)
    for (const id of ['one', 'two']) await agree([a, b, early], id)
    expect(b.object('one').get()).toEqual({ early: 1, late: 4 })
    expect(b.object('one').replica.cursor?.seq).toBe(6)
    expect(b.object('two').replica.cursor?.seq).toBe(1)
  })

  it('through a restart in the middle of a batch: no gap, no repeat', async () => {
    const { url } = await startStation({ limits: { pageEvents: 7 } })
    const a = openDevice(url)
    for (let i = 0; i < 60; i++) await a.object().change({ [`f${i}`]: i }).server
    const tables = createTables()
    const seqs: number[] = []
    for (let life = 0; life < 4; life++) {
      const store = createLocalStore(createMemoryDisk({ tables, durable: true }))
      const b = openDevice(url, { openStore: async () => store })
      let pages = 0
      b.line.passes = (way, event) => way !== 'down' || event !== 'entries' || ++pages <= 2
      b.object()
      await until(() => pages > 2 || b.client.status.state === 'synced')
      for (const { seq, events } of b.line.entries) seqs.push(...events.map((_, i) => seq + i))
      await b.client.close()
    }
    const b = openDevice(url, {
      openStore: async () => createLocalStore(createMemoryDisk({ tables, durable: true })),
    })
    await agree([a, b])
    for (const { seq, events } of b.line.entries) seqs.push(...events.map((_, i) => seq + i))
    expect(seqs).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  })
})

describe('[REG18] regression 18: the initial load is complete, whatever comes between its pages', () => {
  it.each([1, 2, 3, 5, 8, 9])('interrupted after page %i, while others write', async (most) => {
    const { url } = await startStation({ limits: { pageEvents: 10 } })
    const a = openDevice(url)
    for (let i = 0; i < 90; i++) a.object().change({ [`f${i}`]: i })
    await agree([a])
    for (let i = 0; i < 90; i++) await a.object().change({ [`g${i % 10}`]: i }).local
    await agree([a])
    const b = openDevice(url)
    let pages = 0
    b.line.passes = (way, event) => {
      if (way !== 'down' || event !== 'entries') return true
      if (++pages < 20) a.object().change({ live: pages })
      if (pages === most) setImmediate(() => b.line.cut())
      return true
    }
    b.object()
    await until(() => pages >= most && b.client.status.state === 'synced')
    await agree([a, b])
    expect(Object.keys(b.object().get() ?? {})).toHaveLength(101)
    const fresh = openDevice(url)
    await agree([a, b, fresh])
    expect(textOf(fresh.object())).toBe(textOf(b.object()))
  })
})
