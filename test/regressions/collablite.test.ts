/** What Collablite did, as far as it needs no second server. */
import { readRegister, ROOT } from '@react-collab/core'
import { createLocalStore, createMemoryDisk } from 'react-collab/testing'
import { expect, it } from 'vitest'
import { agree, type Device, nodePlatform, openDevice, startStation, until } from './lab.js'

const memory = () => Promise.resolve(createLocalStore(createMemoryDisk()))

const pushed = ({ line }: Device): unknown[] =>
  line.up.flatMap(({ event, message }) =>
    event === 'push' ? (message['events'] as unknown[]) : [],
  )

/** Every entry that came down, by its number. */
function heard({ line }: Device, object = 'object'): Map<number, string> {
  const all = new Map<number, string>()
  for (const entries of line.entries.filter((one) => one.object === object))
    entries.events.forEach((event, i) => {
      const text = JSON.stringify(event)
      expect(all.get(entries.seq + i) ?? text).toBe(text)
      all.set(entries.seq + i, text)
    })
  return all
}

it('[SYS1] gives every change of an object one place in one order, the same for everyone', async () => {
  const { url } = await startStation()
  const devices = [openDevice(url), openDevice(url), openDevice(url)]
  for (const { client } of devices) await client.loaded('object')
  for (let i = 0; i < 30; i++)
    for (const [k, { object }] of devices.entries()) object().change({ [`f${i % 7}`]: `${k} ${i}` })
  await agree(devices)
  const orders = devices.map((device) => [...heard(device)].sort(([a], [b]) => a - b))
  expect(orders[1]).toEqual(orders[0])
  expect(orders[2]).toEqual(orders[0])
  expect(orders[0]?.map(([seq]) => seq)).toEqual(orders[0]?.map((_, i) => i + 1))
})

it('[SYS2] clients come back by themselves after a restart, with all that was acknowledged', async () => {
  const station = await startStation()
  const platform = nodePlatform(20)
  const devices = [openDevice(station.url, { platform }), openDevice(station.url, { platform })]
  const [a, b] = devices as [Device, Device]
  await a.object().change({ before: 1 }).server
  await agree(devices)
  await station.stop()
  await until(() => a.client.connection.status !== 'online')
  const during = a.object().change({ during: 1 })
  await during.local
  expect(a.client.outbox.pending).toHaveLength(1)
  await station.start()
  expect(await during.server).toBe(2)
  await b.object().change({ after: 1 }).server
  const fresh = openDevice(station.url)
  await agree([...devices, fresh])
  expect(fresh.object().get()).toEqual({ before: 1, during: 1, after: 1 })
})

it('[SYS3] the last write of a property wins everywhere, with its stamp', async () => {
  const { url } = await startStation()
  const devices = Array.from({ length: 4 }, () => openDevice(url, { openStore: memory }))
  for (const { client } of devices) client.setOffline(true)
  for (const [i, { object }] of devices.entries()) {
    await object().change({ p: i }).local
    await until(() => Date.now() > stampOf(devices[i]!))
  }
  for (const { client } of devices.toReversed()) client.setOffline(false)
  await agree(devices)
  expect(devices.map(({ object }) => object().get())).toEqual(devices.map(() => ({ p: 3 })))
})

function stampOf({ object }: Device): number {
  const stamp = object().replica.visible.row(ROOT)?.stamps['p'] ?? ''
  return Number.parseInt(stamp.slice(0, 9), 36)
}

it('[SYS4] sends an object to those who have it open, the sender too, and to nobody else', async () => {
  const { url } = await startStation()
  const [both, one, two] = [openDevice(url), openDevice(url), openDevice(url)]
  for (const id of ['one', 'two']) both.object(id)
  one.object('one')
  two.object('two')
  for (const device of [both, one, two]) await until(() => device.client.status.state === 'synced')
  await both.object('one').change({ n: 1 }).server
  await both.object('two').change({ n: 2 }).server
  await until(() => two.object('two').get()?.['n'] === 2)
  await until(() => one.object('one').get()?.['n'] === 1)
  const objects = [both, one, two].map(({ line }) => line.entries.map(({ object }) => object))
  expect(objects).toEqual([['one', 'two'], ['one'], ['two']])
})

