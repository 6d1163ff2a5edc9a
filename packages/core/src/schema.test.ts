import { describe, expect, test } from 'vitest'
import {
  counter,
  defineSchema,
  kindOf,
  list,
  local,
  object,
  type ObjectSpec,
  shared,
  text,
  value,
} from './schema.js'
import { derived } from './schema-derived.js'
import { owned, ref } from './schema-owned.js'

const code = (expected: string): unknown =>
  expect.objectContaining({ code: expected, name: 'UsageError' })

describe('defineSchema', () => {
  test('[SCH1] keeps what it was given, as version 1 or as told', () => {
    const objects = {
      addressBook: object({
        title: value<string>(),
        contacts: shared({ name: value<string>(), phone: value<string>() }),
        drafts: local({ body: value<string>() }),
      }),
    }
    expect(defineSchema(objects)).toEqual({ version: 1, objects })
    expect(defineSchema(objects, {}).version).toBe(1)
    expect(defineSchema(objects, { version: 7 }).version).toBe(7)
    expect(objects.addressBook).toEqual({
      title: { kind: 'value' },
      contacts: { kind: 'shared', fields: { name: { kind: 'value' }, phone: { kind: 'value' } } },
      drafts: { kind: 'local', fields: { body: { kind: 'value' } } },
    })
    expect(defineSchema({}).objects).toEqual({})
  })

  test('[SCH1] tells lists of rows and lists of values apart, whatever the names of fields', () => {
    const kind = value<string>()
    expect(list({ kind })).toEqual({ kind: 'list', fields: { kind: { kind: 'value' } } })
    expect(list(kind)).toEqual({ kind: 'list', fields: {}, item: { kind: 'value' } })
    expect(() => defineSchema({ book: object({ todos: list({ $pos: kind }) }) })).toThrow(
      code('RESERVED_NAME'),
    )
  })

  test('[SCH4] tells what a kind of objects is called', () => {
    const book = object({ title: value<string>() })
    expect(kindOf(book)).toBeUndefined()
    defineSchema({ book })
    expect(kindOf(book)).toBe('book')
    expect(kindOf(object({ title: value<string>() }))).toBeUndefined()
  })

  const name = value<string>()
  test.each<[string, () => unknown, string]>([
    [
      'an option that shared rows lack',
      () => shared({ name }, { window: ['name'] } as never),
      'shared(fields, options) has no option "window": it takes { windowed }',
    ],
    [
      'options that are none',
      () => shared({ name }, null as never),
      'takes { windowed }, not null',
    ],
    [
      'rows of nobody',
      () => owned({ name }, undefined as never),
      `owned(fields, { by: 'client' }) takes { by, windowed }, not und`,
    ],
    [
      'an option that owned rows lack',
      () => owned({ name }, { by: 'client', of: 'me' } as never),
      `owned(fields, { by: 'client' }) has no option "of": it takes { by, windowed }`,
    ],
    [
      'a derivation that is none',
      () => derived('p', undefined as never),
      'derived(from, { key, reduce }) takes { key, reduce, fields, version }, not undefined',
    ],
    [
      'an option that a derivation lacks',
      () => derived('p', { key: () => 'x', reduce: () => ({}), kye: 1 } as never),
      'has no option "kye"',
    ],
    [
      'options of local rows',
      () => (local as (...all: unknown[]) => unknown)({ name }, { windowed: ['name'] }),
      'local(fields) takes nothing more, and was given an object',
    ],
    [
      'options of lists',
      () => (list as (...all: unknown[]) => unknown)({ name }, { within: 'x' }),
      'list(fields) takes nothing more',
    ],
    [
      'a validator of a text',
      () => (text as (...all: unknown[]) => unknown)({ '~standard': {} }),
      'text() takes nothing more, and was given an object: a validator belongs to value(schema)',
    ],
    [
      'what a counter begins with',
      () => (counter as (...all: unknown[]) => unknown)(5),
      'counter() takes nothing more, and was given 5',
    ],
    [
      'an option that a schema lacks',
      () => defineSchema({}, { verison: 2 } as never),
      'defineSchema(objects, options) has no option "verison": it takes { version, upcast }',
    ],
    [
      'a kind that was not made by object()',
      () => defineSchema({ book: { title: name } }),
      '"book" is to be object({ … }), not an object',
    ],
    [
      'a kind that is none',
      () => defineSchema({ book: 5 as never }),
      '"book" is to be object({ … })',
    ],
    [
      'a schema of nothing',
      () => defineSchema(undefined as never),
      'takes kinds of objects by name',
    ],
    ['a schema of null', () => defineSchema(null as never), 'kinds of objects by name, not null'],
    ['shared rows of nothing', () => shared(undefined as never), 'shared(…) takes fields by name'],
    ['local rows of nothing', () => local(undefined as never), 'local(…) takes fields by name'],
    [
      'a list of nothing',
      () => list(undefined as never),
      'value() or fields by name, not undefined',
    ],
    ['a list of texts', () => list(text() as never), 'value() or fields by name, not text()'],
    ['a list of counters', () => list(counter() as never), 'not counter()'],
    [
      'what was not called',
      () => defineSchema({ book: object({ a: shared as never }) }),
      '"a" is to be value(), counter(), text(), ref(…), shared({ … }), owned({ … }), derived(…), local({ … }), list({ … }) or marks(), not a function',
    ],
    ['an object of nothing', () => object(undefined as never), 'object({ … }) takes fields and'],
  ])('[SCH9] refuses %s', (_, call, message) => {
    expect(call).toThrow(code('BAD_VALUE'))
    expect(call).toThrow(message)
  })

  test.each([
    shared({ id: name } as never),
    local({ id: name } as never),
    list({ id: name } as never),
    owned({ id: name } as never, { by: 'client' }),
  ])('[SCH9] refuses a field that is called as what rows show themselves: %j', (rows) => {
    const define = (): unknown => defineSchema({ book: object({ rows }) })
    expect(define).toThrow(code('RESERVED_NAME'))
    expect(define).toThrow('"id" of "rows": a row shows its id itself')
    expect(() => defineSchema({ book: object({ id: name }) })).not.toThrow()
  })

  test.each([text(), counter()])('[SCH3] refuses %j in rows of this device alone', (kind) => {
    const drafts = { ...local({ title: value<string>() }), fields: { body: kind } }
    expect(() => defineSchema({ book: object({ drafts }) })).toThrow(code('BAD_VALUE'))
    expect(() => defineSchema({ book: object({ all: shared({ body: kind }) }) })).not.toThrow()
  })

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53, '1'])('[SCH1] refuses version %s', (version) => {
    expect(() => defineSchema({}, { version: version as number })).toThrow(code('BAD_VALUE'))
  })

  test.each<[string, string]>([
    ['$del', 'RESERVED_NAME'],
    ['$pos', 'RESERVED_NAME'],
    ['$v', 'RESERVED_NAME'],
    ['$mine', 'RESERVED_NAME'],
    ['constructor', 'RESERVED_NAME'],
    ['prototype', 'RESERVED_NAME'],
    ['', 'BAD_FIELD'],
    ['a\nb', 'BAD_FIELD'],
    ['x'.repeat(129), 'BAD_FIELD'],
  ])(
    '[SCH1] refuses the name %j: of a field, a collection and a field of its rows',
    (name, why) => {
      const spec = (fields: ObjectSpec): unknown => defineSchema({ book: object(fields) })
      expect(() => spec({ [name]: value<string>() })).toThrow(code(why))
      expect(() => spec({ [name]: shared({}) })).toThrow(code(why))
      expect(() => spec({ rows: shared({ [name]: value<string>() }) })).toThrow(code(why))
      expect(() => spec({ rows: local({ ok: value<string>(), [name]: value<string>() }) })).toThrow(
        code(why),
      )
    },
  )

  test.each<[string, unknown, string]>([
    ['a constructor', { title: String }, '"title" is to be value(), counter()'],
    ['the name of a type', { title: 'string' }, '"title" is to be value(), counter()'],
    ['fields alone', { todos: { text: value<string>() } }, '"todos" is to be value(), counter()'],
    ['nothing', { title: undefined }, '"title" is to be value(), counter()'],
    ['a type within rows', { todos: shared({ text: String } as never) }, '"text" of "todos" is to'],
    ['rows within rows', { todos: list({ all: list({}) } as never) }, '"all" of "todos" is to be'],
  ])('[SCH1] refuses %s where a field or a collection is meant', (_, spec, message) => {
    expect(() => defineSchema({ book: object(spec as ObjectSpec) })).toThrow(code('BAD_VALUE'))
    expect(() => defineSchema({ book: object(spec as ObjectSpec) })).toThrow(message)
  })

  test('[OWN1] says whose the rows of a collection are, and which rows a field names', () => {
    const files = owned({ path: value<string>(), tag: ref('tags') }, { by: 'client' })
    const tags = shared({ name: value<string>() })
    expect(defineSchema({ library: object({ files, tags }) }).objects.library.files).toEqual({
      kind: 'owned',
      by: 'client',
      fields: { path: { kind: 'value' }, tag: { kind: 'ref', to: 'tags' } },
    })
  })

  test.each<[string, ObjectSpec, string]>([
    ['nobody as owner', { files: owned({}, {} as never) }, 'BAD_VALUE'],
    ['a third owner', { files: owned({}, { by: 'team' as never }) }, 'BAD_VALUE'],
    [
      'a field owner',
      { files: owned({ owner: value() } as never, { by: 'client' }) },
      'RESERVED_NAME',
    ],
    [
      'a field mine',
      { files: owned({ mine: value() } as never, { by: 'client' }) },
      'RESERVED_NAME',
    ],
    ['a reference to nothing', { todos: shared({ tag: ref('tags') }) }, 'BAD_VALUE'],
    [
      'a reference to rows of one device',
      { tags: local({}), todos: shared({ tag: ref('tags') }) },
      'BAD_VALUE',
    ],
    ['a reference to a field', { title: value(), todos: list({ of: ref('title') }) }, 'BAD_VALUE'],
    [
      'references of this device',
      { tags: shared({}), own: local({ tag: ref('tags') } as never) },
      'BAD_VALUE',
    ],
  ])('[OWN1] refuses %s', (_, spec, why) => {
    expect(() => defineSchema({ library: object(spec) })).toThrow(code(why))
  })
})
