import {
  applyEvent,
  canonicalState,
  createObjectState,
  type Event,
  formatStamp,
  hashText,
  type ObjectState,
  ROOT,
  type Row,
  type RowKey,
  type StatePlace,
  StorageError,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
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

beforeEach(async () => {
  tables = createTables()
  at = await createTestReplica({ tables })
  to = await createTestLink(at)
})

const me = replicaOf('a')
const key = (id: string): RowKey => `rows/${id}` as RowKey
const value = (id: string): unknown => at.replica.visible.row(key(id))?.values['f']
const place = (seq: number, id: string, term = 't'): StatePlace => ({ term, at: seq, key: key(id) })

/** Events of somebody else: the n-th writes one row. */
const foreign = (n: number, id: string, written: string | number = n): Event => [
  n,
  formatStamp({ ms: n, counter: 0, replica: replicaOf('z') }),
  [set(id, 'f', written)],
]

function stateOf(...events: Event[]): ObjectState {
  const state = createObjectState()
  for (const event of JSON.parse(JSON.stringify(events)) as Event[]) applyEvent(state, event)
  return state
}

/** The rows that a log made, by their ids. */
const rowsOf = (state: ObjectState, ...ids: string[]): [RowKey, Row][] =>
  ids.map((id) => [key(id), state.rows.get(key(id))!])

const z = replicaOf('z')
const log = [foreign(1, 'a'), foreign(2, 'b'), foreign(3, 'a', 'later'), foreign(4, 'c')]

/** Loads the first two entries live. */
async function beBehind(): Promise<void> {
  await to.join({ head: 2 })
  to.entries(1, ...log.slice(0, 2))
  await to.settle()
  to.link.disconnect()
  to.line.asked.length = 0
  to.line.sent.length = 0
}

const stored = async (): Promise<string> => canonicalState((await at.store.load(object)).state)

describe('[STA3] rows in place of entries', () => {
  it('are shown when the last page has come, all at once, and entries follow', async () => {
    await beBehind()
    const told: string[] = []
    at.replica.listeners.onRows('rows/', (keys) => told.push([...keys].sort().join()))
    const untouched = at.replica.visible.row(key('b'))
    await to.join({ head: 5, state: 2 })
    expect([to.link.report.phase, to.link.report.progress]).toEqual([
      'catching-up',
      { received: 0, expected: 2 },
    ])
    const state = stateOf(...log)
    to.page(1, rowsOf(state, 'a'), { place: place(3, 'a') })
    expect([value('a'), value('c'), told]).toEqual([1, undefined, []])
    expect(to.link.report.progress).toEqual({ received: 1, expected: 2 })
    to.page(2, rowsOf(state, 'c'), { place: place(4, 'c'), end: { seq: 4, vv: { [z]: 4 } } })
    // What comes while the disk writes is not lost.
    to.entries(5, foreign(5, 'd'))
    await to.settle()
    expect([value('a'), value('b'), value('c'), value('d')]).toEqual(['later', 2, 4, 5])
    expect(told).toEqual(['rows/a,rows/c', 'rows/d'])
    expect(at.replica.visible.row(key('b'))).toBe(untouched)
    expect(at.replica.cursor).toEqual({ term: 't', seq: 5 })
    expect([to.link.report.phase, to.link.report.progress]).toEqual(['live', undefined])
    expect(to.posted).toContainEqual({ type: 'reload', object, why: 'reset' })
    expect(await stored()).toBe(canonicalState(stateOf(...log, foreign(5, 'd'))))
    expect((await at.store.load(object)).cursor).toEqual({ term: 't', seq: 5 })
  })

  it('are all there is where nothing was known, and may come again as they changed meanwhile', async () => {
    await to.join({ head: 4, state: 2 })
    const [early, late] = [stateOf(...log.slice(0, 2)), stateOf(...log)]
    to.page(1, rowsOf(early, 'a', 'b'), { place: place(2, 'b') })
    to.page(2, rowsOf(late, 'a', 'c'), { place: place(4, 'c'), end: { seq: 4, vv: { [z]: 4 } } })
    await to.settle()
    expect(await stored()).toBe(canonicalState(late))
    expect(canonicalState(at.replica.visible.confirmed)).toBe(canonicalState(late))
  })

  it('are the whole state after a reset, what was accepted and is lost put back before the outbox', async () => {
    await to.join()
    const lost = await at.write(set('own', 'f', 'lost'))
    to.line.asked[0]!.accept()
    to.entries(1, eventOf(lost))
    await to.settle()
    const waiting = await at.write(set('own', 'g', 'waiting'))
    to.link.disconnect()
    await to.join({ reset: true, term: 'u' })
    await to.joined({ term: 'u', head: 4, state: 3 })
    const state = stateOf(...log)
    to.page(1, rowsOf(state, 'a', 'b', 'c'), { term: 'u', end: { seq: 4, vv: { [z]: 4 } } })
    await to.settle()
    expect([value('own'), value('a')]).toEqual(['lost', 'later'])
    expect(to.line.asked[0]?.message).toMatchObject({
      term: 'u',
      events: [eventOf(lost), eventOf(waiting)],
    })
    expect(await stored()).toBe(canonicalState(state))
  })

  it('settle own edits that they hold, and keep the others, also where their numbers are taken', async () => {
    const held = await at.write(set('own', 'f', 1))
    const another = await at.write(set('own', 'g', 2))
    const waiting = await at.write(set('own', 'h', 3))
    const server = stateOf(eventOf(held))
    const shown = at.replica.visible.row(key('own'))
    const taken = {
      vv: { [me]: 2 },
      hashes: {
        [me]: [[1, hashText(JSON.stringify(eventOf(held)))] as const, [2, 'another'] as const],
      },
    }
    await to.join({ head: 2, state: 1, ...taken })
    expect(to.line.asked).toEqual([])
    to.page(1, rowsOf(server, 'own'), { end: { seq: 2, vv: { [me]: 2 } } })
    await to.settle()
    expect(await held.server).toBe(2)
    expect(at.replica.visible.row(key('own'))?.values).toEqual({ f: 1, g: 2, h: 3 })
    expect(at.replica.visible.row(key('own'))).not.toBe(shown)
    await to.join({ head: 2, ...taken })
    const anew = [another, waiting].map((edit) => eventOf(edit))
    expect(anew.map(([n, stamp, , meta]) => [n, stamp.slice(12), meta?.o])).toEqual([
      [2, replicaOf('p'), [me, 2]],
      [3, replicaOf('p'), [me, 3]],
    ])
    expect(to.line.asked[0]?.message).toMatchObject({ events: anew })
    expect((await at.store.sent(object)).flatMap((row) => row.events)).toEqual([eventOf(held)])
  })

  it('show a row as the same object where nobody wrote it but this device', async () => {
    const edit = await at.write(set('own', 'f', 1))
    const shown = at.replica.visible.row(key('own'))
    const hash = hashText(JSON.stringify(eventOf(edit)))
    await to.join({ head: 1, state: 1, vv: { [me]: 1 }, hashes: { [me]: [[1, hash]] } })
    to.page(1, rowsOf(stateOf(eventOf(edit)), 'own'), { end: { seq: 1, vv: { [me]: 1 } } })
    await to.settle()
    expect(at.replica.visible.pending.size).toBe(0)
    expect(at.replica.visible.row(key('own'))).toBe(shown)
  })

  it('count a counter once, also where a part of it waits', async () => {
    const add = (n: number): ['+', RowKey, string, number] => ['+', ROOT, 'likes', n]
    const held = await at.write(add(1))
    await at.write(add(10))
    const other: Event = [1, foreign(1, 'a')[1], [add(100)]]
    const server = stateOf(eventOf(held), other)
    const hash = hashText(JSON.stringify(eventOf(held)))
    await to.join({ head: 2, state: 1, vv: { [me]: 1 }, hashes: { [me]: [[1, hash]] } })
    to.page(1, [[ROOT, server.rows.get(ROOT)!]], { end: { seq: 2, vv: { [me]: 1, [z]: 1 } } })
    await to.settle()
    expect(at.replica.visible.row(ROOT)?.sums).toEqual({ likes: 111 })
    expect(at.replica.visible.confirmed.rows.get(ROOT)?.sums).toEqual({ likes: 101 })
  })

  it('a text keeps its edits exact, and typing that waits', async () => {
    const type = (n: number, inserts: unknown[], deletes: unknown[] = []): Event => [
      n,
      foreign(n, 'a')[1],
      [['~', ROOT, 'body', inserts, deletes] as never],
    ]
    const first = type(1, [[1, 0, 1, 0, 'hello']])
    await to.join({ head: 1 })
    to.entries(1, first)
    await to.settle()
    to.link.disconnect()
    const { live } = at.replica.visible.row(ROOT)!.texts!['body']!
    const view = live.view
    at.replica.editing.editText(ROOT, 'body', (text, writer) => text.splice(5, 0, '!', writer))
    await at.flushed()
    const server = stateOf(first, type(2, [], [[z, 1, 1]]), type(3, [[6, 5, 1, 0, ' you']]))
    await to.join({ head: 3, state: 1 })
    to.page(1, [[ROOT, server.rows.get(ROOT)!]], { end: { seq: 3, vv: { [z]: 3 } } })
    await to.settle()
    const now = at.replica.visible.row(ROOT)!.texts!['body']!.live
    expect(now.text.toString()).toMatch(/^ello(!| you){2}$/)
    const edits = now.editsSince(view)
    let text = 'hello'
    for (const { index, removed, inserted } of edits!)
      text = text.slice(0, index) + inserted + text.slice(index + removed.length)
    expect(text).toBe(now.text.toString())
    expect(edits!.length).toBeGreaterThan(1)
  })
})

describe('[STA12] pages that come where nothing was', () => {
  const state = stateOf(...log)
  let pages: (number | undefined)[]

  function watch(): void {
    pages = []
    const reset = at.store.reset.bind(at.store)
    at.store.reset = (...args) => {
      pages.push(args[5]?.pages)
      return reset(...args)
    }
  }
  const last = { place: place(4, 'c'), end: { seq: 4, vv: { [z]: 4 } } }

  it('are the state on disk as they are', async () => {
    watch()
    await to.join({ head: 4, state: 3 })
    to.page(1, rowsOf(state, 'b'), { place: place(2, 'b') })
    to.page(2, rowsOf(state, 'a'), { place: place(3, 'a') })
    to.page(3, rowsOf(state, 'c'), last)
    to.entries(5, foreign(5, 'b'))
    await to.settle()
    expect(pages).toEqual([3])
    expect(await stored()).toBe(canonicalState(stateOf(...log, foreign(5, 'b'))))
    expect(await at.store.pages(object)).toEqual([])
  })

  it('are so also where the app ended between them, and the end brings none', async () => {
    await to.join({ head: 4, state: 3 })
    to.page(1, rowsOf(state, 'b', 'a'), { place: place(3, 'a') })
    await to.settle()
    at = await createTestReplica({ tables })
    to = await createTestLink(at)
    watch()
    await to.join({ head: 4, state: 1 })
    to.page(1, rowsOf(state, 'c'), { place: place(4, 'c') })
    to.page(2, [], { end: { seq: 4, vv: { [z]: 4 } } })
    await to.settle()
    expect(pages).toEqual([2])
    expect(await stored()).toBe(canonicalState(state))
  })

  it('are written from memory where the disk did not take one', async () => {
    watch()
    const keep = at.store.keepPage.bind(at.store)
    at.store.keepPage = (lead, id, page, isFirst) =>
      page.place.at === 3
        ? Promise.reject(new StorageError('QUOTA', 'full'))
        : keep(lead, id, page, isFirst)
    await to.join({ head: 4, state: 3 })
    to.page(1, rowsOf(state, 'b'), { place: place(2, 'b') })
    to.page(2, rowsOf(state, 'a'), { place: place(3, 'a') })
    to.page(3, rowsOf(state, 'c'), last)
    await to.settle()
    expect(pages).toEqual([undefined])
    expect(at.platform.errors).toHaveLength(1)
    expect(await stored()).toBe(canonicalState(state))
  })

  it('are written from memory where another tab has made the disk forget them', async () => {
    await to.join({ head: 4, state: 3 })
    to.page(1, rowsOf(state, 'b', 'a'), { place: place(3, 'a') })
    await to.settle()
    await at.store.forget(object)
    to.page(2, rowsOf(state, 'c'), last)
    await to.settle()
    expect(await stored()).toBe(canonicalState(state))
  })
})

describe('[STA4] the server hears how far the pages have come', () => {
  it('of each page, and again as long as it seems to wait', async () => {
    await beBehind()
    await to.join({ head: 4, state: 2 })
    to.page(1, rowsOf(stateOf(...log), 'a'), { place: place(3, 'a') })
    const seen = ['seen', { object, cursor: { term: 't', seq: 2 }, page: 1 }]
    expect(to.line.sent).toEqual([seen])
    await to.link.heads({ term: 't', seq: 4 })
    expect(to.line.sent).toEqual([seen, seen])
  })

  it('joins again when pages stay away for two heartbeats', async () => {
    await to.join({ head: 4, state: 3 })
    await to.link.heads({ term: 't', seq: 4 })
    await at.platform.pass(5000)
    to.page(1, rowsOf(stateOf(...log), 'a'), { place: place(3, 'a') })
    await to.link.heads({ term: 't', seq: 4 })
    expect(to.line.asked).toEqual([])
    await at.platform.pass(5000)
    await to.link.heads({ term: 't', seq: 4 })
    await at.platform.pass(10)
    expect(to.line.asked[0]?.message).toMatchObject({ from: place(3, 'a') })
  })

  it.each([
    ['a page that is missing', () => to.page(3, [])],
    ['entries before the last page', () => to.entries(3, log[2]!)],
  ])('joins again after %s', async (_, come) => {
    await to.join({ head: 4, state: 3 })
    to.page(1, rowsOf(stateOf(...log), 'a'), { place: place(3, 'a') })
    come()
    await at.platform.pass(1)
    expect(to.line.asked[0]?.message).toMatchObject({ from: place(3, 'a') })
    expect(at.replica.cursor).toBeUndefined()
  })

  it('takes a page that comes twice once, and none of one that cannot be read', async () => {
    await to.join({ head: 4, state: 3 })
    to.page(1, rowsOf(stateOf(...log), 'a'), { place: place(3, 'a') })
    to.page(1, rowsOf(stateOf(...log), 'a'), { place: place(3, 'a') })
    expect(to.link.report.progress).toEqual({ received: 1, expected: 3 })
    const bad = { object, term: 't', page: 2, rows: { groups: [] } }
    expect(() => to.link.receivePage(bad)).toThrow(/BAD_STAMP/)
    expect(to.link.report.progress).toEqual({ received: 1, expected: 3 })
  })
})

describe('[STA5] a loading that is cut', () => {
  const state = stateOf(...log)
  const begin = async (): Promise<void> => {
    await beBehind()
    await to.join({ head: 4, state: 2 })
    to.page(1, rowsOf(state, 'a'), { place: place(3, 'a') })
    await to.settle()
  }
  /** The same disk in the hands of another run of the app. */
  async function runAgain(): Promise<void> {
    at = await createTestReplica({ tables })
    to = await createTestLink(at)
  }

  it.each([
    ['of the line', async () => to.link.disconnect()],
    ['of the app', runAgain],
  ])('by the end %s goes on behind the last page', async (_, cut) => {
    await begin()
    await cut()
    to.link.connect()
    await to.settle()
    expect(to.line.asked[0]?.message).toMatchObject({
      cursor: { term: 't', seq: 2 },
      from: place(3, 'a'),
    })
    expect(value('a')).toBe(1)
    await to.joined({ head: 4, state: 1 })
    expect(to.link.report.progress).toEqual({ received: 1, expected: 2 })
    to.page(1, rowsOf(state, 'c'), { end: { seq: 4, vv: { [z]: 4 } } })
    await to.settle()
    expect([value('a'), value('c')]).toEqual(['later', 4])
    expect(await stored()).toBe(canonicalState(state))
    expect(await at.store.pages(object)).toEqual([])
  })

  it('goes on in another run after a reset, too', async () => {
    await beBehind()
    await to.join({ reset: true, term: 'u' })
    await to.joined({ term: 'u', head: 4, state: 3 })
    to.page(1, rowsOf(state, 'b', 'a'), { term: 'u', place: place(3, 'a', 'u') })
    await to.settle()
    await runAgain()
    to.link.connect()
    await to.settle()
    expect(to.line.asked[0]?.message).toMatchObject({ from: place(3, 'a', 'u') })
    expect(to.line.asked[0]?.message['cursor']).toBeUndefined()
    await to.joined({ term: 'u', head: 4, state: 1 })
    to.page(1, rowsOf(state, 'c'), { term: 'u', end: { seq: 4, vv: { [z]: 4 } } })
    await to.settle()
    expect(await stored()).toBe(canonicalState(state))
  })

  it('begins anew in another term', async () => {
    await begin()
    to.link.disconnect()
    await to.join({ term: 'u', head: 4, state: 2 })
    expect(to.link.report.progress).toEqual({ received: 0, expected: 2 })
    to.page(1, rowsOf(state, 'a', 'c'), { term: 'u', end: { seq: 4, vv: { [z]: 4 } } })
    await to.settle()
    expect(await stored()).toBe(canonicalState(state))
  })

  it('is forgotten when entries come after all', async () => {
    await begin()
    to.link.disconnect()
    await to.join({ term: 'u', head: 3 })
    to.link.receive({ term: 'u', seq: 3, events: [log[2]!] })
    await to.settle()
    expect(value('a')).toBe('later')
    await runAgain()
    to.link.connect()
    await to.settle()
    expect(to.line.asked[0]?.message['from']).toBeUndefined()
    expect(to.line.asked[0]?.message).toMatchObject({ cursor: { term: 'u', seq: 3 } })
  })

  it('goes on by rows where it began by entries', async () => {
    await beBehind()
    await to.join({ reset: true, term: 'u', head: 4 })
    await to.joined({ term: 'u', head: 4 })
    to.link.receive({ term: 'u', seq: 1, events: log.slice(0, 2) })
    to.link.disconnect()
    await to.join({ term: 'u', head: 4, state: 2 })
    to.page(1, rowsOf(state, 'a', 'c'), { term: 'u', end: { seq: 4, vv: { [z]: 4 } } })
    await to.settle()
    expect(await stored()).toBe(canonicalState(state))
    expect(canonicalState(at.replica.visible.confirmed)).toBe(canonicalState(state))
  })
})
