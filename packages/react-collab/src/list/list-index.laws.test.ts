import { PLACE, readLists, type Row, type RowKey, rowKey, TOMBSTONE } from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SharedObject } from '../shared-object.js'
import { createTestReplica } from '../testing/test-replica.js'
import { listOf } from './list-of.js'
import type { ObjectList } from './object-list.js'

const ids = Array.from({ length: 12 }, (_, i) => `r${i}`)
const lists = ['', 'todo', 'r0', 'r1', 'r2']

const step = fc.oneof(
  fc.record({
    kind: fc.constant('insert'),
    list: fc.nat(4),
    at: fc.nat(),
    to: fc.nat(),
    n: fc.nat(3),
  }),
  fc.record({
    kind: fc.constant('move'),
    list: fc.nat(4),
    at: fc.nat(),
    to: fc.nat(),
    n: fc.nat(3),
  }),
  fc.record({
    kind: fc.constant('moveTo'),
    list: fc.nat(4),
    at: fc.nat(),
    to: fc.nat(),
    n: fc.nat(11),
  }),
  fc.record({
    kind: fc.constant('remove'),
    list: fc.nat(4),
    at: fc.nat(),
    to: fc.nat(),
    n: fc.nat(11),
  }),
  fc.record({
    kind: fc.constant('restore'),
    list: fc.nat(4),
    at: fc.nat(),
    to: fc.nat(),
    n: fc.nat(11),
  }),
  // What comes from elsewhere may close a circle, or be no place at all.
  fc.record({
    kind: fc.constant('foreign'),
    list: fc.nat(4),
    at: fc.nat(5),
    to: fc.nat(11),
    n: fc.nat(2),
  }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

function take(object: SharedObject, { kind, list: which, at, to, n }: Step): void {
  const within = lists[which] as string
  const list: ObjectList = listOf(object, 'c', { within })
  const size = list.items.length + 1
  const id = ids[n] as string
  if (kind === 'insert') {
    list.insert(at % size, ...Array.from({ length: n }, (_, i) => ({ n: i })))
  } else if (kind === 'move') list.move(at % size, to % size, n)
  else if (kind === 'remove') list.remove(id)
  else if (kind === 'restore') list.restore(id)
  else if (kind === 'moveTo') attempt(() => list.moveTo(id, to % size))
  else {
    const place = n === 2 ? 'nowhere' : [within, `aaaaV${at}`]
    object.replica.edit([['=', rowKey('c', ids[to] as string), PLACE, place]])
  }
}

/** A row cannot be moved into what it holds. */
function attempt(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_VALUE' })
  }
}

function rowsOf(object: SharedObject): Map<RowKey, Row> {
  const { visible } = object.replica
  return new Map([...visible.keys('c/')].map((key) => [key, visible.row(key) as Row]))
}

const idsOf = (list: ObjectList) => list.items.map((item) => item['id'])

async function createObject(): Promise<SharedObject> {
  const { replica } = await createTestReplica()
  let made = 0
  const object = new SharedObject(replica, {
    newId: () => `new${made++}`,
    load: () => Promise.resolve(),
    used: () => undefined,
    presence: undefined as never,
  })
  const fill = ids.flatMap((id) => [['=', rowKey('c', id), TOMBSTONE, false] as const])
  replica.edit(fill)
  return object
}

it('[LIST9] lists kept in order, change by change, are the same as all rows read anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 10 }),
      async (turns) => {
        const object = await createObject()
        for (const turn of turns) {
          for (const one of turn) take(object, one)
          const should = readLists(rowsOf(object), 'c')
          for (const within of lists) {
            const list = listOf(object, 'c', { within })
            const names = (should.get(within) ?? []).map((key) => decodeURIComponent(key.slice(2)))
            expect(idsOf(list)).toEqual(names)
            expect(list.items).toBe(list.items)
          }
        }
      },
    ),
    { numRuns: 150 },
  )
})

it('[LIST10] does to a list what splicing an array does', async () => {
  const call = fc.record({
    kind: fc.constantFrom('insert', 'insert', 'move', 'remove'),
    at: fc.nat(),
    to: fc.nat(),
    count: fc.integer({ min: 1, max: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 40 }), async (calls) => {
      const object = await createObject()
      const list = listOf(object, 'c')
      let model: unknown[] = []
      for (const { kind, at, to, count } of calls) {
        const from = at % (model.length + 1)
        if (kind === 'insert') {
          const { ids: put } = list.insert(from, ...Array.from({ length: count }, () => ({})))
          model = model.toSpliced(from, 0, ...put)
        } else if (kind === 'move') {
          const block = model.slice(from, from + count)
          const rest = model.toSpliced(from, block.length)
          const where = to % (rest.length + 1)
          list.move(from, where, count)
          model = rest.toSpliced(where, 0, ...block)
        } else if (model.length > 0) {
          list.remove(model[at % model.length] as string)
          model = model.toSpliced(at % model.length, 1)
        }
        expect(idsOf(list)).toEqual(model)
      }
    }),
    { numRuns: 150 },
  )
})
