import {
  apply,
  type Change,
  composeAll,
  counter,
  createUndo,
  type Data,
  type DataObject,
  defineSchema,
  increment,
  list,
  type Maybe,
  merge,
  move,
  object as objectOf,
  pathChange,
  replace,
  shared,
  splice,
  type Stream,
  text,
  type Undo,
  value,
} from '@react-collab/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Client } from '../client.js'
import { listOf } from '../list/list-of.js'
import type { SharedObject } from '../shared-object.js'
import { createFakeServer, type FakeServer } from '../testing/fake-server.js'
import { createTestClient } from '../testing/test-client.js'
import { historyOf } from '../undo-history.js'
import { streamOf } from './stream-of.js'

const { objects } = defineSchema({
  board: objectOf({
    title: value<string>(),
    extra: value<number>(),
    config: value<Record<string, number>>(),
    body: text(),
    votes: counter(),
    people: shared({ name: value<string>(), notes: text(), visits: counter() }),
    todos: list({ title: text(), done: value<boolean>() }),
    tags: list(value<string>()),
  }),
})

interface Desk {
  readonly client: Client
  readonly object: SharedObject
  readonly undo: Undo<DataObject>
  /** A stream that is asked once, at the end. */
  readonly first: Stream<DataObject>
  /** Streams that were come by, some of them behind. */
  readonly held: Stream<DataObject>[]
  readonly hasSchema: boolean
}

async function sit(server: FakeServer, hasSchema: boolean): Promise<Desk> {
  const client = createTestClient(server)
  const { object } = client.open(hasSchema ? { id: 'board', spec: objects.board } : 'board')
  await client.loaded('board')
  const first = streamOf(object)
  historyOf(object)
  return { client, object, first, undo: createUndo(first), held: [first], hasSchema }
}

/** The value as the object itself shows it, read by the ways that everybody has. */
function shownBy(object: SharedObject, hasSchema: boolean): Maybe {
  const rows = (name: string) =>
    object
      .sorted(name)
      .read()
      .map(({ id, ...fields }) => [id, fields] as const)
  const todos = (within: string) =>
    listOf(object, 'todos', { within }).items.map((item) => ({ ...noTitle(hasSchema), ...item }))
  const shown: Record<string, unknown> = {
    ...(hasSchema && { body: '', votes: 0 }),
    ...object.get(),
    people: Object.fromEntries(
      rows('people').map(([id, row]) => [id, { ...noNotes(hasSchema), ...row }]),
    ),
    todos: todos(''),
    tags: listOf(object, 'tags').items.map((item) => item['value']),
  }
  for (const { id } of object.sorted('todos').read()) {
    const inner = todos(id as string)
    if (inner.length > 0) shown[`todos/${id as string}`] = inner
  }
  return shown as Maybe
}

const noTitle = (hasSchema: boolean) => hasSchema && { title: '' }
const noNotes = (hasSchema: boolean) => hasSchema && { notes: '', visits: 0 }

const act = fc.record({
  who: fc.nat(2),
  kind: fc.nat(15),
  /** Which of the streams that were come by. */
  stream: fc.nat(9),
  at: fc.nat(9),
  to: fc.nat(9),
  count: fc.nat(3),
  typed: fc.constantFrom('', 'x', 'yy', '😀', 'hello'),
  offline: fc.option(fc.boolean(), { nil: undefined, freq: 5 }),
  waits: fc.boolean(),
})
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

let made = 0

