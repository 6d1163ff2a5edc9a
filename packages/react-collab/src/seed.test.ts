import {
  counter,
  defineSchema,
  isSeedStamp,
  list,
  local,
  object as objectOf,
  shared,
  text,
  value,
} from '@react-collab/core'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { branchOf } from './branch.js'
import type { Client } from './client.js'
import { listOf } from './list/list-of.js'
import { hostPlatform } from './platform.js'
import { refsOf } from './react/create-collab.js'
import { createRestamping } from './restamp.js'
import { seed, type SeedContent } from './seed.js'
import type { SharedObject } from './shared-object.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'
import { historyOf } from './undo-history.js'

const schema = defineSchema({
  board: objectOf({
    title: value<string>(),
    body: text(),
    visits: counter(),
    people: shared({ name: value<string>(), age: value<number>(), notes: text() }),
    drafts: local({ body: value<string>() }),
    todos: list({ text: value<string>() }),
    tags: list(value<string>()),
  }),
})
type Board = typeof schema.objects.board
const board = refsOf(schema).board('team')

const content = {
  title: 'Board',
  people: { ada: { name: 'Ada', age: 36 }, bob: {} },
  todos: [
    { id: 'one', text: 'Look around' },
    { id: 'two', text: 'Write' },
  ],
  tags: [
    { id: 'new', value: 'new' },
    { id: 'old', value: 'old' },
  ],
} satisfies SeedContent<Board>

/** In a hurry. */
const platform = {
  ...hostPlatform,
  timer: (ms: number, fire: () => void) => hostPlatform.timer(ms / 20, fire),
}

interface Person {
  readonly client: Client
  readonly object: SharedObject
}

async function person(server: FakeServer, offline = false): Promise<Person> {
  const client = createTestClient(server, { schema, offline, platform })
  const { object } = client.open(board)
  await object.loaded
  return { client, object }
}

const shown = (object: SharedObject): unknown => ({
  title: object.get()?.['title'],
  people: object.sorted('people').read(),
  todos: listOf(object, 'todos').items,
  tags: listOf(object, 'tags').items,
})

const whole = {
  title: 'Board',
  people: [{ id: 'ada', name: 'Ada', age: 36 }, { id: 'bob' }],
  todos: content.todos,
  tags: content.tags,
}

async function together(...people: readonly Person[]): Promise<void> {
  for (const { client } of people) client.setOffline(false)
  for (const { client } of people) await expect.poll(() => client.status.state).toBe('synced')
  const [first, ...others] = people.map(({ object }) => shown(object))
  for (const other of others) expect(other).toEqual(first)
}

