import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createObjectState, applyEvent } from './object-state.js'
import { type Event, readEvent } from './event.js'
import { readSum, rowView } from './row.js'
import { addToSum, checkCount } from './sum.js'
import { rowKey } from './names.js'
import { formatStamp, type Replica } from './stamp.js'

const row = rowKey('posts', 'a')
const event = (n: number, by: unknown, field = 'likes'): Event =>
  [
    n,
    formatStamp({ ms: n, counter: 0, replica: 'aaaaaaaa' as Replica }),
    [['+', row, field, by]],
  ] as unknown as Event
const counts = fc.integer({ min: 1 - 2 ** 52, max: 2 ** 52 - 1 })

describe('[CNT1] sums', () => {
  it('do not depend on the order of adding, however large they grow', () => {
    fc.assert(
      fc.property(fc.array(counts), (list) => {
        const sum = (all: readonly number[]): number => all.reduce(addToSum, 0)
        expect(sum([...list].reverse())).toBe(sum(list))
        expect(Number.isSafeInteger(sum(list))).toBe(true)
        const half = list.length >> 1
        expect(addToSum(sum(list.slice(0, half)), sum(list.slice(half)))).toBe(sum(list))
      }),
    )
  })

  it('count each event once', () => {
    const state = createObjectState()
    for (const one of [event(1, 5), event(2, -2), event(1, 5), event(2, -2)]) applyEvent(state, one)
    expect(readSum(state.rows.get(row)!, 'likes')).toBe(3)
  })
})

it('[CNT2] a counter is shown under its name; a register of that name hides it', () => {
  const state = createObjectState()
  applyEvent(state, event(1, 5))
  expect(rowView(state.rows.get(row)!, 'a')).toEqual({ id: 'a', likes: 5 })
  const stamp = formatStamp({ ms: 2, counter: 0, replica: 'aaaaaaaa' as Replica })
  applyEvent(state, [2, stamp, [['=', row, 'likes', 'many']]])
  expect(rowView(state.rows.get(row)!, 'a')).toEqual({ id: 'a', likes: 'many' })
  applyEvent(state, event(3, 1))
  expect(readSum(state.rows.get(row)!, 'likes')).toBe(6)
})

describe('[CNT3] what is no count', () => {
  it.each([0.5, Number.NaN, Infinity, 2 ** 52, -(2 ** 52), '1', null, undefined, {}])(
    '%s is refused',
    (by) => {
      expect(() => checkCount(by)).toThrow(/BAD_VALUE/)
      expect(() => readEvent(event(1, by))).toThrow(/BAD_VALUE/)
    },
  )

  it('nor does a field of the system count', () => {
    expect(() => readEvent(event(1, 1, '$del'))).toThrow(/RESERVED_NAME/)
    expect(() => readEvent([1, event(1, 1)[1], [['+', row, 'likes']]])).toThrow(/BAD_EVENT/)
  })
})
