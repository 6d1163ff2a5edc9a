/** What every store does while an object is loaded by rows (R3), on whatever disk. */
import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Event,
  formatStamp,
  type ObjectId,
  type ObjectState,
  packRows,
  type Replica,
  type RowKey,
} from '@react-collab/core'
import { afterEach, describe, expect, it } from 'vitest'
import type { Disk } from './disk.js'
import { createLocalStore } from './local-store.js'
import type { LocalStore, OutboxKey, StoredPage } from './store.js'
import type { Medium } from './store.contract.js'

const one = 'obj1' as ObjectId
const ten = 'obj10' as ObjectId
const replica = 'aaaaaaaa' as Replica

const event = (n: number, key = `c/${n}`, value = `value ${n}`): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica }),
  [['=', key as RowKey, 'name', value]],
]

const events = (from: number, to: number): Event[] =>
  Array.from({ length: to - from + 1 }, (_, i) => event(from + i))

function stateOf(all: readonly Event[]): ObjectState {
  const state = createObjectState()
  for (const each of all) applyEvent(state, each)
  return state
}

const page = (at: number, key: string): StoredPage => ({
  cursor: undefined,
  isReset: false,
  place: { term: 't', at, key: key as RowKey },
  page: `"${at} ${key}"`,
})

/** The contract of a store for loading by rows. */
export function loadingContract(name: string, createMedium: () => Promise<Medium>): void {
  let disk: Disk
  let medium: Medium
  const open = async (): Promise<LocalStore> => {
    medium = await createMedium()
    disk = await medium.open()
    return createLocalStore(disk)
  }
  const reopen = async (): Promise<LocalStore> => {
    await disk.close()
    disk = await medium.open()
    return createLocalStore(disk)
  }
  const stored = async (store: LocalStore): Promise<string> =>
    canonicalState((await store.load(one)).state)
  const confirm = (store: LocalStore, lead: number, seq: number, all: Event[]): Promise<void> =>
    store.confirm(lead, one, [{ term: 't', seq, events: all }], [], 0)

  describe(`${name}: loading by rows`, () => {
    afterEach(() => disk.close())

    it('[STA3] replaces rows of the state, with those that the journal has changed', async () => {
      const store = await open()
      const lead = await store.lead()
      await confirm(store, lead, 1, events(1, 3))
      await store.checkpoint(lead, one, stateOf(events(1, 3)), { term: 't', seq: 3 }, 0)
      await confirm(store, lead, 4, [event(4, 'c/1')])
      const all = [...events(1, 3), event(4, 'c/1'), event(5), event(6, 'c/2')]
      const changed = ['c/2', 'c/5'] as RowKey[]
      await store.reset(lead, one, stateOf(all), { term: 't', seq: 6 }, [], { changed })
      const again = await reopen()
      expect(await stored(again)).toBe(canonicalState(stateOf(all)))
      expect((await again.load(one)).cursor).toEqual({ term: 't', seq: 6 })
    })

    it('[STA3] also by who leads only since, and has to read what the journal has changed', async () => {
      const store = await open()
      await confirm(store, await store.lead(), 1, events(1, 3))
      await store.checkpoint(
        await store.lead(),
        one,
        stateOf(events(1, 3)),
        { term: 't', seq: 3 },
        0,
      )
      await confirm(store, await store.lead(), 4, [event(4, 'c/1')])
      const again = await reopen()
      const all = [...events(1, 3), event(4, 'c/1'), event(5)]
      const changed = ['c/5'] as RowKey[]
      await again.reset(await again.lead(), one, stateOf(all), { term: 't', seq: 5 }, [], {
        changed,
      })
      expect(await stored(await reopen())).toBe(canonicalState(stateOf(all)))
    })

    it('[PUR7] parks, with the state that comes, the edits that cannot be made any more', async () => {
      const store = await open()
      const lead = await store.lead()
      await confirm(store, lead, 1, events(1, 3))
      const own = [event(11), event(12), event(13)]
      const row = { object: one, events: own, at: 1 }
      const [key = 0] = await store.append([
        { object: one, slot: 0, counter: { n: 13, stamp: event(13)[1] }, row },
      ])
      const reason = { code: 'BASE_LOST', message: 'it is gone' } as const
      const told: unknown[] = []
      const parked = await store.reset(
        lead,
        one,
        stateOf(events(2, 3)),
        { term: 'u', seq: 3 },
        [],
        {
          parking: {
            rows: ['c/1' as RowKey],
            now: 7,
            plan: (rows, held) => {
              told.push(rows, [...held])
              return [{ key, parked: [11, 13].map((n) => ({ n, ...reason })) }]
            },
          },
        },
      )
      expect(parked).toEqual([own[0], own[2]])
      expect(told).toEqual([[{ ...row, key }], []])
      const again = await reopen()
      expect(await stored(again)).toBe(canonicalState(stateOf(events(2, 3))))
      expect((await again.pending(one)).map((left) => left.events)).toEqual([[own[1]]])
      expect(await again.rejected()).toMatchObject([
        { object: one, event: own[0], ...reason, at: 7 },
        { object: one, event: own[2], ...reason, at: 7 },
      ])
      // Nothing is parked by who does not lead any more.
      await again.lead()
      const late = again.reset(lead, one, createObjectState(), { term: 'v', seq: 0 }, [], {
        parking: { rows: [], now: 8, plan: () => [{ key, parked: [{ n: 12, ...reason }] }] },
      })
      await expect(late).rejects.toMatchObject({ code: 'FENCED' })
      expect(await again.rejected()).toHaveLength(2)
    })

    it('[STA5] keeps pages in the order of their places until it is done or begins anew', async () => {
      const store = await open()
      const lead = await store.lead()
      const kept = async (): Promise<string[]> => (await store.pages(one)).map((each) => each.page)
      await store.keepPage(lead, one, page(3, 'c/1'), true)
      await store.keepPage(lead, one, page(10, 'c/2'), false)
      await store.keepPage(lead, one, page(10, ''), false)
      await store.keepPage(lead, ten, page(1, 'c/1'), true)
      expect(await kept()).toEqual(['"3 c/1"', '"10 "', '"10 c/2"'])
      await store.keepPage(lead, one, page(2, 'c/9'), true)
      expect(await kept()).toEqual(['"2 c/9"'])
      await store.reset(lead, one, createObjectState(), { term: 't', seq: 0 }, [])
      expect(await kept()).toEqual([])
      expect(await store.pages(ten)).toHaveLength(1)
      await store.forget(ten)
      expect(await store.pages(ten)).toEqual([])
    })

    it('[STA12] makes kept pages the state, however many, and writes over them as over any', async () => {
      const store = await open()
      const lead = await store.lead()
      await confirm(store, lead, 1, [event(1, 'c/old')])
      // More than one step copies; of a row that came twice the later page counts.
      for (let i = 1; i <= 40; i++) {
        const rows = stateOf([event(i), event(i, 'c/again')]).rows
        const kept = { ...page(i, `c/${i}`), page: JSON.stringify(packRows(rows)) }
        await store.keepPage(lead, one, kept, i === 1)
      }
      const all = [...events(1, 40), event(40, 'c/again')]
      await store.reset(lead, one, stateOf(all), { term: 't', seq: 40 }, [], { pages: 40 })
      expect(await store.pages(one)).toEqual([])
      expect(await stored(await reopen())).toBe(canonicalState(stateOf(all)))
      const again = await reopen()
      const leads = await again.lead()
      await confirm(again, leads, 41, [event(41, 'c/1')])
      const later = [...all, event(41, 'c/1')]
      expect(await stored(again)).toBe(canonicalState(stateOf(later)))
      await again.checkpoint(leads, one, stateOf(later), { term: 't', seq: 41 }, 0)
      expect(await stored(await reopen())).toBe(canonicalState(stateOf(later)))
    })

    it('[STA12] writes all rows where pages are missing', async () => {
      const store = await open()
      const lead = await store.lead()
      await confirm(store, lead, 1, [event(1)])
      const kept = { ...page(2, 'c/2'), page: JSON.stringify(packRows(stateOf([event(2)]).rows)) }
      await store.keepPage(lead, one, kept, true)
      const all = events(1, 5)
      const known = { changed: ['c/5' as RowKey], pages: 2 }
      await store.reset(lead, one, stateOf(all), { term: 't', seq: 5 }, [], known)
      expect(await stored(await reopen())).toBe(canonicalState(stateOf(all)))
    })

    it('[STA8] keeps the newest 4 MiB of what was sent', async () => {
      const store = await open()
      const lead = await store.lead()
      const all = Array.from({ length: 100 }, (_, i) => event(i + 1, 'c/1', 'x'.repeat(60_000)))
      const keys: OutboxKey[] = []
      for (const [i, each] of all.entries()) {
        const row = { object: one, events: [each], at: i }
        const counter = { n: each[0], stamp: each[1] }
        const [key] = await store.append([{ object: one, slot: 0, counter, row }])
        keys.push(key as OutboxKey)
        const batch = { term: 't', seq: i + 1, events: [each] }
        await store.confirm(lead, one, [batch], [key as OutboxKey], i)
      }
      expect(await store.sent(one)).toHaveLength(100)
      await store.checkpoint(lead, one, stateOf(all), { term: 't', seq: 100 }, 100)
      const left = (await store.sent(one)).map(({ key }) => key)
      expect(left.length).toBeGreaterThan(60)
      expect(left.length).toBeLessThanOrEqual((4 * 1024 * 1024) / 60_000)
      expect(left).toEqual(keys.slice(-left.length))
    })
  })
}
