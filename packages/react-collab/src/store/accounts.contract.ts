/** What every store does when somebody signs in or out; free of Node, as browsers run it too. */
import {
  type Event,
  eventReplica,
  formatStamp,
  type ObjectId,
  originOf,
  type Replica,
  type RowKey,
  type StorageError,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { createLocalStore } from './local-store.js'
import type { LocalStore, NameMaker, Write } from './store.js'
import type { Medium } from './store.contract.js'

const object = 'obj' as ObjectId
const branch = 'obj!draft' as ObjectId
const a = 'aaaaaaaa' as Replica

const set = (n: number): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica: a }),
  [['=', 'c/1' as RowKey, 'f', n]],
]
const of = (event: Event, to = object): Write => {
  const [n, stamp] = event
  return { object: to, slot: 0, counter: { n, stamp }, row: { object: to, events: [event], at: n } }
}
const write = (n: number, to = object): Write => of(set(n), to)
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: StorageError) => error.code,
  )
const maker = (): NameMaker => {
  let count = 0
  return { id: () => `new ${++count}`, replica: () => `new0000${++count}` as Replica }
}

/** The contract of a store for accounts. */
export function accountsContract(name: string, createMedium: () => Promise<Medium>): void {
  const open = async (id: string): Promise<LocalStore> => {
    const store = createLocalStore(await (await createMedium()).open())
    let count = 0
    await store.identity(() => `${id}${++count}`)
    await store.replica(0, () => a)
    return store
  }

  describe(`accounts on ${name}`, () => {
    it('[ACC5] what no log has is counted, and is not erased unless it is given up', async () => {
      const store = await open('x')
      await store.append([write(1), write(2)])
      await store.createBranch(branch, 'term')
      await store.append([write(1, branch)])
      const [row] = await store.pending(object)
      const parked = [{ n: 1, code: 'REFUSED' as const, message: 'no' }]
      const lead = await store.lead()
      await store.park(lead, object, [{ key: row!.key, parked }], 0)
      expect(await store.unsent()).toBe(3)
      const before = await store.identity(() => '')
      expect(await codeOf(store.erase(false))).toBe('UNSENT_EDITS')
      expect(await store.unsent()).toBe(3)
      expect(await store.identity(() => '')).toEqual(before)
      await store.erase(true)
      expect(await store.unsent()).toBe(0)
      expect((await store.identity(() => 'fresh')).client).toBe('fresh')
      expect((await store.load(object)).cursor).toBeUndefined()
    })

    it('[ACC5] what was erased is gone after a restart, too', async () => {
      const medium = await createMedium()
      const store = createLocalStore(await medium.open())
      await store.identity(() => 'id')
      await store.replica(0, () => a)
      await store.append([write(1), write(2)])
      await store.erase(true)
      await store.close()
      const again = createLocalStore(await medium.open())
      expect(await again.pending(object)).toEqual([])
      expect((await again.identity(() => 'fresh')).client).toBe('fresh')
      await again.close()
    })

    it('[ACC10] a disk is of whoever is the first there, from its first transaction on', async () => {
      const begun = async (...accounts: (string | undefined)[]) => {
        const store = createLocalStore(await (await createMedium()).open())
        let last = await store.identity(() => 'id', accounts[0])
        for (const account of accounts) last = await store.identity(() => 'id', account)
        return [last.principal, last.account]
      }
      expect(await begun('ada', 'ben', '', undefined)).toEqual([undefined, 'ada'])
      expect(await begun('', 'ada')).toEqual(['', undefined])
      expect(await begun(undefined)).toEqual([undefined, undefined])
      expect(await begun(undefined, 'ada')).toEqual([undefined, 'ada'])
      const store = await open('x')
      await store.saveAccount(await store.lead(), 'principal', 'ada')
      expect(await store.identity(() => 'id', 'ben')).toMatchObject({
        principal: 'principal',
        account: 'ada',
      })
    })

    it('[ACC6] whoever led, or has written, before an erasure writes nothing after it', async () => {
      const store = await open('x')
      const lead = await store.lead()
      await store.append([write(1)])
      await store.erase(true)
      expect(await codeOf(store.append([write(2)]))).toBe('LOCAL_STATE_LOST')
      expect(await codeOf(store.saveAccount(lead, 'ada'))).toBe('FENCED')
      expect(await store.unsent()).toBe(0)
    })

    it('[ACC6] whoever opened the disk before an erasure neither writes nor leads there, whoever writes there since', async () => {
      const medium = await createMedium()
      const disk = await medium.open()
      const [left, stayed] = [createLocalStore(disk), createLocalStore(disk)]
      for (const store of [left, stayed]) await store.identity(() => 'id')
      await left.append([write(1)])
      await left.erase(true)
      const next = createLocalStore(disk)
      await next.identity(() => 'next')
      await next.append([write(1)])
      for (const store of [left, stayed]) {
        expect(await codeOf(store.append([write(2)]))).toBe('LOCAL_STATE_LOST')
        expect(await codeOf(store.lead())).toBe('LOCAL_STATE_LOST')
      }
      expect(await next.unsent()).toBe(1)
      await next.append([write(2)])
      await next.erase(true)
      expect(await codeOf(next.append([write(1)]))).toBe('LOCAL_STATE_LOST')
      await disk.close()
    })

    it('[ACC4] takes over what waits elsewhere, each row once, under names of its own', async () => {
      const [from, to] = [await open('from'), await open('to')]
      await from.append([write(1), write(2)])
      await from.createBranch(branch, 'term')
      await from.append([write(1, branch)])
      const hand = (await from.handOver())!
      await to.takeOver(hand, maker())
      await to.takeOver(hand, maker())
      const events = (await to.pending(object)).flatMap((row) => row.events)
      expect(events).toEqual([set(1), set(2)])
      const { retired, secret } = await to.identity(() => '')
      expect([...retired.keys()]).toEqual([eventReplica(set(1))])
      expect(secret).toBe(hand.secret)
      await from.handedOver(hand.rows, true)
      expect(await from.handOver()).toBeUndefined()
      expect(await from.unsent()).toBe(1)
      await from.append([write(3)])
      await to.takeOver((await from.handOver())!, maker())
      expect((await to.pending(object)).length).toBe(3)
    })

    it('[ACC9] a disk that has connected keeps its secret, and owns what is made in what it takes over', async () => {
      const [from, to] = [await open('from'), await open('to')]
      const before = (await from.identity(() => '')).owners
      const [mine, ref] = [`files/${before.client}~1`, `${before.client}~1`] as [RowKey, string]
      const made: Event = [
        1,
        set(1)[1],
        [
          ['=', mine, 'path', '/a'],
          ['=', mine, '$del', false],
        ],
      ]
      const inLog = `files/${before.client}~2` as RowKey
      const patches: Event[2] = [
        ['=', mine, 'path', '/b'],
        ['=', inLog, 'path', '/c'],
        ['=', 'c/1' as RowKey, 'files', { $2: ['x', ref] }],
      ]
      await from.append([of(made), of([2, set(2)[1], patches])])
      await to.saveGeneration(await to.lead(), 'token')
      const { secret, owners, client } = await to.identity(() => '')
      const hand = (await from.handOver())!
      expect(await to.takeOver(hand, maker())).toBe(false)
      expect(await to.identity(() => '')).toMatchObject({ secret, owners, client })
      const events = (await to.pending(object)).flatMap((row) => row.events)
      const [now, name] = [`files/${owners.client}~1`, `${owners.client}~1`]
      expect(events.map(([, , all]) => all)).toEqual([
        [
          ['=', now, 'path', '/a'],
          ['=', now, '$del', false],
        ],
        [
          ['=', now, 'path', '/b'],
          ['=', inLog, 'path', '/c'],
          ['=', 'c/1', 'files', { $2: ['x', name] }],
        ],
      ])
      expect(events.map((event) => originOf(event))).toEqual(
        hand.rows.flatMap((row) => row.events).map((event) => originOf(event)),
      )
    })

    it('[ACC9] owner ids go along with the first account that takes something over, and with no other', async () => {
      const from = await open('from')
      const adopt = async (id: string, n: number) => {
        await from.append([write(n)])
        const to = await open(id)
        const hand = (await from.handOver())!
        await from.handedOver(hand.rows, await to.takeOver(hand, maker()))
        return to.identity(() => '')
      }
      const { secret, owners } = await from.identity(() => '')
      expect(await adopt('ada', 1)).toMatchObject({ secret, owners })
      const ben = await adopt('ben', 2)
      expect([ben.secret, ben.owners.principal]).not.toContain(secret)
      expect(ben.owners.principal).not.toBe(owners.principal)
    })
  })
}
