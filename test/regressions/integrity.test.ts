/** Rows of one device that are not what the log has. */
import { defineSchema, object, type ObjectId, type RowKey, shared, value } from '@react-collab/core'
import { openFileStore } from 'react-collab/node'
import { expect, it } from 'vitest'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  agree,
  type Device,
  newFolder,
  nodePlatform,
  openDevice,
  startStation,
  until,
} from './lab.js'

const key = 'people/p5' as RowKey
const phone = ({ object }: Device): unknown => object().row('people', 'p5')?.['phone']

async function write({ object }: Device, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) object().add('people', { id: `p${i}`, phone: `${i}` })
  await object().add('people', { id: `last${to}` }).server
}

function listening() {
  const said: string[] = []
  const quiet = { info: () => undefined, warn: () => undefined }
  const logger = {
    ...quiet,
    error: (...words: unknown[]) => void said.push(inspect(words)),
  }
  const platform = { ...nodePlatform(), report: (error: unknown) => void said.push(String(error)) }
  return { said, logger, platform }
}

it('[DIG7] a cell that memory lost is noticed at a multiple of 256, told on both sides, and healed; own edits stay', async () => {
  const { said, logger, platform } = listening()
  // Rows are digested once a minute: not while nobody writes for a moment.
  const { url } = await startStation({ logger, heartbeatMs: 1_500 })
  const a = openDevice(url)
  const b = openDevice(url, { platform })
  await agree([a, b])
  await write(a, 0, 100)
  await agree([a, b])
  const { rows } = b.object().replica.visible.confirmed
  rows.set(key, { ...rows.get(key)!, values: { phone: 'rotten' } })
  rows.set('people/nobody' as RowKey, rows.get(key)!)
  expect(phone(b)).toBe('rotten')
  b.line.passes = (way, event) => way !== 'up' || event !== 'push'
  await b.object().update('people', 'p5', { note: 'mine' }).local
  await write(a, 100, 300)
  await until(() => b.object().row('people', 'p5')?.['phone'] === '5', 'it is healed')
  expect(b.object().row('people', 'p5')).toMatchObject({ phone: '5', note: 'mine' })
  expect(b.object().row('people', 'nobody')).toBeUndefined()
  expect(said.filter((line) => line.includes('object at entry 256'))).toHaveLength(2)
  b.line.passes = () => true
  b.line.cut()
  await until(() => b.client.status.unsent === 0, 'the own edit is sent')
  await agree([a, b])
  expect(a.object().row('people', 'p5')).toMatchObject({ phone: '5', note: 'mine' })
  expect(said).toHaveLength(2)
})

it('[DIG7] a cell that a disk lost is noticed in an object where nobody writes, and healed on the disk', async () => {
  const { said, logger, platform } = listening()
  const station = await startStation({ logger, heartbeatMs: 500 })
  const { url } = station
  const a = openDevice(url)
  const file = join(newFolder(), 'client.db')
  const b = openDevice(url, { file })
  await agree([a, b])
  await write(a, 0, 10)
  await agree([a, b])
  await b.client.close()
  const id = 'object' as ObjectId
  const store = await openFileStore(file)
  const { state, cursor } = await store.load(id)
  state.rows.set(key, { ...state.rows.get(key)!, values: { phone: 'rotten' } })
  await store.reset(await store.lead(), id, state, cursor!, [], { changed: [key] })
  await store.close()
  // The next process compacts what the last one has left.
  await station.stop()
  await station.start()
  const again = openDevice(url, { file, platform })
  await until(() => again.object().ready && phone(again) === 'rotten', 'it is rotten')
  await until(() => phone(again) === '5', 'it is healed')
  await agree([a, again])
  expect(said).toHaveLength(2)
  await again.client.close()
  const healed = await openFileStore(file)
  expect((await healed.load(id)).state.rows.get(key)?.values).toMatchObject({ phone: '5' })
  await healed.close()
})

it('[DIG7] a row of a windowed collection that a disk lost is noticed where nobody writes, and healed', async () => {
  const { said, logger, platform } = listening()
  const station = await startStation({ logger, heartbeatMs: 500 })
  const schema = defineSchema({
    book: object({
      people: shared({ phone: value<string>(), note: value<string>() }, { windowed: ['phone'] }),
    }),
  })
  const a = openDevice(station.url)
  const file = join(newFolder(), 'client.db')
  const b = openDevice(station.url, { file, schema })
  await agree([a])
  await write(a, 0, 10)
  await until(() => b.object().replica.cursor?.seq === a.object().replica.cursor?.seq, 'it has all')
  await b.client.close()
  const id = 'object' as ObjectId
  const store = await openFileStore(file)
  store.useWindows(new Map([['people/', ['phone']]]), () => undefined)
  const all = await store.scanRows(id, 100)
  const rows = new Map(all.rows.filter(([each]) => each !== key))
  expect([all.rows.length, rows.size]).toEqual([11, 10])
  const { state, cursor } = await store.load(id)
  const lead = await store.lead()
  await store.stageRows(lead, id, { rows, isReset: true, isFirst: true })
  await store.reset(lead, id, state, cursor!, [])
  await store.close()
  await station.stop()
  await station.start()
  const again = openDevice(station.url, { file, schema, platform })
  await again.client.loaded(id)
  again.object().describe(schema.objects.book)
  const window = again.object().window('people', { orderBy: 'phone' })
  window.want(0, 20, 0)
  window.subscribe(() => undefined)
  const shown = (): unknown => window.read()?.rows.map((row) => row['id'])
  await until(() => said.length === 2, 'it is noticed')
  await until(() => window.read()?.total === 11, 'it is healed')
  expect(shown()).toContain('p5')
  await again.object().update('people', 'p5', { note: 'mine' }).server
  await agree([a])
  await until(() => a.object().row('people', 'p5')?.['note'] === 'mine')
  expect(a.object().row('people', 'p5')).toMatchObject({ phone: '5', note: 'mine' })
  expect(said).toHaveLength(2)
})

it('[DIG7] nobody says a word where all is well', async () => {
  const { said, logger, platform } = listening()
  const { url } = await startStation({ logger, heartbeatMs: 50 })
  const [a, b] = [openDevice(url, { platform }), openDevice(url, { platform })]
  await agree([a, b])
  const heard = (): number =>
    b.line.up.filter(({ message }) => message['digest'] !== undefined).length
  const text = a.object().text('title')
  for (let i = 0; i < 300; i++) text.splice(i % (text.length + 1), 0, 'ab')
  a.object().counter('views').add(3)
  await write(a, 0, 300)
  await until(() => heard() >= 4, 'digests are told')
  await agree([a, b])
  expect(said).toEqual([])
})
