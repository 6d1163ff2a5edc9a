import {
  applyEvent,
  canonicalState,
  createObjectState,
  defineSchema,
  derived,
  type Event,
  formatStamp,
  hashText,
  object as objectOf,
  type ObjectState,
  type Patch,
  ref,
  type Row,
  type RowKey,
  shared,
  type StatePlace,
  value,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { SharedObject } from './shared-object.js'
import { createTables, type Tables } from './store/tables.js'
import { createTestLink, type TestLink } from './testing/test-link.js'
import {
  createTestReplica,
  eventOf,
  object,
  replicaOf,
  set,
  type TestReplica,
} from './testing/test-replica.js'

let tables: Tables
let at: TestReplica
let to: TestLink

beforeEach(() => open())

/** The same disk in the hands of the first run of an app, or of another. */
async function open(known = createTables()): Promise<void> {
  tables = known
  at = await createTestReplica({ tables })
  to = await createTestLink(at)
}

const me = replicaOf('a')
const z = replicaOf('z')
const key = (id: string): RowKey => `rows/${id}` as RowKey
const shown = (id: string): Row | undefined => at.replica.visible.row(key(id))
const values = (...ids: string[]): unknown[] => ids.map((id) => shown(id)?.values['f'])
const listed = (): string => [...at.replica.visible.keys('rows/')].sort().join()
const place = (seq: number, id: string, term = 't'): StatePlace => ({ term, at: seq, key: key(id) })

/** An event of somebody else. */
const foreign = (n: number, ...patches: Patch[]): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica: z }),
  patches,
]

const log = ['a', 'b', 'c', 'd', 'e'].map((id, i) => foreign(i + 1, set(id, 'f', i + 1)))

function stateOf(...events: Event[]): ObjectState {
  const state = createObjectState()
  for (const event of JSON.parse(JSON.stringify(events)) as Event[]) applyEvent(state, event)
  return state
}

/** The rows that a log made, by their ids. */
const rowsOf = (state: ObjectState, ...ids: string[]): [RowKey, Row][] =>
  ids.map((id) => [key(id), state.rows.get(key(id))!])

const state = stateOf(...log)
const end = { seq: 5, vv: { [z]: 5 } }
const stored = async (): Promise<string> => canonicalState((await at.store.load(object)).state)

/** What the listeners of the collection are told of. */
function listen(): string[] {
  const told: string[] = []
  at.replica.listeners.onRows('rows/', (keys) => told.push([...keys].sort().join()))
  return told
}

