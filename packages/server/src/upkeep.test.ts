import { type Event, type ObjectId, PROTOCOL_VERSION, type RowKey } from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { createHost } from './host.js'
import { makeEvents } from './log/event-log.contract.js'
import type { EventLog } from './log/event-log.js'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { allowAll, type HostOptions } from './options.js'
import { createMemoryHub, type TestPeer } from './testing/index.js'
import { Time } from './time.contract.js'

const o = 'o' as ObjectId
const DAY = 86_400_000

/** A host on time that the test moves, and one client in one object. */
async function start(
  options: Partial<HostOptions> = {},
  wrap: (log: EventLog) => EventLog = (l) => l,
  wallClock?: () => number,
) {
  const time = new Time()
  const platform = { ...time.platform, ...(wallClock && { now: wallClock }) }
  const log = createMemoryEventLog(platform)
  const hub = createMemoryHub()
  const host = createHost({
    log: wrap(log),
    platform,
    hub,
    options: { authorize: allowAll, ...options },
  })
  const connect = async (client: string): Promise<[TestPeer, string]> => {
    const peer = hub.connect(host, { protocol: PROTOCOL_VERSION, secret: 's', client })
    const answer = peer.ask('join', { object: o, replicas: {}, states: true })
    await time.pass(0)
    const [, joined] = await answer
    return [peer, (joined as { term: string }).term]
  }
  const [peer, term] = await connect('a')
  let n = 0
  const write = async (count: number): Promise<void> => {
    // Few fields, so that what is written is compacted as fast as it comes.
    const events = makeEvents('a', n + 1, count).map(
      ([at, stamp]): Event => [at, stamp, [['=', '' as RowKey, `f${at % 9}`, at]]],
    )
    const push = { object: o, term, round: 0, prev: { a0000000: n }, events }
    n += count
    const answer = peer.ask('push', push)
    await time.pass(0)
    expect((await answer)[0]).toBeNull()
  }
  const seen = (seq: number, from = peer) => from.ask('seen', { object: o, cursor: { term, seq } })
  const levels = async () => {
    const { compacted, floor } = (await log.objects('', 10))[0]!
    return { compacted, floor }
  }
  return { time, host, log, peer, write, seen, levels, connect }
}

describe('[CMP10] upkeep compacts', () => {
  it('soon when some hundred entries have gathered, and else when it is quiet', async () => {
    const { time, write, levels } = await start()
    await write(255)
    await time.pass(5_000)
    expect((await levels()).compacted).toBe(0)
    await write(1)
    expect((await levels()).compacted).toBe(0)
    await time.pass(500)
    expect((await levels()).compacted).toBe(256)
    await write(3)
    await time.pass(9_000)
    expect((await levels()).compacted).toBe(256)
    await time.pass(2_000)
    expect((await levels()).compacted).toBe(259)
    expect(time.errors).toEqual([])
  })

  it('[CLK16] in time, though the wall clock stepped back, and then stood still', async () => {
    const wall = { now: 1_700_000_000_000 }
    const { time, write, levels } = await start({}, undefined, () => wall.now)
    await write(3)
    wall.now -= 400 * DAY
    await time.pass(11_000)
    expect((await levels()).compacted).toBe(3)
    await write(3)
    await time.pass(11_000)
    expect((await levels()).compacted).toBe(6)
    expect(time.errors).toEqual([expect.objectContaining({ code: 'CLOCK_AHEAD' })])
  })

  it('[CLK17] and says once that edits are stamped far ahead of the clock', async () => {
    const wall = { now: 1_700_000_000_000 }
    const { time, write } = await start({}, undefined, () => wall.now)
    await write(3)
    await time.pass(3_600_000)
    expect(time.errors).toEqual([])
    wall.now -= 400 * DAY
    await time.pass(2 * 3_600_000)
    expect(time.errors).toEqual([expect.objectContaining({ code: 'CLOCK_AHEAD' })])
    expect(String(time.errors[0])).toContain('are stamped 9600 hours ahead of this clock')
  })

  it('while an object is written without a pause, and for a quarter of the time at most', async () => {
    let spent = 0
    const slow = (log: EventLog): EventLog =>
      new Proxy(log, {
        get(of, name) {
          const value: unknown = Reflect.get(of, name)
          if (typeof value !== 'function') return value
          if (name !== 'compact') return value.bind(of)
          return async (object: ObjectId) => {
            time.now += 40
            spent += 40
            return of.compact(object)
          }
        },
      })
    const { time, write, levels } = await start({}, slow)
    const began = time.now
    for (let i = 0; i < 400; i++) {
      await write(50)
      await time.pass(50)
    }
    expect(spent / (time.now - began)).toBeLessThan(0.27)
    await time.pass(60_000)
    expect((await levels()).compacted).toBe(20_000)
  })

  it('what an earlier process has left, of all objects', async () => {
    const { time, log, write } = await start()
    await write(100)
    const hub = createMemoryHub()
    const next = createMemoryEventLog({ ...time.platform, from: log.snapshot() })
    time.stop()
    createHost({ log: next, platform: time.platform, hub, options: { authorize: allowAll } })
    await time.pass(2_000)
    expect((await next.objects('', 10))[0]).toMatchObject({ compacted: 100, floor: 0 })
    await time.pass(31 * DAY)
    expect((await next.objects('', 10))[0]).toMatchObject({ compacted: 100, floor: 100 })
  })

  it('later what fails, reports that, and minds the others meanwhile', async () => {
    let isBroken = true
    const weak = (log: EventLog): EventLog =>
      new Proxy(log, {
        get(of, name) {
          const value: unknown = Reflect.get(of, name)
          if (typeof value !== 'function') return value
          if (name !== 'compact') return value.bind(of)
          return async (object: ObjectId) => {
            if (isBroken) throw new Error('no room')
            return of.compact(object)
          }
        },
      })
    const { time, write, levels } = await start({}, weak)
    await write(300)
    await time.pass(30_000)
    expect(time.errors.map(String)).toEqual(['Error: no room'])
    isBroken = false
    await time.pass(60_000)
    expect((await levels()).compacted).toBe(300)
  })
})

