import { describe, expect, test } from 'vitest'
import { derived } from './schema-derived.js'
import { owned, ref } from './schema-owned.js'
import { counter, defineSchema, object, type ObjectSpec, shared, text, value } from './schema.js'

const name = value<string>()
const people = shared({ name }, { windowed: ['name'] })

const refused = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'BAD_VALUE', message: expect.stringMatching(message) as string })

describe('[WIN17] a windowed collection', () => {
  test('says by which fields it is ordered', () => {
    expect(people).toEqual({ kind: 'shared', fields: { name }, windowed: ['name'] })
    const files = owned({ name }, { by: 'client', windowed: ['name'] })
    expect(files).toEqual({ kind: 'owned', by: 'client', fields: { name }, windowed: ['name'] })
    expect(() => defineSchema({ library: object({ files }) })).not.toThrow()
    expect(() =>
      defineSchema({ book: object({ people }), other: object({ people }) }),
    ).not.toThrow()
  })

  test.each<[string, ObjectSpec, RegExp]>([
    ['a text', { all: { ...people, fields: { name, body: text() } } }, /body.* is a text/],
    ['a counter', { all: { ...people, fields: { name, n: counter() } } }, /is a counter/],
    ['no field', { all: { ...people, windowed: [] } }, /a list of fields that order it, of name$/],
    ['a strange field', { all: { ...people, windowed: ['age'] } }, /of name, not "age"$/],
    ['no list', { all: { ...people, windowed: true as never } }, /of name, not true$/],
    ['local rows', { all: { ...people, kind: 'local' } }, /all.* is local/],
    [
      'an owned text',
      { all: { ...owned({ name, body: text() }, { by: 'client' }), windowed: ['name'] } },
      /body.* is a text/,
    ],
    ['references to it', { people, all: shared({ who: ref('people') }) }, /needs all of/],
    [
      'what is derived from it',
      { people, all: derived('people', { key: () => 'x', reduce: () => ({}) }) },
      /needs all of/,
    ],
  ])('has not %s', (_, spec, message) => {
    expect(() => defineSchema({ book: object(spec) })).toThrow(refused(message))
  })

  test('is windowed alike in all kinds of objects, and read as it was written', () => {
    const other = object({ people: shared({ name }) })
    expect(() => defineSchema({ book: object({ people }), other })).toThrow(refused(/in all kinds/))
    const versions = { version: 2, upcast: { 1: (fields: object) => fields } }
    expect(() => defineSchema({ book: object({ people }) }, versions as never)).toThrow(
      refused(/not as upcast/),
    )
  })
})
