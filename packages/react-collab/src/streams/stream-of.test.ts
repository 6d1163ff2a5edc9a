import {
  apply,
  changeSet,
  counter,
  type DataObject,
  defineSchema,
  increment,
  list,
  moveInStream,
  object as objectOf,
  pathChange,
  replace,
  shared,
  splice,
  spliceStream,
  type Stream,
  substream,
  text,
  Union,
  updateStream,
  value,
} from '@react-collab/core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../client.js'
import { listOf } from '../list/list-of.js'
import type { SharedObject } from '../shared-object.js'
import { hostPlatform } from '../platform.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { historyOf } from '../undo-history.js'
import { type ObjectValue, type SharedStream, streamOf } from './stream-of.js'

const { objects } = defineSchema({
  board: objectOf({
    title: value<string>(),
    config: value<{ theme: string; size: number }>(),
    body: text(),
    votes: counter(),
    people: shared({ name: value<string>(), notes: text(), visits: counter() }),
    todos: list({ title: text(), done: value<boolean>() }),
    tags: list(value<string>()),
  }),
})
type Board = ObjectValue<typeof objects.board>

let server: FakeServer
const open: Client[] = []

beforeEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
  server = createFakeServer()
})

interface Person {
  readonly client: Client
  readonly object: SharedObject
  readonly stream: SharedStream<Board>
}

async function person(): Promise<Person> {
  const client = createTestClient(server)
  open.push(client)
  const { object } = client.open({ id: 'board', spec: objects.board })
  await client.loaded('board')
  return { client, object, stream: streamOf<Board>(object) }
}

/** Waits until everybody has all that there is. */
async function settled(): Promise<void> {
  for (let calm = 0; calm < 5; ) {
    await new Promise((next) => setTimeout(next, 5))
    const isSeen = (client: Client): boolean =>
      client.status.state === 'synced' &&
      (client.peek('board').replica.cursor?.seq ?? 0) === server.log('board').length
    calm = open.every(isSeen) ? calm + 1 : 0
  }
}

const at = <V>(stream: Stream<unknown>, ...path: (string | number)[]) => substream<V>(stream, path)
const sent = ({ object }: Person): number => object.replica.visible.pending.size
const bad = (code: string) => expect.objectContaining({ code })

describe('[STR23] the value of an object', () => {
  it('is its fields by name, its collections by id, its lists in order', async () => {
    const { object, stream } = await person()
    expect(stream.value).toEqual({ body: '', votes: 0, people: {}, todos: [], tags: [] })
    object.change({ title: 'Board' })
    object.text('body').insert(0, 'Hello')
    object.counter('votes').add(2)
    object.add('people', { id: 'ada', name: 'Ada' })
    listOf(object, 'todos').insert(0, { id: 'a', done: false }, { id: 'b', done: true })
    listOf(object, 'tags').insert(0, 'red', 'blue')
    const { value } = stream.latest()
    expect(value).toEqual({
      title: 'Board',
      body: 'Hello',
      votes: 2,
      people: { ada: { name: 'Ada', notes: '', visits: 0 } },
      todos: [
        { id: 'a', title: '', done: false },
        { id: 'b', title: '', done: true },
      ],
      tags: ['red', 'blue'],
    })
    listOf(object, 'todos').move(1, 0)
    object.remove('people', 'ada')
    const after = stream.latest().value
    expect(after.todos.map(({ id }) => id)).toEqual(['b', 'a'])
    expect(after.todos[0]).toBe(value.todos[1])
    expect([after.people, after.tags === value.tags]).toEqual([{}, true])
  })

  it('without a schema a collection is a list as long as its rows have places', async () => {
    const client = createTestClient(server)
    open.push(client)
    const { object } = client.open('board')
    await client.loaded('board')
    const stream = streamOf(object)
    expect(stream.value).toEqual({})
    object.change({ todos: 'a field', n: 1 })
    expect(stream.latest().value).toEqual({ todos: 'a field', n: 1 })
    object.add('todos', { id: 'x', n: 1 })
    const asMap = stream.latest()
    expect(asMap.value).toEqual({ todos: { x: { n: 1 } }, n: 1 })
    listOf(object, 'todos').add({ id: 'y', n: 2 })
    expect(asMap.next()?.change).toMatchObject({ type: 'fields' })
    expect(stream.latest().value).toEqual({ todos: [{ id: 'y', n: 2 }], n: 1 })
    expect(at<number>(asMap, 'todos', 'x', 'n').hasEnded()).toBe(true)
    listOf(object, 'todos', { within: 'y' }).add({ id: 'z', n: 3 })
    expect(stream.latest().value).toEqual({
      todos: [{ id: 'y', n: 2 }],
      'todos/y': [{ id: 'z', n: 3 }],
      n: 1,
    })
    expect(streamOf(object).value).toEqual(stream.latest().value)
  })

  it('is the same for all who ask, and tells when there is more', async () => {
    const { object, stream } = await person()
    let told = 0
    const stop = stream.subscribe(() => (told += 1))
    object.change({ title: 'x' })
    object.counter('votes').add(1)
    expect(streamOf(object)).toBe(stream.latest())
    stop()
    object.change({ title: 'y' })
    expect(told).toBe(2)
    expect(stream.next()?.stream.next()?.stream).toBe(stream.latest())
    expect(stream.latest().next()).toBeNull()
  })
})

