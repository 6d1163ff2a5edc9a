import {
  type Event,
  formatStamp,
  keysBetween,
  LiveText,
  type Patch,
  type Replica,
  type RowKey,
  rowKey,
  type TextWriter,
  writerTag,
} from '@react-collab/core'
import { beforeEach, expect, it } from 'vitest'
import { ChangeWords } from './change-words.js'

const replica = 'ada00000' as Replica
const ben = 'ben00000' as Replica
const start = 1_700_000_000_000
let n = 0
let words: ChangeWords

beforeEach(() => {
  n = 0
  words = new ChangeWords()
})

/** What the next event is told as, without time and replica. */
function tell(patches: readonly Patch[]): string[] {
  n += 1
  const event: Event = [n, formatStamp({ ms: start + n, counter: 0, replica }), patches]
  return words.tell(event).map((line) => {
    const [time, who, ...rest] = line.split(' ')
    expect(time).toMatch(/^2023-11-14T22:13:2\d\.\d{3}Z$/)
    expect(who).toBe(replica)
    return rest.join(' ')
  })
}

const root = '' as RowKey
const row = (id: string): RowKey => rowKey('todos', id)
const place = (id: string, order: number, list = ''): Patch => [
  '=',
  row(id),
  '$pos',
  [list, keys[order] as string],
]
/** Keys of six places, in order. */
const keys = keysBetween(undefined, undefined, 6, writerTag(replica)) as string[]
const add = (id: string, order: number): Patch[] => [
  ['=', row(id), '$del', false],
  place(id, order),
  ['=', row(id), 'text', id],
]

it('[CLI6] tells a register as what it was and what it is', () => {
  expect(tell([['=', root, 'title', 'One']])).toEqual(['title: nothing → "One"'])
  expect(tell([['=', root, 'title', { a: [1] }]])).toEqual(['title: "One" → {"a":[1]}'])
  expect(tell([['x', root, 'title']])).toEqual(['title: {"a":[1]} → nothing'])
  expect(tell([['=', root, 'two words', 1]])).toEqual(['"two words": nothing → 1'])
  expect(tell([['=', root, 'long', 'x'.repeat(300)]])[0]).toMatch(/x… \(302 characters\)$/)
})

it('[CLI6] tells what came too late to have an effect', () => {
  tell([['=', root, 'title', 'New']])
  const late: Event = [
    1,
    formatStamp({ ms: start, counter: 0, replica: ben }),
    [['x', root, 'title']],
  ]
  expect(words.tell(late)).toEqual([
    '2023-11-14T22:13:20.000Z ben00000 title: "New" stays, nothing was written earlier',
  ])
})

it('[CLI6] tells rows by their life, and moves by index', () => {
  expect(tell(add('a', 3))).toEqual([
    'todos/a: added',
    'todos/a: put at 0',
    'todos/a text: nothing → "a"',
  ])
  tell(add('b', 4))
  tell(add('c', 5))
  expect(tell([place('c', 1)])).toEqual(['todos/c: moved from 2 to 0'])
  expect(tell([['=', row('a'), '$del', true]])).toEqual(['todos/a: deleted'])
  expect(tell([place('b', 0)])).toEqual(['todos/b: moved from 1 to 0'])
  expect(tell([place('a', 2)])).toEqual(['todos/a: moved while it is deleted'])
  expect(tell([['=', row('a'), '$del', false]])).toEqual(['todos/a: restored'])
  expect(tell([place('b', 0, 'a')])).toEqual(['todos/b: moved from 0 to 0 of the list a'])
})

it('[CLI6] tells counters as sums', () => {
  expect(tell([['+', root, 'likes', 3]])).toEqual(['likes: 0 + 3 = 3'])
  expect(tell([['+', row('a'), 'likes', -2]])).toEqual(['todos/a likes: 0 - 2 = -2'])
})

it('[CLI6] tells texts by index, and what has no effect', () => {
  const text = new LiveText()
  const writer: TextWriter = { replica, nextId: 1 }
  const edit = (index: number, count: number, inserted: string): string[] => {
    const { inserts, deletes } = text.splice(index, count, inserted, writer).ops
    return tell([['~', root, 'body', inserts, deletes]])
  }
  expect(edit(0, 0, 'Hello world')).toEqual(['body at 0: + "Hello world"'])
  expect(edit(6, 5, 'there')).toEqual(['body at 6: "world" → "there"'])
  expect(edit(0, 5, 'HELLO')).toEqual(['body at 0: "Hello" → "HELLO"'])
  expect(edit(5, 1, '')).toEqual(['body at 5: - " "'])
  expect(tell([['~', root, 'body', [], [[replica, 6, 1]]]])).toEqual(['body: nothing that is seen'])
  expect(tell([['~', root, 'body', [], [['unknown0' as Replica, 1, 1]]]])).toEqual([
    'no effect: it edits text that was never there',
  ])
})
