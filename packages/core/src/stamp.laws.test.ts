import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReplica, formatStamp, isReplica, isStamp, parseStamp } from './stamp.js'
import { stamps } from './testing/index.js'

test('[CLK1] the order of the strings is the order of the parts', () => {
  fc.assert(
    fc.property(stamps, stamps, (a, b) => {
      const left = parseStamp(a)
      const right = parseStamp(b)
      const byParts =
        left.ms - right.ms ||
        left.counter - right.counter ||
        Number(left.replica > right.replica) - Number(left.replica < right.replica)
      expect(Math.sign(byParts)).toBe(Number(a > b) - Number(a < b))
    }),
    { numRuns: 1000 },
  )
})

test('[CLK1] a stamp is written as it was read', () => {
  fc.assert(
    fc.property(stamps, (stamp) => {
      expect(isStamp(stamp)).toBe(true)
      expect(formatStamp(parseStamp(stamp))).toBe(stamp)
    }),
  )
})

test('[CLK10] whatever the random numbers, a replica has its form', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.infiniteStream(random), (numbers) => {
      const replica = createReplica(() => numbers.next().value)
      expect(isReplica(replica)).toBe(true)
    }),
  )
})
