/** Wall clocks that are wrong, on real clients and a real server: nothing is lost, nobody waits (R4). */
import { msOf } from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openForger } from './forger.js'
import { agree, type Device, nodePlatform, openDevice, startStation, until } from './lab.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A wall clock: what it says at a true time, both in ms since the Unix epoch. */
type Clock = (time: number) => number

const right: Clock = (time) => time
const off =
  (byMs: number): Clock =>
  (time) =>
    time + byMs
const since1970: Clock = (time) => time - startedAt
const stuck: Clock = () => startedAt - HOUR
const stepping: Clock = (time) => time + (Math.floor(time / 50) % 2 === 0 ? 400 * DAY : -HOUR)

const faults: [string, Clock][] = [
  ['an hour ahead', off(HOUR)],
  ['an hour behind', off(-HOUR)],
  ['400 days ahead', off(400 * DAY)],
  ['400 days behind', off(-400 * DAY)],
  ['in 1970', since1970],
  ['stuck', stuck],
  ['stepping back and forth', stepping],
]

const trueTime = (): number => performance.timeOrigin + performance.now()
const startedAt = trueTime()

/** What the clock of the server says; that of this process. */
let serverClock: Clock = right
beforeEach(() => {
  serverClock = right
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(serverClock(trueTime())))
})
afterEach(() => void vi.restoreAllMocks())

/** A device with a clock of its own. */
const openWith = (url: string, clock: Clock, isOffline = false): Device =>
  openDevice(url, {
    platform: { ...nodePlatform(), now: () => Math.floor(clock(trueTime())) },
    offline: isOffline,
  })

/** Both write, each after it has seen the other's: whoever is later wins, time and again. */
async function takeTurns(one: Device, other: Device): Promise<void> {
  for (const turn of [1, 2, 3]) {
    for (const [name, device] of Object.entries({ one, other })) {
      await device.object().change({ turn: `${name} ${turn}` }).server
      await agree([one, other])
      expect(one.object().get()?.['turn']).toBe(`${name} ${turn}`)
    }
  }
}

async function expectAll(devices: readonly Device[], count: number): Promise<void> {
  await agree(devices)
  for (const { client, object } of devices) {
    expect(client.status).toEqual({ state: 'synced', unsent: 0, rejected: 0 })
    const fields = Object.keys(object().get() ?? {}).filter((name) => name.startsWith('w'))
    expect(fields).toHaveLength(count)
  }
}

const greatestMs = ({ object }: Device): number => {
  const stamps = Object.values(object().replica.visible.confirmed.rows.get('' as never)!.stamps)
  return Math.max(...stamps.map(msOf))
}

describe('[CLK11] the clock of a client that is', () => {
  it.each(faults)('%s loses nothing, and holds up nobody', async (_name, clock) => {
    const { url } = await startStation()
    const [wrong, other] = [openWith(url, clock, true), openWith(url, right)]
    for (let i = 0; i < 20; i++) wrong.object().change({ [`w${i}`]: i, turn: `before ${i}` })
    await wrong.object().change({ w20: 20 }).local
    wrong.client.setOffline(false)
    await expectAll([wrong, other], 21)
    // What was written ahead of time was stamped anew.
    expect(greatestMs(other)).toBeLessThan(trueTime() + 6_000)
    await takeTurns(other, wrong)
  })
})

describe('[CLK12] the clock of the server that is', () => {
  it.each(faults)('%s loses nothing, and holds up nobody', async (_name, clock) => {
    const station = await startStation()
    const [a, b] = [openWith(station.url, right), openWith(station.url, right)]
    await takeTurns(a, b)
    serverClock = clock
    for (let i = 0; i < 10; i++) a.object().change({ [`w${i}`]: i })
    await expectAll([a, b], 10)
    await takeTurns(a, b)
    // It is wrong as another process begins, too; and then mended, while that goes on.
    await station.stop()
    await a.object().change({ w10: 10 }).local
    await station.start()
    await expectAll([a, b], 11)
    await takeTurns(a, b)
    serverClock = right
    await b.object().change({ w11: 11 }).server
    await expectAll([a, b], 12)
    await takeTurns(a, b)
  })
})

it('[CLK13] stamps of a log that was put back hold nobody up', async () => {
  const station = await startStation()
  const [a, b] = [openWith(station.url, right), openWith(station.url, right)]
  await a.object().change({ w0: 0 }).server
  await agree([a, b])
  const backup = await station.copy()
  // A process that is far ahead gives stamps of its time, which the next one has never had.
  serverClock = off(400 * DAY)
  for (const { line } of [a, b]) line.cut()
  await until(() => a.client.status.state === 'synced')
  for (let i = 1; i <= 5; i++) await a.object().change({ [`w${i}`]: i }).server
  await expectAll([a, b], 6)
  await station.stop()
  station.restore(backup)
  serverClock = right
  await station.start()
  await b.object().change({ w6: 6 }).server
  await expectAll([a, b], 7)
  await takeTurns(a, b)
})

it('[CLK14] a stamp far ahead that is forged is refused, and nothing of it stored', async () => {
  const station = await startStation()
  const good = openWith(station.url, right)
  await good.object().change({ w0: 0 }).server
  const forger = await openForger(station.url)
  await forger.join()
  for (const aheadMs of [5_500, HOUR, 400 * DAY]) {
    const event = [1, forger.stamp(Date.now() + aheadMs), [['=', '', 'turn', 'forged']]]
    expect(await forger.push([event])).toBe('CLOCK_AHEAD')
  }
  await good.object().change({ turn: 'good' }).server
  const fresh = openWith(station.url, right)
  await agree([good, fresh])
  expect(fresh.object().get()).toEqual({ w0: 0, turn: 'good' })
  expect(fresh.object().replica.cursor?.seq).toBe(2)
})

it.each([
  ['beyond the head', { seq: 999 }],
  ['of another term', { term: 'another' }],
])('[CLK15] a cursor %s leads to the whole state, and changes nothing', async (_name, wrong) => {
  const station = await startStation()
  const good = openWith(station.url, right)
  for (let i = 0; i < 3; i++) await good.object().change({ [`w${i}`]: i }).server
  const forger = await openForger(station.url)
  const { term, head } = await forger.join()
  const joined = await forger.join({ cursor: { term, seq: head, ...wrong } })
  expect(joined).toMatchObject({ reset: true, head: 3 })
  await until(() => forger.heard.size === 3)
  await expectAll([good, openWith(station.url, right)], 3)
})
