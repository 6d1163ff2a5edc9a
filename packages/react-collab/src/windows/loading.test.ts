import { formatStamp, type Row, type RowKey, rowView, StorageError } from '@react-collab/core'
import { expect, test } from 'vitest'
import { createTables } from '../store/tables.js'
import { createTestLink, type TestLink } from '../testing/test-link.js'
import {
  createTestReplica,
  object,
  replicaOf,
  set,
  type TestReplica,
} from '../testing/test-replica.js'
import type { RowWindow } from './row-window.js'

const windowing = new Map([['rows/', ['name']]])
const key = (id: string): RowKey => `rows/${id}` as RowKey
const stampAt = (ms: number) => formatStamp({ ms, counter: 0, replica: replicaOf('z') })
const row = (name: string, ms = 1): Row => ({ values: { name }, stamps: { name: stampAt(ms) } })
const place = (at: number, id: string) => ({ place: { term: 't', at, key: key(id) } })
const vv = { [replicaOf('z')]: 9 }

interface Run {
  readonly at: TestReplica
  readonly to: TestLink
  readonly window: RowWindow
}

async function run(
  tables = createTables({ isGuarded: true }),
  fault?: () => boolean,
): Promise<Run> {
  const crashPoint = ({ tables: of }: { readonly tables: readonly string[] }) =>
    of.includes('rows') && fault?.() === true ? new StorageError('QUOTA', 'full') : undefined
  const at = await createTestReplica({ tables, durable: true, crashPoint }, 'o', windowing)
  const to = await createTestLink(at, fault && (() => undefined))
  const window = at.replica.windows.window(
    { prefix: 'rows/', field: 'name', descending: false },
    (of) => {
      const found = at.replica.shown(of)
      return found && rowView(found, of.slice(5))
    },
  )
  window.want(0, 2, 0)
  window.subscribe(() => undefined)
  await to.settle()
  return { at, to, window }
}

const names = ({ window }: Run): unknown => window.read()?.rows.map(({ name }) => name)

test('[WIN12] rows that are loaded lie on the disk, and only those that are shown in memory', async () => {
  const first = await run()
  const { at, to, window } = first
  await to.join({ head: 5, state: 5 })
  to.page(
    1,
    [
      [key('e'), row('e')],
      [key('b'), row('b')],
    ],
    place(2, 'b'),
  )
  await to.settle()
  // There is nothing older to be shown meanwhile.
  expect(names(first)).toEqual(['b', 'e'])
  to.page(
    2,
    [
      [key('a'), row('a')],
      [key('c'), row('c')],
    ],
    place(4, 'c'),
  )
  to.page(3, [[key('b'), row('z', 2)]], { ...place(5, 'b'), end: { seq: 5, vv } })
  await to.settle()
  expect(names(first)).toEqual(['a', 'c'])
  expect(window.read()?.total).toBe(4)
  expect([...at.replica.visible.confirmed.rows.keys()].sort()).toEqual(['rows/a', 'rows/c'])
  expect(at.replica.cursor).toEqual({ term: 't', seq: 5 })
  to.entries(6, [10, stampAt(10), [set('c', 'name', 'A')]])
  await to.settle()
  await at.platform.pass(100)
  expect(names(first)).toEqual(['a', 'A'])
})

test('[WIN12] a loading that the end of its tab has cut goes on where it was', async () => {
  const tables = createTables({ isGuarded: true })
  const first = await run(tables)
  await first.to.join({ head: 5, state: 5 })
  first.to.page(
    1,
    [
      [key('a'), row('a')],
      [key('b'), row('b')],
    ],
    place(2, 'b'),
  )
  await first.to.settle()
  first.to.link.close()
  const second = await run(tables)
  second.to.link.connect()
  await second.to.settle()
  expect(second.to.line.asked[0]?.message).toMatchObject({ from: { at: 2, key: key('b') } })
  await second.to.joined({ head: 5, state: 1 })
  second.to.page(1, [[key('0'), row('0')]], { ...place(5, '0'), end: { seq: 5, vv } })
  await second.to.settle()
  expect(names(second)).toEqual(['0', 'a'])
  expect(second.window.read()?.total).toBe(3)
})

test('[WIN12] the state of another log is shown when it is whole', async () => {
  const first = await run()
  const { at, to, window } = first
  await to.join({ head: 2 })
  to.entries(1, [1, stampAt(1), [set('a', 'name', 'a')]], [2, stampAt(2), [set('b', 'name', 'b')]])
  await to.settle()
  await at.platform.pass(100)
  await at.write(set('mine', 'name', 'mine'))
  expect(names(first)).toEqual(['a', 'b'])
  to.link.disconnect()
  await to.join({ term: 'u', head: 2, reset: true })
  await to.joined({ term: 'u', head: 2, reset: true })
  to.link.receive({ term: 'u', seq: 1, events: [[1, stampAt(1), [set('c', 'name', 'c')]]] })
  await to.settle()
  expect(names(first)).toEqual(['a', 'b'])
  to.link.receive({ term: 'u', seq: 2, events: [[2, stampAt(2), [set('d', 'name', 'd')]]] })
  await to.settle()
  expect(names(first)).toEqual(['c', 'd'])
  expect(window.read()?.total).toBe(3)
  const { rows } = await at.store.readRows(object, [key('a'), key('mine')])
  expect(rows.map(([, one]) => one)).toEqual([undefined, undefined])
})

test('[WIN12] rows that the disk did not take are asked for again', async () => {
  let isFull = true
  const first = await run(undefined, () => isFull)
  const { to } = first
  await to.join({ head: 2, state: 2 })
  to.page(1, [[key('a'), row('a')]], place(1, 'a'))
  await to.settle()
  expect(to.link.report.phase).not.toBe('catching-up')
  expect(first.at.replica.cursor).toBeUndefined()
  isFull = false
  await to.join({ head: 2, state: 2 })
  to.page(
    1,
    [
      [key('a'), row('a')],
      [key('b'), row('b')],
    ],
    { ...place(2, 'b'), end: { seq: 2, vv } },
  )
  await to.settle()
  expect(names(first)).toEqual(['a', 'b'])
})
