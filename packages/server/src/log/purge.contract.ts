import {
  type Cursor,
  digestRows,
  digestWords,
  type Event,
  formatStamp,
  type Numbers,
  type ObjectId,
  type Patch,
  type RowKey,
} from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, clock, makeEvents, Pusher, replica } from './event-log.contract.js'
import type { EventLog } from './event-log.js'
import { compactAll, pruneAll, Reader } from './state.contract.js'

const o = 'object-1' as ObjectId
const DAY = 86_400_000

/** An event of client a's replica that is so many ms old, or a seed. */
function eventAt(n: number, age: number, patches: readonly unknown[]): Event {
  const ms = age === Infinity ? 0 : clock.now - age
  return [n, formatStamp({ ms, counter: n, replica: replica('a') }), patches as readonly Patch[]]
}

const write = (key: string, field: string, value: unknown): unknown => ['=', key, field, value]
const remove = (key: string): unknown => write(key, '$del', true)

/** What every event log has to do to let deleted rows go. */
export function purgeContract(name: string, createBench: () => Promise<Bench>): void {
  describe(`${name} without deleted rows`, () => {
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

    const purge = (before = clock.now - 30 * DAY, kept: readonly string[] = []) =>
      log.purge(o, { before, kept })

    /** Ten rows, of which two were deleted long ago; all but the last entries are pruned. */
    async function live(pruned = 100): Promise<Pusher> {
      const pusher = new Pusher(log)
      await pusher.join()
      const rows = Array.from({ length: 10 }, (_, i) => `c/${i}`)
      await pusher.push(rows.map((key, i) => eventAt(i + 1, 60 * DAY, [write(key, 'x', i)])))
      await pusher.push([
        eventAt(11, 50 * DAY, [remove('c/0')]),
        eventAt(12, 50 * DAY, [write('c/1', 'y', 'much of it'), remove('c/1')]),
      ])
      await pusher.push([
        eventAt(13, 50 * DAY, [remove('c/2')]),
        // Somebody has written beneath it since.
        eventAt(14, DAY, [write('c/2', 'x', 'late')]),
        eventAt(15, DAY, [remove('c/3')]),
        eventAt(16, Infinity, [write('c/4', 'z', 'seed')]),
        eventAt(17, 50 * DAY, [remove('c/4')]),
      ])
      await pusher.push([eventAt(18, 50 * DAY, [remove('c/5')])])
      await pusher.push([eventAt(19, 50 * DAY, [write('', 'title', 'T')])])
      await compactAll(log)
      await pruneAll(log, { upTo: Math.min(pruned, 17), before: 0 })
      return pusher
    }

    async function keys(): Promise<string[]> {
      const reader = new Reader(log)
      while (!(await reader.load()));
      return [...reader.state.rows.keys()].sort()
    }

    it('[PUR1] lets go of rows that were deleted, and not written since, and whose entries are gone', async () => {
      await live()
      expect(await purge()).toBe(true)
      // Of c/5 the log has the entry that deleted it.
      expect(await keys()).toEqual(['', ...[2, 3, 4, 5, 6, 7, 8, 9].map((i) => `c/${i}`)])
      expect(await purge()).toBe(false)
      await pruneAll(log)
      expect(await purge()).toBe(true)
      expect(await keys()).not.toContain('c/5')
    })

    it('[PUR1] lets nothing go that is younger, or that rows refer to, or all of whose entries are there', async () => {
      const { view } = await live(0)
      expect(await purge()).toBe(false)
      await pruneAll(log)
      expect(await purge(clock.now - 55 * DAY)).toBe(false)
      expect(await purge(undefined, ['c/'])).toBe(false)
      // Nothing has happened to anybody.
      const cursor = { term: view!.term, seq: 19 }
      expect((await new Pusher(log).join(cursor)).reset).toBe(false)
      expect(await purge(undefined, ['d/'])).toBe(true)
    })

    it('[PUR1] is whole in rows first', async () => {
      const pusher = await live()
      await pruneAll(log)
      await pusher.push(makeEvents('b', 1, 600))
      expect(await purge()).toBe(true)
      expect((await log.objects('', 1))[0]).toMatchObject({ seq: 619, compacted: 619 })
    })

    it.each([false, true])(
      '[PUR2] lets no earlier cursor count, and all later ones (reopened: %s)',
      async (again) => {
        const first = await live()
        await reopen()
        const second = new Pusher(log)
        await second.join()
        second.prev = { [replica('a')]: 19 }
        await second.push([eventAt(20, DAY, [write('c/9', 'x', 'new')])])
        await compactAll(log)
        expect(await purge()).toBe(true)
        if (again) await reopen()
        const at = async (term: string, seq: number) => {
          const view = await log.join(o, 'c', { term, seq }, {}, { states: true })
          return [view.reset, view.removed, view.state]
        }
        expect(await at(first.view!.term, 19)).toEqual([true, undefined, 9])
        expect(await at(second.view!.term, 20)).toEqual([true, undefined, 9])
        expect((await log.join(o, 'd', undefined, {}, { states: true })).state).toBe(9)
        // What is loaded now says where it goes on, also when nothing comes until the next start.
        const { endTerm } = await log.state(o, 0, { events: 500, bytes: 1e6 })
        expect(await at(endTerm!, 20)).toEqual([false, undefined, undefined])
        const third = new Pusher(log)
        const { term } = await third.join()
        third.prev = { [replica('a')]: 20 }
        await third.push([eventAt(21, 0, [write('c/9', 'x', 'newer')])])
        await reopen()
        expect(await at(endTerm!, 20)).toEqual([false, undefined, undefined])
        expect(await at(term, 21)).toEqual([false, undefined, undefined])
      },
    )

    it('[PUR7] tells whoever shows a state of before that what is missing is gone', async () => {
      const { view } = await live()
      await purge()
      const purged = async (was: Cursor) =>
        (await log.join(o, 'c', undefined, {}, { states: true, was })).purged
      const { endTerm } = await log.state(o, 0, { events: 500, bytes: 1e6 })
      const places = [view!.term, view!.term, endTerm!, 'another log']
      const seqs = [7, 20, 19, 7]
      const told = () => Promise.all(places.map((term, i) => purged({ term, seq: seqs[i]! })))
      // Beyond the end is what a log had that is no more.
      expect(await told()).toEqual([true, undefined, undefined, undefined])
      await reopen()
      expect(await told()).toEqual([true, undefined, undefined, undefined])
      await pruneAll(log)
      expect(await purge()).toBe(true)
      expect(await told()).toEqual([true, undefined, true, undefined])
      // In its next life nothing went.
      expect(await log.remove(o)).toBe(true)
      expect(await told()).toEqual([undefined, undefined, undefined, undefined])
    })

    it('[PUR2] begins a term of its own each time, also where nothing was written between', async () => {
      await live()
      await purge()
      const { endTerm } = await log.state(o, 0, { events: 500, bytes: 1e6 })
      await pruneAll(log)
      expect(await purge()).toBe(true)
      const old = await log.join(o, 'c', { term: endTerm!, seq: 19 }, {}, { states: true })
      expect([old.reset, old.term === endTerm]).toEqual([true, false])
    })

    it('[PUR3] keeps the digests of the rows that are left, and no others', async () => {
      const pusher = await live()
      await pusher.push(makeEvents('b', 1, 300))
      await compactAll(log)
      expect(await log.digests(o, 256)).toBeDefined()
      await purge()
      const reader = new Reader(log)
      while (!(await reader.load()));
      expect(await log.digests(o, 319)).toEqual(digestWords(digestRows(reader.state.rows)))
      expect(await log.digests(o, 256)).toBeUndefined()
      // They are carried on.
      const next = new Pusher(log)
      await next.join()
      next.prev = { [replica('a')]: 19 }
      await next.push([eventAt(20, 0, [write('c/1', 'x', 'again')])])
      await compactAll(log)
      const after = new Reader(log)
      while (!(await after.load()));
      expect(await log.digests(o, 320)).toEqual(digestWords(digestRows(after.state.rows)))
      expect(after.state.rows.get('c/1' as RowKey)?.values).toEqual({ x: 'again' })
    })

    it('[PUR4] takes what was pushed before, nothing more from who had joined, and no number twice', async () => {
      const pusher = await live()
      const before = pusher.push([eventAt(20, 0, [write('c/0', 'x', 'late')])])
      const purging = purge()
      const late = pusher.push([eventAt(21, 0, [write('c/1', 'x', 'too late')])])
      expect((await before).appended?.seq).toBe(20)
      expect(await purging).toBe(true)
      expect((await late).failure?.code).toMatch(/FENCED|TERM_CHANGED/)
      // The late edit lies beneath its tombstone.
      expect(await keys()).toContain('c/0')
      expect(await keys()).not.toContain('c/1')
      const view = await pusher.join(undefined, { [replica('a')]: 1 } as Numbers)
      expect(view.vv).toEqual({ [replica('a')]: 20 })
      pusher.prev = { [replica('a')]: 19 }
      expect(await pusher.push([eventAt(20, 0, [write('c/0', 'x', 'late')])])).toEqual({})
      expect((await log.head(o)).seq).toBe(20)
    })

    it('[PUR2] is in a backup as it was when that was made', async () => {
      const pusher = await live()
      await log.close()
      await bench.backup()
      log = await bench.open()
      await purge()
      const { endTerm } = await log.state(o, 0, { events: 500, bytes: 1e6 })
      await log.close()
      await bench.restore()
      log = await bench.open()
      expect(await keys()).toContain('c/1')
      const at = async (term: string) =>
        (await log.join(o, 'c', { term, seq: 19 }, {}, { states: true })).reset
      expect([await at(pusher.view!.term), await at(endTerm!)]).toEqual([false, true])
    })
  })
}
