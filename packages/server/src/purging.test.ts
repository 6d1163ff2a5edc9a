import { defineSchema, object, PROTOCOL_VERSION, ref, shared, value } from '@react-collab/core'
import { type Event, formatStamp, type ObjectId, type RowKey } from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { createHost } from './host.js'
import { replica } from './log/event-log.contract.js'
import type { EventLog } from './log/event-log.js'
import { createMemoryEventLog } from './log/memory-event-log.js'
import { allowAll, type HostOptions } from './options.js'
import { Purging, targetsOf } from './purging.js'
import { createMemoryHub } from './testing/index.js'
import { Time } from './time.contract.js'

const o = 'o' as ObjectId
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A host on time that the test moves, and a client that has deleted a row. */
async function start(options: Partial<HostOptions>, wrap = (log: EventLog): EventLog => log) {
  const time = new Time()
  const log = createMemoryEventLog(time.platform)
  const hub = createMemoryHub()
  const host = createHost({
    log: wrap(log),
    platform: time.platform,
    hub,
    options: { authorize: allowAll, heartbeatMs: HOUR / 2, ...options },
  })
  const peer = hub.connect(host, { protocol: PROTOCOL_VERSION, secret: 's', client: 'a' })
  const join = async () => {
    const answer = peer.ask('join', { object: o, replicas: {}, states: true })
    await time.pass(0)
    return ((await answer)[1] as { term: string }).term
  }
  const term = await join()
  let n = 0
  const write = async (row: string, field: string, what: unknown) => {
    const ms = time.platform.now()
    const stamp = formatStamp({ ms, counter: 0, replica: replica('a') })
    const event: Event = [n + 1, stamp, [['=', row as RowKey, field, what as never]]]
    const push = { object: o, term, round: 0, prev: { [replica('a')]: n++ }, events: [event] }
    const answer = peer.ask('push', push)
    await time.pass(0)
    expect((await answer)[0]).toBeNull()
    void peer.ask('seen', { object: o, cursor: { term, seq: n } })
    await time.pass(0)
  }
  await write('c/1', 'x', 1)
  await write('c/1', '$del', true)
  await write('c/2', 'x', 1)
  // Compacted, and pruned, as the client has all.
  await time.pass(30_000)
  /** The objects that the last heartbeat was about. */
  const heads = () => {
    const told = peer.received.flatMap((one) => (one.event === 'heads' ? [one.message.heads] : []))
    return Object.keys(told.at(-1) ?? {})
  }
  return { time, log, heads }
}

const schema = defineSchema({ book: object({ c: shared({ x: value<number>() }) }) })

describe('[PUR5] deleted rows', () => {
  it('stay, unless they are to go', async () => {
    const { time, log } = await start({ schema })
    await time.pass(40 * DAY)
    expect(await log.purge(o, { before: time.platform.now(), kept: [] })).toBe(true)
  })

  it('go within the hour, and who has joined is to join again', async () => {
    const { time, log, heads } = await start({ schema, purgeDeletedAfterMs: 30 * DAY })
    await time.pass(30 * DAY - 2 * HOUR)
    const everything = { before: Infinity, kept: [] }
    const before = await log.join(o, 'b', undefined, {}, { states: true })
    expect([before.state, heads()]).toEqual([2, [o]])
    await time.pass(3 * HOUR)
    const after = await log.join(o, 'b', undefined, {}, { states: true })
    expect([after.state, heads()]).toEqual([1, []])
    expect(after.term).not.toBe(before.term)
    expect(await log.purge(o, everything)).toBe(false)
    expect(time.errors).toEqual([])
  })

  it('stay where other rows refer to them', async () => {
    const referring = defineSchema({
      book: object({
        c: shared({ x: value<number>() }),
        d: shared({ c: ref('c') }),
        e: shared({ x: value<number>() }),
        first: ref('e'),
      }),
    })
    expect(targetsOf(referring)).toEqual(['c/', 'e/'])
    const { time, log, heads } = await start({ schema: referring, purgeDeletedAfterMs: DAY })
    await time.pass(10 * DAY)
    expect((await log.join(o, 'b', undefined, {}, { states: true })).state).toBe(2)
    expect(heads()).toEqual([o])
  })

  it('are looked at again where that has failed, and all join again', async () => {
    let failures = 2
    const { time, log, heads } = await start({ schema, purgeDeletedAfterMs: DAY }, (own) => ({
      ...own,
      ...Object.fromEntries(
        ['append', 'join', 'leave', 'head', 'read', 'state', 'compact', 'prune', 'objects'].map(
          (name) => [name, (own[name as 'join'] as () => unknown).bind(own)],
        ),
      ),
      purge: (...args) =>
        failures-- > 0 ? Promise.reject(new Error('no disk')) : own.purge(...args),
    }))
    await time.pass(2 * DAY)
    expect(heads()).toEqual([])
    expect(time.errors.map(String)).toEqual(['Error: no disk', 'Error: no disk'])
    expect((await log.join(o, 'b', undefined, {}, { states: true })).state).toBe(1)
  })

  it('go from an object once in a tenth of the time, at most', async () => {
    const time = new Time()
    const asked: number[] = []
    const parts = { platform: time.platform, afterMs: 100 * HOUR }
    const purging = new Purging({
      ...parts,
      purge: async (_, ms) => asked.push(ms) > 1,
    })
    const look = async () => {
      await purging.look(o)
      return asked.length
    }
    // Where there was nothing to go, there may be an hour later.
    expect([await look(), await look(), await look()]).toEqual([1, 2, 2])
    await time.pass(10 * HOUR - 1)
    expect(await look()).toBe(2)
    await time.pass(1)
    expect(await look()).toBe(3)
    expect(asked).toEqual([parts.afterMs, parts.afterMs, parts.afterMs])
  })
})