/** A change of the value of a stream. */
function changeFor(before: DataObject, { kind, at, to, count, typed }: Act): Change {
  const people = Object.keys((before['people'] ?? {}) as DataObject)
  const who = people[at % Math.max(people.length, 1)]
  const todos = (before['todos'] ?? []) as readonly DataObject[]
  const from = at % (todos.length + 1)
  const some = todos.slice(from, from + count)
  const todo = todos[from]
  const at1 =
    (...path: (string | number)[]) =>
    (change: Change) =>
      pathChange(path, change)
  const typing = (path: (string | number)[], old: Maybe): Change => {
    if (typeof old !== 'string') return pathChange(path, replace(old, typed))
    const places = [0]
    for (const letter of old) places.push((places.at(-1) as number) + letter.length)
    const begin = places[at % places.length] as number
    const end = places[Math.min((at % places.length) + count, places.length - 1)] as number
    return pathChange(path, splice(begin, old.slice(begin, end), typed))
  }
  // Without a schema nobody knows what is to be there.
  const place = kind < 6 ? undefined : kind < 10 ? 'people' : kind < 15 ? 'todos' : 'tags'
  if (place !== undefined && before[place] === undefined) return null
  switch (kind) {
    case 0:
      return at1('title')(replace(before['title'], typed))
    case 1:
      return at1('config')(replace(before['config'], { [`k${count}`]: at }))
    case 2: {
      const config = before['config'] as DataObject | undefined
      return config ? at1('config', 'k1')(replace(config['k1'], at)) : null
    }
    case 3:
    case 4:
      return typing(['body'], before['body'])
    case 5:
      return typeof before['votes'] === 'number' ? at1('votes')(increment(count)) : null
    case 6:
      return at1(
        'people',
        `p${made++}`,
      )(replace(undefined, { name: typed, notes: typed, visits: 2 }))
    case 7:
      return who === undefined
        ? null
        : at1('people', who)(replace((before['people'] as DataObject)[who], undefined))
    case 8:
    case 9: {
      if (who === undefined) return null
      const person = (before['people'] as Record<string, DataObject>)[who] as DataObject
      return kind === 8
        ? at1('people', who, 'name')(replace(person['name'], typed))
        : typing(['people', who, 'notes'], person['notes'])
    }
    case 10:
      return at1('todos')(
        splice(
          from,
          some,
          Array.from({ length: to % 3 }, () => ({ id: `t${made++}`, title: typed, done: false })),
        ),
      )
    case 11:
      return at1('todos')(splice(from, some, []))
    case 12:
      return at1('todos')(move(from, some.length, (to % (todos.length - some.length + 1)) - from))
    case 13:
      return todo === undefined ? null : typing(['todos', from, 'title'], todo['title'])
    case 14:
      return todo === undefined
        ? null
        : at1('todos', from, 'done')(replace(todo['done'], at % 2 === 0))
    default: {
      const tags = (before['tags'] ?? []) as readonly Data[]
      const begin = at % (tags.length + 1)
      if (to % 2 === 0)
        return at1('tags')(splice(begin, tags.slice(begin, begin + 1), [typed, 'tag']))
      const block = Math.min(count, tags.length - begin)
      return at1('tags')(move(begin, block, (to % (tags.length - block + 1)) - begin))
    }
  }
}

/** What is done past the streams. */
function doPast(object: SharedObject, { kind, at, to, typed, count }: Act): void {
  const todos = listOf(object, 'todos')
  const ids = object
    .sorted('todos')
    .read()
    .map(({ id }) => id as string)
  const id = ids[at % Math.max(ids.length, 1)]
  if (kind % 8 === 0) object.change({ title: typed, extra: at })
  else if (kind % 8 === 1)
    object.change((draft: Record<string, unknown>) => void delete draft['extra'])
  else if (kind % 8 === 2) object.text('body').insert(0, typed)
  else if (kind % 8 === 3) object.counter('votes').add(count)
  else if (kind % 8 === 4) todos.insert(0, { id: `o${made++}`, done: true })
  else if (kind === 13) object.add('people', { id: `o${made++}`, name: typed })
  else if (kind % 8 === 5 && id !== undefined) object.text(['todos', id, 'title']).insert(0, typed)
  else if (kind % 8 === 6 && id !== undefined && todos.items.length > 0) {
    const holder = todos.items[to % todos.items.length]?.['id'] as string
    try {
      listOf(object, 'todos', { within: holder }).moveTo(id, 0)
    } catch (error) {
      expect(error).toMatchObject({ code: 'BAD_VALUE' })
    }
  } else if (kind % 8 === 7) historyOf(object)[at % 2 === 0 ? 'undo' : 'redo']()
}

