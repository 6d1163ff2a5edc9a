import {
  applyEvent,
  canonicalState,
  createObjectState,
  digestRows,
  digestWords,
  type Event,
  type Numbers,
  type ObjectId,
  type ObjectState,
  type Replica,
  unpackStatePage,
} from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, clock, makeEvents, Pusher, replica } from './event-log.contract.js'
import type { EventLog, JoinView, RowsAfter } from './event-log.js'
import { createDice, makeHistory } from './history.contract.js'

const o = 'object-1' as ObjectId
const page = { events: 500, bytes: 1_000_000 }
const everything = { upTo: Infinity, before: 0 }

/** Applies all events. */
export function stateOf(events: readonly Event[]): ObjectState {
  const state = createObjectState()
  for (const event of events) applyEvent(state, event)
  return state
}

/** Steps until nothing is left; tells how far the rows are. */
export async function compactAll(log: EventLog, object = o): Promise<number> {
  for (let before = -1; ; ) {
    const seq = await log.compact(object)
    if (seq === before) return seq
    before = seq
  }
}

/** Prunes until nothing is left that may go. */
export async function pruneAll(log: EventLog, bounds = everything, object = o): Promise<void> {
  while (await log.prune(object, bounds));
}

/** What a client has: its state, and how far it is. */
export class Reader {
  readonly log: EventLog
  readonly state: ObjectState
  seq: number
  after: RowsAfter
  pages = 0

  constructor(log: EventLog, events: readonly Event[] = []) {
    this.log = log
    this.state = stateOf(events)
    this.seq = events.length
    this.after = this.seq
  }

  /** Takes one page of rows; true when it was the last. */
  async load(rows = 1e6): Promise<boolean> {
    const {
      rows: packed,
      place,
      end,
    } = await this.log.state(o, this.after, { ...page, events: rows })
    unpackStatePage(JSON.parse(JSON.stringify(packed)), (key, row) => this.state.rows.set(key, row))
    this.pages += 1
    this.after = place ?? this.after
    if (end === undefined) return false
    this.state.vv.clear()
    for (const [writer, n] of Object.entries(end.vv)) this.state.vv.set(writer as Replica, n)
    this.seq = end.seq
    return true
  }

  /** Takes all entries that follow. */
  async readOn(): Promise<void> {
    for (;;) {
      const next = await this.log.read(o, this.seq, page)
      if (next === 'pruned') throw new Error(`pruned after ${this.seq}`)
      if (next === undefined) return
      for (const event of next.events) applyEvent(this.state, event)
      this.seq += next.events.length
    }
  }

  get text(): string {
    return canonicalState(this.state)
  }
}