describe('[STR24] an edit of a stream', () => {
  it('is one event, of the same kind as any other', async () => {
    const ada = await person()
    const { object, stream } = ada
    updateStream(at<string | undefined>(stream, 'title'), 'Board')
    expect(object.get()).toMatchObject({ title: 'Board' })
    spliceStream(at<string>(stream, 'body'), 0, 0, 'Hello')
    spliceStream(at<string>(stream.latest(), 'body'), 0, 1, 'J')
    expect(object.text('body').toString()).toBe('Jello')
    at(stream, 'votes').append(increment(3))
    expect(object.counter('votes').value).toBe(3)
    stream.append(pathChange(['people', 'ada'], replace(undefined, { name: 'Ada', visits: 2 })))
    expect(object.row('people', 'ada')).toEqual({ id: 'ada', name: 'Ada', visits: 2 })
    const kinds = [...object.replica.visible.pending].map(({ patches }) =>
      patches.map(([kind]) => kind).join(''),
    )
    expect(kinds).toEqual(['=', '~', '~', '+', '=+='])
    expect(stream.latest().append(null)).toBe(stream.latest())
    expect(sent(ada)).toBe(5)
  })

  it('puts items into lists, moves and deletes them', async () => {
    const ada = await person()
    const { object, stream } = ada
    const todos = () => at<Board['todos']>(stream.latest(), 'todos')
    const ids = () => listOf(object, 'todos').items.map(({ id }) => id)
    const row = (id: string) => ({ id, title: id.toUpperCase(), done: false })
    spliceStream(todos(), 0, 0, ['a', 'b', 'c', 'd'].map(row))
    expect(stream.latest().value.todos).toEqual(['a', 'b', 'c', 'd'].map(row))
    moveInStream(todos(), 0, 2, 1)
    expect(ids()).toEqual(['c', 'a', 'b', 'd'])
    spliceStream(todos(), 1, 2, [row('e')])
    expect(ids()).toEqual(['c', 'e', 'd'])
    // Several blocks at once, and one that comes back.
    const reversed = [row('d'), row('a'), { ...row('e'), done: true }, row('c'), row('f')]
    updateStream(todos(), reversed)
    expect(stream.latest().value.todos).toEqual(reversed)
    expect(listOf(object, 'todos').items).toEqual(reversed)
    const latest = stream.latest()
    const { todos: _, ...rest } = latest.value
    latest.append(replace(latest.value, { ...rest, todos: reversed.slice(0, 5), title: 'all' }))
    expect(stream.latest().value).toEqual({ ...latest.value, title: 'all' })
    const before = sent(ada)
    at(stream, 'todos').append(null)
    moveInStream(todos(), 4, 1, -4)
    expect([ids(), sent(ada) - before]).toEqual([['f', 'd', 'a', 'e', 'c'], 1])
  })

  it('of a list of values, of what a row holds, and of a value within a value', async () => {
    const { object, stream } = await person()
    const tags = () => at<readonly string[]>(stream.latest(), 'tags')
    spliceStream(tags(), 0, 0, ['red', 'blue', 'green'])
    moveInStream(tags(), 2, 1, -2)
    updateStream(at<string>(stream.latest(), 'tags', 1), 'crimson')
    spliceStream(at<string>(stream.latest(), 'tags', 0), 0, 1, 'G')
    expect(listOf(object, 'tags').items.map(({ value: tag }) => tag)).toEqual([
      'Green',
      'crimson',
      'blue',
    ])
    updateStream(at(stream.latest(), 'config'), { theme: 'dark', size: 1 })
    const size = at<number>(stream.latest(), 'config', 'size')
    updateStream(size, 2)
    updateStream(at(stream.latest(), 'config', 'theme'), 'light')
    expect(object.get()).toMatchObject({ config: { theme: 'light', size: 2 } })
    expect([size.latest().value, size.hasEnded()]).toEqual([2, false])
  })

  it('gives a row the id that it has not, and what the schema has', async () => {
    const { object, stream } = await person()
    const todos = at<readonly unknown[]>(stream, 'todos')
    const after = todos.append(splice(0, [], [{ done: true }]))
    expect(after.value).toEqual([{ done: true }])
    const title = at<string>(after, 0, 'title')
    const [row] = stream.latest().value.todos
    expect(row).toEqual({ id: expect.any(String), title: '', done: true })
    spliceStream(title.latest() as never, 0, 0, 'Milk')
    expect(object.text(['todos', row?.id as string, 'title']).toString()).toBe('Milk')
  })

  it('moves a row from one list to another', async () => {
    const { object, stream } = await person()
    listOf(object, 'todos').insert(0, { id: 'a' }, { id: 'b' }, { id: 'c' })
    const [, b] = stream.latest().value.todos as unknown as DataObject[]
    object.text(['todos', 'b', 'title']).insert(0, 'kept')
    const latest = stream.latest()
    const moved = latest.append(
      changeSet([
        pathChange(['todos'], splice(1, [{ ...b, title: 'kept' }], [])),
        pathChange(['todos/a'], replace(undefined, [{ ...b, title: 'kept, and more' }])),
      ]),
    )
    expect(moved).toBe(stream.latest())
    expect(listOf(object, 'todos').items.map(({ id }) => id)).toEqual(['a', 'c'])
    const inner = listOf(object, 'todos', { within: 'a' })
    expect(inner.items).toEqual([{ id: 'b', title: 'kept, and more' }])
    const circle = pathChange(['todos/b'], replace(undefined, [{ id: 'a' }]))
    const taken = pathChange(['todos'], splice(0, [{ id: 'a', title: '' }], []))
    expect(() => moved.append(changeSet([taken, circle]))).toThrow(bad('BAD_VALUE'))
    expect(() => moved.append(circle)).toThrow(bad('BAD_ID'))
  })
})

