/** What every store does when its disk is a copy of another (R9); free of Node, as browsers run it too. */
import {
  createObjectState,
  type Event,
  eventReplica,
  formatStamp,
  type ObjectId,
  originOf,
  type Replica,
  renameEvent,
  Renaming,
  ROOT,
  type RowKey,
  type StorageError,
  withOrigin,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { createLocalStore } from './local-store.js'
import type { LocalStore, NameMaker, Write } from './store.js'
import type { Medium } from './store.contract.js'

const object = 'obj' as ObjectId
const branch = 'obj!draft' as ObjectId
const [a, b, d] = ['a', 'b', 'd'].map((name) => name.repeat(8)) as [Replica, Replica, Replica]

const set = (n: number, replica: Replica, field = 'f'): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica }),
  [['=', 'c/1' as RowKey, field, n]],
]
const type = (n: number, replica: Replica, id: number, parent: number): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica }),
  [['~', ROOT, 'body', [[id, parent, 1, 0, 'x']], []]],
]
const write = (events: readonly Event[], slot = 0, to = object): Write => {
  const [n, stamp] = events.at(-1) as Event
  const replica = to === branch ? { replica: d } : {}
  return { object: to, slot, counter: { n, stamp, ...replica }, row: { object: to, events, at: n } }
}
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: StorageError) => error.code,
  )

function createMaker(): NameMaker {
  let count = 0
  return { id: () => `new ${++count}`, replica: () => `new0000${++count}` as Replica }
}