describe('[STA15] rows of an object of which nothing is known', () => {
  it('are shown as they come: the first page, then as many as are shown; the state is whole later', async () => {
    const told = listen()
    await to.join({ head: 5, state: 5 })
    to.page(1, rowsOf(state, 'a', 'b'), { place: place(2, 'b') })
    expect([values('a', 'b', 'c'), listed()]).toEqual([[1, 2, undefined], 'rows/a,rows/b'])
    to.page(2, rowsOf(state, 'c'), { place: place(3, 'c') })
    expect(told).toEqual(['rows/a,rows/b'])
    to.page(3, rowsOf(state, 'd'), { place: place(4, 'd') })
    expect(told).toEqual(['rows/a,rows/b', 'rows/c,rows/d'])
    await to.settle()
    expect(to.link.report).toMatchObject({
      phase: 'catching-up',
      progress: { received: 4, expected: 5 },
    })
    expect([at.replica.cursor, at.replica.visible.confirmed.rows.size]).toEqual([undefined, 0])
    expect((await at.store.load(object)).state.rows.size).toBe(0)
    const first = shown('a')
    to.page(4, rowsOf(state, 'e'), { end })
    await to.settle()
    expect(shown('a')).toBe(first)
    expect([told.at(-1), listed()]).toEqual(['rows/e', 'rows/a,rows/b,rows/c,rows/d,rows/e'])
    expect(canonicalState(at.replica.visible.confirmed)).toBe(canonicalState(state))
    expect(await stored()).toBe(canonicalState(state))
  })

  it('that come again are shown as they came last', async () => {
    const told = listen()
    const late = stateOf(...log, foreign(6, set('a', 'f', 'later')))
    await to.join({ head: 5, state: 5 })
    to.page(1, rowsOf(state, 'a', 'b'), { place: place(2, 'b') })
    to.page(2, rowsOf(late, 'a', 'c'), { place: place(6, 'a') })
    expect([values('a', 'c'), told.at(-1)]).toEqual([['later', 3], 'rows/a,rows/c'])
    to.page(3, rowsOf(late, 'd', 'e'), { end: { seq: 6, vv: { [z]: 6 } } })
    await to.settle()
    expect(told.at(-1)).toBe('rows/d,rows/e')
    expect(await stored()).toBe(canonicalState(late))
  })

  it('are not shown over a state that is', async () => {
    await to.join({ head: 1 })
    to.entries(1, log[0]!)
    await to.settle()
    to.link.disconnect()
    await to.join({ head: 5, state: 4 })
    to.page(1, rowsOf(state, 'b', 'c', 'd'), { place: place(4, 'd') })
    expect([values('a', 'b'), listed()]).toEqual([[1, undefined], 'rows/a'])
  })

  it('and that are hidden until others come show with these; what is derived follows', async () => {
    const copies = {
      key: (row: { f?: number }) => (row.f === undefined ? undefined : 'all'),
      reduce: (rows: readonly unknown[]) => ({ count: rows.length }),
    }
    const spec = defineSchema({
      kind: objectOf({
        rows: shared({ f: value<number>(), to: ref('rows') }),
        sums: derived('rows', copies),
      }),
    }).objects.kind
    const host = {
      newId: () => 'new',
      load: () => Promise.resolve(),
      used: () => undefined,
      presence: undefined as never,
    }
    const app = new SharedObject(at.replica, host)
    app.describe(spec)
    const list = app.sorted('rows', 'f')
    const sums = app.sorted('sums')
    list.subscribe(() => undefined)
    sums.subscribe(() => undefined)
    const seen = (): unknown => [list.read().map(({ id }) => id), sums.read()[0]?.['count']]
    expect(seen()).toEqual([[], undefined])
    const all = stateOf(...log, foreign(6, set('a', 'to', 'd')))
    await to.join({ head: 6, state: 5 })
    to.page(1, rowsOf(all, 'a', 'b'), { place: place(2, 'b') })
    expect(seen()).toEqual([['b'], 1])
    to.page(2, rowsOf(all, 'c', 'd'), { place: place(4, 'd') })
    expect(seen()).toEqual([['a', 'b', 'c', 'd'], 4])
    to.page(3, rowsOf(all, 'e'), { end: { seq: 6, vv: { [z]: 6 } } })
    await to.settle()
    expect(seen()).toEqual([['a', 'b', 'c', 'd', 'e'], 5])
  })
})

