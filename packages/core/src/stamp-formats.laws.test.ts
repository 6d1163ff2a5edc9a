import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ClockError } from './errors.js'
import { formatStamp, parseStamp, type Replica, type Stamp } from './stamp.js'
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
import { stamps } from './testing/index.js'

/** No uhlc id stands for the replica of zeros. */
const ours = stamps.filter((stamp) => !stamp.endsWith('00000000'))

/** The stamp, or undefined where it does not fit. */
function fitting(read: () => Stamp): Stamp | undefined {
  try {
    return read()
  } catch (error) {
    expect(error).toBeInstanceOf(ClockError)
    expect((error as ClockError).code).toBe('CLOCK_RANGE')
    return undefined
  }
}

test('[CLK6] own to foreign to own is the identity', () => {
  fc.assert(
    fc.property(ours, (stamp) => {
      expect(stampFromContacts(stampToContacts(stamp))).toBe(stamp)
      expect(stampFromSpacedrive(stampToSpacedrive(stamp))).toBe(stamp)
    }),
    { numRuns: 1000 },
  )
})

test('[CLK7, SEM207] the order of contacts strings is the order of stamps', () => {
  fc.assert(
    fc.property(stamps, stamps, (a, b) => {
      expect(stampToContacts(a) < stampToContacts(b)).toBe(a < b)
    }),
  )
})

test('[CLK6] contacts to own keeps the order, or throws', () => {
  const digit = (characters: string) => fc.constantFrom(...characters)
  const node = fc.oneof(
    fc.bigInt({ min: 0n, max: 36n ** 8n }),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  )
  const text = fc
    .tuple(fc.nat(3), fc.string({ unit: digit('01z'), minLength: 3, maxLength: 3 }), node)
    .map(([ms, counter, id]) => {
      const hex = id.toString(16).padStart(16, '0')
      return `${String(ms).padStart(15, '0')}:00${counter}:${hex}`
    })
  fc.assert(
    fc.property(text, text, (a, b) => {
      const left = fitting(() => stampFromContacts(a))
      const right = fitting(() => stampFromContacts(b))
      if (left === undefined || right === undefined) return
      expect(left < right).toBe(a < b)
      expect(stampToContacts(left)).toBe(a)
      expect(parseContacts(a).ms).toBe(parseStamp(left).ms)
    }),
    { numRuns: 1000 },
  )
})

test('[CLK6] Spacedrive to own keeps the order, or throws', () => {
  const printed = fc
    .tuple(fc.nat(5), fc.nat(100), fc.integer({ min: 1, max: 40 }))
    .map(([ms, tens, id]) => {
      const nanos = String(ms * 1_000_000 + tens * 10).padStart(9, '0')
      return `2038-01-19T03:14:07.${nanos}Z/${id.toString(16)}`
    })
  const base = 2n ** 63n
  const decimal = fc
    .tuple(fc.bigInt({ min: -500n, max: 500n }), fc.integer({ min: 1, max: 40 }))
    .map(([fraction, id]) => `${base + fraction}/${id.toString(16)}`)
  const text = fc.oneof(printed, decimal)
  fc.assert(
    fc.property(text, text, (a, b) => {
      const left = fitting(() => stampFromSpacedrive(a))
      const right = fitting(() => stampFromSpacedrive(b))
      if (left === undefined || right === undefined) return
      const x = parseSpacedrive(a)
      const y = parseSpacedrive(b)
      expect(left < right).toBe(x.nanos < y.nanos || (x.nanos === y.nanos && x.id < y.id))
    }),
    { numRuns: 1000 },
  )
})

test('[CLK8] dates are those of the calendar', () => {
  const ms = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 })
  fc.assert(
    fc.property(ms, (time) => {
      const text = `${new Date(time).toISOString().slice(0, -1)}000000Z/1`
      expect(parseSpacedrive(text).nanos).toBe(BigInt(time) * 1_000_000n)
      if (time < 0) return
      const stamp = formatStamp({
        ms: Math.min(time, 1e14),
        counter: 0,
        replica: 'a'.repeat(8) as Replica,
      })
      expect(stampToSpacedrive(stamp)).toMatch(
        new Date(Math.min(time, 1e14)).toISOString().slice(0, -1),
      )
    }),
    { numRuns: 1000 },
  )
})

test('[CLK8] nanoseconds survive NTP64', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 32n * 1_000_000_000n - 1n }), (nanos) => {
      expect(nanosFromNtp64(ntp64FromNanos(nanos))).toBe(nanos)
    }),
    { numRuns: 1000 },
  )
})
