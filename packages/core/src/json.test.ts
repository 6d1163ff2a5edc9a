import { describe, expect, test } from 'vitest'
import {
  canonicalJson,
  checkJson,
  isWellFormed,
  type Json,
  jsonFromValue,
  limits,
  sameJson,
  utf8Length,
  valueFromJson,
} from './json.js'

const code = (expected: string): unknown =>
  expect.objectContaining({ code: expected, name: 'UsageError' })

const refused = (value: unknown, expected: string): void => {
  expect(() => jsonFromValue(value)).toThrow(code(expected))
}

/** `count` arrays, one in another, around `core`. */
function nested(count: number, core: unknown = 0): unknown {
  let value = core
  for (let i = 0; i < count; i++) value = [value]
  return value
}

const keyed = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))

class Contact {
  name = 'Ann'
}

const bad: [name: string, value: unknown][] = [
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['1e309 from the wire', JSON.parse('1e309')],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['a bigint', 1n],
  ['a date', new Date(0)],
  ['an invalid date', new Date('x')],
  ['a map', new Map()],
  ['a set', new Set()],
  ['a regular expression', /a/],
  ['a function', () => 0],
  ['a symbol', Symbol('a')],
  ['an instance of a class', new Contact()],
  ['an error', new Error('a')],
  ['a promise', Promise.resolve()],
  ['a blob', new Blob([])],
  ['a buffer', new ArrayBuffer(2)],
  ['an array of 16-bit numbers', new Uint16Array(2)],
  ['a boxed string', Object('a')],
  ['an object with a class as its prototype', Object.create({ inherited: 1 })],
  [
    'a hole in an array',
    Array.of(1, 2, 3)
      .concat(Array.from({ length: 1 }))
      .fill(0, 0, 3),
  ],
]

describe('a bad value', () => {
  test.each(bad)('[VAL2] %s is refused', (_name, value) => refused(value, 'BAD_VALUE'))

  test.each(bad)('[VAL2] %s is refused inside an array and an object', (_name, value) => {
    refused([0, value], 'BAD_VALUE')
    refused({ a: { b: value } }, 'BAD_VALUE')
  })

  test('[VAL2] holes in arrays are refused', () => {
    const holes: unknown[] = [1, 2]
    holes.length = 4
    refused(holes, 'BAD_VALUE')
    const huge: unknown[] = []
    huge.length = 2 ** 32 - 1
    refused(huge, 'BAD_VALUE')
  })

  test('[VAL2] symbols as keys are refused', () => refused({ [Symbol('a')]: 1 }, 'BAD_VALUE'))

  test('[VAL2] cycles are refused, of one object, of many, through arrays', () => {
    const self: Record<string, unknown> = {}
    self['self'] = self
    refused(self, 'BAD_VALUE')
    const list: unknown[] = [1]
    list.push({ list })
    refused(list, 'BAD_VALUE')
    refused({ deep: { list } }, 'BAD_VALUE')
  })

  test('[VAL2] the same object in two places is no cycle', () => {
    const tag = { name: 'a' }
    expect(jsonFromValue([tag, tag])).toEqual([{ name: 'a' }, { name: 'a' }])
  })

  test('[VAL2] whatever throws when it is read is refused, with the cause', () => {
    const cause = new Error('no')
    const throwing = (): never => {
      throw cause
    }
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const value of [
      Object.defineProperty({}, 'a', { enumerable: true, get: throwing }),
      new Proxy({}, { ownKeys: throwing }),
      new Proxy({}, { getPrototypeOf: throwing }),
      new Proxy([1], { get: throwing }),
      [new Proxy({ a: 1 }, { get: throwing })],
    ]) {
      expect(() => jsonFromValue(value)).toThrow(
        expect.objectContaining({ code: 'BAD_VALUE', cause }),
      )
    }
    refused(proxy, 'BAD_VALUE')
  })

  test('[VAL2] a getter and a transparent proxy are read once, to a plain copy', () => {
    let reads = 0
    const value = new Proxy(
      {
        get a() {
          reads += 1
          return reads
        },
      },
      {},
    )
    const json = jsonFromValue(value)
    expect([json, json, reads]).toEqual([{ a: 1 }, { a: 1 }, 1])
  })

  test('[VAL2] what reads itself and refuses itself keeps its code', () => {
    const value = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => jsonFromValue({ __proto__: null, deep: 2 ** 53 }),
    })
    refused(value, 'UNSAFE_INTEGER')
  })
})

