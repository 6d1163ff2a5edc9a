import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { hashText } from './hash.js'
import { formatStamp, type Replica } from './stamp.js'

describe('hashText', () => {
  test.each([
    ['', '09xaba1fmdd'],
    ['a', '1zlyt9p57jf'],
    ['b', '1x4ezg5mr2b'],
    ['ab', '1iwe6yg85mg'],
    ['ba', '1dgocw8qxfj'],
    ['\u0000', '14f35k5qtbi'],
    ['😀', '0crt41bfq8x'],
    ['[1,"0loyw3v28001abcd1234",[["=","todos/a","done",true]]]', '2bmi27edzeb'],
    ['x'.repeat(1000), '2fepkf9hbet'],
  ])('[EVT7] of %# is the same in every version', (text, hash) => {
    expect(hashText(text)).toBe(hash)
  })

  test('[EVT7] is 11 base36 characters of 53 bits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const hash = hashText(text)
        expect(hash).toMatch(/^[0-9a-z]{11}$/)
        expect(Number.parseInt(hash, 36)).toBeLessThan(2 ** 53)
        expect(hashText(text)).toBe(hash)
      }),
    )
  })

  test('[EVT7] 100,000 events that differ in one digit have 100,000 hashes', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 50_000; i++) {
      const stamp = formatStamp({ ms: 1e12 + i, counter: 0, replica: 'abcd1234' as Replica })
      seen.add(hashText(JSON.stringify([7, stamp, [['=', 'todos/a', 'done', true]]])))
      seen.add(hashText(JSON.stringify([i, 'x', [['=', 'todos/a', 'done', true]]])))
    }
    expect(seen.size).toBe(100_000)
  })

  test('[EVT7] each bit is as often set as not', () => {
    const counts = Array.from({ length: 53 }, () => 0)
    const total = 20_000
    for (let i = 0; i < total; i++) {
      const bits = Number.parseInt(hashText(`event ${i}`), 36)
        .toString(2)
        .padStart(53, '0')
      for (let bit = 0; bit < 53; bit++) counts[bit] = (counts[bit] ?? 0) + Number(bits[bit])
    }
    // Six standard deviations of a fair coin.
    const slack = 6 * Math.sqrt(total / 4)
    for (const count of counts) expect(Math.abs(count - total / 2)).toBeLessThan(slack)
  })
})
