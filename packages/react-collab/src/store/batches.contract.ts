/** What every store does with batches (R7), on whatever disk; free of Node, as browsers run it too. */
import {
  type Event,
  formatStamp,
  type ObjectId,
  type Replica,
  type Stamp,
  stampAfter,
  type StorageError,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { type Image, PAGE_ROWS, pageOf, patchesOf } from '../image.js'
import type { Disk } from './disk.js'
import { createLocalStore } from './local-store.js'
import type { OutboxRecord } from './records.js'
import type { LocalStore, Write } from './store.js'
import type { Medium } from './store.contract.js'

const object = 'obj' as ObjectId
const replica = 'aaaaaaaa' as Replica
const DAY = 86_400_000
const base = formatStamp({ ms: 1000, counter: 46_000, replica })
const meta = { v: 3 }

const imageOf = (i: number): Image => [`row${i}`, { path: `/photos/${i}.jpg`, size: i, tags: [] }]
const pagesOf = (count: number): string[] => {
  const images = Array.from({ length: count }, (_, i) => imageOf(i))
  const starts = Array.from({ length: Math.ceil(count / PAGE_ROWS) }, (_, page) => page * PAGE_ROWS)
  return starts.map((from) => pageOf(images.slice(from, from + PAGE_ROWS)))
}

const eventOf = (i: number, first: Stamp = base, n0 = 1): Event => [
  n0 + i,
  stampAfter(first, i),
  patchesOf('files/me~', imageOf(i)),
  meta,
]

function batchOf(count: number, n0 = 1): Write {
  const events = Array.from({ length: count }, (_, i) => eventOf(i, base, n0))
  const [n, stamp] = events.at(-1) as Event
  const batch = { prefix: 'files/me~', count, pages: pagesOf(count) }
  return { object, slot: 0, counter: { n, stamp }, row: { object, events, at: 7 }, batch }
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: StorageError) => error.code,
  )

