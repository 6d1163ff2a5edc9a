/** What the contacts application did, as far as it needs no compaction and no second server. */
import { join } from 'node:path'
import { type Event, type Row, stampToContacts } from '@react-collab/core'
import { createLocalStore, createMemoryDisk } from 'react-collab/testing'
import { expect, it } from 'vitest'
import { agree, type Device, newFolder, openDevice, startStation, textOf, until } from './lab.js'

const memory = () => Promise.resolve(createLocalStore(createMemoryDisk()))

it('[SYS11, SEM201] a client that begins now has what one has that was there from the first day', async () => {
  const station = await startStation()
  const old = openDevice(station.url)
  await old.client.loaded('object')
  for (let day = 0; day < 10; day++) {
    old.object().add('contacts', { id: `${day % 4}`, name: `day ${day}` })
    if (day % 3 === 0) old.object().remove('contacts', `${day % 4}`)
    await agree([old])
    if (day === 5) {
      await station.stop()
      await station.start()
    }
  }
  const fresh = openDevice(station.url)
  await agree([old, fresh])
  expect(textOf(fresh.object())).toBe(textOf(old.object()))
})

it('[SYS12, SEM202] reads and writes with no server ever, and through a restart', async () => {
  const file = join(newFolder(), 'client.db')
  const first = openDevice('http://127.0.0.1:9', { file })
  const { id, local } = first.object().add('contacts', { name: 'Ada' })
  await local
  await first.object().update('contacts', id, { phone: '1' }).local
  expect(first.object().row('contacts', id)).toEqual({ id, name: 'Ada', phone: '1' })
  await first.client.close()
  const second = openDevice('http://127.0.0.1:9', { file })
  await second.client.loaded('object')
  expect(second.object().sorted('contacts', 'name').read()).toEqual([
    { id, name: 'Ada', phone: '1' },
  ])
  expect(second.client.status.unsent).toBe(2)
  await second.object().remove('contacts', id).local
  expect(second.object().sorted('contacts').read()).toEqual([])
})

/** A record as the contacts application exports it: each field beside its timestamp. */
function exported({ values, stamps }: Row): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(stamps).flatMap(([field, stamp]) => [
      [field, values[field]],
      [`${field}_timestamp`, stampToContacts(stamp)],
    ]),
  )
}

it('[SYS13, SEM205] one read of a record gives values and stamps, to be exported as the seed did', async () => {
  const { url } = await startStation()
  const a = openDevice(url)
  a.object().add('contacts', { id: 'r', name: 'Ada', phone: '1' })
  await agree([a])
  const [row] = [...a.object().replica.visible.confirmed.rows.values()]
  const timestamp = expect.stringMatching(/^\d{15}:[0-9a-z]{5}:[0-9a-f]{16}$/)
  expect(exported(row!)).toEqual({
    name: 'Ada',
    name_timestamp: timestamp,
    phone: '1',
    phone_timestamp: timestamp,
    $del: false,
    $del_timestamp: timestamp,
  })
})

it('[SYS14, SEM208] a change of one column is a message of one column, and twice the same as once', async () => {
  const { url } = await startStation()
  const [a, b] = [openDevice(url), openDevice(url)]
  a.object().add('contacts', { id: 'r', name: 'Ada', phone: '1' })
  await agree([a, b])
  await a.object().update('contacts', 'r', { phone: '2' }).server
  await agree([a, b])
  const event = b.line.entries.flatMap(({ events }) => events as Event[]).at(-1)
  expect(event).toEqual([2, expect.any(String), [['=', 'contacts/r', 'phone', '2']]])
  const before = textOf(b.object())
  expect(b.object().replica.receive({ term: 't', seq: 2, events: [event!] })).toEqual([])
  expect(textOf(b.object())).toBe(before)
})

/** Creates, updates and deletes 60 to 35 to 5, from a row of numbers that is always the same. */
function generate({ object }: Device, from: number, count: number): void {
  const ids = (): string[] =>
    object()
      .sorted('contacts')
      .read()
      .map((row) => row['id'] as string)
  for (let i = from; i < from + count; i++) {
    const dice = (i * 7919) % 100
    const known = ids()
    const id = known[(i * 31) % Math.max(1, known.length)]
    if (dice < 60 || id === undefined) object().add('contacts', { name: `n${i}`, phone: `${i}` })
    else if (dice < 95) object().update('contacts', id, { name: `updated ${i}` })
    else object().remove('contacts', id)
  }
}

it('[SYS15, SEM209] generators on several clients, switched on and off, end in the same contacts', async () => {
  const { url } = await startStation()
  const devices = Array.from({ length: 3 }, () => openDevice(url, { openStore: memory }))
  for (const { client } of devices) await client.loaded('object')
  for (let turn = 0; turn < 6; turn++) {
    for (const [k, device] of devices.entries()) {
      device.client.setOffline((turn + k) % 3 === 0)
      if ((turn + k) % 2 === 0) generate(device, turn * 1000 + k * 300, 30)
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (const { client } of devices) client.setOffline(false)
  await agree(devices)
  const books = devices.map(({ object }) => object().sorted('contacts', 'name').read())
  expect(books[0]!.length).toBeGreaterThan(60)
  expect(books[1]).toEqual(books[0])
  expect(books[2]).toEqual(books[0])
  await until(() => devices.every(({ client }) => client.outbox.rejected.length === 0))
})
