/** What every store does, on whatever disk; free of Node, so that browsers run it too. */
import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Cursor,
  type Event,
  formatStamp,
  type Json,
  type ObjectId,
  type ObjectState,
  type Replica,
  type Row,
  type RowKey,
  type Stamp,
  StorageError,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import type { Disk } from './disk.js'
import { createLocalStore } from './local-store.js'
import type { JournalBatch, LocalStore, OutboxKey, StoredPage, Write } from './store.js'

/** Something that keeps records; what was closed and opened again is the same. */
export interface Medium {
  /** Opens it; several may be open at a time, as tabs are. */
  open(): Promise<Disk>
}

const a = 'aaaaaaaa' as Replica
const b = 'bbbbbbbb' as Replica
const one = 'obj1' as ObjectId
const ten = 'obj10' as ObjectId
const day = 86_400_000

const stamp = (ms: number, replica: Replica = a): Stamp => formatStamp({ ms, counter: 0, replica })

const event = (n: number, row = `c/${n}`, replica = a, ms = n): Event => [
  n,
  stamp(ms, replica),
  [['=', row as RowKey, 'name', `value ${n}`]],
]

/** An event of a value of many characters. */
const long = (n: number, length: number): Event => [
  n,
  stamp(n),
  [['=', `c/${n}` as RowKey, 'name', 'x'.repeat(length)]],
]

const events = (from: number, to: number, replica = a): Event[] =>
  Array.from({ length: to - from + 1 }, (_, i) => event(from + i, `c/${from + i}`, replica))

/** The edits of one task: an outbox row and the counter after it. */
function write(list: readonly Event[], object = one, slot = 0): Write {
  const [n, last] = list.at(-1)!
  return { object, slot, counter: { n, stamp: last }, row: { object, events: list, at: n } }
}

const aPage: StoredPage = {
  cursor: undefined,
  isReset: false,
  place: { term: 't', at: 1, key: 'c/1' as RowKey },
  page: '{}',
}

const batch = (seq: number, list: readonly Event[], term = 't'): JournalBatch => ({
  term,
  seq,
  events: list,
})

const row = (values: Record<string, string>, ms: number): Row => ({
  values,
  stamps: Object.fromEntries(Object.keys(values).map((field) => [field, stamp(ms)])),
})

function stateOf(list: readonly Event[]): ObjectState {
  const state = createObjectState()
  for (const item of list) applyEvent(state, item)
  return state
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: StorageError) => error.code,
  )

const keysOf = async (rows: Promise<readonly { readonly key: OutboxKey }[]>): Promise<number[]> =>
  (await rows).map(({ key }) => key)

/** All that a store tells of an object, to be compared. */
async function look(store: LocalStore, object = one): Promise<unknown> {
  const { state, ...loaded } = await store.load(object)
  return {
    state: canonicalState(state),
    loaded,
    identity: await store.identity(() => 'x'),
    sent: await store.sent(object),
    rejected: await store.rejected(),
    counters: [await store.counter(0, object), await store.counter(1, object)],
  }
}

type Fault = 'abort' | 'die before' | 'die after'

/** A disk whose next writing transaction meets a fault. */
function faulty(disk: Disk, fault: Fault): Disk {
  return {
    ...disk,
    run: async (access, tables, work) => {
      if (access === 'read') return disk.run(access, tables, work)
      const done = disk.run(access, tables, async (tx) => {
        const result = await work(tx)
        if (fault !== 'die after') throw new StorageError('QUOTA', 'test')
        return result
      })
      if (fault === 'abort') return done
      // A process that dies hears nothing; the test needs to know when to look.
      await done.catch(() => undefined)
      throw new StorageError('CLOSED', 'died')
    },
  }
}