describe('[STA15] own edits while rows are loaded', () => {
  const ahead = formatStamp({ ms: 2 ** 41, counter: 0, replica: z })
  const future: Event[] = ['a', 'b'].map((id, i) => [i + 1, ahead, [set(id, 'f', 'theirs')]])
  const theirs = stateOf(...future, ...log.slice(2))

  it('lie over them, also over those that come later, and are sent when all have come', async () => {
    await to.join({ head: 5, state: 5 })
    to.line.asked.length = 0
    to.page(1, rowsOf(theirs, 'a', 'b'), { place: place(2, 'b') })
    await at.write(set('a', 'f', 'mine'))
    await at.write(set('c', 'g', 'mine'))
    expect([values('a', 'b'), shown('c')?.values]).toEqual([['mine', 'theirs'], { g: 'mine' }])
    to.page(2, rowsOf(theirs, 'c'), { place: place(3, 'c') })
    expect(shown('c')?.values).toEqual({ f: 3, g: 'mine' })
    to.page(3, rowsOf(theirs, 'd'), { place: place(4, 'd') })
    await to.settle()
    expect(to.line.asked).toEqual([])
    to.page(4, rowsOf(theirs, 'e'), { end })
    await to.settle()
    expect([values('a', 'b'), shown('c')?.values]).toEqual([
      ['mine', 'theirs'],
      { f: 3, g: 'mine' },
    ])
    const events = [...at.replica.visible.pending].map(eventOf)
    // What was written over a row is later than it (REG6).
    expect(events[0]![1] > ahead).toBe(true)
    expect(to.line.asked[0]?.message).toMatchObject({ events })
    expect(await stored()).toBe(canonicalState(theirs))
  })

  it('show what was there when they are taken back', async () => {
    await to.join({ head: 5, state: 5 })
    to.page(1, rowsOf(state, 'a'), { place: place(1, 'a') })
    at.replica.refuse([await at.write(set('a', 'f', 'mine'))])
    expect(values('a')).toEqual([1])
  })

  it('count once, whether they are in the counter that comes or not', async () => {
    const add = (id: string, by: number): Patch => ['+', key(id), 'likes', by]
    const sums = (...ids: string[]): unknown[] => ids.map((id) => shown(id)?.sums?.['likes'])
    const held = await at.write(add('a', 1))
    const server = stateOf(eventOf(held), foreign(1, add('a', 100), add('b', 100)), log[2]!)
    const hash = hashText(JSON.stringify(eventOf(held)))
    await to.join({ head: 3, state: 3, vv: { [me]: 1 }, hashes: { [me]: [[1, hash]] } })
    to.page(1, rowsOf(server, 'a', 'b'), { place: place(2, 'b') })
    await at.write(add('b', 10))
    expect(sums('a', 'b')).toEqual([1, 110])
    const told = listen()
    to.page(2, rowsOf(server, 'c'), { end: { seq: 3, vv: { [me]: 1, [z]: 3 } } })
    await to.settle()
    expect(sums('a', 'b')).toEqual([101, 110])
    expect(told.join()).toContain('rows/a')
  })

  it('that counted and are taken back leave the row to the state that is whole', async () => {
    const add: Patch = ['+', key('a'), 'likes', 1]
    const held = await at.write(add)
    await to.join({ head: 2, state: 2 })
    to.page(1, rowsOf(state, 'a'), { place: place(1, 'a') })
    // It was refused in another tab, which has led before this one.
    at.replica.refuse([held])
    at.store.pending = () => Promise.resolve([])
    expect(shown('a')).toBeUndefined()
    const told = listen()
    to.page(2, rowsOf(state, 'b'), { end: { seq: 2, vv: { [z]: 2 } } })
    await to.settle()
    expect([values('a', 'b'), told]).toEqual([[1, 2], ['rows/a,rows/b']])
  })

  it('type into texts that have come, and are in them once', async () => {
    const body = (): unknown => shown('a')?.texts?.['body']?.live.text.toString()
    const type = (index: number, text: string): unknown =>
      at.replica.editing.editText(key('a'), 'body', (live, writer) =>
        live.splice(index, 0, text, writer),
      )
    type(0, 'hello')
    await at.flushed()
    const [held] = [...at.replica.visible.pending].map(eventOf)
    const server = stateOf(held!, log[1]!, log[2]!)
    const hash = hashText(JSON.stringify(held))
    await to.join({ head: 3, state: 3, vv: { [me]: 1 }, hashes: { [me]: [[1, hash]] } })
    to.page(1, rowsOf(server, 'a', 'b'), { place: place(2, 'b') })
    expect(body()).toBe('hello')
    type(5, '!')
    await at.flushed()
    expect(body()).toBe('hello!')
    to.page(2, rowsOf(server, 'c'), { end: { seq: 3, vv: { [me]: 1, [z]: 3 } } })
    await to.settle()
    expect(body()).toBe('hello!')
    expect(at.replica.visible.pending.size).toBe(1)
  })
})

