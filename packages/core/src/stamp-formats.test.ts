import { describe, expect, test } from 'vitest'
import { formatStamp, MAX_COUNTER, MAX_MS, type Replica, type Stamp } from './stamp.js'
import {
  nanosFromNtp64,
  ntp64FromNanos,
  parseContacts,
  parseSpacedrive,
  stampFromContacts,
  stampFromSpacedrive,
  stampToContacts,
  stampToSpacedrive,
} from './stamp-formats.js'

const at = (ms: number, counter: number, replica: string): Stamp =>
  formatStamp({ ms, counter, replica: replica as Replica })

const code = (expected: string): unknown => expect.objectContaining({ code: expected })

describe('contacts', () => {
  test('[CLK7] reads the form of the original', () => {
    expect(parseContacts('000943920000000:0000f:abcda554fcb2613b')).toEqual({
      ms: 943_920_000_000,
      counter: 15,
      node: 0xabcd_a554_fcb2_613bn,
    })
  })

  test('[CLK6] a node wider than a replica is refused, not cut', () => {
    expect(() => stampFromContacts('000943920000000:0000f:abcda554fcb2613b')).toThrow(
      code('CLOCK_RANGE'),
    )
    expect(stampFromContacts('000943920000000:0000f:0000000000000024')).toBe(
      at(943_920_000_000, 15, '00000010'),
    )
  })

  test.each([
    [at(943_920_000_000, 15, '00000010'), '000943920000000:0000f:0000000000000024'],
    [at(0, 0, '00000000'), '000000000000000:00000:0000000000000000'],
    [at(MAX_MS, MAX_COUNTER, 'zzzzzzzz'), '101559956668415:00zzz:00000290d740ffff'],
  ])('[CLK6, CLK7] %s is %s', (stamp, text) => {
    expect(stampToContacts(stamp)).toBe(text)
    expect(stampFromContacts(text)).toBe(stamp)
  })

  test.each([
    ['a counter beyond ours', '000943920000000:01000:0000000000000024'],
    ['the greatest counter of 5 digits', '000943920000000:zzzzz:0000000000000024'],
    ['a time beyond ours', '101559956668416:00000:0000000000000024'],
    ['the greatest time of 15 digits', '999999999999999:00000:0000000000000024'],
    ['the least node beyond ours', '000943920000000:00000:00000290d7410000'],
  ])('[CLK6] %s is refused', (_name, text) => {
    expect(() => stampFromContacts(text)).toThrow(code('CLOCK_RANGE'))
  })

  test.each([
    '',
    'abc',
    '943920000000:0000f:abcda554fcb2613b',
    '000943920000000:f:abcda554fcb2613b',
    '000943920000000:0000f:abcda554fcb2613',
    '000943920000000:0000f:abcda554fcb2613bb',
    '000943920000000:0000F:abcda554fcb2613b',
    '000943920000000:0000f:ABCDA554FCB2613B',
    // 36⁵ needs six digits and would break the order of strings.
    '000943920000000:100000:abcda554fcb2613b',
    '-00943920000000:0000f:abcda554fcb2613b',
    '00094392000000x:0000f:abcda554fcb2613b',
    ' 000943920000000:0000f:abcda554fcb2613b',
    '000943920000000:0000f:abcda554fcb2613b\n',
    '000943920000000-0000f-abcda554fcb2613b',
  ])('[CLK7] %j is refused', (text) => {
    expect(() => parseContacts(text)).toThrow(code('BAD_STAMP'))
    expect(() => stampFromContacts(text)).toThrow(code('BAD_STAMP'))
  })
})

describe('NTP64', () => {
  test.each([
    [0n, 0n],
    [2n ** 32n, 1_000_000_000n],
    [180_388_626_792n, 42_000_000_084n],
    [2n ** 63n, 2n ** 31n * 1_000_000_000n],
    [7_386_690_599_959_157_260n, 1_719_847_926_860_479_001n],
  ])('[CLK8] %s is %s ns', (ntp, nanos) => {
    expect(nanosFromNtp64(ntp)).toBe(nanos)
  })

  test('[CLK8] 42 s and 84 ns are 180388626792', () => {
    expect(ntp64FromNanos(42_000_000_084n)).toBe(180_388_626_792n)
    expect(ntp64FromNanos(1_000_000_000n)).toBe(2n ** 32n)
  })
})

