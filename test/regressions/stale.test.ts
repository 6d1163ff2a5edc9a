/** Clients that come back after weeks or years, through a log that was compacted and pruned. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { join } from 'node:path'
import { agree, type Device, newFolder, openDevice, startStation, until } from './lab.js'

const DAY_MS = 86_400_000

// Only clocks are made up: what moves, moves in real time.
beforeEach(
  () => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.UTC(2026, 0, 1) }),
)
afterEach(() => void vi.useRealTimers())

const pass = (days: number): unknown => vi.advanceTimersByTime(days * DAY_MS)

/** What came down a line: how many pages of rows, and the seq of the first entry. */
function received({ line }: Device): { pages: number; firstEntry: number } {
  const heard = { pages: 0, firstEntry: Infinity }
  const { passes } = line
  line.passes = (way, event, message) => {
    if (event === 'state') heard.pages += 1
    if (event === 'entries') {
      heard.firstEntry = Math.min(heard.firstEntry, (message as { seq: number }).seq)
    }
    return passes(way, event, message)
  }
  return heard
}

async function close({ client }: Device): Promise<void> {
  await client.close()
}

it.each([31, 181, 401])(
  '[STA9, SEM405] a client that was away for %i days comes back by rows, and its edits are all there',
  async (days) => {
    const { url } = await startStation()
    const files = [1, 2].map(() => join(newFolder(), 'client.db')) as [string, string]
    let other = openDevice(url, { file: files[0] })
    let stale = openDevice(url, { file: files[1] })
    await Promise.all([other.client.loaded('object'), stale.client.loaded('object')])
    for (const id of ['a', 'b', 'c']) other.object().add('contacts', { id, name: id, phone: '0' })
    other.object().text('notes').insert(0, 'hello world')
    await agree([other, stale])

    // The last that is seen of it: it edits without a line, and is closed.
    stale.client.setOffline(true)
    await until(() => stale.client.connection.status === 'offline')
    stale.object().update('contacts', 'a', { phone: 'mine' })
    stale.object().update('contacts', 'b', { phone: 'beneath' })
    stale.object().update('contacts', 'c', { phone: 'too late' })
    stale.object().add('contacts', { id: 'd', name: 'new' })
    stale.object().counter('visits').add(5)
    await stale.object().text('notes').insert(5, ' dear')?.local
    await close(stale)

    // The others go on, one entry after the other.
    const write = async (): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        await other.object().update('contacts', 'a', { name: `name ${i} of ${Date.now()}` }).server
      }
    }
    await write()
    other.object().remove('contacts', 'b')
    other.object().counter('visits').add(1)
    other.object().update('contacts', 'c', { phone: 'later' })
    other.object().text('notes').insert(0, 'oh, ')
    await agree([other])
    const missed = other.object().replica.cursor?.seq ?? 0
    await close(other)
    pass(days)
    other = openDevice(url, { file: files[0] })
    await agree([other])
    await write()
    // What has grown old is compacted and pruned: nobody new hears an entry of that time.
    await vi.waitFor(
      async () => {
        pass(1 / 24)
        await other.object().update('contacts', 'e', { at: Date.now() }).server
        const fresh = openDevice(url)
        const heard = received(fresh)
        await agree([fresh, other])
        await close(fresh)
        expect(heard.pages).toBeGreaterThan(0)
        expect(heard.firstEntry).toBeGreaterThan(missed)
      },
      { timeout: 30_000, interval: 300 },
    )

    stale = openDevice(url, { file: files[1] })
    const heard = received(stale)
    await agree([stale, other])
    expect(heard.pages).toBeGreaterThan(0)
    expect(heard.firstEntry).toBeGreaterThan(missed)
    expect(stale.client.outbox).toEqual({ pending: [], rejected: [] })
    for (const { object } of [stale, other]) {
      expect(object().row('contacts', 'a')).toMatchObject({ phone: 'mine' })
      expect(object().row('contacts', 'b')).toBeUndefined()
      expect(object().row('contacts', 'c')).toMatchObject({ phone: 'later' })
      expect(object().row('contacts', 'd')).toMatchObject({ name: 'new' })
      expect(object().counter('visits').value).toBe(6)
      expect(String(object().text('notes'))).toBe('oh, hello dear world')
    }
    await stale.object().restore('contacts', 'b').server
    await agree([stale, other])
    expect(other.object().row('contacts', 'b')).toMatchObject({ phone: 'beneath' })
  },
)

it('[STA10] who has loaded rows, and then sees no entry, goes on from there after restarts of the server', async () => {
  const station = await startStation()
  const { url } = station
  const other = openDevice(url)
  for (let i = 0; i < 300; i++) other.object().update('contacts', 'a', { phone: `${i}` })
  await agree([other])
  const again = async (): Promise<void> => {
    await station.stop()
    await station.start()
    await agree([other])
  }
  await again()
  let fresh: Device | undefined
  await vi.waitFor(
    async () => {
      pass(1)
      fresh = openDevice(url)
      const heard = received(fresh)
      await agree([fresh, other])
      expect(heard.pages).toBeGreaterThan(0)
    },
    { timeout: 30_000, interval: 300 },
  )
  const joins = (): unknown[] =>
    fresh!.line.up.filter(({ event }) => event === 'join').map(({ message }) => message['cursor'])
  for (let i = 0; i < 2; i++) {
    await again()
    await agree([fresh!])
    // A reset would ask again, without a cursor.
    expect(joins()).toHaveLength(i + 2)
    expect(joins().at(-1)).toMatchObject({ seq: fresh!.object().replica.cursor?.seq })
  }
})
