import { describe, expect, test } from 'vitest'
import { list, mapOf, optional, record, scalar } from './shape.js'

const code = (expected: string): unknown =>
  expect.objectContaining({ code: expected, name: 'ProtocolError' })

const isNumber = (value: unknown): value is number => typeof value === 'number'
const number = scalar('number', isNumber)
const notObjects: unknown[] = [null, undefined, 's', 5, true, [], [1]]

describe('scalar', () => {
  test('[WIRE1] reads what passes its test, and names what does not', () => {
    expect(number.read(5, 'push.round')).toBe(5)
    expect(() => number.read('5', 'push.round')).toThrow('push.round is not number but "5"')
    expect(() => number.read('5', 'x')).toThrow(code('BAD_REQUEST'))
    expect(() => scalar('seq', isNumber, 'BAD_CURSOR').read(null, 'x')).toThrow(code('BAD_CURSOR'))
  })

  test('[WIRE1, ERR2] a hostile value is refused like any other', () => {
    const nested: unknown = JSON.parse('['.repeat(5000) + ']'.repeat(5000))
    for (const value of [{ toString: 1, valueOf: 1 }, nested, Object.create(null), [Symbol('a')]]) {
      expect(() => number.read(value, 'x')).toThrow(code('BAD_REQUEST'))
    }
  })
})

describe('record', () => {
  const shape = record<{ a: number; b?: number | undefined }>({ a: number, b: optional(number) })

  test('[WIRE1] reads its fields; an optional one may be left out', () => {
    expect(shape.read({ a: 1, b: 2 }, 'x')).toEqual({ a: 1, b: 2 })
    expect(shape.read({ a: 1 }, 'x')).toStrictEqual({ a: 1 })
    expect(shape.read({ a: 1, b: undefined }, 'x')).toStrictEqual({ a: 1 })
    expect(() => shape.read({ b: 2 }, 'x')).toThrow('x.a is not number but undefined')
    expect(() => shape.read({ a: 1, b: null }, 'x')).toThrow(code('BAD_REQUEST'))
  })

  test('[WIRE2] passes over what it does not know', () => {
    const wire: unknown = JSON.parse('{"a":1,"later":{"x":[1]},"__proto__":{"b":5}}')
    expect(shape.read(wire, 'x')).toStrictEqual({ a: 1 })
  })

  test('[WIRE5] reads own fields only', () => {
    expect(() => shape.read(Object.create({ a: 1 }), 'x')).toThrow(code('BAD_REQUEST'))
  })

  test.each(notObjects)('[WIRE1] refuses %j', (value) => {
    expect(() => shape.read(value, 'x')).toThrow(code('BAD_REQUEST'))
  })

  test('[WIRE4] prints itself', () => {
    expect(record({ a: number, b: optional(list(number, 3)) }).text).toBe('{a:number,b:[number]?}')
    expect(mapOf(isNumber, number, 1).text).toBe('{[key]:number}')
  })
})

describe('list', () => {
  const shape = list(number, 3)

  test('[WIRE5] reads up to its greatest length', () => {
    expect(shape.read([], 'x')).toEqual([])
    expect(shape.read([1, 2, 3], 'x')).toEqual([1, 2, 3])
    expect(() => shape.read([1, 2, 3, 4], 'x')).toThrow(code('BATCH_TOO_LARGE'))
    expect(() => shape.read([1, 's'], 'x')).toThrow('x[1] is not number')
  })

  test.each([null, undefined, 's', {}, { length: 1, 0: 1 }])('[WIRE1] refuses %j', (value) => {
    expect(() => shape.read(value, 'x')).toThrow(code('BAD_REQUEST'))
  })
})

describe('mapOf', () => {
  const isWord = (key: unknown): boolean => typeof key === 'string' && /^\w+$/.test(key)
  const shape = mapOf(isWord, number, 2)

  test('[WIRE5] reads up to its greatest number of keys', () => {
    expect(shape.read({}, 'x')).toEqual({})
    expect(shape.read({ a: 1, b: 2 }, 'x')).toEqual({ a: 1, b: 2 })
    expect(() => shape.read({ a: 1, b: 2, c: 3 }, 'x')).toThrow(code('TOO_MANY_KEYS'))
    expect(() => shape.read({ 'a b': 1 }, 'x')).toThrow(code('BAD_ID'))
    expect(() => shape.read({ a: 's' }, 'x')).toThrow('x.a is not number')
  })

  test('[WIRE5] a key named __proto__ is a key, not a prototype', () => {
    const read = mapOf(isWord, record<{ seq: number }>({ seq: number }), 2).read(
      JSON.parse('{"__proto__":{"seq":1}}'),
      'x',
    )
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(Object.keys(read)).toEqual(['__proto__'])
  })

  test.each(notObjects)('[WIRE1] refuses %j', (value) => {
    expect(() => shape.read(value, 'x')).toThrow(code('BAD_REQUEST'))
  })
})
