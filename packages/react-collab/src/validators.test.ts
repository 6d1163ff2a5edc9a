import {
  type DataObject,
  defineSchema,
  list,
  local,
  object as objectOf,
  type ObjectSpec,
  type RowOf,
  shared,
  updateStream,
  value,
} from '@react-collab/core'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { anySpecOf } from './any-spec.js'
import { dictionaryOf } from './list/dictionary.js'
import { listOf } from './list/list-of.js'
import type { SharedObject } from './shared-object.js'
import { streamOf } from './streams/stream-of.js'
import { createFakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'

const spec = objectOf({
  title: value(z.string().min(3)),
  people: shared({
    name: value(z.string().min(1)),
    age: value(v.pipe(v.number(), v.minValue(0))),
    mail: value(type('string.email')),
    slug: value(z.string().transform((text) => text.trim().toLowerCase())),
    late: value(z.string().refine(async (text) => Promise.resolve(text !== ''))),
    free: value<string>(),
  }),
  notes: local({ body: value(v.string()) }),
  words: list(value(z.string().max(3))),
  todos: list({ text: value(z.string().max(3)) }),
})

async function opened(described: ObjectSpec = spec): Promise<SharedObject> {
  const { object } = createTestClient(createFakeServer()).open('team', described)
  await object.loaded
  return object
}

const nothing = (object: SharedObject): void => {
  expect(object.replica.visible.pending.size).toBe(0)
  expect(object.get()).toEqual({})
}

describe('what a schema says of values', () => {
  test('[VAL11] is asked at the call, names collection and field, and writes nothing', async () => {
    const object = await opened()
    const id = 'ada'
    expect(() => object.change({ title: 'x' })).toThrow(/BAD_VALUE: team: field "title": .*3/)
    expect(() => object.add('people', { id, name: '' })).toThrow(
      /people\/ada of team: field "name"/,
    )
    expect(() => object.update('people', id, { age: -1 })).toThrow(/field "age": .*>=0/)
    expect(() => object.update('people', id, { mail: 'ada' })).toThrow(
      /field "mail": must be an email/,
    )
    expect(() => object.update('people', id, { free: 'good', name: 7 })).toThrow(/field "name"/)
    expect(() =>
      object.update('people', id, (draft) => Object.assign(draft, { name: '' })),
    ).toThrow(/field "name"/)
    expect(() => object.add('notes', { id, body: 7 })).toThrow(/notes\/ada of team: field "body"/)
    nothing(object)
  })

  test('[VAL11] holds for items of lists, and for what streams and dictionaries write', async () => {
    const object = await opened()
    expect(() => listOf(object, 'words').insert(0, 'one', 'four')).toThrow(/words\/.*the item/)
    expect(() => listOf(object, 'todos').add({ text: 'four' })).toThrow(/todos\/.*field "text"/)
    expect(() => dictionaryOf(object, 'words').set('a', 'four')).toThrow(
      /words\/a of team: the item/,
    )
    const become = (fields: DataObject) => () => {
      const stream = streamOf(object)
      return updateStream(stream, { ...stream.value, ...fields })
    }
    expect(become({ title: 'x' })).toThrow(/team: field "title"/)
    expect(become({ words: ['four'] })).toThrow(/the item/)
    expect(become({ people: { ada: { name: '' } } })).toThrow(/field "name"/)
    nothing(object)
  })

  test('[VAL12] a validator that answers later is refused at the call', async () => {
    const object = await opened()
    expect(() => object.add('people', { id: 'ada', late: 'x' })).toThrow(
      /field "late": its validator answers later/,
    )
    nothing(object)
  })

  test('[VAL10] what it gives is stored, and only where that differs', async () => {
    const object = await opened()
    object.add('people', { id: 'ada', slug: ' Ada ', name: 'Ada', age: 3, mail: 'a@b.example' })
    expect(object.row('people', 'ada')).toMatchObject({ slug: 'ada', age: 3 })
    const { size } = object.replica.visible.pending
    object.update('people', 'ada', { slug: 'ADA' })
    expect(object.replica.visible.pending.size).toBe(size)
    listOf(object, 'words').add('one')
    expect(listOf(object, 'words').items).toMatchObject([{ value: 'one' }])
  })

  test('[VAL13] what others wrote is shown as it is, and a draft may leave it so', async () => {
    const server = createFakeServer()
    const { object: other } = createTestClient(server).open('team')
    await other.add('people', { id: 'ada', age: -1, free: 'x' }).server
    const { object } = createTestClient(server).open('team', spec)
    await expect.poll(() => object.row('people', 'ada')).toEqual({ id: 'ada', age: -1, free: 'x' })
    object.update('people', 'ada', (draft) => Object.assign(draft, { free: 'y' }))
    expect(object.row('people', 'ada')).toEqual({ id: 'ada', age: -1, free: 'y' })
  })

  test('[VAL10] an object without a kind asks the validators that all kinds agree on', async () => {
    const name = value(z.string().min(3))
    const kinds = defineSchema({
      a: objectOf({
        name,
        title: value(z.string()),
        rows: shared({ name, size: value(z.string()) }),
      }),
      b: objectOf({
        name,
        title: value(z.number()),
        rows: shared({ name, size: value<string>() }),
      }),
    })
    const object = await opened(anySpecOf(kinds))
    object.change({ title: true })
    object.add('rows', { size: 3 })
    expect(() => object.change({ name: 'x' })).toThrow(/field "name"/)
    expect(() => object.add('rows', { name: 'x' })).toThrow(/field "name"/)
  })

  test('[VAL10] types follow from what a validator gives', () => {
    expectTypeOf<RowOf<typeof spec.people.fields>>().toEqualTypeOf<{
      readonly name?: string
      readonly age?: number
      readonly mail?: string
      readonly slug?: string
      readonly late?: string
      readonly free?: string
    }>()
    expectTypeOf(value(v.object({ a: v.number() }))).toEqualTypeOf(value<{ a: number }>())
    // @ts-expect-error a date is no value
    value(z.date())
  })
})
