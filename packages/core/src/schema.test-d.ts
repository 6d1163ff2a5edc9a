import { expectTypeOf, test } from 'vitest'
import {
  type CollectionsOf,
  counter,
  defineSchema,
  type FieldType,
  list,
  type ListsOf,
  local,
  object,
  type RootOf,
  type RowList,
  type RowOf,
  type Schema,
  shared,
  value,
  type ValueField,
  type ValueList,
  text,
} from './schema.js'
import { owned, type OwnedRows, ref, type RefField } from './schema-owned.js'
import type { Value } from './json.js'
import type { TextRange } from './text/anchor.js'

const schema = defineSchema(
  {
    addressBook: object({
      title: value<string>(),
      size: value<'small' | 'large'>(),
      contacts: shared({
        name: value<string>(),
        tags: value<string[]>(),
        photo: value<Uint8Array>(),
        age: value<number | null>(),
      }),
      drafts: local({ body: value<string>() }),
    }),
    counter: object({ total: value<number>() }),
    board: object({
      cards: list({ text: value<string>(), kind: value<number>() }),
      labels: list(value<string>()),
      people: shared({ name: value<string>() }),
    }),
  },
  { version: 2 },
)

type Objects = (typeof schema)['objects']
type Book = Objects['addressBook']

test('[SCH2] the names of objects and collections follow from the schema', () => {
  expectTypeOf<keyof Objects>().toEqualTypeOf<'addressBook' | 'counter' | 'board'>()
  expectTypeOf<CollectionsOf<Book>>().toEqualTypeOf<'contacts' | 'drafts'>()
  expectTypeOf<CollectionsOf<Objects['counter']>>().toEqualTypeOf<never>()
  expectTypeOf(schema).toExtend<Schema>()
  expectTypeOf(schema.version).toEqualTypeOf<number>()
})

test('[SCH2] a row has its fields, each of which may be missing', () => {
  expectTypeOf<RowOf<Book['contacts']['fields']>>().toEqualTypeOf<{
    readonly name?: string
    readonly tags?: string[]
    readonly photo?: Uint8Array
    readonly age?: number | null
  }>()
})

test("[SCH2] an object's own fields are those that are no collections", () => {
  expectTypeOf<RootOf<Book>>().toEqualTypeOf<{
    readonly title?: string
    readonly size?: 'small' | 'large'
  }>()
})

test('[SCH2] a field has the type that it was given', () => {
  expectTypeOf<FieldType<Book['size']>>().toEqualTypeOf<'small' | 'large'>()
  expectTypeOf<FieldType<Book['contacts']>>().toEqualTypeOf<never>()
})

test('[SCH2] what no value can be does not compile', () => {
  interface Place {
    readonly at: readonly { x: number; note?: string }[]
    readonly photo?: Uint8Array
  }
  expectTypeOf<FieldType<ReturnType<typeof value<Place>>>>().toEqualTypeOf<Place>()
  expectTypeOf(value<TextRange | null>()).toEqualTypeOf<ValueField<TextRange | null>>()
  expectTypeOf(value()).toEqualTypeOf<ValueField<Value>>()
  // @ts-expect-error -- a date within an interface is no value
  value<{ readonly at: { readonly when: Date } }>()
  // @ts-expect-error -- a function within an object is no value
  value<{ readonly go: () => void }>()
  // @ts-expect-error -- a date is no value
  value<Date>()
  // @ts-expect-error -- a function is no value
  value<() => void>()
  // @ts-expect-error -- undefined is no value
  value<string | undefined>()
  // @ts-expect-error -- a field is made by value()
  shared({ name: 'text' })
  // @ts-expect-error -- an object is made of fields and collections
  object({ title: 5 })
  // @ts-expect-error -- collections have no collections
  shared({ inner: shared({}) })
})

test('[SCH9] what a schema is not made of does not compile', () => {
  // @ts-expect-error -- shared rows have no such option
  shared({ name: value<string>() }, { window: ['name'] })
  // @ts-expect-error -- local rows have no options
  local({ name: value<string>() }, { windowed: ['name'] })
  // @ts-expect-error -- a list has no options
  list({ name: value<string>() }, { within: 'x' })
  // @ts-expect-error -- a text has no validator
  text(value())
  // @ts-expect-error -- a row shows its id itself
  shared({ id: value<string>() })
  // @ts-expect-error -- nor has one of a list a field of that name
  list({ id: value<string>() })
  // @ts-expect-error -- a schema has no such option
  defineSchema({}, { verison: 2 })
})

test('[SCH3] rows that stay on this device have values only', () => {
  local({ title: value<string>() })
  // @ts-expect-error
  local({ body: text() })
  // @ts-expect-error
  local({ likes: counter() })
})

test('[SCH2] lists are collections, and only they are lists', () => {
  type Board = Objects['board']
  expectTypeOf<CollectionsOf<Board>>().toEqualTypeOf<'cards' | 'labels' | 'people'>()
  expectTypeOf<ListsOf<Board>>().toEqualTypeOf<'cards' | 'labels'>()
  expectTypeOf<ListsOf<Book>>().toEqualTypeOf<never>()
  expectTypeOf<Board['cards']>().toEqualTypeOf<
    RowList<{ text: ReturnType<typeof value<string>>; kind: ReturnType<typeof value<number>> }>
  >()
  expectTypeOf<Board['labels']>().toEqualTypeOf<ValueList<string>>()
  // @ts-expect-error -- an item is a field, or fields
  list('text')
  // @ts-expect-error -- lists hold no lists
  list({ inner: list({}) })
})

test('[OWN1] owned rows and references have types, and wrong use does not compile', () => {
  const files = owned({ path: value<string>(), tag: ref('tags') }, { by: 'principal' })
  expectTypeOf(files).toEqualTypeOf<
    OwnedRows<{ path: ValueField<string>; tag: RefField<'tags'> }>
  >()
  expectTypeOf<RowOf<typeof files.fields>>().toEqualTypeOf<{
    readonly path?: string
    readonly tag?: string
  }>()
  // @ts-expect-error -- an owned collection says whose its rows are
  owned({ path: value<string>() })
  // @ts-expect-error -- a team owns nothing
  owned({ path: value<string>() }, { by: 'team' })
  // @ts-expect-error -- an owned row shows its owner itself
  owned({ owner: value<string>() }, { by: 'client' })
  // @ts-expect-error -- a collection is named by text
  ref(tagsOf)
  // @ts-expect-error -- rows that stay on this device have values only
  local({ tag: ref('tags') })
})

const tagsOf = { name: value<string>() }
