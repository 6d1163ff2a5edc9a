/** What every store does with branches (R6), on whatever disk; free of Node, as browsers run it too. */
import {
  type Event,
  eventReplica,
  formatStamp,
  isDeleted,
  type Json,
  type ObjectId,
  readRegister,
  type Replica,
  ROOT,
  type RowKey,
  type Stamp,
  type StorageError,
  withOrigin,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import type { Disk } from './disk.js'
import { createLocalStore } from './local-store.js'
import type { LocalStore, Write } from './store.js'
import type { Medium } from './store.contract.js'

const a = 'aaaaaaaa' as Replica
const b = 'bbbbbbbb' as Replica
const master = 'obj' as ObjectId
const neighbour = 'obj1' as ObjectId
/** An event as it is stamped anew. */
const again = withOrigin

const branch = 'obj!draft' as ObjectId
const inner = 'obj!draft!inner' as ObjectId

const stamp = (ms: number, replica: Replica): Stamp => formatStamp({ ms, counter: 0, replica })

const set = (n: number, row: string, value: Json, replica: Replica, ms = n): Event => [
  n,
  stamp(ms, replica),
  [['=', `c/${row}` as RowKey, 'name', value]],
]

const write = (object: ObjectId, ...events: Event[]): Write => {
  const [n, last] = events.at(-1)!
  const counter = { n, stamp: last, replica: eventReplica(events[0]!) }
  return { object, slot: 0, counter, row: { object, events, at: 1 } }
}

/** Stamps from `ms` on, one ms each. */
const from = (ms: number): ((event: Event) => Stamp) => {
  let next = ms
  return (event) => stamp(next++, eventReplica(event))
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: StorageError) => error.code,
  )

/** The names in the base of an object, by row. */
async function namesIn(store: LocalStore, object: ObjectId): Promise<Record<string, unknown>> {
  const { state } = await store.load(object)
  return Object.fromEntries(
    [...state.rows].map(([key, row]) => [key, isDeleted(row) || readRegister(row, 'name')]),
  )
}

const eventsIn = async (store: LocalStore, object: ObjectId): Promise<readonly Event[]> =>
  (await store.pending(object)).flatMap(({ events }) => events)