describe('Spacedrive', () => {
  test('[CLK8] both forms of one stamp name the same nanosecond', () => {
    const precise = parseSpacedrive('7386690599959157260/33')
    const printed = parseSpacedrive('2024-07-01T15:32:06.860479001Z/33')
    expect(precise).toEqual({ nanos: 1_719_847_926_860_479_001n, id: 0x33n, exact: false })
    expect(printed).toEqual({ ...precise, exact: true })
  })

  test('[CLK6] a stamp finer than ours is refused, not rounded', () => {
    for (const text of [
      '7386690599959157260/33',
      '2024-07-01T15:32:06.860479001Z/33',
      // Rounds up to a count of ours, yet lies before it.
      `${String(ntp64FromNanos(20n) - 1n)}/33`,
      // A count beyond the last of its millisecond.
      '2024-07-01T15:32:06.860933120Z/33',
    ]) {
      expect(() => stampFromSpacedrive(text), text).toThrow(code('CLOCK_RANGE'))
    }
  })

  test.each([
    ['2024-07-01T15:32:06.860479000Z/33', at(1_719_847_926_860, 23_950, '0000001f')],
    ['1970-01-01T00:00:00.000000000Z/1', at(0, 0, '00000001')],
    ['2000-02-29T23:59:59.999000000Z/24', at(951_868_799_999, 0, '00000010')],
    ['2038-01-19T03:14:08.000000020Z/24', at(2 ** 31 * 1000, 1, '00000010')],
    ['5188-04-22T11:04:28.415933100Z/290d740ffff', at(MAX_MS, MAX_COUNTER, 'zzzzzzzz')],
  ])('[CLK6, CLK8] %s is %s', (text, stamp) => {
    expect(stampFromSpacedrive(text)).toBe(stamp)
    expect(stampToSpacedrive(stamp)).toBe(text)
  })

  test('[CLK8] the borders of months and years are those of the calendar, in each year', () => {
    for (let year = 1970; year <= 5187; year++) {
      for (const [month, day] of [
        [0, 1],
        [1, 28],
        [1, 29],
        [2, 0],
        [2, 1],
        [11, 31],
      ] as const) {
        const ms = Date.UTC(year, month, day)
        const text = `${new Date(ms).toISOString().slice(0, -1)}000000Z/24`
        const stamp = at(ms, 0, '00000010')
        if (stampToSpacedrive(stamp) !== text) expect.fail(text)
        if (stampFromSpacedrive(text) !== stamp) expect.fail(text)
      }
    }
  })

  test('[CLK6] the decimal form is read too', () => {
    expect(stampFromSpacedrive(`${2n ** 32n}/24`)).toBe(at(1000, 0, '00000010'))
    expect(stampFromSpacedrive('180388626432/24')).toBe(at(42_000, 0, '00000010'))
  })

  test('[CLK6, REG15] regression 15: the decimal form keeps its order beyond 2038 and 2⁵³', () => {
    const texts = [2n ** 63n - 2n ** 32n, 2n ** 63n, 2n ** 63n + 2n ** 32n, 2n ** 64n - 2n ** 32n]
    const stamps = texts.map((ntp) => stampFromSpacedrive(`${ntp}/24`))
    expect(stamps.toSorted()).toEqual(stamps)
    expect(new Set(stamps).size).toBe(4)
  })

  test('[CLK6] a replica that no id stands for is refused', () => {
    expect(() => stampToSpacedrive(at(5, 0, '00000000'))).toThrow(code('CLOCK_RANGE'))
  })

  test.each([
    ['an id wider than a replica', '2024-07-01T15:32:06.860479000Z/290d7410000'],
    ['an id of 16 bytes', `2024-07-01T15:32:06.860479000Z/${'f'.repeat(32)}`],
    ['a time before 1970', '1969-12-31T23:59:59.999000000Z/24'],
    ['a moment before 1970', '1969-12-31T23:59:59.999999980Z/24'],
    ['a time beyond ours', '5188-04-22T11:04:28.416000000Z/24'],
    ['a year of five digits', '12024-07-01T15:32:06.860000000Z/24'],
  ])('[CLK6] %s is refused', (_name, text) => {
    expect(() => stampFromSpacedrive(text)).toThrow(code('CLOCK_RANGE'))
  })

  test.each(
    [
      ['', '/', '33', '7386690599959157260', '/33', '7386690599959157260/'],
      // The ids that uhlc refuses.
      ['7386690599959157260/0', '7386690599959157260/0bcd'],
      [`7386690599959157260/${'1'.repeat(33)}`, '7386690599959157260/xyz'],
      ['7386690599959157260/AB', '7386690599959157260/33/33'],
      // More than 64 bits.
      ['18446744073709551616/33', '100000000000000000000/33', '-1/33', '1.5/33'],
      ['2024-07-01T15:32:06Z/33', '2024-07-01T15:32:06.860Z/33'],
      ['2024-07-01 15:32:06.860479000Z/33', '2024-07-01T15:32:06.860479000+02:00/33'],
      ['2024-02-30T15:32:06.860479000Z/33', '2023-02-29T00:00:00.000000000Z/33'],
      ['2024-13-01T15:32:06.860479000Z/33', '2024-00-01T15:32:06.860479000Z/33'],
      ['2024-07-01T24:00:00.000000000Z/33', '2024-07-01T15:60:00.000000000Z/33'],
      ['2024-07-01T15:32:60.000000000Z/33', '02024-07-01T15:32:06.860479000Z/33'],
      ['2024-07-01T15:32:06.860479000Z/33\n'],
    ].flat(),
  )('[CLK8] %j is refused', (text) => {
    expect(() => parseSpacedrive(text)).toThrow(code('BAD_STAMP'))
  })
})