describe('numbers', () => {
  test.each([
    2 ** 53,
    -(2 ** 53),
    JSON.parse('9007199254740993'),
    2 ** 60,
    999_999_999_999_999_900_000,
  ])('[VAL3] %s is refused', (value) => {
    refused(value, 'UNSAFE_INTEGER')
    refused({ a: [value] }, 'UNSAFE_INTEGER')
    expect(() => checkJson(value)).toThrow(code('UNSAFE_INTEGER'))
  })

  test.each([2 ** 53 - 1, 1 - 2 ** 53, 0.1, 5e-324, 1e21, Number.MAX_VALUE, -1e300, 0])(
    '[VAL3] %s is kept',
    (value) => expect(jsonFromValue(value)).toBe(value),
  )

  test('[VAL3] -0 is stored as 0', () => {
    expect(jsonFromValue(-0)).toBe(0)
    expect(jsonFromValue({ a: [-0] })).toEqual({ a: [0] })
    expect(Object.is(checkJson(JSON.parse('-0')), 0)).toBe(true)
  })
})

describe('text', () => {
  test.each(['a\ud800', '\udc00', '\ud800\ud800', 'a\udc00\ud800b'])(
    '[VAL4] %j is refused, as value, item and key',
    (text) => {
      expect(isWellFormed(text)).toBe(false)
      refused(text, 'BAD_UNICODE')
      refused([text], 'BAD_UNICODE')
      refused({ [text]: 1 }, 'BAD_UNICODE')
      expect(() => checkJson(text)).toThrow(code('BAD_UNICODE'))
    },
  )

  test.each(
    [
      ['', 'a\u0000b', '😀', '\u202e', '\u200d'.repeat(20_000), 'e\u0301', '\ufeff', '\uffff'],
      ['<img src=x onerror=alert(1)>', 'javascript:alert(1)', '</script><script>'],
    ].flat(),
  )('[VAL4] %# is kept unit by unit', (text) => {
    expect(isWellFormed(text)).toBe(true)
    expect(jsonFromValue(text)).toBe(text)
    expect(valueFromJson(jsonFromValue({ text }))).toEqual({ text })
  })
})

