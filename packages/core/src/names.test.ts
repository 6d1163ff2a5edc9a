import { describe, expect, test } from 'vitest'
import {
  checkField,
  checkRowKey,
  collectionPrefix,
  isObjectId,
  objectId,
  parseRowKey,
  prefixOf,
  ROOT,
  type RowKey,
  rowKey,
} from './names.js'

const code = (expected: string): unknown => expect.objectContaining({ code: expected })

/** Longer than any name, and shaped so that a regular expression that backtracks would hang. */
const long = `${'a'.repeat(50_000)}!`
const huge = 'a'.repeat(1_000_000)

const reserved = ['__proto__', 'constructor', 'prototype']
const inherited = ['toString', 'hasOwnProperty', 'valueOf', 'toJSON', 'then']
const broken = ['a\u0000b', 'a\ud800b', '\udc00', 'x\r\nINFO admin login', 'a\u007f', '\t']

describe('objectId', () => {
  test.each(['a', 'A-Z_0-9', 'team', '-', '_', 'x'.repeat(128), ...inherited])(
    '[NAM1] %s names an object',
    (id) => {
      expect(objectId(id)).toBe(id)
      expect(isObjectId(id)).toBe(true)
    },
  )

  const refused: unknown[][] = [
    reserved,
    broken,
    ['', 'x'.repeat(129), long, huge],
    ['../../etc/passwd', '..\\..\\x', '%2e%2e%2f', '.', 'a/b', 'obj*', 'a#b', 'a:b', 'a b'],
    ['e\u0301', '\u202eabc', '\u200b', '\ufeff', "' OR 1=1;--", 'a\n', 'ä'],
    [123, ['a'], {}, true, null, undefined, Symbol('a'), { toString: null }],
  ]

  test.each<unknown>(refused.flat())('[NAM1] refuses %#', (id) => {
    expect(isObjectId(id)).toBe(false)
    expect(() => objectId(id)).toThrow(code('BAD_ID'))
  })
})

describe('rowKey', () => {
  test.each([
    [['todos', 'a'], 'todos/a'],
    [['todos', 'a/b'], 'todos/a%2Fb'],
    [['a/b', 'c'], 'a%2Fb/c'],
    [['files', 'x', 'me'], 'files/me~x'],
    [['files', '~', '~'], 'files/%7E~%7E'],
    [['files', 'me~x'], 'files/me%7Ex'],
    [['todos', '100 %'], 'todos/100%20%25'],
    [['todos', '%2F'], 'todos/%252F'],
    [['todos', '../../etc/passwd'], 'todos/..%2F..%2Fetc%2Fpasswd'],
    [['todos', "it's (*)!"], "todos/it's%20(*)!"],
    [['todos', '😀é'], 'todos/%F0%9F%98%80%C3%A9'],
    [['todos', ''.padEnd(128, 'x')], `todos/${'x'.repeat(128)}`],
  ] as [[string, string, string?], string][])('[NAM2] of %j is %s', (parts, key) => {
    const [collection, id, owner] = parts
    expect(rowKey(...parts)).toBe(key)
    expect(checkRowKey(key)).toBe(key)
    const names = owner === undefined ? { collection, id } : { collection, id, owner }
    expect(parseRowKey(key as RowKey)).toEqual(names)
  })

  test('[NAM2] the root row has an empty key, collection and id', () => {
    expect(checkRowKey('')).toBe(ROOT)
    expect(parseRowKey(ROOT)).toEqual({ collection: '', id: '' })
  })

  test('[NAM2, REG12] regression 12: ids that begin one another, or hold the separator, stay apart', () => {
    const pairs = [
      ['obj', '1'],
      ['obj', '10'],
      ['obj1', '0'],
      ['ob', 'j1'],
      ['obj', '1/0'],
      ['obj/1', '0'],
      ['obj', '1~0'],
      ['obj', '1:0'],
      ['obj', '1%2F0'],
    ] as const
    const owned = [rowKey('obj', '1', '0'), rowKey('obj', '0', '1')]
    const keys = [...pairs.map(([collection, id]) => rowKey(collection, id)), ...owned]
    expect(new Set(keys).size).toBe(keys.length)
  })

  test.each(inherited)('[NAM2] %s is a name like others', (name) => {
    expect(parseRowKey(rowKey(name, name, name))).toEqual({
      collection: name,
      id: name,
      owner: name,
    })
  })

  test.each(reserved)('[NAM4] refuses %s everywhere', (name) => {
    expect(() => rowKey(name, 'x')).toThrow(code('RESERVED_NAME'))
    expect(() => rowKey('x', name)).toThrow(code('RESERVED_NAME'))
    expect(() => rowKey('x', 'x', name)).toThrow(code('RESERVED_NAME'))
    expect(() => checkRowKey(`x/${name}`)).toThrow(code('RESERVED_NAME'))
    expect(() => checkField(name)).toThrow(code('RESERVED_NAME'))
  })

  test.each([...broken, '', 'x'.repeat(129), long, huge])('[NAM4] refuses %#', (name) => {
    expect(() => rowKey(name, 'x')).toThrow(code('BAD_ID'))
    expect(() => rowKey('x', name)).toThrow(code('BAD_ID'))
    expect(() => rowKey('x', 'x', name)).toThrow(code('BAD_ID'))
    expect(() => checkField(name)).toThrow(code('BAD_FIELD'))
  })
})