/** Runs the suite of all stores on one kind of disk. */
export function storeContract(name: string, createMedium: () => Promise<Medium>): void {
  const opened = new Set<Disk>()
  const closeAll = async (): Promise<void> => {
    for (const disk of opened) await disk.close()
    opened.clear()
  }
  const open = async (): Promise<{ store: LocalStore; lead: number; medium: Medium }> => {
    const bare = await createMedium()
    const medium = {
      async open() {
        const disk = await bare.open()
        opened.add(disk)
        return disk
      },
    }
    const store = createLocalStore(await medium.open())
    return { store, lead: await store.lead(), medium }
  }
  /** Ends all tabs, and starts anew. */
  const reopen = async (medium: Medium): Promise<LocalStore> => {
    await closeAll()
    return createLocalStore(await medium.open())
  }
  const test = (title: string, body: () => Promise<void>): void => {
    it(title, async () => {
      try {
        await body()
      } finally {
        await closeAll()
      }
    })
  }

  describe(`store on ${name}: who writes`, () => {
    test('[DISK14] makes an identity once and keeps its generation token', async () => {
      const { store, lead, medium } = await open()
      let ids = 0
      const id = (): string => `id ${++ids}`
      const made = await store.identity(id)
      const { owners } = made
      const names = [made.client, made.secret, owners.client, owners.principal]
      expect(new Set(names).size).toBe(4)
      expect(made.retired.size).toBe(0)
      await store.saveGeneration(lead, 'token')
      const again = await reopen(medium)
      expect(await again.identity(id)).toEqual({ ...made, generation: 'token' })
    })

    test('[DISK14] makes a replica once for each slot', async () => {
      const { store, medium } = await open()
      expect(await store.replica(0, () => a)).toBe(a)
      expect(await store.replica(1, () => b)).toBe(b)
      const again = await reopen(medium)
      expect(await again.replica(0, () => b)).toBe(a)
    })

    test('[DISK4] fences all earlier leaders at each of their methods', async () => {
      const { store, lead, medium } = await open()
      await store.identity(() => 'x')
      await store.append([write([event(1)])])
      await store.confirm(lead, one, [batch(1, [event(1, 'c/1', b)])], [], 1)
      const { state, cursor } = await store.load(one)
      const before = await look(store)
      const other = createLocalStore(await medium.open())
      expect(await other.lead()).toBe(lead + 1)
      for (const attempt of leaderMethods(store, lead, state, cursor!)) {
        expect(await codeOf(attempt())).toBe('FENCED')
      }
      expect(await look(store)).toEqual(before)
    })
  })

  describe(`store on ${name}: outbox`, () => {
    test('[DISK3] keeps rows in the order of all tabs, with their counters', async () => {
      const { store, medium } = await open()
      const other = createLocalStore(await medium.open())
      expect(await store.append([write([event(1), event(2)]), write([event(1)], ten)])).toEqual([
        1, 2,
      ])
      expect(await other.append([write([event(1, 'c/1', b)], one, 1)])).toEqual([3])
      expect(await store.append([write([event(3)])])).toEqual([4])
      expect(await keysOf(store.pending(one))).toEqual([1, 3, 4])
      expect(await keysOf(other.pending(one, 1))).toEqual([3, 4])
      expect(await keysOf(other.pending(ten))).toEqual([2])
      expect((await store.pending(one))[0]).toEqual({
        key: 1,
        object: one,
        events: [event(1), event(2)],
        at: 2,
      })
      expect(await store.counter(0, one)).toEqual({ n: 3, stamp: stamp(3) })
      expect(await store.counter(1, one)).toEqual({ n: 1, stamp: stamp(1, b) })
      expect(await store.counter(1, ten)).toEqual({ n: 0 })
      expect(await store.pendingObjects()).toEqual([one, ten])
    })

    test('[DISK3] never gives a key twice, also after a restart and after all rows are gone', async () => {
      const { store, lead, medium } = await open()
      const rows = [long(1, 20_000), long(2, 20_000)]
      const keys = await store.append(rows.map((row) => write([row])))
      await store.confirm(lead, one, [batch(1, rows)], keys as OutboxKey[], 0)
      const again = await reopen(medium)
      const next = await again.lead()
      await again.checkpoint(next, one, stateOf(rows), { term: 't', seq: 2 }, day + 1)
      expect(await again.sent(one)).toEqual([])
      expect(await again.append([write([event(3)])])).toEqual([3])
    })

    test('[DISK5] moves settled rows to sent, whatever lies between them', async () => {
      const { store, lead } = await open()
      const rows = events(1, 7).map((item) => write([item]))
      await store.append([...rows, write([event(1)], ten)])
      await store.confirm(lead, one, [batch(1, events(1, 5))], [5, 1, 2, 4, 99], 1)
      expect(await keysOf(store.pending(one))).toEqual([3, 6, 7])
      expect(await keysOf(store.sent(one))).toEqual([1, 2, 4, 5])
      await store.confirm(lead, one, [], [3], 0)
      expect(await keysOf(store.sent(one))).toEqual([1, 2, 3, 4, 5])
      expect(await keysOf(store.pending(ten))).toEqual([8])
      expect(await store.sent(ten)).toEqual([])
    })

    test('[DISK11] parks part of a row, and the whole of another', async () => {
      const { store, lead } = await open()
      await store.append([write(events(1, 3)), write([event(4)]), write([event(1)], ten)])
      const reason = { code: 'FORBIDDEN', message: 'no' } as const
      await store.park(
        lead,
        one,
        [
          { key: 1, parked: [{ n: 2, ...reason }] },
          { key: 2, parked: [{ n: 4, ...reason }] },
          { key: 77, parked: [{ n: 1, ...reason }] },
        ],
        9,
      )
      const rejected = await store.rejected()
      expect(rejected.map(({ key: _key, ...rest }) => rest)).toEqual([
        { object: one, event: event(2), ...reason, at: 9 },
        { object: one, event: event(4), ...reason, at: 9 },
      ])
      const [left, ...rest] = await store.pending(one)
      expect(left?.events).toEqual([event(1), event(3)])
      expect(rest).toEqual([])
      expect(await keysOf(store.pending(ten))).toEqual([3])
      expect(await store.discard(rejected[0]!.key)).toBe(true)
      expect(await store.discard(rejected[0]!.key)).toBe(false)
      expect(await store.rejected()).toEqual(rejected.slice(1))
    })

    test('[DISK12] stamps all rows of all slots anew, numbers kept', async () => {
      const { store, lead } = await open()
      await store.append([
        write([event(1, 'c/1', a, 900), event(2, 'c/2', a, 901)]),
        write([event(1, 'c/1', b, 950)], one, 1),
        write([event(3, 'c/3', a, 960)]),
        write([event(1, 'c/1', a, 970)], ten),
      ])
      let ms = 100
      const rows = await store.restamp(lead, one, ([, old]) =>
        stamp(ms++, old.slice(12) as Replica),
      )
      expect(rows.flatMap((r) => r.events.map(([n, s]) => [r.key, n, s]))).toEqual([
        [1, 1, stamp(100)],
        [1, 2, stamp(101)],
        [2, 1, stamp(102, b)],
        [3, 3, stamp(103)],
      ])
      expect(await store.pending(one)).toEqual(rows)
      expect(await store.counter(0, one)).toEqual({ n: 3, stamp: stamp(103), epoch: 1 })
      expect(await store.counter(1, one)).toEqual({ n: 1, stamp: stamp(103), epoch: 1 })
      expect(await store.counter(0, ten)).toEqual({ n: 1, stamp: stamp(970) })
    })

    test('[DISK23] takes nothing that was stamped before the outbox was stamped anew', async () => {
      const { store, lead } = await open()
      await store.append([write([event(1, 'c/1', a, 900)])])
      await store.restamp(lead, one, () => stamp(100))
      const late = write([event(2, 'c/1', a, 901)])
      const other = write([event(1, 'c/1', a, 970)], ten)
      expect(await codeOf(store.append([other, late]))).toBe('FENCED')
      expect(await store.pendingObjects()).toEqual([one])
      const counter = { n: 2, stamp: stamp(101), epoch: 1 }
      await store.append([{ ...write([event(2, 'c/1', a, 101)]), counter }])
      expect(await store.counter(0, one)).toEqual(counter)
      expect((await store.pending(one)).flatMap((r) => r.events.map(([n]) => n))).toEqual([1, 2])
    })

    test('[DISK13] joins local rows of two tabs by stamp', async () => {
      const { store, medium } = await open()
      const other = createLocalStore(await medium.open())
      const key = 'drafts/1' as RowKey
      const local = (...rows: Row[]): Write => ({
        object: one,
        slot: 0,
        counter: { n: 0, stamp: stamp(9) },
        locals: rows.map((r) => [key, r] as const),
      })
      expect(await store.append([local(row({ body: 'late', title: 'old' }, 5))])).toEqual([
        undefined,
      ])
      await other.append([local(row({ body: 'early', more: 'x' }, 4), row({ title: 'new' }, 6))])
      await store.append([{ ...local({ values: {}, stamps: { gone: stamp(7) } }), object: one }])
      const { locals } = await store.load(one)
      const merged = {
        values: { body: 'late', title: 'new', more: 'x' },
        stamps: { body: stamp(5), title: stamp(6), more: stamp(4), gone: stamp(7) },
      }
      expect(locals).toEqual([[key, merged]])
      expect((await store.load(ten)).locals).toEqual([])
      expect(await store.counter(0, one)).toEqual({ n: 0, stamp: stamp(9) })
    })
  })

  describe(`store on ${name}: confirmed state`, () => {
    test('[DISK10] has nothing of an object that was never stored', async () => {
      const { store } = await open()
      expect(await store.load(one)).toEqual({
        state: createObjectState(),
        cursor: undefined,
        pending: [],
        locals: [],
      })
      expect(await store.journal(one, undefined)).toEqual([])
      expect(await store.pendingObjects()).toEqual([])
    })

    test('[DISK5] writes entries and cursor together; what does not follow is refused', async () => {
      const { store, lead } = await open()
      await store.confirm(lead, one, [batch(1, events(1, 2)), batch(3, [event(3)])], [], 0)
      const before = await look(store)
      for (const seq of [3, 5, 0]) {
        const wrong = store.confirm(lead, one, [batch(seq, [event(4)])], [], 0)
        expect(await codeOf(wrong)).toBe('INVARIANT')
      }
      const half = [batch(4, [event(4)]), batch(6, [event(5)])]
      expect(await codeOf(store.confirm(lead, one, half, [], 0))).toBe('INVARIANT')
      expect(await look(store)).toEqual(before)
      expect((await store.load(one)).cursor).toEqual({ term: 't', seq: 3 })
    })

    test('[DISK7] loads after a checkpoint what it loaded before', async () => {
      const { store, lead, medium } = await open()
      await store.confirm(
        lead,
        one,
        [batch(1, events(1, 300)), batch(301, events(1, 9, b), 'u')],
        [],
        0,
      )
      const { state, cursor } = await store.load(one)
      expect(canonicalState(state)).toBe(
        canonicalState(stateOf([...events(1, 300), ...events(1, 9, b)])),
      )
      await store.checkpoint(lead, one, state, cursor!, 0)
      const after = await store.load(one)
      expect(canonicalState(after.state)).toBe(canonicalState(state))
      expect(after.cursor).toEqual({ term: 'u', seq: 309 })
      expect(await store.journal(one, undefined)).toBeUndefined()
      await store.checkpoint(lead, one, state, cursor!, 0)
      await store.confirm(lead, one, [batch(310, [event(301, 'c/1')])], [], 0)
      const again = await reopen(medium)
      const last = await again.load(one)
      expect(last.state.rows.get('c/1' as RowKey)?.values['name']).toBe('value 301')
      await again.checkpoint(await again.lead(), one, last.state, last.cursor!, 0)
      expect(canonicalState((await again.load(one)).state)).toBe(canonicalState(last.state))
    })

    test('[DISK7] keeps the state as it was at the call, whatever happens to it meanwhile', async () => {
      const { store, lead } = await open()
      await store.confirm(lead, one, [batch(1, events(1, 3))], [], 0)
      const state = stateOf(events(1, 3))
      const first = store.checkpoint(lead, one, state, { term: 't', seq: 3 }, 0)
      const second = store.confirm(lead, one, [batch(4, [event(4, 'c/1')])], [], 0)
      applyEvent(state, event(4, 'c/1'))
      const third = store.checkpoint(lead, one, state, { term: 't', seq: 4 }, 0)
      await Promise.all([first, second, third])
      expect(canonicalState((await store.load(one)).state)).toBe(canonicalState(state))
    })

    test('[DISK7] refuses a checkpoint beyond the journal, before the chunks, or within a batch', async () => {
      const { store, lead } = await open()
      await store.confirm(lead, one, [batch(1, events(1, 4))], [], 0)
      const at = (seq: number): Promise<void> =>
        store.checkpoint(lead, one, stateOf(events(1, seq)), { term: 't', seq }, 0)
      expect(await codeOf(at(5))).toBe('INVARIANT')
      expect(await codeOf(at(2))).toBe('INVARIANT')
      await at(4)
      expect(await codeOf(at(2))).toBe('INVARIANT')
    })

    test('[DISK7] writes later what was confirmed beyond a checkpoint', async () => {
      const { store, lead } = await open()
      const list = events(1, 2000)
      const confirm = async (item: Event): Promise<void> => {
        list.push(item)
        await store.confirm(lead, one, [batch(list.length, [item])], [], 0)
      }
      const checkpoint = (seq: number): Promise<void> =>
        store.checkpoint(lead, one, stateOf(list.slice(0, seq)), { term: 't', seq }, 0)
      await store.confirm(lead, one, [batch(1, list)], [], 0)
      await checkpoint(2000)
      await confirm(event(2001, 'c/1'))
      await confirm(event(2002, 'c/2'))
      await checkpoint(2001)
      expect(canonicalState((await store.load(one)).state)).toBe(canonicalState(stateOf(list)))
      await confirm(event(2003, 'c/3'))
      await checkpoint(2003)
      expect(canonicalState((await store.load(one)).state)).toBe(canonicalState(stateOf(list)))
    })

    test('[DISK7] writes what others confirmed, after a change of leader', async () => {
      const { store, lead, medium } = await open()
      await store.confirm(lead, one, [batch(1, events(1, 20))], [], 0)
      await store.checkpoint(lead, one, stateOf(events(1, 20)), { term: 't', seq: 20 }, 0)
      const other = createLocalStore(await medium.open())
      const next = await other.lead()
      await other.confirm(next, one, [batch(21, [event(21, 'c/3')])], [], 0)
      const { state } = await store.load(one)
      const third = await store.lead()
      await store.checkpoint(third, one, state, { term: 't', seq: 21 }, 0)
      expect((await store.load(one)).state.rows.get('c/3' as RowKey)?.values['name']).toBe(
        'value 21',
      )
    })

    test('[DISK8] gives followers the journal after their place, or tells them to load anew', async () => {
      const { store, lead } = await open()
      const t = (seq: number, term = 't'): Cursor => ({ term, seq })
      const batches = [batch(1, events(1, 3)), batch(4, events(4, 6), 'u')]
      await store.confirm(lead, one, batches, [], 0)
      await store.confirm(lead, one, [batch(7, [event(7)], 'u')], [], 0)
      const tail = [...events(4, 6), event(7)]
      expect(await flat(store.journal(one, undefined))).toEqual([...events(1, 3), ...tail])
      expect(await flat(store.journal(one, t(3)))).toEqual(tail)
      expect(await flat(store.journal(one, t(1)))).toEqual([...events(2, 3), ...tail])
      expect(await flat(store.journal(one, t(5, 'u')))).toEqual([event(6), event(7)])
      expect(await store.journal(one, t(5, 'u'))).toEqual([
        batch(6, [event(6)], 'u'),
        batch(7, [event(7)], 'u'),
      ])
      expect(await store.journal(one, t(7, 'u'))).toEqual([])
      // A place in another term is no place here: the state was replaced.
      for (const seq of [1, 3, 5, 6, 7, 8]) {
        expect(await store.journal(one, t(seq, 'x'))).toBeUndefined()
      }
      await store.checkpoint(lead, one, stateOf([...events(1, 7)]), t(7, 'u'), 0)
      expect(await store.journal(one, t(6, 'u'))).toBeUndefined()
      expect(await store.journal(one, undefined)).toBeUndefined()
      expect(await store.journal(one, t(7, 'u'))).toEqual([])
    })

    test('[DISK6] replaces the state, and puts restored rows before the outbox', async () => {
      const { store, lead, medium } = await open()
      await store.append(events(1, 3).map((item) => write([item])))
      await store.confirm(lead, one, [batch(1, events(1, 3))], [1, 2, 3], 1)
      await store.append([write([event(4)])])
      await store.confirm(lead, ten, [batch(1, [event(1)])], [], 0)
      await store.reset(lead, one, stateOf([event(1)]), { term: 'u', seq: 1 }, [2, 3, 50])
      const again = await reopen(medium)
      const { state, cursor, pending } = await again.load(one)
      expect(canonicalState(state)).toBe(canonicalState(stateOf([event(1)])))
      expect(cursor).toEqual({ term: 'u', seq: 1 })
      expect(pending.map(({ key, events: [item] }) => [key, item?.[0]])).toEqual([
        [2, 2],
        [3, 3],
        [4, 4],
      ])
      expect(await keysOf(again.sent(one))).toEqual([1])
      expect(await again.journal(one, { term: 't', seq: 3 })).toBeUndefined()
      expect((await again.load(ten)).state.rows.size).toBe(1)
      const next = await again.lead()
      await again.confirm(next, one, [batch(2, [event(2)], 'u')], [2], 2)
      expect((await again.load(one)).cursor).toEqual({ term: 'u', seq: 2 })
    })

    test('[DISK6] keeps the rest of what was sent when a restored row is sent again at once', async () => {
      const { store, lead } = await open()
      await store.append(events(1, 2).map((item) => write([item])))
      await store.confirm(lead, one, [batch(1, events(1, 2))], [1, 2], 5)
      await store.reset(lead, one, createObjectState(), { term: 'u', seq: 0 }, [1])
      expect(await keysOf(store.sent(one))).toEqual([2])
      await store.confirm(lead, one, [batch(1, [event(1)], 'u')], [1], 5)
      expect(await keysOf(store.sent(one))).toEqual([1, 2])
    })

    test('[DISK6] forgets what was sent more than 24 h ago, not sooner, and never the newest of it', async () => {
      const { store, lead } = await open()
      const sent = [1, 2, 3].map((n) => long(n, 12_000))
      await store.append(sent.map((item) => write([item])))
      for (const n of [1, 2, 3])
        await store.confirm(lead, one, [batch(n, [sent[n - 1]!])], [n], n * 1000)
      const cursor = { term: 't', seq: 3 }
      await store.checkpoint(lead, one, stateOf(sent), cursor, day + 1000)
      expect(await keysOf(store.sent(one))).toEqual([1, 2, 3])
      await store.checkpoint(lead, one, stateOf(sent), cursor, day + 3001)
      expect(await keysOf(store.sent(one))).toEqual([2, 3])
      await store.checkpoint(lead, one, stateOf(sent), cursor, 400 * day)
      expect(await keysOf(store.sent(one))).toEqual([2, 3])
    })
  })

  describe(`store on ${name}: faults`, () => {
    for (const fault of ['abort', 'die before', 'die after'] as const) {
      test(`[DISK1] each method happens whole or not at all: ${fault}`, async () => {
        for (let i = 0; i < 10; i++) {
          const { store, lead, medium } = await open()
          await seed(store, lead)
          const disk = await medium.open()
          const method = methods(createLocalStore(faulty(disk, fault)), lead)[i]!
          const before = await look(store)
          expect(await codeOf(method())).toBe(fault === 'abort' ? 'QUOTA' : 'CLOSED')
          const again = await reopen(medium)
          if (fault !== 'die after') expect(await look(again)).toEqual(before)
          else {
            const reference = await open()
            await seed(reference.store, reference.lead)
            await methods(reference.store, reference.lead)[i]!()
            expect(await look(again)).toEqual(await look(reference.store))
          }
        }
      })
    }

    test('[DISK1] rejects after it was closed, once what ran before has ended', async () => {
      const { store, medium } = await open()
      const last = store.append([write([event(1)])])
      await store.close()
      expect(await last).toEqual([1])
      expect(await codeOf(store.append([write([event(2)])]))).toBe('CLOSED')
      const again = createLocalStore(await medium.open())
      expect(await keysOf(again.pending(one))).toEqual([1])
    })
  })

  describe(`store on ${name}: names and sizes`, () => {
    test('[DISK10] keeps objects apart whose names begin alike or are odd', async () => {
      const { store, lead, medium } = await open()
      const names = [
        one,
        ten,
        'obj',
        'OBJ1',
        '-',
        '_',
        '0',
        'toString',
        'x'.repeat(128),
      ] as ObjectId[]
      for (const [i, object] of names.entries()) {
        await store.append([write([event(i + 1)], object)])
        await store.confirm(lead, object, [batch(1, [event(i + 1, 'c/1', b)])], [], 0)
      }
      const again = await reopen(medium)
      for (const [i, object] of names.entries()) {
        const { state, pending } = await again.load(object)
        expect(pending.map((r) => r.events)).toEqual([[event(i + 1)]])
        expect(state.rows.get('c/1' as RowKey)?.values['name']).toBe(`value ${i + 1}`)
      }
      expect([...(await again.pendingObjects())].sort()).toEqual([...names].sort())
    })

    test('[DISK10] keeps fields and values of any kind', async () => {
      const { store, lead } = await open()
      const values: Json[] = [
        '\u0000',
        '\ud83d\ude00',
        null,
        true,
        1e-7,
        [],
        {},
        { valueOf: [{ toString: 1 }] },
      ]
      const odd: Event = [
        1,
        stamp(1),
        [
          ...values.map((value, i) => ['=', `c/${i}` as RowKey, 'toString', value] as const),
          ['=', '' as RowKey, 'hasOwnProperty', 'root'],
          ['x', '' as RowKey, 'valueOf'],
          ['=', 'c%2F~/%7E~%E2%82%AC' as RowKey, '$del', true],
        ],
      ]
      await store.confirm(lead, one, [batch(1, [odd])], [], 0)
      const before = (await store.load(one)).state
      expect(canonicalState(before)).toBe(canonicalState(stateOf([odd])))
      await store.checkpoint(lead, one, before, { term: 't', seq: 1 }, 0)
      expect((await store.load(one)).state).toEqual(before)
    })

    test('[DISK7] keeps 10,000 rows, as they grow', async () => {
      const { store, lead, medium } = await open()
      const state = createObjectState()
      let seq = 0
      // One row more than 2,828 asks for twice as many buckets.
      for (const size of [400, 2828, 2829, 10_000]) {
        const list = events(seq + 1, size)
        for (const item of list) applyEvent(state, item)
        await store.confirm(lead, one, [batch(seq + 1, list)], [], 0)
        seq = size
        await store.checkpoint(lead, one, state, { term: 't', seq }, 0)
        expect((await store.load(one)).state.rows.size).toBe(size)
      }
      const again = await reopen(medium)
      expect(canonicalState((await again.load(one)).state)).toBe(canonicalState(state))
    })
  })
}

