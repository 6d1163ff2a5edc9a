/** What every store does with windowed collections; free of Node, so that browsers run it too. */
import {
  createObjectState,
  type Event,
  formatStamp,
  type Json,
  type ObjectId,
  type ObjectState,
  type Patch,
  type Replica,
  type Row,
  type RowKey,
  type Stamp,
} from '@react-collab/core'
import { afterEach, describe, expect, it } from 'vitest'
import { placeIn } from '../windows/place.js'
import type { Windowing } from '../windows/windowing.js'
import type { Disk } from './disk.js'
import { createLocalStore } from './local-store.js'
import type { RowNews } from './row-store.js'
import type { Medium } from './store.contract.js'
import type { LocalStore, Write } from './store.js'
import type { WindowPage, WindowQuery } from './windows.js'

const object = 'obj' as ObjectId
const other = 'obj1' as ObjectId
const windowing: Windowing = new Map([['c/', ['name', 'at']]])

const stamp = (ms: number, replica: string): Stamp =>
  formatStamp({ ms, counter: 0, replica: replica as Replica })

const set = (row: string, fields: Readonly<Record<string, Json>>): Patch[] =>
  Object.entries(fields).map(([field, value]) => ['=', `c/${row}` as RowKey, field, value])

const event = (n: number, patches: readonly Patch[], replica = 'bbbbbbbb', ms = n): Event => [
  n,
  stamp(ms, replica),
  patches,
]

const write = (made: Event, to = object): Write => ({
  object: to,
  slot: 0,
  counter: { n: made[0], stamp: made[1] },
  row: { object: to, events: [made], at: 1 },
})

const row = (fields: Readonly<Record<string, Json>>, ms = 1): Row => ({
  values: fields,
  stamps: Object.fromEntries(Object.keys(fields).map((field) => [field, stamp(ms, 'bbbbbbbb')])),
})

const byName: WindowQuery = { prefix: 'c/', field: 'name', start: 0, count: 100, fromEnd: false }

/** The names of the rows of a state, by key. */
const namesOf = ({ rows }: Pick<ObjectState, 'rows'>): unknown =>
  [...rows].map(([key, { values }]) => [key, values['name']] as const).sort(byKey)

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1

const idsIn = ({ rows }: WindowPage): string[] => rows.map(({ place }) => place[6].slice(2))