/** What every event log has to do with rows. */
export function stateContract(name: string, createBench: () => Promise<Bench>): void {
  describe(`${name} as rows`, () => {
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

    async function reopen(): Promise<void> {
      await log.close()
      log = await bench.open()
    }

    async function joined(client = 'client-a'): Promise<Pusher> {
      const pusher = new Pusher(log, client)
      await pusher.join()
      return pusher
    }

    /** Pushes a history, as one client with three replicas. */
    async function push(events: readonly Event[], pusher?: Pusher): Promise<Pusher> {
      const writer = pusher ?? (await joined())
      for (let at = 0; at < events.length; at += 100) {
        const { failure } = await writer.push(events.slice(at, at + 100))
        if (failure !== undefined) throw new Error(failure.code)
      }
      return writer
    }

    it.each([1, 2, 3, 4])(
      '[CMP1, SEM214] rows at k with the entries after k are all entries, for every k (seed %i)',
      async (seed) => {
        const dice = createDice(seed)
        const events = makeHistory(seed, 240)
        const writer = await joined()
        for (let at = 0; at < events.length; ) {
          const next = events.slice(at, at + 1 + dice(40))
          await push(next, writer)
          at += next.length
          if (dice(2) === 0) await compactAll(log)
          if (dice(6) === 0) await pruneAll(log)
          const reader = new Reader(log)
          expect(await reader.load()).toBe(true)
          expect(reader.text).toBe(canonicalState(stateOf(events.slice(0, reader.seq))))
          await reader.readOn()
          expect([reader.seq, reader.text]).toEqual([
            at,
            canonicalState(stateOf(events.slice(0, at))),
          ])
        }
      },
    )

    it('[CMP1, CMP3] brings who has all up to k to the state, for every k', async () => {
      const events = makeHistory(7, 120)
      await push(events)
      await compactAll(log)
      await pruneAll(log)
      const whole = canonicalState(stateOf(events))
      for (let k = 0; k <= events.length; k++) {
        const reader = new Reader(log, events.slice(0, k))
        expect(await reader.load()).toBe(true)
        expect(reader.text).toBe(whole)
      }
    })

    it('[CMP1] is as it was when the log is opened again', async () => {
      const events = makeHistory(5, 300)
      const writer = await push(events.slice(0, 200))
      await compactAll(log)
      await reopen()
      const again = await joined()
      again.prev = writer.prev
      await push(events.slice(200), again)
      expect(await compactAll(log)).toBe(300)
      const reader = new Reader(log)
      await reader.load()
      expect(reader.text).toBe(canonicalState(stateOf(events)))
    })

    it('[CMP2] goes in small steps, however many entries there are', async () => {
      await push(makeEvents('a', 1, 2_000))
      let last = 0
      let steps = 0
      for (let seq = await log.compact(o); seq !== last; seq = await log.compact(o)) {
        expect(seq - last).toBeLessThanOrEqual(512)
        last = seq
        steps += 1
      }
      expect([last, steps > 3]).toEqual([2_000, true])
    })

    it('[CMP3] keeps to the limits of a page, orders rows by place, and goes on behind one', async () => {
      const events = makeHistory(9, 300)
      await push(events)
      await compactAll(log)
      const places: [number, string][] = []
      const reader = new Reader(log)
      for (let isLast = false; !isLast; ) {
        isLast = await reader.load(2)
        if (typeof reader.after !== 'number') places.push([reader.after.at, reader.after.key])
      }
      const sorted = places.toSorted(([a, k], [b, l]) => a - b || (k < l ? -1 : 1))
      expect([places, reader.pages > 5]).toEqual([sorted, true])
      expect(reader.text).toBe(canonicalState(stateOf(events)))
      const small = await log.state(o, 0, { events: 500, bytes: 1 })
      expect([small.place?.at !== undefined, small.end]).toEqual([true, undefined])
      const none = await log.state('never' as ObjectId, 0, page)
      expect([none.place, none.end]).toEqual([undefined, { seq: 0, vv: {} }])
    })

    it.each([1, 2, 3, 4, 5, 6])(
      '[CMP3] loses nothing when compacting and pruning go on between pages (seed %i)',
      async (seed) => {
        const dice = createDice(seed)
        const events = makeHistory(seed, 600)
        const first = 100 + dice(200)
        const writer = await push(events.slice(0, first))
        await compactAll(log)
        const age = dice(first)
        const reader = new Reader(log, events.slice(0, age))
        let at = first
        for (let isLast = false; !isLast; ) {
          const next = events.slice(at, at + dice(60))
          await push(next, writer)
          at += next.length
          if (dice(3) > 0) await log.compact(o)
          if (dice(4) === 0) await pruneAll(log, { upTo: at - 100, before: 0 })
          isLast = await reader.load(1 + dice(5))
        }
        await reader.readOn()
        expect([reader.seq, reader.text]).toEqual([
          at,
          canonicalState(stateOf(events.slice(0, at))),
        ])
      },
    )

    const join = async (view: Promise<JoinView>): Promise<[number | undefined, RowsAfter]> => {
      const { state, after } = await view
      return [state, after]
    }

    it('[CMP4] gives rows where they are less than the entries, at every age', async () => {
      const writer = await joined()
      const overwrites = Array.from({ length: 200 }, (_, i): Event => {
        const [one] = makeEvents('a', i + 1, 1, 'x'.repeat(20))
        return [one![0], one![1], [['=', '' as never, `f${i % 3}`, 'x'.repeat(20)]]]
      })
      await push(overwrites, writer)
      const { term } = writer.view!
      const at = (seq: number, states = true) =>
        join(writer.log.join(o, 'c', { term, seq }, {}, { states }))
      expect(await at(0)).toEqual([undefined, 0])
      await compactAll(log)
      expect([await at(0), await at(100), await at(198)]).toEqual([
        [1, 0],
        [1, 100],
        [undefined, 198],
      ])
      expect(await at(200)).toEqual([undefined, 200])
      expect(await at(0, false)).toEqual([undefined, 0])
    })

    it('[CMP4] gives entries where a text was typed into', async () => {
      const writer = await joined()
      const key = 'notes/1' as never
      const start: Event = [
        1,
        makeEvents('a', 1, 1)[0]![1],
        [['~', key, 'body', [[1, 0, 1, 0, 'x'.repeat(9_000)]], []]],
      ]
      const typed = makeEvents('a', 2, 50).map(
        ([n, stamp], i): Event => [
          n,
          stamp,
          [['~', key, 'body', [[9_001 + i, 9_000 + i, 1, 0, 'y']], []]],
        ],
      )
      await push([start], writer)
      await push(typed, writer)
      await compactAll(log)
      const { term } = writer.view!
      const states = { states: true }
      expect(await join(log.join(o, 'c', { term, seq: 1 }, {}, states))).toEqual([undefined, 1])
      expect(await join(log.join(o, 'c', undefined, {}, states))).toEqual([1, 0])
      await pruneAll(log)
      expect(await join(log.join(o, 'c', { term, seq: 1 }, {}, states))).toEqual([1, 1])
    })

    it('[CMP4] loads from nothing who has a cursor that is not valid', async () => {
      const writer = await push(makeHistory(3, 100))
      await compactAll(log)
      await pruneAll(log)
      const view = await log.join(o, 'c', { term: 'lost', seq: 50 }, {}, { states: true })
      expect([view.reset, view.after, view.state! > 3]).toEqual([true, 0, true])
      expect((await writer.join()).reset).toBe(false)
    })

    it('[CMP5] goes on behind a place of its own term, and begins anew for another', async () => {
      const events = makeHistory(4, 200)
      const writer = await push(events)
      await compactAll(log)
      const { term } = writer.view!
      const cut = new Reader(log)
      await cut.load(4)
      const { at, key } = cut.after as { at: number; key: never }
      const resumed = await log.join(
        o,
        'c',
        undefined,
        {},
        { states: true, from: { term, at, key } },
      )
      expect(resumed.after).toEqual({ at, key })
      const lost = { term: 'another', at, key }
      expect((await log.join(o, 'c', undefined, {}, { states: true, from: lost })).after).toBe(0)
      while (!(await cut.load(4)));
      expect(cut.text).toBe(canonicalState(stateOf(events)))
    })

    it('[CMP6] refuses a client that cannot load rows when its entries are gone', async () => {
      const writer = await push(makeEvents('a', 1, 100))
      const { term } = writer.view!
      await compactAll(log)
      await pruneAll(log, { upTo: 50, before: 0 })
      await push(makeEvents('a', 101, 100), writer)
      await compactAll(log)
      await pruneAll(log, { upTo: 100, before: 0 })
      const at = (seq: number) => log.join(o, 'c', { term, seq }, {})
      await expect(at(99)).rejects.toThrow('CLIENT_TOO_OLD')
      await expect(log.join(o, 'c', undefined, {})).rejects.toThrow('CLIENT_TOO_OLD')
      expect((await at(100)).after).toBe(100)
      expect((await at(200)).after).toBe(200)
      expect((await log.join(o, 'c', { term, seq: 99 }, {}, { states: true })).state).toBe(1)
    })

    it('[CMP7] prunes nothing that rows do not hold, and tells who reads what is gone', async () => {
      const writer = await push(makeEvents('a', 1, 300))
      await pruneAll(log)
      expect(await log.read(o, 0, page)).toMatchObject({ seq: 1 })
      await log.compact(o)
      await compactAll(log)
      await pruneAll(log)
      expect([await log.read(o, 0, page), await log.read(o, 299, page)]).toEqual([
        'pruned',
        'pruned',
      ])
      expect(await log.read(o, 300, page)).toBeUndefined()
      await push(makeEvents('a', 301, 5), writer)
      expect(await log.read(o, 300, page)).toMatchObject({ seq: 301 })
      expect(await log.read(o, 299, page)).toBe('pruned')
      await reopen()
      expect([await log.read(o, 20, page), (await log.head(o)).seq]).toEqual(['pruned', 305])
    })

    it('[CMP7] prunes what is old, and what is asked for, by whole pushes', async () => {
      const writer = await push(makeEvents('a', 1, 100))
      clock.now += 1_000
      await push(makeEvents('a', 101, 100), writer)
      clock.now += 1_000
      await push(makeEvents('a', 201, 100), writer)
      await compactAll(log)
      const oldest = async () => (await log.objects('', 10))[0]
      expect(await oldest()).toMatchObject({ object: o, seq: 300, compacted: 300, floor: 0 })
      await pruneAll(log, { upTo: 0, before: clock.now - 1_500 })
      expect(await oldest()).toMatchObject({ floor: 100, oldest: clock.now - 1_000 })
      await pruneAll(log, { upTo: 250, before: 0 })
      expect(await oldest()).toMatchObject({ floor: 200, oldest: clock.now })
      clock.now -= 2_000
    })

    it('[CMP8] knows the last 512 numbers of a replica, and takes older ones for duplicates', async () => {
      const writer = await joined()
      for (let n = 1; n <= 900; n += 30) await push(makeEvents('a', n, 30, `${n}`), writer)
      await push(makeEvents('b', 1, 40), writer)
      await compactAll(log)
      await pruneAll(log)
      const codeOf = async (pusher: Pusher, events: readonly Event[]) => {
        pusher.round += 1
        return (await pusher.push(events)).failure?.code
      }
      const check = async (pusher: Pusher) => {
        expect(await codeOf(pusher, makeEvents('a', 1, 30, '1'))).toBeUndefined()
        expect(await codeOf(pusher, makeEvents('a', 391, 30, '391'))).toBeUndefined()
        expect(await codeOf(pusher, makeEvents('a', 391, 30, 'other'))).toBe('NUMBER_REUSED')
        expect(await codeOf(pusher, makeEvents('a', 871, 30, 'other'))).toBe('NUMBER_REUSED')
        expect(await codeOf(pusher, makeEvents('b', 1, 40, 'other'))).toBe('NUMBER_REUSED')
      }
      await check(writer)
      await reopen()
      const again = await joined()
      await check(again)
      expect(await codeOf(again, makeEvents('a', 359, 30, 'other'))).toBeUndefined()
      const view = await (await joined()).join(undefined, { [replica('a')]: 1 } as Numbers)
      const hashes = view.hashes[replica('a')]!
      expect([view.vv[replica('a')], hashes[0]![0], hashes.length]).toEqual([900, 389, 512])
      // Who asks for older ones hears that they are gone (FORK9).
      expect(view.forgotten).toEqual({ [replica('a')]: 388 })
      const later = await (await joined()).join(undefined, { [replica('a')]: 389 } as Numbers)
      expect(later.forgotten).toBeUndefined()
    })

    it('[CMP8] keeps hashes of entries that are not pruned, however many', async () => {
      const writer = await joined()
      for (let n = 1; n <= 2_000; n += 100) await push(makeEvents('a', n, 100, `${n}`), writer)
      await compactAll(log)
      await pruneAll(log, { upTo: 1_000, before: 0 })
      const view = await writer.join(undefined, { [replica('a')]: 1 } as Numbers)
      expect(view.hashes[replica('a')]![0]![0]).toBe(1_001)
    })

    it('[CMP9] takes every cursor that it gave out, whatever was compacted and pruned', async () => {
      const cursors: { term: string; seq: number }[] = []
      let prev: Record<string, number> = {}
      for (let opening = 0; opening < 3; opening++) {
        const pusher = await joined()
        pusher.prev = prev
        await push(makeEvents('a', opening * 50 + 1, 50), pusher)
        prev = pusher.prev
        for (let i = 1; i <= 50; i += 7)
          cursors.push({ term: pusher.view!.term, seq: opening * 50 + i })
        await compactAll(log)
        await pruneAll(log)
        await reopen()
      }
      for (const cursor of cursors) {
        const view = await log.join(o, 'c', cursor, {}, { states: true })
        expect([cursor, view.reset]).toEqual([cursor, false])
      }
      const beyond = { term: cursors[0]!.term, seq: 80 }
      expect((await log.join(o, 'c', beyond, {}, { states: true })).reset).toBe(true)
    })

    it('[DIG4] keeps the digests of its rows, where these end and at the last multiples of 256', async () => {
      const events = makeHistory(7, 3_000)
      const seqs = new Set<number>()
      const writer = await joined()
      for (let at = 0; at < events.length; at += 500) {
        await push(events.slice(at, at + 500), writer)
        for (let before = -1, seq = 0; before < seq; ) {
          before = seq
          seq = await log.compact(o)
          if (seq === 0) continue
          seqs.add(seq)
          const words = digestWords(digestRows(stateOf(events.slice(0, seq)).rows))
          expect(await log.digests(o, seq)).toEqual(words)
        }
      }
      const kept: number[] = []
      for (let seq = 0; seq <= 3_000; seq++)
        if ((await log.digests(o, seq)) !== undefined) kept.push(seq)
      expect(kept).toEqual([1024, 1280, 1536, 1792, 2048, 2304, 2560, 2816, 3000])
      for (let seq = 256; seq < 3_000; seq += 256) expect(seqs).toContain(seq)
      const before = await log.digests(o, 2560)
      await pruneAll(log)
      await log.close()
      log = await bench.open()
      expect(await log.digests(o, 2560)).toEqual(before)
      expect(before).toEqual(digestWords(digestRows(stateOf(events.slice(0, 2560)).rows)))
    })

    it('[CMP9] is restored from a backup with its rows', async () => {
      const events = makeHistory(6, 300)
      const writer = await push(events.slice(0, 150))
      await compactAll(log)
      await pruneAll(log)
      await log.close()
      await bench.backup()
      log = await bench.open()
      const other = await joined()
      other.prev = { ...writer.prev }
      await push(events.slice(150), other)
      await compactAll(log)
      await log.close()
      await bench.restore()
      log = await bench.open()
      const reader = new Reader(log)
      await reader.load()
      expect([reader.seq, reader.text]).toEqual([
        150,
        canonicalState(stateOf(events.slice(0, 150))),
      ])
    })
  })
}
