/** Windowed collections that come from a real server: by its pages, and cut on the way. */
import { defineSchema, object, shared, value } from '@react-collab/core'
import type { RowWindow } from 'react-collab/testing'
import { expect, it, vi } from 'vitest'
import { join } from 'node:path'
import { type Device, newFolder, openDevice, startStation, until } from './lab.js'

const ROWS = 5000

const schema = defineSchema({
  directory: object({
    title: value<string>(),
    people: shared({ name: value<string>(), at: value<number>() }, { windowed: ['name', 'at'] }),
  }),
})

/** Numbers in names count by their size: the order is that of `at`. */
const person = (at: number): { id: string; name: string; at: number } => ({
  id: `p${at}`,
  name: `person ${at}`,
  at,
})

function show({ object: of }: Device, start: number): RowWindow {
  of().describe(schema.objects.directory)
  const window = of().window('people', { orderBy: 'name' })
  window.want(start, 10, 0)
  window.subscribe(() => undefined)
  return window
}

const total = (window: RowWindow): number => window.read()?.total ?? 0

/** What came down a line; `rows` are those that the answer to the last join said will come. */
interface Heard {
  readonly pages: number
  readonly rows: number
  readonly entries: number
}

/** Lets so many pages of rows through, and none after them. */
function letPages({ line }: Device, most: number): Heard {
  const heard = { pages: 0, rows: 0, entries: 0 }
  line.passes = (way, event, message) => {
    if (way === 'down' && event === 'entries') heard.entries += 1
    if (way === 'ack' && event === 'join') {
      const [, joined] = message as [unknown, { state?: number } | undefined]
      heard.rows = joined?.state ?? 0
    }
    if (way !== 'down' || event !== 'state') return true
    heard.pages += 1
    return heard.pages <= most
  }
  return heard
}

/** Fills the object of a server, until a newcomer is given rows in place of entries. */
async function fill(url: string): Promise<Device> {
  const author = openDevice(url, { schema })
  await author.client.loaded('object')
  author.object().describe(schema.objects.directory)
  author.object().change({ title: 'all' })
  const people = Array.from({ length: ROWS }, (_, at) => person(at))
  await author.object().createMany('people', people).server
  // Written again: the rows have fewer bytes than the entries.
  for (const { id, name } of people) author.object().update('people', id, { name: `${name} ` })
  for (const { id, name } of people) author.object().update('people', id, { name })
  await until(() => author.client.status.state === 'synced')
  await vi.waitFor(
    async () => {
      const probe = openDevice(url)
      const heard = letPages(probe, Infinity)
      const { replica } = probe.client.peek('object')
      await until(() => replica.cursor !== undefined && probe.client.status.state === 'synced')
      await probe.client.close()
      expect(heard).toMatchObject({ rows: ROWS + 1, entries: 0 })
    },
    { timeout: 30_000, interval: 500 },
  )
  return author
}

it('[WIN19] a first sync by rows of the server shows how far it is, goes on in another run where it was cut, and what comes live follows', async () => {
  const { url } = await startStation()
  const author = await fill(url)
  const file = join(newFolder(), 'client.db')
  const first = openDevice(url, { file, schema })
  const before = letPages(first, 2)
  let window = show(first, 0)
  const told = new Set<number>()
  first.client.subscribe(() => {
    const { progress } = first.client.status
    if (progress !== undefined) told.add(progress.received)
  })
  await until(() => before.pages > 2)
  await until(() => total(window) > 0)
  const partial = total(window)
  expect(partial).toBeLessThan(ROWS)
  expect([...told].some((received) => received > 0 && received < ROWS)).toBe(true)
  // What is no row of it shows as it comes.
  expect(first.object().get()).toEqual({ title: 'all' })
  await first.client.close()

  const second = openDevice(url, { file, schema })
  const after = letPages(second, Infinity)
  window = show(second, ROWS - 10)
  await until(() => total(window) === ROWS && second.client.status.state === 'synced')
  // What had come does not come again, but for the page that was on its way to the disk.
  expect(after.rows).toBeLessThan(ROWS)
  expect(second.object().get()).toEqual({ title: 'all' })
  const names = (): unknown => window.read()?.rows.map(({ name }) => name)
  await until(() => window.read()?.isLoading === false)
  expect(names()).toEqual(Array.from({ length: 10 }, (_, i) => `person ${ROWS - 10 + i}`))
  expect(second.object().replica.visible.confirmed.rows.size).toBeLessThan(50)

  author.object().remove('people', `p${ROWS - 1}`)
  author.object().update('people', 'p0', { name: 'person 4999.5' })
  await until(() => total(window) === ROWS - 1)
  await until(() => JSON.stringify(names()).includes('4999.5'))
})