describe('limits', () => {
  const wire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

  test('[VAL1] 32 levels are accepted, 33 refused, on both sides', () => {
    const deepest = nested(limits.depth)
    expect(jsonFromValue(deepest)).toEqual(deepest)
    expect(checkJson(deepest)).toEqual(deepest)
    for (const check of [jsonFromValue, checkJson]) {
      expect(() => check(nested(33))).toThrow(code('TOO_DEEP'))
      expect(() => check(wire({ a: nested(32) }))).toThrow(code('TOO_DEEP'))
    }
  })

  test('[VAL1] what lies side by side is no deeper for it', () => {
    const wide = Array.from({ length: 100 }, () => [{ a: [] }, []])
    expect(jsonFromValue(wide)).toEqual(wide)
    expect(checkJson(wide)).toEqual(wide)
  })

  test('[VAL1] a bomb of 5,000 or 200,000 brackets is refused, as value and from the wire', () => {
    for (const check of [jsonFromValue, checkJson]) {
      expect(() => check(nested(5000))).toThrow(code('TOO_DEEP'))
      expect(() => check(JSON.parse('['.repeat(5000) + ']'.repeat(5000)))).toThrow(code('TOO_DEEP'))
      expect(() => check(nested(200_000))).toThrow(code('TOO_DEEP'))
    }
  })

  test('[VAL1] 10,000 keys or items are counted, all levels together', () => {
    const small = Array.from({ length: limits.keys / 2 }, () => 0)
    for (const check of [jsonFromValue, checkJson]) {
      expect(check([...small.slice(1), [...small]])).toHaveLength(limits.keys / 2)
      expect(() => check([...small, [...small]])).toThrow(code('TOO_MANY_KEYS'))
    }
  })

  test('[VAL1] 10,001 keys are refused', () => {
    for (const check of [jsonFromValue, checkJson]) {
      expect(check(keyed(10_000))).toBeDefined()
      expect(() => check(keyed(10_001))).toThrow(code('TOO_MANY_KEYS'))
    }
  })

  test('[VAL1] 65,536 bytes are accepted, 65,537 refused', () => {
    for (const check of [jsonFromValue, checkJson]) {
      expect(check('x'.repeat(65_536))).toHaveLength(65_536)
      expect(() => check('x'.repeat(65_537))).toThrow(code('VALUE_TOO_LARGE'))
      expect(check(['x'.repeat(65_536)])).toHaveLength(1)
      expect(() => check(['x'.repeat(65_537)])).toThrow(code('VALUE_TOO_LARGE'))
      expect(check({ ab: 'x'.repeat(65_534) })).toBeDefined()
      expect(() => check({ ab: 'x'.repeat(65_535) })).toThrow(code('VALUE_TOO_LARGE'))
    }
  })

  test('[VAL1] bytes are counted right at each border of UTF-8', () => {
    for (const text of ['\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\u{10ffff}']) {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text))
    }
  })

  test.each([
    ['é', 2],
    ['€', 3],
    ['😀', 4],
  ])('[VAL1] %s counts %s bytes', (sign, bytes) => {
    expect(utf8Length(sign)).toBe(bytes)
    const most = sign.repeat(limits.valueBytes / 4)
    expect(jsonFromValue(most)).toBe(most)
    const over = sign.repeat(Math.floor(limits.valueBytes / bytes) + 1)
    expect(() => jsonFromValue(over)).toThrow(code('VALUE_TOO_LARGE'))
    // In many short pieces they weigh as much as in one.
    const pieces = Array.from({ length: 3000 }, () => sign.repeat(14))
    const size = 3000 * 14 * bytes
    if (size > limits.valueBytes) refused(pieces, 'VALUE_TOO_LARGE')
    else expect(jsonFromValue(pieces)).toHaveLength(3000)
  })

  test('[VAL1, VAL7] bytes count as the object that they become', () => {
    const most = Math.floor(((limits.valueBytes - '$bytes'.length) / 4) * 3)
    expect(checkJson(jsonFromValue(new Uint8Array(most)))).toBeDefined()
    refused(new Uint8Array(most + 1), 'VALUE_TOO_LARGE')
    refused(new Uint8Array(50_000_000), 'VALUE_TOO_LARGE')
  })

  test('[VAL7] bytes at the greatest depth are one level more', () => {
    const accepted = jsonFromValue(nested(limits.depth - 1, new Uint8Array(1)))
    expect(checkJson(accepted)).toEqual(accepted)
    refused(nested(limits.depth, new Uint8Array(1)), 'TOO_DEEP')
  })

  test('[VAL7] an escaped key counts as it is written', () => {
    const accepted = jsonFromValue({ $bytes: 'x'.repeat(65_536 - 7) })
    expect(checkJson(accepted)).toEqual(accepted)
    refused({ $bytes: 'x'.repeat(65_536 - 6) }, 'VALUE_TOO_LARGE')
  })
})

describe('keys', () => {
  test('[VAL5] __proto__ is refused at any level, and nothing is polluted', () => {
    const hostile: unknown = JSON.parse('{"a":[{"__proto__":{"isAdmin":true}}]}')
    refused(hostile, 'RESERVED_NAME')
    expect(() => checkJson(hostile)).toThrow(code('RESERVED_NAME'))
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  })

  test('[VAL5] a prototype set in a literal is no key', () => {
    expect(jsonFromValue({ __proto__: null, a: 1 })).toEqual({ a: 1 })
  })

  test.each(['toString', 'hasOwnProperty', 'valueOf', 'toJSON', 'then', 'constructor'])(
    '[VAL5] %s is data',
    (key) => {
      const json = jsonFromValue({ [key]: 1 })
      expect(json).toEqual({ [key]: 1 })
      expect(valueFromJson(json)).toEqual({ [key]: 1 })
      expect(sameJson(json, {})).toBe(false)
      expect(sameJson({}, { [key]: undefined } as unknown as Json)).toBe(false)
      expect(canonicalJson(json)).toBe(`{"${key}":1}`)
    },
  )

  test('[VAL5] what Socket.IO marks binary with is data', () => {
    expect(jsonFromValue({ _placeholder: true, num: 0 })).toEqual({ _placeholder: true, num: 0 })
  })

  test('[VAL5] of a key that comes twice on the wire the last counts', () => {
    expect(checkJson(JSON.parse('{"a":1,"a":2}'))).toEqual({ a: 2 })
  })
})