const flat = async (
  batches: Promise<readonly JournalBatch[] | undefined>,
): Promise<Event[] | undefined> => (await batches)?.flatMap((part) => part.events)

/** Every method that only the leading tab may call. */
function leaderMethods(
  store: LocalStore,
  lead: number,
  state: ObjectState,
  cursor: Cursor,
): (() => Promise<unknown>)[] {
  const parked = [{ n: 1, code: 'REFUSED', message: '' }] as const
  return [
    () => store.saveGeneration(lead, 'x'),
    () => store.confirm(lead, one, [batch(cursor.seq + 1, [event(2, 'c/2', b)])], [1], 1),
    () => store.checkpoint(lead, one, state, cursor, 1),
    () => store.reset(lead, one, createObjectState(), { term: 'u', seq: 0 }, []),
    () => store.keepPage(lead, one, aPage, true),
    () => store.removeObject(lead, one, () => [{ key: 1, parked }], 1),
    () => store.park(lead, one, [{ key: 1, parked }], 1),
    () => store.restamp(lead, one, () => stamp(1)),
  ]
}

/** Something in each table, for faults to spoil. */
async function seed(store: LocalStore, lead: number): Promise<void> {
  await store.identity(() => 'x')
  await store.append([write(events(1, 2)), write([event(3)]), write([event(4)])])
  await store.confirm(lead, one, [batch(1, [event(3)])], [2], 1)
  await store.checkpoint(lead, one, stateOf([event(3)]), { term: 't', seq: 1 }, 1)
  await store.confirm(lead, one, [batch(2, [event(9, 'c/9', b)])], [], 1)
  await store.park(lead, one, [{ key: 3, parked: [{ n: 4, code: 'REFUSED', message: '' }] }], 1)
}

/** Every method that writes, after `seed`. */
function methods(store: LocalStore, lead: number): (() => Promise<unknown>)[] {
  const state = stateOf([event(3), event(9, 'c/9', b)])
  const locals = [['drafts/1' as RowKey, row({ body: 'x' }, 1)]] as const
  return [
    ...leaderMethods(store, lead, state, { term: 't', seq: 2 }),
    () => store.append([write([event(5)]), { object: one, slot: 1, counter: { n: 8 }, locals }]),
    () => store.lead(),
    () => store.discard(4),
    () => store.reset(lead, one, stateOf([event(1)]), { term: 'u', seq: 5 }, [2]),
  ].map((method) => () => method())
}
