import { describe, expect, test } from 'vitest'
import { limits } from '../json.js'
import { messages } from './messages.js'

const hello = { protocol: 1, client: 'c', secret: 's' }
const join = { object: 'todo-1', replicas: {} }
const push = { object: 'todo-1', term: 't', round: 0, prev: {}, events: [] }
const seen = { object: 'todo-1', cursor: { term: 't', seq: 0 } }
const joined = { session: 1, term: 't', head: 0, now: 0, reset: false, vv: {}, hashes: {} }
const heads = { now: 0, heads: {} }
const failure = { code: 'REFUSED', message: '' }

const presence = { object: 'todo-1', states: { t1: {} }, messages: [{ tab: 't1', message: 1 }] }
const present = { object: 'todo-1', n: 1, peers: [] }

const good = { hello, join, push, seen, joined, heads, failure, presence, present }

const many = (count: number, key: (i: number) => string): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [key(i), 1]))

const replicaAt = (i: number): string => `replica${i.toString(36)}`.padEnd(8, '0').slice(-8)

test('[WIRE7] a code that only a newer server knows is read as UNKNOWN_CODE', () => {
  const read = (code: string) => messages.failure.read({ code, message: '' }, 'failure').code
  expect(read('NO_SUCH')).toBe('UNKNOWN_CODE')
  expect(read('toString')).toBe('UNKNOWN_CODE')
  expect(read('REFUSED')).toBe('REFUSED')
})