describe('[CMP7] upkeep prunes', () => {
  it('what all clients that count have, and nothing before', async () => {
    const { time, write, seen, levels, connect } = await start({ staleAfterMs: DAY })
    const [other] = await connect('b')
    await write(300)
    await time.pass(30_000)
    expect(await levels()).toEqual({ compacted: 300, floor: 0 })
    await seen(300)
    await seen(300, other)
    await write(1)
    await time.pass(30_000)
    expect(await levels()).toEqual({ compacted: 301, floor: 300 })
    other.disconnect()
    await write(300)
    for (let at = 0; at < 3 * DAY; at += DAY / 8) {
      await seen(601)
      await time.pass(DAY / 8)
    }
    await write(1)
    await time.pass(30_000)
    expect((await levels()).floor).toBe(601)
  })

  it('nothing that all clients have, where history is to be kept', async () => {
    const { time, write, seen, levels } = await start({
      retention: { history: true, entries: 500 },
    })
    await write(300)
    await seen(300)
    await time.pass(30_000)
    expect((await levels()).floor).toBe(0)
    for (let i = 0; i < 3; i++) await write(100)
    await time.pass(30_000)
    expect((await levels()).floor).toBe(0)
    await write(300)
    await time.pass(30_000)
    expect((await levels()).floor).toBe(400)
  })

  it('what is beyond the last entries of an object, whoever has not seen it', async () => {
    const { time, write, levels } = await start({ retention: { entries: 100 } })
    for (let i = 0; i < 30; i++) await write(10)
    await time.pass(30_000)
    expect(await levels()).toEqual({ compacted: 300, floor: 200 })
  })

  it('what is old, also of an object that nobody writes any more', async () => {
    const { time, write, levels } = await start({ retention: { days: 3 } })
    await write(300)
    await time.pass(2 * DAY)
    expect((await levels()).floor).toBe(0)
    await time.pass(2 * DAY)
    expect((await levels()).floor).toBe(300)
  })

  it('all that rows hold, where nothing is to be kept', async () => {
    const { time, write, levels } = await start({ retention: { days: 0, entries: 0 } })
    await write(300)
    await time.pass(30_000)
    expect(await levels()).toEqual({ compacted: 300, floor: 300 })
  })
})