const tick = (ms = 0): Promise<unknown> => new Promise((next) => setTimeout(next, ms))

async function settled(server: FakeServer, desks: readonly Desk[]): Promise<void> {
  for (let calm = 0; calm < 3; ) {
    await tick(2)
    const isCalm = desks.every(
      ({ client }) =>
        client.status.state === 'synced' &&
        (client.peek('board').replica.cursor?.seq ?? 0) === server.log('board').length,
    )
    calm = isCalm ? calm + 1 : 0
  }
}

/** Follows a stream to its end, by what it tells. */
function followed(stream: Stream<DataObject>): Maybe {
  const changes: Change[] = []
  let shown: Maybe = stream.value
  for (let next = stream.next(); next !== null; next = next.stream.next()) {
    changes.push(next.change)
    shown = apply(shown, next.change)
    expect(shown).toEqual(next.stream.value)
  }
  expect(apply(stream.value, composeAll(changes))).toEqual(shown)
  return shown
}

/** The latest value after a change of a stream that may be behind. */
function carried(stream: Stream<DataObject>, change: Change): Maybe {
  const ahead: Change[] = []
  let at = stream
  for (let next = at.next(); next !== null; next = at.next()) {
    ahead.push(next.change)
    at = next.stream
  }
  return apply(at.value, merge(composeAll(ahead), change)[0])
}

function check({ object, held, hasSchema }: Desk): void {
  const shown = shownBy(object, hasSchema) as DataObject
  const { value: latest } = streamOf(object)
  // Without a schema there is nothing where there never was a row.
  const empty = hasSchema ? {} : { people: {}, todos: [], tags: [] }
  expect({ ...empty, ...latest }).toEqual({ ...empty, ...shown, ...kindsOf(latest) })
  for (const stream of held) expect(stream.latest().value).toEqual(latest)

  /** What of it is no list as long as nothing has a place. */
  function kindsOf({ todos, tags }: DataObject): DataObject {
    const isMap = (of: Maybe): boolean => of !== undefined && !Array.isArray(of)
    return {
      ...(isMap(todos) && { todos: todos as Data }),
      ...(isMap(tags) && { tags: tags as Data }),
    }
  }
}

async function run(acts: readonly Act[], hasSchema: boolean): Promise<void> {
  const server = createFakeServer()
  const desks = await Promise.all([1, 2, 3].map(() => sit(server, hasSchema)))
  try {
    for (const one of acts) {
      const desk = desks[one.who] as Desk
      const { client, object, held, undo } = desk
      if (one.offline !== undefined) client.setOffline(one.offline)
      if (one.stream === 0 && one.kind === 15) await client.reload('board')
      else if (one.stream === 0) doPast(object, one)
      else if (one.stream === 1) undo[one.at % 3 === 0 ? 'redo' : 'undo']()
      else if (one.stream === 2)
        held.push(undo.stream.latest().append(changeFor(undo.stream.latest().value, one)))
      else {
        const stream = held[one.stream % held.length] as Stream<DataObject>
        const change = changeFor(stream.value, one)
        const expected = carried(stream, change)
        const after = stream.append(change)
        expect(after.value).toEqual(apply(stream.value, change))
        expect(after.latest().value).toEqual(expected)
        held.push(after)
      }
      check(desk)
      if (one.waits) await tick(1)
    }
    for (const { client } of desks) client.setOffline(false)
    await settled(server, desks)
    for (const desk of desks) {
      check(desk)
      for (const stream of desk.held) expect(followed(stream)).toEqual(streamOf(desk.object).value)
    }
    const [first] = desks.map(({ object }) => streamOf(object).value)
    for (const { object } of hasSchema ? desks : []) expect(streamOf(object).value).toEqual(first)
  } finally {
    for (const { client } of desks) await client.close()
  }
}

const numRuns = 40

it('[STR25] streams show what the object shows, whatever is done through them and past them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 40 }), (acts) => run(acts, true)),
    { numRuns },
  )
})

it('[STR25] without a schema they do as well', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 40 }), (acts) => run(acts, false)),
    { numRuns },
  )
})