/** Runs the suite of branches on one kind of disk. */
export function branchContract(name: string, createMedium: () => Promise<Medium>): void {
  const open = async (): Promise<{ store: LocalStore; again: () => Promise<LocalStore> }> => {
    const medium = await createMedium()
    let disk: Disk = await medium.open()
    return {
      store: createLocalStore(disk),
      async again() {
        await disk.close()
        disk = await medium.open()
        return createLocalStore(disk)
      },
    }
  }

  /** A master with one row confirmed and one waiting. */
  async function withMaster(store: LocalStore): Promise<void> {
    const lead = await store.lead()
    const events = [set(1, 'x', 'logged', a)]
    await store.confirm(lead, master, [{ term: 't', seq: 1, events }], [], 0)
    await store.append([write(master, set(2, 'y', 'waiting', a))])
  }

  describe(`branches on ${name}`, () => {
    it('[BRA1] a branch begins as its parent is on this disk, and is there after a reload', async () => {
      const { store, again } = await open()
      await withMaster(store)
      expect(await store.branches(master)).toEqual([])
      expect(await store.createBranch(branch, 'one')).toBe(true)
      await store.append([write(branch, set(1, 'x', 'mine', b, 9))])
      const later = await again()
      expect(await later.createBranch(branch, 'two')).toBe(false)
      expect(await namesIn(later, branch)).toEqual({ 'c/x': 'logged', 'c/y': 'waiting' })
      expect(await eventsIn(later, branch)).toEqual([set(1, 'x', 'mine', b, 9)])
      expect((await later.load(branch)).cursor).toEqual({ term: 'one', seq: 0 })
      expect((await later.counter(0, branch)).replica).toBe(b)
    })

    it('[BRA2] what is written to a branch or its parent later stays there', async () => {
      const { store } = await open()
      await withMaster(store)
      await store.createBranch(branch, 'one')
      await store.append([write(branch, set(1, 'z', 'mine', b))])
      await store.append([write(master, set(3, 'y', 'theirs', a))])
      expect(await namesIn(store, branch)).toEqual({ 'c/x': 'logged', 'c/y': 'waiting' })
      expect((await eventsIn(store, master)).map(([n]) => n)).toEqual([2, 3])
    })

    it('[BRA3] a push moves own edits, later than all else, to the end of the outbox and into the base', async () => {
      const { store } = await open()
      await withMaster(store)
      await store.createBranch(branch, 'one')
      await store.append([write(branch, set(1, 'x', 'mine', b), set(2, 'z', 'new', b))])
      await store.append([write(branch, set(3, 'x', 'mine too', b))])
      await store.append([write(master, set(3, 'x', 'theirs', a, 50))])
      const { rows } = await store.pushBranch(branch, 'two', () => from(100), 7)
      const moved = [
        again(set(1, 'x', 'mine', b, 100), set(1, 'x', 'mine', b)),
        again(set(2, 'z', 'new', b, 101), set(2, 'z', 'new', b)),
        again(set(3, 'x', 'mine too', b, 102), set(3, 'x', 'mine too', b)),
      ]
      expect(rows.flatMap(({ events }) => events)).toEqual(moved)
      const outbox = await store.pending(master)
      expect(outbox.slice(-2)).toEqual(rows)
      expect(outbox.map(({ key }) => key)).toEqual(
        outbox.map(({ key }) => key).sort((x, y) => x - y),
      )
      expect(await eventsIn(store, branch)).toEqual([])
      expect(await namesIn(store, branch)).toEqual({
        'c/x': 'mine too',
        'c/y': 'waiting',
        'c/z': 'new',
      })
      expect((await store.load(branch)).cursor?.term).toBe('two')
      expect((await store.counter(0, branch)).stamp).toBe(stamp(102, b))
    })

    it('[BRA4] a pull brings what the parent shows, and own edits stay the later ones', async () => {
      const { store } = await open()
      await withMaster(store)
      await store.createBranch(branch, 'one')
      await store.append([write(branch, set(1, 'x', 'mine', b, 3))])
      await store.append([write(master, set(3, 'x', 'theirs', a, 50), set(4, 'w', 'new', a, 51))])
      await store.pullBranch(branch, 'two', () => from(100), 7)
      expect(await namesIn(store, branch)).toEqual({
        'c/x': 'theirs',
        'c/y': 'waiting',
        'c/w': 'new',
      })
      const mine = again(set(1, 'x', 'mine', b, 100), set(1, 'x', 'mine', b, 3))
      expect(await eventsIn(store, branch)).toEqual([mine])
      expect((await eventsIn(store, master)).map(([n]) => n)).toEqual([2, 3, 4])
    })

    it('[BRA6] stamps from before a push or a pull are refused, and numbers are never given again', async () => {
      const { store } = await open()
      await withMaster(store)
      await store.createBranch(branch, 'one')
      await store.append([write(branch, set(1, 'x', 'mine', b))])
      await store.pushBranch(branch, 'two', () => from(100), 7)
      expect(await codeOf(store.append([write(branch, set(2, 'x', 'late', b))]))).toBe('FENCED')
      await store.dropBranch(branch)
      await store.createBranch(branch, 'three')
      const { n, epoch, replica } = await store.counter(0, branch)
      expect({ n, epoch, replica }).toEqual({ n: 1, epoch: 1, replica: b })
    })

    it('[BRA9] edits of what the parent no longer has are parked, and all others move', async () => {
      for (const way of ['pushBranch', 'pullBranch'] as const) {
        const { store } = await open()
        await withMaster(store)
        await store.createBranch(branch, 'one')
        const typed: Event = [3, stamp(8, b), [['~', ROOT, 'body', [[1, [a, 5], 1, 0, 'x']], []]]]
        const own = [set(1, 'y', 'of what is refused', b), set(2, 'x', 'mine', b), typed]
        await store.append([write(branch, ...own, set(4, 'z', 'new', b))])
        const [row] = await store.pending(master)
        const parked = [{ n: 2, code: 'REFUSED' as const, message: 'no' }]
        await store.park(await store.lead(), master, [{ key: row!.key, parked }], 0)
        await store[way](branch, 'two', () => from(100), 7)
        const left = await eventsIn(store, way === 'pushBranch' ? master : branch)
        expect(left).toEqual([
          again(set(2, 'x', 'mine', b, 101), set(2, 'x', 'mine', b)),
          again(set(4, 'z', 'new', b, 103), set(4, 'z', 'new', b)),
        ])
        const [, first, second] = await store.rejected()
        expect([first?.event, second?.event]).toEqual([
          again(set(1, 'y', 'of what is refused', b, 100), own[0]!),
          again([3, stamp(102, b), typed[2]], typed),
        ])
        expect([first?.code, first?.object, first?.at]).toEqual(['BASE_LOST', branch, 7])
      }
    })

    it('[BRA7] branches nest, and are dropped with what they are of; others stay', async () => {
      const { store } = await open()
      await withMaster(store)
      expect(await codeOf(store.createBranch(inner, 'i'))).toBe('NO_BRANCH')
      await store.createBranch(branch, 'one')
      await store.append([write(branch, set(1, 'x', 'mine', b))])
      await store.createBranch(inner, 'i')
      await store.createBranch('obj1!draft' as ObjectId, 'o')
      await store.createBranch('obj!draft1' as ObjectId, 'p')
      expect(await namesIn(store, inner)).toEqual({ 'c/x': 'mine', 'c/y': 'waiting' })
      expect([...(await store.branches(master))].sort()).toEqual(['obj!draft', 'obj!draft1'])
      expect(await store.branches(branch)).toEqual([inner])
      await store.dropBranch(branch)
      expect(await store.branches(branch)).toEqual([])
      expect(await store.branches(master)).toEqual(['obj!draft1'])
      expect(await store.branches(neighbour)).toEqual(['obj1!draft'])
      expect((await store.load(inner)).cursor).toBeUndefined()
      expect(await namesIn(store, branch)).toEqual({})
      expect(await namesIn(store, master)).toEqual({ 'c/x': 'logged' })
    })

    it('[BRA8] what is written to a branch that is not there is refused, and writes nothing', async () => {
      const { store } = await open()
      await withMaster(store)
      const late = write(branch, set(1, 'x', 'mine', b))
      expect(await codeOf(store.append([late]))).toBe('NO_BRANCH')
      expect(await codeOf(store.pullBranch(branch, 't', () => from(1), 7))).toBe('NO_BRANCH')
      expect(await codeOf(store.pushBranch(branch, 't', () => from(1), 7))).toBe('NO_BRANCH')
      expect(await eventsIn(store, branch)).toEqual([])
      expect((await eventsIn(store, master)).map(([n]) => n)).toEqual([2])
    })
  })
}
