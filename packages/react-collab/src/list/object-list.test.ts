import {
  defineSchema,
  type Event,
  list as listKind,
  object as objectOf,
  PLACE,
  rowKey,
  shared,
  UsageError,
  value,
  writerTag,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { Replica } from '../replica.js'
import { SharedObject } from '../shared-object.js'
import { createLocalStore } from '../store/local-store.js'
import { createMemoryDisk } from '../store/memory-disk.js'
import { createManualPlatform } from '../testing/manual-platform.js'
import {
  createTestReplica,
  eventOf,
  object as objectId,
  replicaOf,
  type TestReplica,
} from '../testing/test-replica.js'
import { listOf } from './list-of.js'
import type { ObjectList } from './object-list.js'

let at: TestReplica
let shown: SharedObject
let todos: ObjectList
let made = 0

const sharedOn = (replica: Replica): SharedObject =>
  new SharedObject(replica, {
    newId: () => `new${made++}`,
    load: () => Promise.resolve(),
    used: () => undefined,
    presence: undefined as never,
  })

beforeEach(async () => {
  at = await createTestReplica()
  shown = sharedOn(at.replica)
  todos = listOf(shown, 'todos')
})

const idsOf = (list: ObjectList) => list.items.map((item) => item['id'])
const fill = (...ids: string[]) => todos.insert(todos.items.length, ...ids.map((id) => ({ id })))
const edits = (): Event[] => [...at.replica.visible.pending].map(eventOf)
const bad = (code: string): unknown => expect.objectContaining({ code, name: 'UsageError' })

describe('[LIST10] a list', () => {
  it('puts rows where it is told, as one edit', () => {
    const { ids } = todos.insert(0, { text: 'a' }, { id: 'own', text: 'b' })
    expect(edits()).toHaveLength(1)
    expect(ids[1]).toBe('own')
    todos.insert(1, { id: 'mid' })
    todos.add({ id: 'last' })
    expect(idsOf(todos)).toEqual([ids[0], 'mid', 'own', 'last'])
    expect(todos.items[2]).toEqual({ id: 'own', text: 'b' })
    expect(shown.row('todos', 'own')).toEqual({ id: 'own', text: 'b' })
  })

  it('moves one or several, each by one register', () => {
    fill('a', 'b', 'c', 'd', 'e')
    todos.move(0, 4)
    expect(idsOf(todos)).toEqual(['b', 'c', 'd', 'e', 'a'])
    expect(edits().at(-1)?.[2]).toEqual([['=', 'todos/a', PLACE, ['', expect.any(String)]]])
    todos.move(1, 0, 2)
    expect(idsOf(todos)).toEqual(['c', 'd', 'b', 'e', 'a'])
    expect(edits().at(-1)?.[2]).toHaveLength(2)
    todos.moveTo('a', 1)
    todos.moveBefore('e', 'c')
    todos.moveBefore(['b', 'd'])
    expect(idsOf(todos)).toEqual(['e', 'c', 'a', 'b', 'd'])
  })

  it('writes nothing for what stands there already, nor for nothing', () => {
    fill('a', 'b', 'c')
    const before = edits().length
    todos.move(1, 1)
    todos.move(0, 0, 3)
    todos.move(9, 0)
    todos.move(0, 1, 0)
    todos.moveTo('c', 9)
    todos.moveBefore(['a', 'b'], 'c')
    todos.moveBefore('b', 'b')
    todos.insert(0)
    todos.update('a', {})
    expect(edits()).toHaveLength(before)
    expect(idsOf(todos)).toEqual(['a', 'b', 'c'])
  })

  it('keeps the place of a deleted row, also behind rows that are added meanwhile', () => {
    fill('a', 'b', 'c')
    todos.remove('c')
    todos.remove('a')
    todos.add({ id: 'd' })
    todos.insert(0, { id: 'z' })
    todos.move(2, 1)
    expect(idsOf(todos)).toEqual(['z', 'd', 'b'])
    todos.restore('a')
    todos.restore('c')
    expect(new Set(idsOf(todos))).toEqual(new Set(['z', 'a', 'b', 'c', 'd']))
    expect(idsOf(todos).indexOf('a')).toBeLessThan(idsOf(todos).indexOf('b'))
  })

  it('moves a row of the collection that stood in another list, or in none', () => {
    fill('a', 'b')
    const done = listOf(shown, 'todos', { within: 'done' })
    done.moveTo('a', 0)
    shown.add('todos', { id: 'loose' })
    done.moveBefore('loose', 'a')
    expect(idsOf(todos)).toEqual(['b'])
    expect(idsOf(done)).toEqual(['loose', 'a'])
    expect(listOf(shown, 'todos', { within: 'done' })).toBe(done)
  })

  it('holds values, too', () => {
    const tags = listOf(shown, 'tags')
    const { ids } = tags.insert(0, 'red', 7, null, ['x'], new Uint8Array([1]))
    expect(tags.items.map((item) => item['value'])).toEqual([
      'red',
      7,
      null,
      ['x'],
      new Uint8Array([1]),
    ])
    const before = tags.items[1]
    tags.update(ids[0] as string, 'blue')
    const count = edits().length
    tags.update(ids[0] as string, 'blue')
    expect(edits()).toHaveLength(count)
    expect(tags.items[0]).toEqual({ id: ids[0], value: 'blue' })
    expect(tags.items[1]).toBe(before)
  })

  it('refuses, at the call, what cannot be', () => {
    fill('a', 'b')
    listOf(shown, 'todos', { within: 'a' }).moveTo('b', 0)
    const before = edits().length
    const calls: [() => unknown, string][] = [
      [() => todos.insert(-1, {}), 'BAD_VALUE'],
      [() => todos.insert(0.5, {}), 'BAD_VALUE'],
      [() => todos.insert(Number.NaN, {}), 'BAD_VALUE'],
      [() => todos.insert('0' as never, {}), 'BAD_VALUE'],
      [() => todos.move(-1, 0), 'BAD_VALUE'],
      [() => todos.move(0, Number.NaN), 'BAD_VALUE'],
      [() => todos.move(0, 1, -1), 'BAD_VALUE'],
      [() => todos.move(0, 1, 0.5), 'BAD_VALUE'],
      [() => todos.moveTo('a', -1), 'BAD_VALUE'],
      [() => todos.moveTo('a', Number.POSITIVE_INFINITY), 'BAD_VALUE'],
      [() => todos.moveBefore('nobody', 'a'), 'BAD_ID'],
      [() => todos.insert(0, { id: 'x' }, { id: 'x' }), 'BAD_ID'],
      [() => todos.insert(0, { id: 1 }), 'BAD_ID'],
      [() => todos.insert(0, { $pos: ['', 'aaaaV1'] }), 'RESERVED_NAME'],
      [() => todos.update('a', { $v: 1 }), 'RESERVED_NAME'],
      [() => todos.insert(0, { $del: true }), 'RESERVED_NAME'],
      [() => todos.update('a', { $del: true }), 'RESERVED_NAME'],
      [() => todos.insert(0, { when: new Date(0) }), 'BAD_VALUE'],
      [() => todos.insert(0, Number.NaN), 'BAD_VALUE'],
      [() => todos.moveTo('nobody', 0), 'BAD_ID'],
      [() => todos.moveBefore(['a', 'a'], 'b'), 'BAD_ID'],
      [() => listOf(shown, 'todos', { within: 'b' }).moveTo('a', 0), 'BAD_VALUE'],
      [() => listOf(shown, 'todos', { within: 'a' }).moveTo('a', 0), 'BAD_VALUE'],
      [() => listOf(shown, 'todos', { within: 'constructor' }), 'BAD_ID'],
      [() => todos.insert(0, ...Array.from({ length: 200 }, () => ({}))), 'BATCH_TOO_LARGE'],
    ]
    for (const [call, code] of calls) {
      expect(call).toThrow(UsageError)
      expect(call).toThrow(bad(code))
    }
    expect(edits()).toHaveLength(before)
  })

  it('asks the schema what it holds', () => {
    const { objects } = defineSchema({
      board: objectOf({
        todos: listKind({ text: value<string>() }),
        tags: listKind(value<{ text: string }>()),
        people: shared({}),
      }),
    })
    shown.describe(objects.board)
    const tags = listOf(shown, 'tags')
    tags.add({ text: 'an object as a value' })
    expect(tags.items[0]?.['value']).toEqual({ text: 'an object as a value' })
    expect(() => todos.add('text')).toThrow(bad('BAD_VALUE'))
    expect(() => todos.add({ txet: 'x' })).toThrow(bad('UNKNOWN_FIELD'))
    expect(() => listOf(shown, 'people')).toThrow(bad('UNKNOWN_COLLECTION'))
    // Without a place nobody would see it.
    expect(() => shown.add('todos', { text: 'x' })).toThrow(bad('UNKNOWN_COLLECTION'))
  })
})

describe('[LIST11] what did not change', () => {
  it('keeps its identity, also when it is moved, and so does a list that is the same', () => {
    fill('a', 'b', 'c')
    const [a, b, c] = todos.items
    todos.move(0, 2)
    expect(todos.items).toEqual([b, c, a])
    expect(todos.items.map((item) => [a, b, c].indexOf(item))).toEqual([1, 2, 0])
    const now = todos.items
    listOf(shown, 'todos', { within: 'a' }).add({ id: 'inner' })
    expect(todos.items).toBe(now)
    todos.update('b', { text: 'new' })
    expect(todos.items[0]).not.toBe(b)
    expect(todos.items[1]).toBe(c)
  })

  it('costs little: 1,000 moves in a list of 10,000', async () => {
    for (let i = 0; i < 10_000; i += 100) {
      fill(...Array.from({ length: 100 }, (_, j) => `r${i + j}`))
    }
    expect(todos.items).toHaveLength(10_000)
    let told = 0
    todos.subscribe(() => (told += 1))
    const begun = performance.now()
    for (let i = 0; i < 1000; i++)
      todos.moveBefore(`r${(i * 7919) % 10_000}`, `r${(i * 31) % 10_000}`)
    const perMoveMs = (performance.now() - begun) / 1000
    expect(told).toBeGreaterThan(990)
    // Reading all rows once takes ten times as long; a busy machine three times.
    expect(perMoveMs).toBeLessThan(3)
  })
})

describe('[LIST12] edits made before the disk was read', () => {
  async function startOn(entries: readonly (readonly [string, string])[]): Promise<SharedObject> {
    const store = createLocalStore(createMemoryDisk())
    const platform = createManualPlatform()
    const replica = new Replica(objectId, {
      platform,
      now: platform.now,
      meta: undefined,
      unsaved: () => undefined,
    })
    const early = sharedOn(replica)
    const list = listOf(early, 'todos')
    list.add({ id: 'x' })
    list.insert(0, { id: 'w' })
    list.add({ id: 'y' })
    list.move(2, 1)
    list.moveBefore('known', 'x')
    expect(idsOf(list)).toContain('w')
    const loaded = await store.load(objectId)
    for (const [id, order] of entries) {
      const key = rowKey('todos', id)
      loaded.state.rows.set(key, {
        values: { [PLACE]: ['', order], text: id },
        stamps: { [PLACE]: stampOf, text: stampOf },
      })
    }
    const counter = await store.counter(0, objectId)
    replica.start(loaded, { slot: 0, replica: replicaOf('q'), counter })
    return early
  }
  const stampOf = '000000001000zzzzzzzz' as Event[1]

  it('stand where they were meant to, among what is on the disk', async () => {
    const early = await startOn([
      ['known', 'zzzzV1'],
      ['other', 'zzzzV4'],
    ])
    expect(idsOf(listOf(early, 'todos'))).toEqual(['other', 'w', 'y', 'known', 'x'])
    expect(early.row('todos', 'known')).toEqual({ id: 'known', text: 'known' })
    const numbered = early.replica.unsaved.numbered.map(eventOf)
    expect(numbered.map(([n]) => n)).toEqual([1, 2, 3, 4, 5])
    // In the name of the writer that the tab has by now.
    const tag = writerTag(replicaOf('q'))
    for (const [, , patches] of numbered) expect(JSON.stringify(patches)).toContain(tag)
  })
})