it('[STR24] edits of texts and fields at once are one event, and one step of undo', async () => {
  const [ada, ben] = [await person(), await person()]
  const history = historyOf(ada.object)
  const row = { id: 'a', title: 'Milk', done: false }
  const edit = changeSet([
    pathChange(['title'], replace(undefined, 'Board')),
    pathChange(['body'], splice(0, '', 'Hello')),
    pathChange(['votes'], increment(1)),
    pathChange(['todos'], splice(0, [], [row])),
  ])
  ada.stream.append(edit)
  await settled()
  expect(server.log('board')).toHaveLength(1)
  expect(ben.stream.latest().value).toEqual(ada.stream.latest().value)
  const todo = at(ada.stream.latest(), 'todos', 0, 'title')
  todo.append(changeSet([splice(0, 'M', 'S'), splice(3, '', 't'), splice(4, 'k', '')]))
  expect(ada.stream.latest().value.todos).toEqual([{ ...row, title: 'Silt' }])
  expect([history.undo(), history.undo()]).toEqual([true, false])
  await settled()
  const nothing = { body: '', votes: 0, people: {}, todos: [], tags: [] }
  expect(ada.stream.latest().value).toEqual(nothing)
  expect(ben.stream.latest().value).toEqual(nothing)
  history.redo()
  expect(ada.stream.latest().value).toMatchObject({ title: 'Board', body: 'Hello', votes: 1 })
  expect(ada.stream.latest().value.todos).toEqual([{ ...row, title: 'Silt' }])
  // What is long goes as several events, so that each fits.
  at(ada.stream.latest(), 'body').append(splice(0, '', 'é'.repeat(100_000)))
  expect(ada.object.text('body').length).toBe(100_005)
})

