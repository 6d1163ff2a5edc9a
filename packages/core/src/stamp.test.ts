import { describe, expect, test } from 'vitest'
import {
  createReplica,
  formatStamp,
  isReplica,
  isStamp,
  MAX_COUNTER,
  MAX_MS,
  msOf,
  parseStamp,
  type Replica,
  replicaOf,
} from './stamp.js'

const replica = 'abcd1234' as Replica

describe('formatStamp', () => {
  test.each([
    [0, 0, '000000000000abcd1234'],
    [1, 36, '000000001010abcd1234'],
    [1_700_000_000_000, 1, '0loyw3v28001abcd1234'],
    [MAX_MS, MAX_COUNTER, 'zzzzzzzzzzzzabcd1234'],
  ])('[CLK1] %s ms and counter %s are %s', (ms, counter, text) => {
    const stamp = formatStamp({ ms, counter, replica })
    expect(stamp).toBe(text)
    expect(parseStamp(stamp)).toEqual({ ms, counter, replica })
    expect([msOf(stamp), replicaOf(stamp)]).toEqual([ms, replica])
  })

  test.each(
    [
      [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_MS + 1],
      [2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 48 * 1000, 8.64e15 + 1],
    ].flat(),
  )('[CLK4] no stamp holds %s ms', (ms) => {
    expect(() => formatStamp({ ms, counter: 0, replica })).toThrow(
      expect.objectContaining({ code: 'CLOCK_RANGE', name: 'ClockError' }),
    )
  })

  test.each([-1, 0.5, Number.NaN, MAX_COUNTER + 1, 65_536])(
    '[CLK4] no stamp holds counter %s',
    (counter) => {
      expect(() => formatStamp({ ms: 0, counter, replica })).toThrow('CLOCK_RANGE')
    },
  )
})

test('[CLK4] the greatest millisecond is exact and lies in the year 5188', () => {
  expect(Number.isSafeInteger(MAX_MS)).toBe(true)
  expect(new Date(MAX_MS).getUTCFullYear()).toBe(5188)
})

test('[CLK1, REG15] regression 15: stamps beyond 2038 compare right', () => {
  const ms = [0, 2 ** 31 * 1000 - 1, 2 ** 31 * 1000, 2 ** 32 * 1000, MAX_MS - 1, MAX_MS]
  const stamps = ms.map((value) => formatStamp({ ms: value, counter: 0, replica }))
  expect(stamps.toSorted()).toEqual(stamps)
  expect(new Set(stamps).size).toBe(ms.length)
})

test.each(
  [
    ['', 'abc', '0'.repeat(19), '0'.repeat(21), 'A'.repeat(20), `${'0'.repeat(20)}\n`],
    [`-${'0'.repeat(19)}`, `${'0'.repeat(19)}é`],
  ].flat(),
)('[CLK1] %j is no stamp', (text) => {
  expect(isStamp(text)).toBe(false)
  expect(() => parseStamp(text)).toThrow(expect.objectContaining({ code: 'BAD_STAMP' }))
})

test.each([undefined, null, 5, {}, ['0'.repeat(20)], 12345678901234567890n])(
  '[CLK1] what is no string is no stamp and no replica: %s',
  (value) => {
    expect([isStamp(value), isReplica(value)]).toEqual([false, false])
  },
)

describe('createReplica', () => {
  test('[CLK10] uses each digit, from the least to the greatest random number', () => {
    expect(createReplica(() => 0)).toBe('00000000')
    expect(createReplica(() => 1 - Number.EPSILON)).toBe('zzzzzzzz')
    let i = 0
    expect(createReplica(() => i++ / 36)).toBe('01234567')
  })

  test.each(['', '1234567', '123456789', 'ABCDEFGH', '1234567~', '12345678\n'])(
    '[CLK10] %j is no replica',
    (text) => expect(isReplica(text)).toBe(false),
  )
})
