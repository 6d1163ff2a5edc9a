import { describe, expect, test } from 'vitest'
import type { Replica } from '../stamp.js'
import { counterText } from './counter.js'
import {
  between,
  isOrderKey,
  MAX_KEY,
  type OrderKey,
  writerTag,
  type WriterTag,
} from './order-key.js'

const tags = ['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee'] as WriterTag[]
const tagOf = (i: number): WriterTag => tags[i % tags.length] as WriterTag

/** Numbers that look like chance, and are the same each time. */
function createDice(): (sides: number) => number {
  let seed = 5
  return (sides) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return Math.floor(((seed >>> 8) / (0x7fffff + 1)) * sides)
  }
}

interface Lengths {
  readonly mean: number
  readonly max: number
}

function lengthsOf(
  count: number,
  place: (i: number, size: number) => readonly [number, WriterTag],
): Lengths {
  const keys: OrderKey[] = []
  for (let i = 0; i < count; i++) {
    const [at, tag] = place(i, keys.length)
    keys.splice(at, 0, between(keys[at - 1], keys[at], tag))
  }
  return measure(keys)
}

function measure(keys: readonly OrderKey[]): Lengths {
  const lengths = keys.map((key) => key.length)
  return { mean: lengths.reduce((sum, n) => sum + n, 0) / keys.length, max: Math.max(...lengths) }
}

describe('[LIST2] the length of keys stays', () => {
  test('8 when one writer appends or prepends 10,000', () => {
    expect(lengthsOf(10_000, (_, size) => [size, tagOf(0)]).max).toBe(8)
    expect(lengthsOf(10_000, () => [0, tagOf(0)]).max).toBe(8)
  })

  test('small when one writer always puts second, or anywhere', () => {
    const dice = createDice()
    expect(lengthsOf(10_000, (_, size) => [Math.min(1, size), tagOf(0)]).max).toBeLessThanOrEqual(
      16,
    )
    expect(lengthsOf(10_000, (_, size) => [dice(size + 1), tagOf(0)]).mean).toBeLessThan(80)
  })

  test('small when five take turns to append', () => {
    const { mean, max } = lengthsOf(10_000, (i, size) => [size, tagOf(i)])
    expect(mean).toBeLessThanOrEqual(40)
    expect(max).toBeLessThanOrEqual(48)
    const dice = createDice()
    const random = lengthsOf(10_000, (_, size) => [size, tagOf(dice(5))])
    expect(random.mean).toBeLessThanOrEqual(20)
    expect(random.max).toBeLessThanOrEqual(40)
  })

  test('about 70 after five have made 10,000 random moves of 1,000 rows', () => {
    const dice = createDice()
    const keys: OrderKey[] = []
    for (let i = 0; i < 11_000; i++) {
      if (i >= 1000) keys.splice(dice(keys.length), 1)
      const at = dice(keys.length + 1)
      keys.splice(at, 0, between(keys[at - 1], keys[at], i < 1000 ? tagOf(0) : tagOf(dice(5))))
    }
    const { mean, max } = measure(keys)
    expect(mean).toBeLessThan(80)
    expect(max).toBeLessThan(160)
  })
})

test('[LIST1] between what is not in order there is nothing', () => {
  const [a, b] = ['aaaaV1', 'aaaaV4'] as OrderKey[]
  expect(between(a, b, tagOf(1))).toBe('aaaaV3bbbbV1')
  expect(() => between(b, a, tagOf(1))).toThrow(expect.objectContaining({ code: 'INVARIANT' }))
  expect(() => between(a, a, tagOf(1))).toThrow(expect.objectContaining({ code: 'INVARIANT' }))
})

test('[LIST1] runs go on where they can, in both directions', () => {
  const [a, b] = ['aaaaV4', 'aaaaVA'] as OrderKey[]
  expect(between(undefined, undefined, tagOf(0))).toBe('aaaaV1')
  expect(between(b, undefined, tagOf(0))).toBe('aaaaVD')
  expect(between(undefined, a, tagOf(0))).toBe('aaaaV1')
  expect(between(a, b, tagOf(0))).toBe('aaaaV7')
  expect(writerTag('00000000' as Replica)).toBe('0000')
})

test.each<[string, unknown]>([
  ['nothing', ''],
  ['no counter', 'aaaa'],
  ['a counter without digits', 'aaaaV'],
  ['a counter of no length', 'aaaaU'],
  ['a counter with a zero in front', 'aaaaW01'],
  ['a bunch with another character', 'aa-aV1'],
  ['a bunch cut off', 'aaaaV1b'],
  ['more digits than there are', 'aaaaz1'],
  ['a digit that is none', 'aaaaV-'],
  ['too long', 'aaaaV1'.repeat(200)],
  ['no text', 1],
])('[LIST6] %s is no order key', (_, value) => {
  expect(isOrderKey(value)).toBe(false)
})

test('[LIST6] a key as it is made is one', () => {
  expect(isOrderKey('aaaaV1')).toBe(true)
  expect(isOrderKey(`aaaa${counterText(-1)}bbbb${counterText(12_345_678)}`)).toBe(true)
  expect(isOrderKey('aaaaV1'.repeat(Math.floor(MAX_KEY / 6)))).toBe(true)
})
