import { counter, defineSchema, list, object, shared, text, value } from '@react-collab/core'
import { expectTypeOf, test } from 'vitest'
import type { SharedObject } from '../shared-object.js'
import { type ObjectValue, streamOf } from './stream-of.js'

const { objects } = defineSchema({
  board: object({
    title: value<string>(),
    body: text(),
    votes: counter(),
    people: shared({ name: value<string>(), notes: text() }),
    todos: list({ title: text(), done: value<boolean>() }),
    tags: list(value<'red' | 'blue'>()),
  }),
})

declare const shown: SharedObject

test('[STR23] the value of an object has the types of its schema', () => {
  const stream = streamOf<ObjectValue<typeof objects.board>>(shown)
  const { title, body, votes, people, todos, tags } = stream.value
  expectTypeOf(title).toEqualTypeOf<string | undefined>()
  expectTypeOf(body).toEqualTypeOf<string>()
  expectTypeOf(votes).toEqualTypeOf<number>()
  expectTypeOf(people['ada']?.name).toEqualTypeOf<string | undefined>()
  expectTypeOf(people['ada']?.notes).toEqualTypeOf<string | undefined>()
  expectTypeOf(todos[0]?.id).toEqualTypeOf<string | undefined>()
  expectTypeOf(todos.map(({ title: own, done }) => [own, done] as const)).toEqualTypeOf<
    (readonly [string, boolean | undefined])[]
  >()
  expectTypeOf(tags).toEqualTypeOf<readonly ('red' | 'blue')[]>()
  // @ts-expect-error
  expectTypeOf(stream.value.other).toEqualTypeOf<never>()
  expectTypeOf(stream.latest().value).toEqualTypeOf<typeof stream.value>()
})
