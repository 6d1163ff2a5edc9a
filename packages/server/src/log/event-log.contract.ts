import { type Event, formatStamp, hashText, type Numbers } from '@react-collab/core'
import type { Entries, ObjectId, Replica } from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppendItem, EventLog, JoinView, PageLimit, Verdict } from './event-log.js'
import type { LogOptions } from './durable-log.js'

/** A place that outlives the logs opened over it. */
export interface Bench {
  /** Opens the log over what is there; the one before is closed. */
  open(options?: Partial<LogOptions>): Promise<EventLog>
  /** Copies what is there; no log is open. */
  backup(): Promise<void>
  /** Puts the copy in place; no log is open. */
  restore(): Promise<void>
  destroy(): Promise<void>
}

export const clock = { now: 1_700_000_000_000 }

const page = { events: 500, bytes: 1_000_000 }
const o = 'object-1' as ObjectId

/** Names a replica by a short text. */
export const replica = (name: string): Replica => name.padEnd(8, '0') as Replica

/** Makes events `from` … `from + count - 1` of a replica. */
export function makeEvents(name: string, from: number, count: number, value = 'v'): Event[] {
  return Array.from({ length: count }, (_, i): Event => {
    const stamp = formatStamp({ ms: clock.now, counter: from + i, replica: replica(name) })
    return [from + i, stamp, [['=', '' as never, `f${from + i}`, value]]]
  })
}

/** One client in one object, as a session would drive the log. */
export class Pusher {
  readonly log: EventLog
  readonly object: ObjectId
  readonly client: string
  view: JoinView | undefined
  round = 0
  prev: Record<string, number> = {}

  constructor(log: EventLog, client = 'client-a', object = o) {
    this.log = log
    this.client = client
    this.object = object
  }

  async join(cursor?: { term: string; seq: number }, replicas: Numbers = {}): Promise<JoinView> {
    const wants = { states: true }
    this.view = await this.log.join(this.object, this.client, cursor, replicas, wants)
    return this.view
  }

  item(events: readonly Event[], more: Partial<AppendItem> = {}): AppendItem {
    const { object, client, round, view } = this
    const base = { object, client, fence: view?.fence ?? 0, term: view?.term ?? '', round }
    const texts = events.map((event) => JSON.stringify(event))
    const item = { ...base, prev: { ...this.prev } as Numbers, events, texts, refused: [], ...more }
    for (const [n, stamp] of events) this.prev[stamp.slice(12)] = n
    return item
  }

  async push(events: readonly Event[], more: Partial<AppendItem> = {}): Promise<Verdict> {
    const [verdict] = await this.log.append([this.item(events, more)])
    return verdict!
  }
}

/** A page of a log that has everything. */
export async function readPage(
  log: EventLog,
  object: ObjectId,
  after: number,
  limit: PageLimit = page,
): Promise<Entries | undefined> {
  const found = await log.read(object, after, limit)
  if (found === 'pruned') throw new Error(`entry ${after + 1} is gone`)
  return found
}

async function readAll(log: EventLog, object = o, after = 0): Promise<Entries[]> {
  const pages: Entries[] = []
  for (;;) {
    const seq = after + pages.reduce((sum, { events }) => sum + events.length, 0)
    const next = await readPage(log, object, seq)
    if (next === undefined) return pages
    pages.push(next)
  }
}

const eventsOf = (pages: readonly Entries[]): readonly Event[] => pages.flatMap((one) => one.events)