/** Runs the suite of windowed collections on one kind of disk. */
export function windowsContract(name: string, createMedium: () => Promise<Medium>): void {
  const opened: Disk[] = []
  const openOn = async (medium: Medium, told = windowing): Promise<Opened> => {
    const disk = await medium.open()
    opened.push(disk)
    const store = createLocalStore(disk)
    const news: RowNews[] = []
    store.useWindows(told, (one) => news.push(one))
    return { store, news, medium, lead: await store.lead() }
  }
  const open = async (): Promise<Opened> => openOn(await createMedium())
  afterEach(async () => {
    for (const disk of opened.splice(0)) await disk.close()
  })

  const read = (store: LocalStore, query: Partial<WindowQuery> = {}): Promise<WindowPage> =>
    store.readWindow(object, { ...byName, ...query })

  /** Confirms one entry for each row. */
  const fill = async (
    { store, lead }: Opened,
    rows: readonly Patch[][],
    seq = 1,
  ): Promise<void> => {
    const events = rows.map((patches, i) => event(i + seq, patches))
    await store.confirm(lead, object, [{ term: 't', seq, events }], [], 1)
  }

  describe(`windowed collections on ${name}`, () => {
    it('[WIN8] rows lie by themselves: a load has none of them, nor has a checkpoint', async () => {
      const at = await open()
      const { store, lead } = at
      const plain: Patch = ['=', 'd/1' as RowKey, 'name', 'x']
      await fill(at, [[...set('1', { name: 'b' }), plain], set('2', { name: 'a' })])
      const { state, greatest } = await store.load(object)
      expect([...state.rows.keys()]).toEqual(['d/1'])
      expect(greatest).toBe(stamp(2, 'bbbbbbbb'))
      state.rows.set('c/1' as RowKey, row({ name: 'b' }))
      await store.checkpoint(lead, object, state, { term: 't', seq: 2 }, 1)
      expect([...(await store.load(object)).state.rows.keys()]).toEqual(['d/1'])
      expect(idsIn(await read(store))).toEqual(['2', '1'])
      expect(await store.readRows(object, ['c/1' as RowKey, 'c/3' as RowKey])).toMatchObject({
        rows: [
          ['c/1', row({ name: 'b' })],
          ['c/3', undefined],
        ],
      })
      expect((await store.readWindow(other, byName)).total).toBe(0)
    })

    it('[DIG5] gives all rows page by page, as the log has them, and tells when they changed', async () => {
      const at = await open()
      const { store } = at
      await fill(
        at,
        [1, 2, 3, 4, 5].map((i) => set(`${i}`, { name: `${i}` })),
      )
      await fill(at, [set('3', { $del: true })], 6)
      await store.append([write(event(1, set('1', { name: 'mine' }), 'aaaaaaaa', 50))])
      await store.append([write(event(2, set('0', { name: 'new' }), 'aaaaaaaa', 51))])
      const first = await store.scanRows(object, 3)
      const second = await store.scanRows(object, 3, first.next)
      const third = await store.scanRows(object, 3, second.next)
      const found = [first, second, third].flatMap(({ rows }) => rows)
      expect(found.map(([key, { values }]) => [key, values['name']])).toEqual(
        [1, 2, 3, 4, 5].map((i) => [`c/${i}`, `${i}`]),
      )
      expect(third.next).toBeUndefined()
      expect(third.version).toBe(first.version)
      await fill(at, [set('9', { name: 'late' })], 7)
      expect((await store.scanRows(object, 3)).version).toBeGreaterThan(first.version)
      expect((await store.scanRows(other, 3)).rows).toEqual([])
    })

    it('[WIN9] the order is by kind, size, and text as people sort it; rows without the field last', async () => {
      const at = await open()
      const names: Record<string, Json> = {
        a: 'Émil',
        b: 'emma',
        c: 'item 10',
        d: 'item 9',
        e: 3,
        f: -1,
        g: true,
        h: null,
        i: 'item 010b',
      }
      const rows = Object.entries(names).map(([id, value]) => set(id, { name: value }))
      await fill(at, [...rows, set('j', { at: 1 }), set('k', { name: 'x', $del: true })])
      expect(idsIn(await read(at.store))).toEqual([...'hgfeabdcij'])
      expect((await read(at.store)).total).toBe(10)
      expect(idsIn(await read(at.store, { fromEnd: true, start: 1, count: 2 }))).toEqual(['c', 'i'])
    })

    it('[WIN10] any part is found from the start, from the end and from places on the way', async () => {
      const at = await open()
      const { store } = at
      const ids = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))
      await fill(
        at,
        ids.map((id) => set(id, { name: id, at: 1 })),
      )
      const { version } = await read(store)
      for (const rank of [undefined, 0, 7, 30, 59])
        for (const start of [0, 6, 29, 31, 58, 60, 99])
          for (const fromEnd of [false, true]) {
            const place =
              rank === undefined
                ? undefined
                : placeIn(
                    [object, 1],
                    'name',
                    `c/${ids[rank]}` as RowKey,
                    row({ name: ids[rank]! }),
                  )
            const anchor = place && { place, rank: rank!, version }
            const page = await read(store, { start, count: 5, fromEnd, anchor })
            const from = fromEnd ? Math.max(0, 60 - start - 5) : Math.min(60, start)
            const to = fromEnd ? Math.max(0, 60 - start) : Math.min(60, start + 5)
            const text = `${rank} ${start} ${fromEnd}`
            expect(idsIn(page), text).toEqual(ids.slice(from, to))
            expect([page.total, page.isLast], text).toEqual([60, to === 60])
            if (to > from) expect(page.start, text).toBe(from)
          }
    })

    it('[WIN11] own edits count at once, and no more once they are refused', async () => {
      const at = await open()
      const { store, lead, news } = at
      await fill(at, [set('1', { name: 'b' }), set('2', { name: 'c' })])
      const own = (n: number, patches: readonly Patch[]): Event =>
        event(n, patches, 'aaaaaaaa', 50 + n)
      const [first] = await store.append([write(own(1, set('2', { name: 'a' })))])
      const [second] = await store.append([write(own(2, set('3', { name: 'aa' })))])
      await store.append([write(own(3, set('2', { at: 7 })))])
      expect(idsIn(await read(store))).toEqual(['2', '3', '1'])
      // What the log has of them is as it was.
      expect((await read(store)).rows.map((one) => one.row?.values)).toEqual([
        { name: 'c' },
        undefined,
        { name: 'b' },
      ])
      const reason = { code: 'REFUSED', message: '' } as const
      await store.park(lead, object, [{ key: first!, parked: [{ n: 1, ...reason }] }], 1)
      expect(idsIn(await read(store))).toEqual(['3', '1', '2'])
      await store.park(lead, object, [{ key: second!, parked: [{ n: 2, ...reason }] }], 1)
      expect(idsIn(await read(store))).toEqual(['1', '2'])
      expect(idsIn(await read(store, { field: 'at' }))).toEqual(['2', '1'])
      const versions = news.map(({ version }) => version)
      expect(versions).toEqual(versions.map((_, i) => i + 1))
      expect(news.at(-1)?.changes).toMatchObject([{ key: 'c/3', after: [] }])
    })

    it('[WIN11] an edit that is confirmed shows as before, and what is later shows through', async () => {
      const at = await open()
      const { store, lead } = at
      const own = event(1, set('1', { name: 'm' }), 'aaaaaaaa', 50)
      const [key] = await store.append([write(own)])
      const events = [own, event(1, set('1', { name: 'a', at: 2 }), 'bbbbbbbb', 40)]
      await store.confirm(lead, object, [{ term: 't', seq: 1, events }], [key!], 1)
      const later = event(2, set('1', { name: 'z' }), 'bbbbbbbb', 60)
      expect((await read(store)).rows[0]?.row?.values).toEqual({ name: 'm', at: 2 })
      await store.confirm(lead, object, [{ term: 't', seq: 3, events: [later] }], [], 1)
      expect((await read(store)).rows[0]?.row?.values).toEqual({ name: 'z', at: 2 })
    })

    it('[WIN11] stamping anew lets what the log has show through', async () => {
      const at = await open()
      const { store, lead } = at
      await store.append([write(event(1, set('1', { name: 'mine' }), 'aaaaaaaa', 1000))])
      await fill(at, [set('1', { name: 'theirs' }), set('2', { name: 'n' })])
      expect(idsIn(await read(store))).toEqual(['1', '2'])
      await store.restamp(lead, object, () => stamp(0, 'aaaaaaaa'))
      expect(idsIn(await read(store))).toEqual(['2', '1'])
    })

    it('[WIN12] a state that is loaded anew is shown when it is whole, with own edits over it', async () => {
      const at = await open()
      const { store, lead, news } = at
      await fill(at, [set('1', { name: 'old' }), set('2', { name: 'older' })])
      await store.append([write(event(1, set('9', { name: 'mine' }), 'aaaaaaaa', 50))])
      const staged = { isReset: true, isFirst: true }
      const stage = (rows: [string, Row][], isFirst = false): Promise<void> => {
        const keyed = rows.map(([id, one]) => [`c/${id}` as RowKey, one] as const)
        return store.stageRows(lead, object, { ...staged, rows: new Map(keyed), isFirst })
      }
      await stage([['7', row({ name: 'of a loading that was cut' })]], true)
      await stage([['1', row({ name: 'x' })]], true)
      await stage([['3', row({ name: 'y' })]])
      await stage([['1', row({ name: 'z' }, 2)]])
      expect(idsIn(await read(store))).toEqual(['9', '1', '2'])
      await store.reset(lead, object, createObjectState(), { term: 'u', seq: 9 }, [])
      const page = await read(store)
      expect(idsIn(page)).toEqual(['9', '3', '1'])
      expect(page.total).toBe(3)
      expect(news.some(({ changes }) => changes === undefined)).toBe(true)
      const { rows } = await store.readRows(object, ['c/2' as RowKey])
      expect(rows).toEqual([['c/2', undefined]])
    })

    it('[PUR7] tells which rows a state has, and shows no edit of one that is gone', async () => {
      const at = await open()
      const { store, lead } = at
      await fill(at, [set('1', { name: 'a' }), set('2', { name: 'b' })])
      const mine = event(1, set('1', { name: 'mine' }), 'aaaaaaaa', 50)
      await store.append([write(mine)])
      const [pending] = await store.pending(object)
      const rows = new Map([['c/2' as RowKey, row({ name: 'b' })]])
      await store.stageRows(lead, object, { rows, isReset: true, isFirst: true })
      const reason = { n: 1, code: 'BASE_LOST', message: 'it is gone' } as const
      const told: unknown[] = []
      await store.reset(lead, object, createObjectState(), { term: 'u', seq: 9 }, [], {
        parking: {
          rows: ['c/1', 'c/2', 'd/1'] as RowKey[],
          now: 7,
          plan: (_, held) => {
            told.push([...held])
            return [{ key: pending!.key, parked: [reason] }]
          },
        },
      })
      expect(told).toEqual([['c/2']])
      expect(idsIn(await read(store))).toEqual(['2'])
      expect(await store.rejected()).toMatchObject([{ event: mine, code: 'BASE_LOST' }])
    })

    it('[WIN12] rows that changed while away are put over those that are shown', async () => {
      const at = await open()
      const { store, lead } = at
      await fill(at, [set('1', { name: 'b' }), set('2', { name: 'c' })])
      const rows = new Map([['c/2' as RowKey, row({ name: 'a' }, 9)]])
      await store.stageRows(lead, object, { rows, isReset: false, isFirst: true })
      const cursor = { term: 't', seq: 5 }
      await store.reset(lead, object, createObjectState(), cursor, [], { changed: [] })
      expect(idsIn(await read(store))).toEqual(['2', '1'])
    })

    it('[WIN13] what the schema newly says of a collection, its rows follow', async () => {
      const medium = await createMedium()
      const plain = await openOn(medium, new Map())
      await fill(plain, [set('1', { name: 'b', at: 1 }), set('2', { name: 'a', at: 2 })])
      await plain.store.append([write(event(1, set('3', { name: 'ab' }), 'aaaaaaaa', 50))])
      expect((await plain.store.load(object)).state.rows.size).toBe(2)
      const { store } = await openOn(medium)
      expect((await store.load(object)).state.rows.size).toBe(0)
      expect(idsIn(await read(store))).toEqual(['2', '3', '1'])
      const less = await openOn(medium, new Map([['c/', ['at']]]))
      await less.store.load(object)
      expect(idsIn(await read(less.store, { field: 'at' }))).toEqual(['1', '2', '3'])
      const { state, pending } = await (await openOn(medium, new Map())).store.load(object)
      expect(namesOf(state)).toEqual([
        ['c/1', 'b'],
        ['c/2', 'a'],
      ])
      expect(pending).toHaveLength(1)
    })

    it('[WIN14] forgetting an object leaves own edits of such rows', async () => {
      const at = await open()
      await fill(at, [set('1', { name: 'b' })])
      await at.store.append([write(event(1, set('3', { name: 'ab' }), 'aaaaaaaa', 50))])
      await at.store.forget(object)
      expect(idsIn(await read(at.store))).toEqual(['3'])
    })

    it('[WIN14] of an object that was removed there is no such row, and it may begin anew', async () => {
      const at = await open()
      const { store, lead, news } = at
      await fill(at, [set('1', { name: 'b' })])
      await store.append([write(event(1, set('3', { name: 'ab' }), 'aaaaaaaa', 50))])
      const before = await read(store)
      await store.removeObject(lead, object, () => [], 1)
      expect(news.at(-1)?.changes).toBeUndefined()
      const after = await read(store)
      expect([idsIn(after), after.total]).toEqual([[], 0])
      // Whoever holds rows of before knows by it that these are gone.
      expect(after.generation).toBeGreaterThan(before.generation)
      await fill(at, [set('4', { name: 'new' })])
      expect(idsIn(await read(store))).toEqual(['4'])
    })

    it('[WIN15] a void entry writes no row', async () => {
      const at = await open()
      const [ghost, real] = [event(1, set('1', { name: 'x' })), event(2, set('2', { name: 'y' }))]
      at.store.voidEvent(ghost)
      await at.store.confirm(at.lead, object, [{ term: 't', seq: 1, events: [ghost, real] }], [], 1)
      expect(idsIn(await read(at.store))).toEqual(['2'])
    })
  })
}

interface Opened {
  readonly store: LocalStore
  readonly lead: number
  readonly news: RowNews[]
  readonly medium: Medium
}