describe('[STR26] an edit that does not fit is refused by name, and nothing is written', () => {
  const row = { id: 'a', title: '', done: false }
  it.each([
    ['a removal of what is not there', ['todos'], splice(0, [{ id: 'b' }], []), 'BAD_CHANGE'],
    ['an offset beyond the end', ['body'], splice(9, '', 'x'), 'BAD_OFFSET'],
    ['half a surrogate pair', ['body'], splice(0, '', '\ud800'), 'BAD_UNICODE'],
    ['a text that becomes a number', ['body'], replace('', 1), 'BAD_VALUE'],
    ['a counter that becomes a text', ['votes'], replace(0, 'x'), 'BAD_VALUE'],
    ['half a vote', ['votes'], replace(0, 0.5), 'BAD_VALUE'],
    ['an unknown field', ['other'], replace(undefined, 1), 'UNKNOWN_FIELD'],
    ['a field of the system', ['$del'], replace(undefined, true), 'RESERVED_NAME'],
    ['a place', ['todos', 0, '$pos'], replace(undefined, 'x'), 'RESERVED_NAME'],
    ['an unknown field of a row', ['people', 'x'], replace(undefined, { x: 1 }), 'UNKNOWN_FIELD'],
    ['a row that is no object', ['people', 'x'], replace(undefined, 5), 'BAD_VALUE'],
    ['a row of bytes', ['people', 'x'], replace(undefined, new Uint8Array(1)), 'BAD_VALUE'],
    ['a row under another id', ['people', 'x'], replace(undefined, { id: 'y' }), 'RESERVED_NAME'],
    ['a row without a name', ['people', ''], replace(undefined, {}), 'BAD_ID'],
    ['an id that changes', ['todos', 0, 'id'], replace('a', 'b'), 'RESERVED_NAME'],
    ['an id that is no text', ['todos'], splice(0, [], [{ id: 1 }]), 'BAD_ID'],
    ['an item twice', ['todos'], splice(0, [], [row]), 'BAD_ID'],
    ['two of one id', ['todos'], splice(0, [], [{ id: 'z' }, { id: 'z' }]), 'BAD_ID'],
    ['an item that is no row', ['todos'], splice(0, [], ['text']), 'BAD_VALUE'],
    ['a list that becomes a text', ['tags'], replace([], 'x'), 'BAD_VALUE'],
    ['a value that JSON has not', ['title'], replace(undefined, NaN), 'BAD_VALUE'],
    ['a value of a class', ['title'], replace(undefined, new Union('a', 1)), 'BAD_VALUE'],
    ['an object that becomes nothing', [], replace({ body: '' }, undefined), 'BAD_CHANGE'],
    ['rows of a list that is no id', ['todos/'], replace(undefined, [row]), 'BAD_ID'],
    ['too much at once', ['title'], replace(undefined, 'x'.repeat(70_000)), 'VALUE_TOO_LARGE'],
  ])('%s', async (_, path, change, code) => {
    const ada = await person()
    ada.stream.append(pathChange(['todos'], splice(0, [], [row])))
    const before = ada.stream.latest()
    const edit = pathChange(path, change)
    expect(() => before.append(edit)).toThrow(bad(code))
    const set = pathChange(['votes'], increment(1))
    if (!['votes', undefined].includes(path[0] as string))
      expect(() => before.append(changeSet([set, edit]))).toThrow(bad(code))
    expect([before.latest(), sent(ada)]).toEqual([before, 1])
  })

  it('also before the object was read from disk', () => {
    const client = createTestClient(server)
    open.push(client)
    const stream = streamOf(client.open('board').object)
    expect(() => stream.append(pathChange(['a'], replace(undefined, 1)))).toThrow(bad('NOT_LOADED'))
  })
})

describe('[STR29] what nobody holds is not kept', () => {
  it('edits that nobody asks for are one change', async () => {
    const { object, stream } = await person()
    for (let i = 0; i < 3000; i++) object.text('body').insert(0, 'x')
    object.change({ title: 'x' })
    const next = stream.next()
    expect(next?.stream.value.body).toBe('x'.repeat(3000))
    expect(next?.stream.next()).toBeNull()
    expect(apply(stream.value as DataObject, next?.change ?? null)).toEqual(next?.stream.value)
  })

  it('an object whose streams are gone hears and holds nothing more', async () => {
    const weak: { held?: object; isGone?: boolean } = {}
    const platform = {
      ...hostPlatform,
      weak<T extends object>(of: T) {
        weak.held ??= of
        return () => (weak.isGone && of === weak.held ? undefined : of)
      },
    }
    const client = createTestClient(server, { platform })
    open.push(client)
    const { object } = client.open('board')
    await client.loaded('board')
    const first = streamOf(object)
    object.change({ n: 1 })
    expect(streamOf(object)).toBe(first.latest())
    weak.isGone = true
    object.change({ n: 2 })
    weak.isGone = false
    object.change({ n: 3 })
    // It has left, and is asked no more.
    expect(first.latest().value).toEqual({ n: 1 })
    weak.isGone = true
    expect(streamOf(object).value).toEqual({ n: 3 })
  })
})
