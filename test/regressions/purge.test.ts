/** Deleted rows that the server lets go of for good, and who comes back with edits of them. */
import { defineSchema, object, shared, text, counter, value, type Event } from '@react-collab/core'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  agree,
  type Device,
  newFolder,
  openDevice,
  type Station,
  startStation,
  until,
} from './lab.js'

const DAY_MS = 86_400_000

// Only clocks are made up: what moves, moves in real time.
beforeEach(
  () => void vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.UTC(2026, 0, 1) }),
)
afterEach(() => void vi.useRealTimers())

const pass = (days: number): unknown => vi.advanceTimersByTime(days * DAY_MS)

const schema = defineSchema({
  book: object({
    contacts: shared({
      name: value<string>(),
      phone: value<string>(),
      notes: text(),
      calls: counter(),
    }),
  }),
})

const known = ({ object: open }: Device): string[] =>
  [...open().replica.visible.confirmed.rows.keys()].sort()

/** A server that forgets what was deleted a month ago, and two devices that have some rows. */
async function begin() {
  const errors: unknown[] = []
  const logger = {
    info: () => undefined,
    warn: () => undefined,
    error: (details: object) => void errors.push(details),
  }
  const station = await startStation({
    schema,
    purgeDeletedAfterMs: 30 * DAY_MS,
    heartbeatMs: 100,
    logger,
  })
  const file = join(newFolder(), 'client.db')
  const other = openDevice(station.url)
  const stale = openDevice(station.url, { file })
  const reader = openDevice(station.url)
  await Promise.all([other.client.loaded('object'), stale.client.loaded('object')])
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f'])
    other.object().add('contacts', { id, name: id, phone: '0' })
  other.object().text(['contacts', 'c', 'notes']).insert(0, 'hello')
  await agree([other, stale, reader])
  stale.client.setOffline(true)
  await until(() => stale.client.connection.status === 'offline')
  return { station, file, other, stale, reader, errors }
}

/** Deletes rows, and lets a month go by, until no new device hears of them. */
async function purge(station: Station, other: Device, ids: readonly string[]): Promise<Device> {
  for (const id of ids) other.object().remove('contacts', id)
  await agree([other])
  pass(40)
  let fresh: Device | undefined
  await vi.waitFor(
    async () => {
      await other.object().change({ at: Date.now() }).server
      pass(1 / 24)
      // What is pruned by now is looked at when a server begins.
      await station.stop()
      await station.start()
      await fresh?.client.close()
      fresh = openDevice(station.url)
      await agree([fresh, other])
      for (const id of ids) expect(known(fresh)).not.toContain(`contacts/${id}`)
    },
    { timeout: 40_000, interval: 400 },
  )
  return fresh!
}

const refused = ({ client }: Device) =>
  client.outbox.rejected.map(({ code, event }) => [code, (event as Event)[2].map(([, key]) => key)])

/** Lets time go by until each device has told its digests of all that there is. */
async function compareDigests(devices: readonly Device[]): Promise<void> {
  const isTold = ({ line, object: open }: Device): boolean =>
    line.up.some(({ event, message }) => {
      const { seq } = (message['cursor'] ?? {}) as { seq?: number }
      return event === 'seen' && 'digest' in message && seq === open().replica.cursor?.seq
    })
  await vi.waitFor(
    () => {
      pass(1 / 720)
      expect(devices.map(isTold)).toEqual(devices.map(() => true))
    },
    { timeout: 20_000, interval: 400 },
  )
  // The server compares when its rows are so far.
  await new Promise((resolve) => setTimeout(resolve, 500))
}