/** The contract of a store for batches. */
export function batchContract(name: string, createMedium: () => Promise<Medium>): void {
  let disk: Disk
  const open = async (): Promise<LocalStore> => {
    const medium = await createMedium()
    disk = await medium.open()
    return createLocalStore(disk)
  }
  const records = (): Promise<readonly OutboxRecord[]> =>
    disk.run('read', ['outbox'], (tx) =>
      tx.getAll('outbox', { from: [object], to: [object, '\uffff'] }),
    )
  const pages = (): Promise<number> =>
    disk.run(
      'read',
      ['images'],
      async (tx) => (await tx.getAll('images', { from: [object], to: [object, '\uffff'] })).length,
    )

  describe(`batches on ${name}`, () => {
    it('[BAT2] one record of at most 512 bytes stands for 100,000 rows, which come back as they were', async () => {
      const store = await open()
      const write = batchOf(100_000)
      const [key] = await store.append([write])
      const [record, ...others] = await records()
      expect(others).toEqual([])
      expect(JSON.stringify(record).length <= 512).toBe(true)
      expect(await pages()).toBe(200)
      const [row] = await store.pending(object)
      expect(row?.key).toBe(key)
      expect(row?.at).toBe(7)
      expect(row?.events.length).toBe(100_000)
      for (const i of [0, 499, 500, 700, 99_999]) expect(row?.events[i]).toEqual(eventOf(i))
      expect(JSON.stringify(row?.events)).toBe(JSON.stringify(write.row?.events))
      expect((await store.load(object)).pending).toEqual([row])
      await disk.close()
    })

    it('[BAT2] lies in the outbox in its place, and is read only by who does not know it', async () => {
      const store = await open()
      const single = (n: number): Write => {
        const stamp = stampAfter(base, n)
        const event: Event = [n, stamp, [['=', 'files/x' as never, 'path', 'a']]]
        return { object, slot: 0, counter: { n, stamp }, row: { object, events: [event], at: 1 } }
      }
      const keys = await store.append([single(1), { ...batchOf(3, 2) }, single(5)])
      const rows = await store.pending(object)
      expect(rows.map((row) => row.key)).toEqual(keys)
      expect(rows.map(({ events }) => events.map(([n]) => n))).toEqual([[1], [2, 3, 4], [5]])
      const known = await store.pending(object, 0, (key) => key <= (keys[1] as number))
      expect(known.map((row) => row.key)).toEqual([keys[0], keys[2]])
      await disk.close()
    })

    it('[BAT4] a refused row leaves alone, whole, and the last one takes the batch along', async () => {
      const store = await open()
      const lead = await store.lead()
      const [key = 0] = await store.append([batchOf(1001)])
      const park = (...numbers: number[]): Promise<void> => {
        const parked = numbers.map((n) => ({ n, code: 'REFUSED', message: 'no' }) as const)
        return store.park(lead, object, [{ key, parked }], 9)
      }
      await park(2, 501, 1001, 5000)
      const numbers = async (): Promise<number[]> =>
        (await store.pending(object)).flatMap(({ events }) => events.map(([n]) => n))
      const left = await numbers()
      expect([left.length, left.includes(501)]).toEqual([998, false])
      const rejected = await store.rejected()
      expect(rejected.map(({ event }) => event)).toEqual([1, 500, 1000].map((i) => eventOf(i)))
      // Refused twice, it leaves once.
      await park(2)
      expect((await store.rejected()).length).toBe(3)
      const [row] = await store.pending(object)
      expect(row?.events.at(-1)).toEqual(eventOf(999))
      await park(...(await numbers()))
      expect([await records(), await pages()]).toEqual([[], 0])
      expect((await store.rejected()).length).toBe(1001)
      await disk.close()
    })

    it('[BAT5] stamped anew, wholly or behind what is logged, it stays one short record', async () => {
      const store = await open()
      const lead = await store.lead()
      const [key = 0] = await store.append([batchOf(3000)])
      const parked = [{ n: 2000, code: 'REFUSED', message: 'no' }] as const
      await store.park(lead, object, [{ key, parked }], 9)
      const again = (from: number, ms: number) => {
        let next = formatStamp({ ms, counter: 0, replica })
        return ([n, stamp]: Event): Stamp => {
          if (n < from) return stamp
          const own = next
          next = stampAfter(next, 1)
          return own
        }
      }
      const all = await store.restamp(lead, object, again(1, 50))
      const [first] = await store.pending(object)
      expect(all).toEqual([first])
      expect(first?.events[0]?.[1]).toBe(formatStamp({ ms: 50, counter: 0, replica }))
      expect(new Set(first?.events.map(([, stamp]) => stamp)).size).toBe(2999)
      const part = await store.restamp(lead, object, again(1500, 70))
      expect(await store.pending(object)).toEqual(part)
      expect(part[0]?.events.slice(0, 1499)).toEqual(first?.events.slice(0, 1499))
      expect(part[0]?.events[1499]?.[1]).toBe(formatStamp({ ms: 70, counter: 0, replica }))
      expect(JSON.stringify(await records()).length <= 512).toBe(true)
      await disk.close()
    })

    it('[BAT6] what the log has is kept for a day as the record, comes back whole, and goes with its images', async () => {
      const store = await open()
      const lead = await store.lead()
      const [key = 0] = await store.append([batchOf(1200)])
      const before = await store.pending(object)
      await store.confirm(lead, object, [], [key], 1000)
      expect([await records(), await pages()]).toEqual([[], 3])
      const sent = await disk.run('read', ['sent'], (tx) =>
        tx.getAll('sent', { from: [object], to: [object, '\uffff'] }),
      )
      expect(JSON.stringify(sent).length <= 512).toBe(true)
      expect(await store.sent(object)).toEqual(before)
      const empty = { rows: new Map(), vv: new Map() }
      await store.reset(lead, object, empty, { term: 't', seq: 0 }, [key])
      expect(await store.pending(object)).toEqual(before)
      await store.confirm(lead, object, [], [key], 2000)
      await store.checkpoint(lead, object, empty, { term: 't', seq: 0 }, 2000 + DAY - 1)
      expect(await pages()).toBe(3)
      await store.checkpoint(lead, object, empty, { term: 't', seq: 0 }, 2001 + DAY)
      expect([await store.sent(object), await pages()]).toEqual([[], 0])
      await disk.close()
    })

    it('[BAT6] one that cannot be read is CORRUPT, and goes when its object is forgotten', async () => {
      const store = await open()
      const [key = 0] = await store.append([batchOf(600)])
      await disk.run('relaxed', ['images'], async (tx) => {
        tx.put('images', { key: [object, key, 1], rows: '[["row' })
      })
      expect(await codeOf(store.pending(object))).toBe('CORRUPT')
      const { kept, lost } = await store.forget(object)
      expect([kept, lost.length, await pages()]).toEqual([0, 1, 0])
      expect(await store.pending(object)).toEqual([])
      await store.append([batchOf(600, 601)])
      await disk.run('relaxed', ['images'], async (tx) => {
        tx.delete('images', { from: [object, key + 1, 0], to: [object, key + 1, 0] })
      })
      expect(await codeOf(store.load(object))).toBe('CORRUPT')
      expect((await store.forget(object)).kept).toBe(0)
      await disk.close()
    })

    it('[BAT8] a branch begins with what waits of a batch', async () => {
      const store = await open()
      await store.append([batchOf(700)])
      const branch = 'obj!draft' as ObjectId
      await store.createBranch(branch, 'term')
      expect((await store.load(branch)).state.rows.size).toBe(700)
      await disk.close()
    })
  })
}