/** What every event log has to do. */
export function eventLogContract(name: string, createBench: () => Promise<Bench>): void {
  describe(`${name} as an event log`, () => {
    let bench: Bench
    let log: EventLog

    beforeEach(async () => {
      bench = await createBench()
      log = await bench.open()
    })
    afterEach(async () => {
      await log.close()
      await bench.destroy()
    })

    async function reopen(options?: Partial<LogOptions>): Promise<EventLog> {
      await log.close()
      log = await bench.open(options)
      return log
    }

    async function joined(client = 'client-a', object = o): Promise<Pusher> {
      const pusher = new Pusher(log, client, object)
      await pusher.join()
      return pusher
    }

    it('[LOG1] numbers the events of an object 1, 2, 3 … in the order of their pushes', async () => {
      const a = await joined('client-a')
      const b = await joined('client-b')
      const pushes = await Promise.all([
        a.push(makeEvents('a', 1, 3)),
        b.push(makeEvents('b', 1, 2)),
        a.push(makeEvents('a', 4, 1)),
      ])
      expect(pushes.map(({ appended }) => appended?.seq)).toEqual([1, 4, 6])
      expect(eventsOf(await readAll(log))).toEqual([
        ...makeEvents('a', 1, 3),
        ...makeEvents('b', 1, 2),
        ...makeEvents('a', 4, 1),
      ])
      expect((await log.head(o)).seq).toBe(6)
    })

    it('[LOG1] keeps objects apart whose names begin alike', async () => {
      const names = ['o', 'o1', 'o11', 'o_', 'O', 'o-1']
      for (const object of names) {
        const pusher = await joined('client-a', object as ObjectId)
        await pusher.push(makeEvents('a', 1, 2, object))
      }
      for (const object of names) {
        const events = eventsOf(await readAll(log, object as ObjectId))
        expect(events).toEqual(makeEvents('a', 1, 2, object))
      }
    })

    it('[LOG2] has, when it is opened again, what it has answered', async () => {
      const a = await joined()
      await a.push(makeEvents('a', 1, 3))
      await a.push(makeEvents('a', 4, 2))
      await reopen()
      expect(eventsOf(await readAll(log))).toEqual(makeEvents('a', 1, 5))
      const again = await joined()
      again.prev = { [replica('a')]: 5 }
      expect((await again.push(makeEvents('a', 6, 1))).appended?.seq).toBe(6)
    })

    it('[LOG2] answers all that was appended before it closes', async () => {
      const a = await joined()
      const pushes = [a.push(makeEvents('a', 1, 3)), a.push(makeEvents('a', 4, 3))]
      const closing = log.close()
      expect((await Promise.all(pushes)).map(({ appended }) => appended?.seq)).toEqual([1, 4])
      await closing
      await expect(a.push(makeEvents('a', 7, 1))).rejects.toThrow('CLOSED')
      log = await bench.open()
      expect((await log.head(o)).seq).toBe(6)
    })

    it('[LOG3] accepts a push that comes again, without a second entry', async () => {
      const a = await joined()
      const item = a.item(makeEvents('a', 1, 3))
      const [first, second] = await log.append([item, item])
      expect([first?.appended?.events.length, second]).toEqual([3, {}])
      expect(await log.append([item])).toEqual([{}])
      expect((await log.head(o)).seq).toBe(3)
    })

    it('[LOG3] knows its events after a restart and far back', async () => {
      const a = await joined()
      for (let n = 1; n < 2_000; n += 500) await a.push(makeEvents('a', n, 500, `${n}`))
      await reopen()
      const again = await joined()
      expect(await again.push(makeEvents('a', 1, 500, '1'))).toEqual({})
      expect(await again.push(makeEvents('a', 1001, 500, '1001'))).toEqual({})
      const other = await again.push(makeEvents('a', 501, 2, 'other'))
      expect(other.failure?.refused?.map(({ code }) => code)).toEqual([
        'NUMBER_REUSED',
        'NUMBER_REUSED',
      ])
    })

    it('[LOG4] refuses a number that was passed over, also after a restart', async () => {
      const a = await joined()
      await a.push([...makeEvents('a', 1, 1), ...makeEvents('a', 5, 1)])
      await reopen()
      const again = await joined()
      expect((await again.push(makeEvents('a', 3, 1))).failure?.code).toBe('NUMBER_REUSED')
      expect(await again.push(makeEvents('a', 5, 1))).toEqual({})
    })

    it('[LOG5] fences the older sessions of a client that joins, and no others', async () => {
      const old = await joined('client-a')
      const other = await joined('client-b')
      await old.push(makeEvents('a', 1, 1))
      const newer = await joined('client-a')
      newer.prev = { [replica('a')]: 1 }
      expect((await old.push(makeEvents('a', 2, 1))).failure?.code).toBe('FENCED')
      expect((await newer.push(makeEvents('a', 2, 1))).appended?.seq).toBe(2)
      expect((await other.push(makeEvents('b', 1, 1))).appended?.seq).toBe(3)
    })

    it('[LOG5] takes nothing more from a session that has left', async () => {
      const a = await joined()
      log.leave(o, 'client-a', a.view!.fence)
      expect((await a.push(makeEvents('a', 1, 1))).failure?.code).toBe('FENCED')
    })

    it('[LOG8] takes nothing that was sent before a refusal was heard of', async () => {
      const a = await joined()
      const wrong = { refused: [{ index: 1, code: 'REFUSED' as const, message: '' }] }
      const pushes = await log.append([
        a.item(makeEvents('a', 1, 2), wrong),
        a.item(makeEvents('b', 1, 1)),
      ])
      expect(pushes.map(({ failure }) => failure?.code)).toEqual(['REFUSED', 'STALE_ROUND'])
      expect((await log.head(o)).seq).toBe(1)
      a.round = 1
      a.prev = { [replica('a')]: 1 }
      expect((await a.push(makeEvents('b', 1, 1))).appended?.seq).toBe(2)
      expect((await a.push(makeEvents('a', 3, 1))).appended?.seq).toBe(3)
    })

    it('[LOG10] keeps a replica for the client that first wrote with it', async () => {
      await (await joined('client-a')).push(makeEvents('a', 1, 1))
      await reopen()
      const b = await joined('client-b')
      b.prev = { [replica('a')]: 1 }
      expect((await b.push(makeEvents('a', 2, 1))).failure?.code).toBe('REPLICA_TAKEN')
    })

    it('[LOG11] remembers the greatest stamp, so that one ms more is always allowed', async () => {
      const a = await joined()
      const at = (ms: number, n: number): Event => [
        n,
        formatStamp({ ms, counter: 0, replica: replica('a') }),
        [['=', '' as never, 'x', n]],
      ]
      await a.push([at(clock.now + 5_000, 1)])
      clock.now -= 100_000
      await reopen()
      const again = await joined()
      again.prev = { [replica('a')]: 1 }
      expect((await again.push([at(clock.now + 105_001, 2)])).failure).toBeUndefined()
      expect((await again.push([at(clock.now + 105_003, 3)])).failure?.code).toBe('CLOCK_AHEAD')
      clock.now += 100_000
    })

    it('[LOG13] gives an object a new term at each opening, one for all who join', async () => {
      const first = (await joined('client-a')).view!.term
      expect((await joined('client-b')).view!.term).toBe(first)
      await reopen()
      expect((await joined('client-a')).view!.term).not.toBe(first)
    })

    it('[LOG7, LOG13] wants the term of this opening from a push', async () => {
      const a = await joined()
      await reopen()
      const again = await joined()
      const old = await again.push(makeEvents('a', 1, 1), { term: a.view!.term })
      expect(old.failure?.code).toBe('TERM_CHANGED')
    })

    it('[LOG14] takes every cursor that it gave out', async () => {
      const terms: string[] = []
      for (let opening = 0; opening < 3; opening++) {
        const a = await joined()
        a.prev = { [replica('a')]: opening * 2 }
        await a.push(makeEvents('a', opening * 2 + 1, 2))
        terms.push(a.view!.term)
        await reopen()
      }
      const isReset = async (term: string, seq: number): Promise<boolean> =>
        (await (await joined()).join({ term, seq })).reset
      const resets: Record<string, boolean[]> = {}
      for (const [i, term] of terms.entries()) {
        resets[`term ${i + 1}`] = []
        for (let seq = 0; seq <= 7; seq++) resets[`term ${i + 1}`]?.push(await isReset(term, seq))
      }
      const [no, yes] = [false, true]
      expect(resets).toEqual({
        'term 1': [no, no, no, yes, yes, yes, yes, yes],
        'term 2': [no, yes, no, no, no, yes, yes, yes],
        'term 3': [no, yes, yes, yes, no, no, no, yes],
      })
      const current = (await joined()).view!.term
      expect([await isReset(current, 6), await isReset(current, 5)]).toEqual([no, yes])
      expect(await isReset('unknown', 3)).toBe(yes)
    })

    it('[LOG14] resets those who saw more than a restored copy holds', async () => {
      const a = await joined()
      const { term } = a.view!
      await a.push(makeEvents('a', 1, 3))
      await log.close()
      await bench.backup()
      log = await bench.open()
      const b = await joined()
      b.prev = { [replica('a')]: 3 }
      await b.push(makeEvents('a', 4, 3))
      const lost = b.view!.term
      await log.close()
      await bench.restore()
      log = await bench.open()
      const c = await joined()
      c.prev = { [replica('a')]: 3 }
      const views = [await c.join({ term, seq: 3 }), await c.join({ term: lost, seq: 6 })]
      expect(views.map(({ reset, head }) => [reset, head])).toEqual([
        [false, 3],
        [true, 3],
      ])
      await c.push(makeEvents('a', 4, 5, 'another life'))
      const after = [await c.join({ term, seq: 3 }), await c.join({ term: lost, seq: 6 })]
      expect(after.map(({ reset }) => reset)).toEqual([false, true])
    })

    it('[LOG15] reads pages that end where a term does', async () => {
      for (let opening = 0; opening < 2; opening++) {
        const a = await joined()
        a.prev = { [replica('a')]: opening * 3 }
        await a.push(makeEvents('a', opening * 3 + 1, 2))
        await a.push(makeEvents('a', opening * 3 + 3, 1))
        if (opening === 0) await reopen()
      }
      const pages = await readAll(log)
      expect(pages.map(({ seq, events }) => [seq, events.length])).toEqual([
        [1, 3],
        [4, 3],
      ])
      expect(pages[0]?.term).not.toBe(pages[1]?.term)
    })

    it('[LOG15] reads what was appended, byte for byte, from any entry on', async () => {
      const a = await joined()
      const events: Event[] = []
      for (const count of [1, 1000, 3, 1, 700]) {
        const pushed = makeEvents('a', events.length + 1, count, '\u0000é😀"\\\u2028')
        events.push(...pushed)
        await a.push(pushed)
      }
      for (const after of [0, 1, 2, 511, 512, 513, 1000, 1001, 1704]) {
        const [first] = await readAll(log, o, after)
        expect(first?.seq).toBe(after + 1)
        expect(JSON.stringify(eventsOf(await readAll(log, o, after)))).toBe(
          JSON.stringify(events.slice(after)),
        )
      }
      expect(await log.read(o, 1705, page)).toBeUndefined()
      expect(await log.read('never-seen' as ObjectId, 0, page)).toBeUndefined()
    })

    it('[LOG15] keeps to the limits of a page, and gives one entry at least', async () => {
      const a = await joined()
      await a.push(makeEvents('a', 1, 1000))
      await a.push(makeEvents('a', 1001, 20, 'x'.repeat(10_000)))
      expect((await readPage(log, o, 0, { events: 7, bytes: 1e6 }))?.events.length).toBe(7)
      expect((await readPage(log, o, 3, { events: 600, bytes: 1e6 }))?.events.length).toBe(600)
      const small = await readPage(log, o, 1000, { events: 500, bytes: 1 })
      expect(small?.events.length).toBeGreaterThan(0)
      expect(small?.events.length).toBeLessThan(20)
    })

    it('[LOG16] tells a join what the log has of its replicas', async () => {
      const a = await joined()
      const events = makeEvents('a', 1, 5)
      await a.push(events)
      const replicas = { [replica('a')]: 4, [replica('b')]: 1 } as Numbers
      const view = await a.join(undefined, replicas)
      expect(view.vv).toEqual({ [replica('a')]: 5, [replica('b')]: 0 })
      const hashes = events.slice(3).map((event) => [event[0], hashText(JSON.stringify(event))])
      expect(view.hashes).toEqual({ [replica('a')]: hashes })
    })

    it('[FORK4] remembers what was logged under another replica, and tells a join of it', async () => {
      const b = await joined('client-b')
      const made = makeEvents('a', 1, 4)
      const [, other, third] = made as [Event, Event, Event, Event]
      const hash = hashText(JSON.stringify(third))
      const [n, stamp, patches] = third
      const under = replica('b')
      const moved: Event = [
        n,
        `${stamp.slice(0, 12)}${under}` as never,
        patches,
        {
          o: [replica('a'), n],
          h: hash,
        },
      ]
      expect(await b.push([moved])).toMatchObject({ appended: { seq: 1 } })
      await reopen()
      const a = new Pusher(log, 'client-a')
      const view = await a.join(undefined, { [replica('a')]: 2, [replica('x')]: 1 } as Numbers)
      expect(view.moved).toEqual({ [replica('a')]: [[3, hash, under]] })
      const verdict = await a.push(made)
      expect(verdict.appended?.events).toEqual(made.slice(0, 2))
      expect(verdict.failure).toMatchObject({ code: 'OUT_OF_ORDER', taken: 2 })
      await reopen()
      const again = new Pusher(log, 'client-c')
      await again.join()
      const copy = { o: [replica('a'), 2] as const, h: hashText(JSON.stringify(other)) }
      const late: Event = [2, `${other[1].slice(0, 12)}${replica('c')}` as never, other[2], copy]
      expect((await again.push([late])).failure?.code).toBe('OUT_OF_ORDER')
      expect((await log.head(o)).seq).toBe(3)
    })

    it('[LOG16] answers a join after all that was pushed before it', async () => {
      const a = await joined()
      const pushing = a.push(makeEvents('a', 1, 5))
      const view = await a.join(undefined, { [replica('a')]: 1 } as Numbers)
      expect(view.head).toBe(5)
      expect(view.vv).toEqual({ [replica('a')]: 5 })
      expect((await pushing).appended?.seq).toBe(1)
    })

    it('[LOG23] forgets idle objects, and nothing is different when they come back', async () => {
      await reopen({ idleObjects: 4 })
      const objects = Array.from({ length: 20 }, (_, i) => `object-${i}` as ObjectId)
      const terms = new Map<ObjectId, string>()
      for (const object of objects) {
        const pusher = await joined('client-a', object)
        terms.set(object, pusher.view!.term)
        await pusher.push(makeEvents('a', 1, 2))
        log.leave(object, 'client-a', pusher.view!.fence)
      }
      for (const object of objects) {
        const pusher = await joined('client-a', object)
        pusher.prev = { [replica('a')]: 2 }
        expect(pusher.view!.term).toBe(terms.get(object))
        expect((await pusher.push(makeEvents('a', 3, 1))).appended?.seq).toBe(3)
      }
    })
  })
}