/** The contract of a store for copies of a disk. */
export function forkContract(name: string, createMedium: () => Promise<Medium>): void {
  const open = async (): Promise<{ store: LocalStore; lead: number; medium: Medium }> => {
    const medium = await createMedium()
    const store = createLocalStore(await medium.open())
    await store.identity(() => 'id')
    await store.replica(0, () => a)
    await store.replica(1, () => b)
    return { store, lead: await store.lead(), medium }
  }

  describe(`copies on ${name}`, () => {
    it('[FORK1] a fork gives the disk another client id and each slot another replica, in one', async () => {
      const { store, lead, medium } = await open()
      await store.saveGeneration(lead, 'token')
      const before = await store.identity(() => '')
      await store.append([write([set(3, a)])])
      const after = await store.fork(lead, createMaker())
      expect(after.client).not.toBe(before.client)
      expect([after.secret, after.owners]).toEqual([before.secret, before.owners])
      expect(after.generation).toBeUndefined()
      const unused = (): never => {
        throw new Error('a slot was lost')
      }
      const slots = [await store.replica(0, unused), await store.replica(1, unused)]
      expect([...after.retired]).toEqual([
        [a, slots[0]],
        [b, slots[1]],
      ])
      // Numbers go on: they rise with the stamps of what moves along.
      expect(await store.counter(0, object)).toMatchObject({ n: 3 })
      const again = createLocalStore(await medium.open())
      expect(await again.identity(() => '')).toEqual(after)
    })

    it('[FORK1] forked again, what was written long ago goes to whoever writes now', async () => {
      const { store, lead } = await open()
      const make = createMaker()
      const [first] = [...(await store.fork(lead, make)).retired.values()]
      const { retired } = await store.fork(lead, make)
      const now = await store.replica(0, () => a)
      expect(retired.get(a)).toBe(now)
      expect(retired.get(first as Replica)).toBe(now)
    })

    it('[FORK1] what waits stays as it is until the log was asked; another leader forks nothing', async () => {
      const { store, lead } = await open()
      await store.append([write([set(1, a), set(2, a)])])
      const rows = await store.pending(object)
      await store.lead()
      expect(await codeOf(store.fork(lead, createMaker()))).toBe('FENCED')
      expect(
        await codeOf(store.move(lead, object, () => ({ rewrite: () => undefined, names: [] }), 0)),
      ).toBe('FENCED')
      expect((await store.identity(() => '')).retired.size).toBe(0)
      await store.fork(await store.lead(), createMaker())
      expect(await store.pending(object)).toEqual(rows)
    })

    it('[FORK1] refused edits and those of branches are the new writers’ at once', async () => {
      const { store, lead } = await open()
      const typed = [type(1, a, 1, 0), type(2, a, 2, 1)]
      await store.append([write(typed)])
      const [row] = await store.pending(object)
      const parked = [{ n: 2, code: 'REFUSED' as const, message: 'no' }]
      await store.park(lead, object, [{ key: row!.key, parked }], 0)
      await store.createBranch(branch, 'term')
      await store.append([write([type(1, d, 1, 0), type(2, d, 2, 1)], 0, branch)])
      const { retired } = await store.fork(lead, createMaker())
      const [refused] = await store.rejected()
      // What it stands on may be in the log as it was; it is itself nowhere.
      expect(refused!.event[2]).toEqual([['~', ROOT, 'body', [[2, [a, 1], 1, 0, 'x']], []]])
      expect(eventReplica(refused!.event)).toBe(retired.get(a))
      expect(originOf(refused!.event)).toEqual(originOf(typed[1] as Event))
      const own = (await store.pending(branch)).flatMap(({ events }) => events)
      expect(own.map(eventReplica)).toEqual([retired.get(d), retired.get(d)])
      expect(own[1]?.[2]).toEqual([['~', ROOT, 'body', [[2, 1, 1, 0, 'x']], []]])
      expect(await store.counter(0, branch)).toMatchObject({ replica: retired.get(d) })
    })

    it('[FORK1] rows are named anew in their places, and what is settled is taken out', async () => {
      const { store, lead } = await open()
      await store.append([write([set(1, a), set(2, a)]), write([set(1, b)], 1)])
      await store.append([write([set(3, a)])])
      const keys = (await store.pending(object)).map(({ key }) => key)
      const to = 'new00000' as Replica
      const moved = (event: Event): Event =>
        withOrigin(renameEvent(event, to, new Renaming()), event)
      const rows = await store.move(
        lead,
        object,
        (all) => {
          expect(all.map(({ key }) => key)).toEqual(keys)
          const rewrite = (event: Event): Event | undefined => {
            if (eventReplica(event) === b) return undefined
            return event[0] === 1 ? event : moved(event)
          }
          return { rewrite, names: [] }
        },
        0,
      )
      expect(rows).toEqual(await store.pending(object))
      expect(rows.map(({ key, events }) => [key, events])).toEqual([
        [keys[0], [set(1, a), moved(set(2, a))]],
        [keys[2], [moved(set(3, a))]],
      ])
    })

    it('[FORK12] what the log has as another copy’s is kept with what was sent, and comes back to its place', async () => {
      const { store, lead } = await open()
      await store.append([write([set(1, a), set(2, a), set(3, a)])])
      await store.append([write([set(4, a)])])
      const [first, second] = (await store.pending(object)).map(({ key }) => key)
      const isEven = ([n]: Event): boolean => n % 2 === 0
      const rewrite = (event: Event): Event | undefined => (isEven(event) ? undefined : event)
      await store.move(lead, object, () => ({ rewrite, names: [] }), 5)
      // The rest is settled in the same moment.
      await store.confirm(lead, object, [], [first!], 5)
      expect(await store.pending(object)).toEqual([])
      const sent = await store.sent(object)
      expect(sent.map(({ key, events }) => [key, events.map(([n]) => n)])).toEqual(
        expect.arrayContaining([
          [first, [2]],
          [first, [1, 3]],
          [second, [4]],
        ]),
      )
      const at = { term: 't', seq: 0 }
      await store.reset(lead, object, createObjectState(), at, [first!])
      const back = await store.pending(object)
      expect(back.map(({ key, events }) => [key, events])).toEqual([
        [first, [set(1, a), set(2, a), set(3, a)]],
      ])
      expect((await store.sent(object)).map(({ key }) => key)).toEqual([second])
      await store.reset(lead, object, createObjectState(), at, [second!])
      expect((await store.pending(object)).map(({ key }) => key)).toEqual([first, second])
    })

    it('[FORK8] what was to be written before a move is refused, and is told whose texts are now', async () => {
      const { store, lead } = await open()
      await store.append([write([type(1, a, 1, 0)])])
      const late = write([type(2, a, 2, 1)])
      const names = [{ replica: a, from: 1, end: 2, to: 'new00000' as Replica }]
      const rewrite = (event: Event): Event =>
        withOrigin(renameEvent(event, 'new00000' as Replica, new Renaming(names)), event)
      await store.move(lead, object, () => ({ rewrite: (event) => event, names: [] }), 0)
      expect((await store.counter(0, object)).epoch).toBeUndefined()
      await store.move(lead, object, () => ({ rewrite, names }), 0)
      expect(await codeOf(store.append([late]))).toBe('FENCED')
      const counter = await store.counter(0, object)
      expect(counter).toMatchObject({ epoch: 1, moves: [{ epoch: 1, names }] })
      const { moves: _, ...known } = counter
      await store.append([{ ...late, counter: { ...known, n: 2 } }])
      expect((await store.counter(0, object)).moves).toBeUndefined()
    })
  })
}