describe('seed', () => {
  test('[SEED1] writes what an object begins with, in one event, and nothing where it is there', async () => {
    const server = createFakeServer()
    const { client, object } = await person(server)
    await seed(client, board, content)
    expect(shown(object)).toEqual(whole)
    await seed(client, board, content)
    await expect.poll(() => client.status.state).toBe('synced')
    const other = await person(server)
    await seed(other.client, board, content)
    expect(shown(other.object)).toEqual(whole)
    expect(server.log('team')).toHaveLength(1)
  })

  test('[SEED2] many that seed offline double nothing and overwrite no edit, earlier or later', async () => {
    const server = createFakeServer()
    const people = [
      await person(server, true),
      await person(server, true),
      await person(server, true),
    ]
    const [a, b, c] = people as [Person, Person, Person]
    a.object.change({ title: 'Earlier' })
    for (const { client } of people) await seed(client, board, content)
    b.object.update('people', 'ada', { age: 37 })
    listOf(c.object, 'todos').move(0, 1)
    await together(a, b, c)
    expect(shown(a.object)).toEqual({
      ...whole,
      title: 'Earlier',
      people: [{ id: 'ada', name: 'Ada', age: 37 }, { id: 'bob' }],
      todos: [...content.todos].reverse(),
    })
  })

  test('[SEED3] what was removed does not come back, whoever seeds', async () => {
    const server = createFakeServer()
    const [a, b] = [await person(server, true), await person(server, true)]
    await seed(a.client, board, content)
    a.object.remove('people', 'ada')
    listOf(a.object, 'tags').remove('new')
    a.object.change((draft) => {
      delete draft['title']
    })
    await seed(a.client, board, content, { version: 2 })
    await seed(b.client, board, content, { version: 2 })
    await together(a, b)
    expect(shown(b.object)).toEqual({
      title: undefined,
      people: [{ id: 'bob' }],
      todos: content.todos,
      tags: [{ id: 'old', value: 'old' }],
    })
  })

  test('[SEED4] a later version adds what is new and replaces what nobody edited', async () => {
    const server = createFakeServer()
    const [a, b] = [await person(server, true), await person(server, true)]
    await seed(a.client, board, content)
    a.object.update('people', 'ada', { age: 37 })
    const later: SeedContent<Board> = {
      title: 'Team',
      people: { ada: { name: 'Augusta', age: 1 }, eve: { name: 'Eve' } },
      tags: [{ id: 'first', value: 'first' }, ...content.tags],
    }
    await seed(b.client, board, later, { version: 2 })
    await together(a, b)
    await seed(a.client, board, later, { version: 2 })
    await seed(a.client, board, content)
    expect(shown(a.object)).toMatchObject({
      title: 'Team',
      people: [{ id: 'ada', name: 'Augusta', age: 37 }, { id: 'bob' }, { id: 'eve', name: 'Eve' }],
      tags: [{ value: 'first' }, { value: 'new' }, { value: 'old' }],
    })
  })

  test('[SEED5] stays beneath everything when edits are stamped anew, also in a branch', async () => {
    const server = createFakeServer()
    const { client, object } = await person(server, true)
    await seed(client, board, content)
    object.change({ title: 'Mine' })
    const stampOf = createRestamping(object.replica, Date.now, () => false)
    const events = [...object.replica.visible.pending].map(({ event }) => event!)
    expect(events.map((event) => isSeedStamp(stampOf(event)))).toEqual([true, false])

    const branch = branchOf(client, board, 'draft')
    await branch.create()
    const more = { people: { ada: { name: 'Augusta' } } }
    await seed(client, branch.target, more, { version: 2 })
    await branch.push().local
    const stamps = () => [...object.replica.visible.pending].map(({ event }) => event![1])
    await expect.poll(() => stamps().map(isSeedStamp)).toEqual([true, false, true])
  })

  test('[SEED6] is no step of undo', async () => {
    const { client, object } = await person(createFakeServer(), true)
    const history = historyOf(object)
    await seed(client, board, content)
    expect(history.canUndo).toBe(false)
  })

  test.each([
    ['body', 'x', /"body" is text/],
    ['visits', 1, /"visits" is counter/],
    ['drafts', { one: { body: 'x' } }, /"drafts" is local/],
    ['people', { ada: { notes: 'x' } }, /"notes" is text/],
    ['people', { ada: { name: undefined } }, /people\/ada of team: field "name"/],
    ['people', [{ id: 'ada', name: 'Ada' }], /rows of "people" begin as { theirId/],
    ['todos', { one: {} }, /begins with its items/],
    ['todos', [{ text: 'x' }], /BAD_ID/],
    [
      'todos',
      ['one', 'one'].map((id) => ({ id, text: 'x' })),
      /two items of "todos" begin with the id "one"/,
    ],
    ['nothing', 1, /"nothing" is not in the schema/],
  ])('[SEED7] refuses %s of %j', async (name, given, message) => {
    const { client, object } = await person(createFakeServer(), true)
    await expect(seed(client, board, { [name]: given } as never)).rejects.toThrow(message)
    await expect(seed(client, board, content, { version: 0 })).rejects.toThrow(/counts from 1/)
    for (const wrong of [2, null, { vers: 2 }])
      await expect(seed(client, board, content, wrong as never)).rejects.toThrow(
        /takes { version }/,
      )
    expect(object.replica.visible.pending.size).toBe(0)
  })

  test('[SEED7] takes what the schema has, by its types', () => {
    expectTypeOf<SeedContent<Board>['tags']>().toEqualTypeOf<
      readonly { readonly id: string; readonly value: string }[] | undefined
    >()
    expectTypeOf<SeedContent<Board>['body']>().toEqualTypeOf<undefined>()
    expectTypeOf(content).toExtend<SeedContent<Board>>()
  })
})