describe('checkRowKey', () => {
  test.each([
    ['no collection', '/a'],
    ['no id', 'todos/'],
    ['no slash', 'todos'],
    ['two slashes', 'a/b/c'],
    ['two owners', 'a/b~c~d'],
    ['no owner before ~', 'a/~b'],
    ['no id after ~', 'a/b~'],
    ['~ in a collection', 'a~b/c'],
    ['a space', 'todos/a b'],
    ['a sign that is encoded', 'todos/a:b'],
    ['a letter that is encoded', 'todos/é'],
    ['lower-case hex', 'todos/a%2fb'],
    ['an escape without need', 'todos/%61'],
    ['a slash too many', 'todos/a%2Fb/'],
    ['a broken escape', 'todos/%'],
    ['half an escape', 'todos/%2'],
    ['no hex', 'todos/%zz'],
    ['half a character', 'todos/%C3'],
    ['an overlong slash', 'todos/%C0%AF'],
    ['an escaped control character', 'todos/%00'],
    ['an escaped surrogate', 'todos/%ED%A0%80'],
    ['an id of 129', `todos/${'x'.repeat(129)}`],
    ['a line break at the end', 'todos/a\n'],
    ['a number', 5],
    ['an array', ['todos/a']],
    ['an object', {}],
    ['an object without toString', { toString: 1, valueOf: 1 }],
    ['null', null],
    ['undefined', undefined],
  ])('[NAM3] refuses %s', (_name, key) => {
    expect(() => checkRowKey(key)).toThrow(code('BAD_ID'))
  })
})

describe('checkField', () => {
  test.each([...inherited, 'title', 'name with spaces', 'a/b', 'a~b', 'é', '😀', 'a$b', '0'])(
    '[NAM4] %s names a field',
    (name) => expect(checkField(name)).toBe(name),
  )

  test.each(['$del', '$pos', '$v'])("[NAM5] %s is the system's own", (name) => {
    expect(checkField(name)).toBe(name)
  })

  test.each(['$', '$x', '$DEL', '$del ', '$bytes', '$$del'])('[NAM5] %s is refused', (name) => {
    expect(() => checkField(name)).toThrow(code('RESERVED_NAME'))
  })

  test.each([5, null, undefined, {}, ['a'], true])('[NAM4] %s is no name', (name) => {
    expect(() => checkField(name)).toThrow(code('BAD_FIELD'))
  })
})

test('[NAM6] hostile names are refused within milliseconds, and cut in the error', () => {
  const percent = `a/${'%41'.repeat(50_000)}`
  const hostile = [long, huge, percent, `a/${long}`, `a/${'~'.repeat(50_000)}`, `${huge}/${huge}~`]
  for (const check of [objectId, checkRowKey, checkField, (n: string) => rowKey('a', n)]) {
    for (const name of hostile) {
      const startMs = performance.now()
      expect(() => check(name)).toThrow()
      // Quadratic time would be seconds; the bound leaves room for a busy machine.
      expect(performance.now() - startMs).toBeLessThan(100)
      try {
        check(name)
      } catch (error) {
        expect((error as Error).message.length).toBeLessThan(160)
      }
    }
  }
})

test('[NAM7] a prefix names its collection alone', () => {
  expect(collectionPrefix('a/b')).toBe('a%2Fb/')
  expect(prefixOf(rowKey('a/b', 'c', 'd'))).toBe('a%2Fb/')
  expect(prefixOf(ROOT)).toBe('')
  expect(rowKey('todo', 's/1').startsWith(collectionPrefix('todos'))).toBe(false)
  expect(rowKey('todos', '1').startsWith(collectionPrefix('todo'))).toBe(false)
})
