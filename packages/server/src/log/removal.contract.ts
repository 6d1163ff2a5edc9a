import type { Numbers, ObjectId } from '@react-collab/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, makeEvents, Pusher, readPage, replica } from './event-log.contract.js'
import type { EventLog } from './event-log.js'
import { compactAll, pruneAll } from './state.contract.js'

const o = 'object-1' as ObjectId
const other = 'object-2' as ObjectId
const page = { events: 500, bytes: 1_000_000 }

/** What every event log has to do when an object is removed. */
export function removalContract(name: string, createBench: () => Promise<Bench>): void {
  describe(`${name} without an object`, () => {
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

    async function joined(client = 'client-a', object = o): Promise<Pusher> {
      const pusher = new Pusher(log, client, object)
      await pusher.join()
      return pusher
    }

    /** A life of 300 entries, of which half are pruned, beside another object. */
    async function live(): Promise<Pusher> {
      const pusher = await joined()
      await pusher.push(makeEvents('a', 1, 150))
      await pusher.push(makeEvents('a', 151, 150))
      await compactAll(log)
      await pruneAll(log, { upTo: 150, before: 0 })
      await (await joined('client-b', other)).push(makeEvents('b', 1, 2))
      await log.remove(o)
      return pusher
    }

    it.each([false, true])(
      '[REM1] has nothing of it left, and all others (reopened: %s)',
      async (again) => {
        await live()
        if (again) await reopen()
        expect((await log.head(o)).seq).toBe(0)
        expect(await log.read(o, 0, page)).toBeUndefined()
        expect(await log.state(o, 0, page)).toMatchObject({
          place: undefined,
          end: { seq: 0, vv: {} },
        })
        expect((await log.objects('', 10)).map(({ object }) => object)).toEqual([other])
        expect((await readPage(log, other, 0))?.events.length).toBe(2)
        expect(await log.compact(o)).toBe(0)
        expect(await log.prune(o, { upTo: Infinity, before: 0 })).toBe(false)
        const view = await (await joined()).join(undefined, { [replica('a')]: 1 } as Numbers)
        expect([view.vv[replica('a')], view.hashes, view.reset]).toEqual([0, {}, false])
      },
    )

    it('[REM1] tells whether there was anything to remove', async () => {
      expect(await log.remove(o)).toBe(false)
      await (await joined()).push(makeEvents('a', 1, 1))
      expect([await log.remove(o), await log.remove(o)]).toEqual([true, false])
    })

    it('[REM1] removes what was pushed before, and takes nothing more from who had joined', async () => {
      const pusher = await joined()
      const pushing = pusher.push(makeEvents('a', 1, 5))
      const removing = log.remove(o)
      const late = pusher.push(makeEvents('a', 6, 5))
      expect((await pushing).appended?.seq).toBe(1)
      expect(await removing).toBe(true)
      expect((await late).failure?.code).toMatch(/FENCED|TERM_CHANGED/)
      expect((await log.head(o)).seq).toBe(0)
    })

    it.each([false, true])(
      '[REM2] begins it anew, in another term, with entry 1 (reopened: %s)',
      async (again) => {
        const before = await live()
        if (again) await reopen()
        const pusher = await joined()
        expect(pusher.view!.term).not.toBe(before.view!.term)
        // Who wrote before goes on with its numbers: what it has to follow is what the join says.
        const view = await pusher.join(undefined, { [replica('a')]: 301 } as Numbers)
        pusher.prev = { [replica('a')]: view.vv[replica('a')]! }
        expect((await pusher.push(makeEvents('a', 301, 3))).appended?.seq).toBe(1)
        expect(eventsFrom(await readPage(log, o, 0))).toEqual([301, 302, 303])
        const next = await (await joined('client-c')).push(makeEvents('c', 1, 2))
        expect(next.appended?.seq).toBe(4)
        // The replica is free: whoever writes with it first in this life has it.
        const taken = new Pusher(log, 'client-d')
        await taken.join()
        taken.prev = { [replica('a')]: 303 }
        expect((await taken.push(makeEvents('a', 304, 1))).failure?.code).toBe('REPLICA_TAKEN')
        expect(await compactAll(log)).toBe(5)
        const { end } = await log.state(o, 0, page)
        expect(end).toEqual({ seq: 5, vv: { [replica('a')]: 303, [replica('c')]: 2 } })
      },
    )

    it.each([false, true])(
      '[REM3] resets cursors of earlier lives, and tells so (reopened: %s)',
      async (again) => {
        const first = await joined()
        await first.push(makeEvents('a', 1, 10))
        await reopen()
        const second = await joined()
        second.prev = { [replica('a')]: 10 }
        await second.push(makeEvents('a', 11, 10))
        await log.remove(o)
        if (again) await reopen()
        const third = await joined()
        await third.push(makeEvents('a', 1, 30))
        const at = async (term: string, seq: number) => {
          const { reset, removed } = await log.join(o, 'c', { term, seq }, {}, { states: true })
          return [reset, removed]
        }
        const terms = [first, second, third].map(({ view }) => view!.term)
        expect(new Set(terms).size).toBe(3)
        expect([await at(terms[0]!, 5), await at(terms[1]!, 20)]).toEqual([
          [true, true],
          [true, true],
        ])
        expect([await at(terms[2]!, 30), await at(terms[0]!, 0)]).toEqual([
          [false, undefined],
          [false, undefined],
        ])
        expect(await at('unknown', 5)).toEqual([true, undefined])
        await log.remove(o)
        await reopen()
        for (const term of terms) expect(await at(term, 3)).toEqual([true, true])
      },
    )

    it('[REM3] knows who had nothing of a life but its term', async () => {
      const first = await joined()
      await first.push(makeEvents('a', 1, 10))
      await reopen()
      const { term } = (await joined()).view!
      await log.remove(o)
      expect(await log.join(o, 'c', { term, seq: 10 }, {}, { states: true })).toMatchObject({
        reset: true,
        removed: true,
      })
    })
  })
}

const eventsFrom = (found: Awaited<ReturnType<typeof readPage>>): number[] =>
  (found?.events ?? []).map(([n]) => n)