it('[SYS5] sends what changed, and for an equal value nothing', async () => {
  const { url } = await startStation()
  const a = openDevice(url)
  await a.object().change({ a: 1, b: { x: [1] }, c: 'c' }).server
  await agree([a])
  const before = pushed(a).length
  await a.object().change({ a: 1, b: { x: [1] }, c: 'changed' }).server
  await a.object().change({ a: 1 }).server
  await a.object().change((draft: Record<string, unknown>) => void (draft['b'] = { x: [1] })).server
  await agree([a])
  expect(pushed(a).slice(before)).toEqual([[2, expect.any(String), [['=', '', 'c', 'changed']]]])
})

it('[SYS6] counts the edits that are not confirmed, down to none', async () => {
  const { url } = await startStation()
  const a = openDevice(url, { offline: true })
  const counts: number[] = []
  a.client.subscribe(() => counts.push(a.client.outbox.pending.length))
  for (let i = 0; i < 10; i++) await a.object().change({ [`f${i}`]: i }).local
  expect(a.client.outbox.pending.map(({ state }) => state)).toEqual(Array(10).fill('waiting'))
  a.client.setOffline(false)
  await agree([a])
  expect(Math.max(...counts)).toBe(10)
  expect(a.client.outbox.pending).toEqual([])
  expect(a.client.status).toEqual({ state: 'synced', unsent: 0, rejected: 0 })
})

it('[SYS7] takes values as they are: bytes and JSON come back exactly', async () => {
  const { url } = await startStation()
  const [a, b] = [openDevice(url), openDevice(url)]
  const values: Record<string, unknown> = {
    empty: new Uint8Array(),
    bytes: Uint8Array.from({ length: 30_000 }, (_, i) => (i * i * 31) % 256),
    nested: { list: [null, true, -1.5e-300, 'x', { deep: [[]] }], $bytes: 'AAAA', $$: 1 },
    text: '\u0000\u2028é😀"\\</script>',
    numbers: [0, -1, 2 ** 53 - 1, 5e-324, 1.7976931348623157e308, 0.1 + 0.2],
    // oxlint-disable-next-line unicorn/no-thenable -- such a name is data like any other
    names: { toString: 1, then: 2, _placeholder: true, num: 0 },
    placeholder: { _placeholder: true, num: 0 },
  }
  a.object().change(values)
  await agree([a, b])
  expect(b.object().get()).toEqual(values)
  const { text, ...rest } = values
  expect(readRegister(b.object().replica.visible.confirmed.rows.get(ROOT)!, 'text')).toBe(text)
  expect(Object.keys(rest)).toHaveLength(6)
})

it('[SYS8] hears of an object without writing to it, until it lets go', async () => {
  const { url } = await startStation()
  const a = openDevice(url)
  const b = openDevice(url, { platform: nodePlatform(100) })
  const { object, close } = b.client.open('one')
  await a.object('one').change({ n: 1 }).server
  await until(() => object.get()?.['n'] === 1)
  expect(pushed(b)).toEqual([])
  close()
  await until(() => b.line.up.some(({ event }) => event === 'leave'))
  b.client.open('two')
  await a.object('one').change({ n: 2 }).server
  await a.object('two').change({ n: 2 }).server
  await until(() => b.object('two').get()?.['n'] === 2)
  expect(object.get()).toEqual({ n: 1 })
  expect(heard(b, 'one').size).toBe(1)
})

it('[SYS9] loads an object of more than 100,000 properties whole', {
  timeout: 60_000,
}, async () => {
  const { url } = await startStation()
  const a = openDevice(url, { openStore: memory })
  const fields = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, i]))
  for (let i = 0; i < 1001; i++) a.object().add('rows', { id: `r${i}`, ...fields })
  await agree([a])
  const b = openDevice(url, { openStore: memory })
  await agree([a, b])
  const rows = b.object().sorted('rows').read()
  expect(rows).toHaveLength(1001)
  expect(rows.reduce((sum, row) => sum + Object.keys(row).length - 1, 0)).toBe(100_100)
})

it('[SYS10] everybody writes random properties at once, and all agree', async () => {
  const { url } = await startStation()
  const devices = Array.from({ length: 4 }, () => openDevice(url, { openStore: memory }))
  for (const { client } of devices) await client.loaded('object')
  for (let i = 0; i < 100; i++) {
    for (const [k, { object }] of devices.entries())
      object().change({ [`p${(i * 37 + k * 11) % 100}`]: `${k} ${i}` })
    await new Promise((resolve) => setImmediate(resolve))
  }
  await agree(devices)
  expect(Object.keys(devices[0]!.object().get() ?? {})).toHaveLength(100)
})