describe('a message', () => {
  test.each(Object.entries(good))('[WIRE1] %s is read', (name, message) => {
    expect(messages[name as keyof typeof good].read(message, name)).toEqual(message)
  })

  test.each(Object.entries(messages))('[WIRE1] %s refuses what is none', (name, shape) => {
    for (const value of [null, 's', 42, [], true, undefined, {}, { toString: 1 }]) {
      expect(() => shape.read(value, name)).toThrow(
        expect.objectContaining({ name: 'ProtocolError' }),
      )
    }
  })

  test.each<[keyof typeof good, object, string]>([
    ['hello', { protocol: -1 }, 'PROTOCOL_UNSUPPORTED'],
    ['hello', { protocol: '1' }, 'PROTOCOL_UNSUPPORTED'],
    ['hello', { protocol: undefined }, 'PROTOCOL_UNSUPPORTED'],
    ['hello', { protocol: 1.5 }, 'PROTOCOL_UNSUPPORTED'],
    ['hello', { client: '' }, 'BAD_REQUEST'],
    ['hello', { client: 'a b' }, 'BAD_REQUEST'],
    ['hello', { secret: 'x'.repeat(65) }, 'BAD_REQUEST'],
    ['hello', { token: 'x'.repeat(8193) }, 'BAD_REQUEST'],
    ['hello', { token: null }, 'BAD_REQUEST'],
    ['hello', { schema: 'two' }, 'BAD_REQUEST'],
    ['join', { object: '' }, 'BAD_ID'],
    ['join', { object: 'a/b' }, 'BAD_ID'],
    ['join', { object: '__proto__' }, 'BAD_ID'],
    ['join', { object: 5 }, 'BAD_ID'],
    ['join', { cursor: null }, 'BAD_REQUEST'],
    ['join', { cursor: {} }, 'BAD_CURSOR'],
    ['join', { cursor: { term: 't', seq: -1 } }, 'BAD_CURSOR'],
    ['join', { cursor: { term: 't', seq: 1.5 } }, 'BAD_CURSOR'],
    ['join', { cursor: { term: 't', seq: 2 ** 53 } }, 'BAD_CURSOR'],
    ['join', { cursor: { term: 't', seq: '0' } }, 'BAD_CURSOR'],
    ['join', { cursor: { term: '', seq: 0 } }, 'BAD_CURSOR'],
    ['join', { replicas: { short: 1 } }, 'BAD_ID'],
    ['join', { replicas: { abcd1234: -1 } }, 'BAD_REQUEST'],
    ['join', { replicas: JSON.parse('{"__proto__":1}') }, 'BAD_ID'],
    ['join', { replicas: many(65, replicaAt) }, 'TOO_MANY_KEYS'],
    ['push', { events: {} }, 'BAD_REQUEST'],
    ['push', { events: undefined }, 'BAD_REQUEST'],
    ['push', { events: [undefined] }, 'BAD_REQUEST'],
    ['push', { events: Array.from({ length: limits.pushEvents + 1 }, () => 0) }, 'BATCH_TOO_LARGE'],
    ['push', { round: -1 }, 'BAD_REQUEST'],
    ['push', { term: 'x y' }, 'BAD_REQUEST'],
    ['seen', { cursor: { seq: 0 } }, 'BAD_CURSOR'],
    ['joined', { reset: 0 }, 'BAD_REQUEST'],
    ['joined', { hashes: { abcd1234: [[1]] } }, 'BAD_REQUEST'],
    ['joined', { hashes: { abcd1234: [[-1, 'h']] } }, 'BAD_REQUEST'],
    ['joined', { hashes: { abcd1234: [[1, 5]] } }, 'BAD_REQUEST'],
    ['joined', { hashes: { abcd1234: [{ n: 1 }] } }, 'BAD_REQUEST'],
    ['heads', { heads: JSON.parse('{"__proto__":{"term":"t","seq":0}}') }, 'BAD_ID'],
    ['heads', { heads: { 'a b': { term: 't', seq: 0 } } }, 'BAD_ID'],
    ['presence', { object: 'a/b' }, 'BAD_ID'],
    ['presence', { states: [] }, 'BAD_REQUEST'],
    ['presence', { states: { 'a b': {} } }, 'BAD_ID'],
    ['presence', { states: { t1: 'here' } }, 'BAD_REQUEST'],
    ['presence', { states: { t1: [] } }, 'BAD_REQUEST'],
    ['presence', { states: { t1: { name: '\ud800' } } }, 'BAD_UNICODE'],
    ['presence', { states: { t1: JSON.parse('{"__proto__":1}') } }, 'RESERVED_NAME'],
    ['presence', { states: { t1: { name: 'x'.repeat(4096) } } }, 'VALUE_TOO_LARGE'],
    ['presence', { states: many(65, (i) => `t${i}`) }, 'TOO_MANY_KEYS'],
    ['presence', { messages: [{ tab: 't1' }] }, 'BAD_VALUE'],
    ['presence', { messages: [{ tab: '', message: 1 }] }, 'BAD_REQUEST'],
    ['presence', { messages: Array.from({ length: 65 }, () => null) }, 'BATCH_TOO_LARGE'],
    ['presence', { whole: 1 }, 'BAD_REQUEST'],
    ['present', { n: -1 }, 'BAD_REQUEST'],
    ['present', { peers: [{ client: 'c', principal: 'p', state: {} }] }, 'BAD_REQUEST'],
    ['failure', { code: 5 }, 'BAD_REQUEST'],
    ['failure', { refused: [{ index: 0 }] }, 'BAD_REQUEST'],
  ])('[WIRE6] %s with %j is refused', (name, part, code) => {
    expect(() => messages[name].read({ ...good[name], ...part }, name)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  test('[WIRE5] the greatest lists and maps are read', () => {
    const events = Array.from({ length: limits.pushEvents }, () => 0)
    expect(messages.push.read({ ...push, events }, 'push').events).toHaveLength(4096)
    const replicas = many(64, replicaAt)
    expect(Object.keys(messages.join.read({ ...join, replicas }, 'join').replicas)).toHaveLength(64)
  })

  test('[WIRE1] events are left to readEvent, so that a wrong one is refused alone', () => {
    const events = [null, 5, { a: 1 }]
    expect(messages.push.read({ ...push, events }, 'push').events).toEqual(events)
  })
})