describe('bytes', () => {
  test('[VAL6] they travel as a marked object', () => {
    expect(jsonFromValue(Uint8Array.of(0, 255))).toEqual({ $bytes: 'AP8' })
    expect(jsonFromValue({ a: [new Uint8Array()] })).toEqual({ a: [{ $bytes: '' }] })
  })

  test('[VAL6] they read back as they were, at any depth', () => {
    const value = { a: [Uint8Array.of(1, 2, 3), { b: new Uint8Array() }], c: 'x' }
    expect(valueFromJson(jsonFromValue(value))).toEqual(value)
    const buffer = Buffer.from('abc')
    expect(valueFromJson(jsonFromValue(buffer))).toEqual(Uint8Array.from(buffer))
  })

  test.each([
    [{ $bytes: 'AP8' }, { $$bytes: 'AP8' }],
    [{ $$bytes: 'AP8' }, { $$$bytes: 'AP8' }],
    [{ $bytes: 5 }, { $$bytes: 5 }],
    [
      { $bytes: 'AP8', $$bytes: 1 },
      { $$bytes: 'AP8', $$$bytes: 1 },
    ],
    [
      { bytes: 1, $byte: 2, $bytesx: 3 },
      { bytes: 1, $byte: 2, $bytesx: 3 },
    ],
  ])("[VAL6] an app's own %j travels as %j", (value, json) => {
    expect(jsonFromValue(value)).toEqual(json)
    expect(valueFromJson(jsonFromValue(value))).toEqual(value)
  })

  test.each([
    { $bytes: '?' },
    { $bytes: 'A' },
    { $bytes: 5 },
    { $bytes: 'AP8', a: 1 },
    { $bytes: null },
  ])('[VAL6] %j from the wire is no bytes, and is shown as it is', (json) =>
    expect(valueFromJson(json)).toEqual(json),
  )
})

describe('copies', () => {
  test('[VAL8] a written value is a frozen copy', () => {
    const value = { list: [1, { a: 2 }] }
    const json = jsonFromValue(value) as { list: [number, { a: number }] }
    value.list.push(3)
    expect(json).toEqual({ list: [1, { a: 2 }] })
    for (const part of [json, json.list, json.list[1]]) expect(Object.isFrozen(part)).toBe(true)
  })

  test('[VAL8] what an app is shown is frozen, whether or not anything was marked', () => {
    for (const json of [
      '{"list":[1,{"a":2}]}',
      '{"list":[{"$bytes":"AP8"},{"a":2}]}',
      '{"list":[{"$bytes":"?"},{"a":2}]}',
    ]) {
      const value = valueFromJson(JSON.parse(json) as Json) as { list: [unknown, object] }
      for (const part of [value, value.list, value.list[1]]) {
        expect(Object.isFrozen(part)).toBe(true)
      }
    }
  })

  test('[VAL8] the same JSON is shown as the same value; without marks, as itself', () => {
    const marked = jsonFromValue({ a: [Uint8Array.of(1)] })
    expect(valueFromJson(marked)).toBe(valueFromJson(marked))
    const plain = jsonFromValue({ a: [1, { b: null }] })
    expect(valueFromJson(plain)).toBe(plain)
    expect([valueFromJson(null), valueFromJson('a'), valueFromJson(0)]).toEqual([null, 'a', 0])
  })
})

describe('sameness', () => {
  test.each([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 1 }, false],
    [{ a: 1, b: 1 }, { a: 1, c: 1 }, false],
    [[1, 2], [2, 1], false],
    [[1], { 0: 1 }, false],
    [{}, [], false],
    [{}, null, false],
    [null, {}, false],
    [null, undefined, false],
    [undefined, undefined, true],
    ['1', 1, false],
    [0, false, false],
    [{ a: null }, {}, false],
    [{ a: { b: [] } }, { a: { b: [] } }, true],
    [{ a: { b: [] } }, { a: { b: [0] } }, false],
  ])('[VAL9] %j and %j: %s', (a, b, same) => {
    expect(sameJson(a as Json | undefined, b as Json | undefined)).toBe(same)
    expect(sameJson(b as Json | undefined, a as Json | undefined)).toBe(same)
  })

  test('[VAL9] the canonical text sorts keys at each level', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x"', '\u0000': true })).toBe(
      '{"\\u0000":true,"a":"x\\"","b":[{"c":null,"d":1}]}',
    )
    expect(canonicalJson([])).toBe('[]')
  })
})