describe('[STA15] a loading that is cut', () => {
  const begin = async (): Promise<void> => {
    await to.join({ head: 5, state: 5 })
    to.page(1, rowsOf(state, 'a', 'b'), { place: place(2, 'b') })
    to.page(2, rowsOf(state, 'c'), { place: place(3, 'c') })
    await to.settle()
  }

  it('leaves its rows shown, those that waited too, and goes on', async () => {
    const told = listen()
    await begin()
    to.link.disconnect()
    expect([values('a', 'b', 'c'), told]).toEqual([
      [1, 2, 3],
      ['rows/a,rows/b', 'rows/c'],
    ])
    const first = shown('a')
    await to.join({ head: 5, state: 2 })
    expect(to.link.report.progress).toEqual({ received: 3, expected: 5 })
    to.page(1, rowsOf(state, 'd'), { place: place(4, 'd') })
    expect([values('a', 'd'), shown('a') === first]).toEqual([[1, 4], true])
    to.page(2, rowsOf(state, 'e'), { end })
    await to.settle()
    expect([listed(), shown('a') === first]).toEqual(['rows/a,rows/b,rows/c,rows/d,rows/e', true])
    expect(await stored()).toBe(canonicalState(state))
  })

  it('shows in another run of the app what it left on the disk', async () => {
    await begin()
    await open(tables)
    expect(values('a')).toEqual([undefined])
    await to.join({ head: 5, state: 2 })
    expect([values('a', 'c'), listed()]).toEqual([[1, 3], 'rows/a,rows/b,rows/c'])
    to.page(1, rowsOf(state, 'd', 'e'), { end })
    await to.settle()
    expect(values('a', 'c', 'e')).toEqual([1, 3, 5])
    expect(await stored()).toBe(canonicalState(state))
  })

  it('takes its rows away where the log is another by then', async () => {
    const told = listen()
    await begin()
    await at.write(set('a', 'g', 'mine'))
    to.link.disconnect()
    told.length = 0
    const other = stateOf(foreign(1, set('b', 'f', 'other')), foreign(2, set('d', 'f', 'other')))
    await to.join({ term: 'u', head: 2, state: 2 })
    expect([values('b', 'c'), shown('a')?.values]).toEqual([[undefined, undefined], { g: 'mine' }])
    expect(told.join()).toBe('rows/a,rows/b,rows/c')
    to.page(1, rowsOf(other, 'b'), { term: 'u', place: place(1, 'b', 'u') })
    expect(values('b')).toEqual(['other'])
    to.page(2, rowsOf(other, 'd'), { term: 'u', end: { seq: 2, vv: { [z]: 2 } } })
    await to.settle()
    expect(values('a', 'b', 'c', 'd')).toEqual([undefined, 'other', undefined, 'other'])
    expect(await stored()).toBe(canonicalState(other))
  })

  it('takes them away where entries come after all, and where the object was removed', async () => {
    await begin()
    to.link.disconnect()
    await to.join({ term: 'u', head: 1 })
    expect(values('a')).toEqual([undefined])
    to.link.receive({ term: 'u', seq: 1, events: [foreign(1, set('d', 'f', 'other'))] })
    await to.settle()
    expect(values('a', 'd')).toEqual([undefined, 'other'])

    await open()
    await begin()
    void to.link.removed()
    await to.settle()
    expect([values('a', 'c'), at.replica.visible.early]).toEqual([
      [undefined, undefined],
      undefined,
    ])
  })

  it('takes them away where another tab leads, whose state comes from the disk', async () => {
    await begin()
    to.link.close()
    expect(values('a')).toEqual([1])
    const first = shown('b')
    at.replica.replace(stateOf(log[1]!), { term: 't', seq: 2 }, [], at.replica.stored)
    expect([values('a', 'b'), shown('b') === first]).toEqual([[undefined, 2], true])

    await open()
    await begin()
    to.link.close()
    // Of another log, which begins anew.
    at.replica.receive({ term: 'u', seq: 1, events: [foreign(1, set('d', 'f', 'other'))] })
    expect(values('a', 'b', 'd')).toEqual([undefined, undefined, 'other'])
  })
})