it.each([false, true])(
  '[PUR6] who comes back with edits of rows that are gone has them among the refused, and nothing else (closed meanwhile: %s)',
  async (isClosed) => {
    const { station, file, other, reader, errors, ...at } = await begin()
    let { stale } = at
    const digests: unknown[] = []
    const mine = stale.object()
    const late = mine.update('contacts', 'a', { phone: 'mine' })
    mine.update('contacts', 'b', { phone: 'kept' })
    mine.text(['contacts', 'c', 'notes']).insert(5, ' dear')
    mine.counter(['contacts', 'd', 'calls']).add(1)
    mine.remove('contacts', 'e')
    mine.restore('contacts', 'e')
    mine.remove('contacts', 'f')
    await mine.add('contacts', { id: 'n', name: 'new' }).local
    const lost = late.server.catch(({ code }: { code: string }) => code)
    if (isClosed) await stale.client.close()

    const fresh = await purge(station, other, ['a', 'c', 'd', 'e', 'f'])
    if (isClosed) stale = openDevice(station.url, { file })
    const devices = [stale, other, fresh, reader]
    for (const { line } of devices) {
      const { passes } = line
      line.passes = (way, event, message) => {
        if (event === 'digest') digests.push(message)
        return passes(way, event, message)
      }
    }
    stale.client.setOffline(false)
    await until(() => stale.client.status.unsent === 0, 'all is sent or refused')
    await agree(devices)
    expect(refused(stale)).toEqual([
      ['BASE_LOST', ['contacts/a']],
      ['BASE_LOST', ['contacts/c']],
      ['BASE_LOST', ['contacts/d']],
      ['BASE_LOST', ['contacts/e']],
      ['BASE_LOST', ['contacts/e']],
      ['BASE_LOST', ['contacts/f']],
    ])
    if (!isClosed) expect(await lost).toBe('BASE_LOST')
    for (const device of devices) {
      expect(known(device)).toEqual(['', 'contacts/b', 'contacts/n'])
      expect(device.object().row('contacts', 'b')).toMatchObject({ name: 'b', phone: 'kept' })
      expect(device.object().row('contacts', 'n')).toMatchObject({ name: 'new' })
      for (const id of ['a', 'c', 'd', 'e', 'f'])
        expect(device.object().row('contacts', id)).toBeUndefined()
    }
    // Nor is half a row made when a person tries it again.
    const keys = stale.client.outbox.rejected.map(({ key }) => key)
    for (const key of keys)
      await expect(stale.client.retry(key)).rejects.toMatchObject({ code: 'BASE_LOST' })
    expect(refused(stale)).toHaveLength(6)
    await compareDigests(devices)
    expect([digests, errors]).toEqual([[], []])
  },
)

it('[PUR6] what is written while rows that are gone are loaded is refused, too; a row may be made anew', async () => {
  const { station, other, stale, reader, errors } = await begin()
  const fresh = await purge(station, other, ['a', 'c'])
  const writes: Promise<unknown>[] = []
  const { passes } = stale.line
  stale.line.passes = (way, event, message) => {
    if (event === 'state') {
      const { server } = stale
        .object()
        .update('contacts', 'a', { phone: `typing ${writes.length}` })
      writes.push(server.catch(({ code }: { code: string }) => code))
    }
    return passes(way, event, message)
  }
  stale.client.setOffline(false)
  await until(() => writes.length > 0 && stale.client.status.unsent === 0, 'all is refused')
  expect(await Promise.all(writes)).toEqual(writes.map(() => 'BASE_LOST'))
  await agree([stale, other, fresh, reader])
  expect(known(fresh)).not.toContain('contacts/a')
  stale.line.passes = passes
  stale.object().add('contacts', { id: 'a', name: 'again' })
  await stale.object().update('contacts', 'a', { phone: '1' }).server
  await agree([stale, other, fresh, reader])
  expect(fresh.object().row('contacts', 'a')).toEqual({ id: 'a', name: 'again', phone: '1' })
  expect(errors).toEqual([])
})

it('[PUR6] edits of rows that are gone from a windowed collection are refused, too', async () => {
  const windowed = defineSchema({
    book: object({
      contacts: shared({ name: value<string>(), phone: value<string>() }, { windowed: ['name'] }),
    }),
  })
  const { station, file, other, errors, ...at } = await begin()
  await at.stale.client.close()
  const stale = openDevice(station.url, { file, schema: windowed })
  stale.client.setOffline(true)
  await stale.client.loaded('object')
  stale.object().update('contacts', 'a', { phone: 'late' })
  await stale.object().update('contacts', 'b', { phone: 'kept' }).local
  const fresh = await purge(station, other, ['a'])
  stale.client.setOffline(false)
  await until(() => stale.client.status.unsent === 0, 'all is sent or refused')
  expect(refused(stale)).toEqual([['BASE_LOST', ['contacts/a']]])
  await agree([other, fresh])
  expect(known(fresh)).not.toContain('contacts/a')
  expect(fresh.object().row('contacts', 'b')).toMatchObject({ name: 'b', phone: 'kept' })
  expect(errors).toEqual([])
})
