import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CollabError } from './errors.js'
import { type Event, readEvent } from './event.js'
import { events } from './testing/index.js'

test('[EVT1] what an edit makes is read, also after the wire', () => {
  fc.assert(
    fc.property(events, (event) => {
      expect(readEvent(event)).toBe(event)
      expect(readEvent(JSON.parse(JSON.stringify(event)))).toEqual(event)
    }),
    { numRuns: 500 },
  )
})

test('[EVT4] the same patch twice is refused', () => {
  fc.assert(
    fc.property(events, ([n, stamp, patches]) => {
      const doubled: Event = [n, stamp, [...patches, ...patches.slice(0, 1)]]
      expect(() => readEvent(doubled)).toThrow(expect.objectContaining({ code: 'BAD_EVENT' }))
    }),
  )
})

test('[EVT3] whatever comes as an event is read or refused by code', () => {
  const odd = fc.anything()
  const like = fc.tuple(
    fc.oneof(odd, fc.constant(1)),
    fc.oneof(odd, fc.constant('0'.repeat(20))),
    fc.oneof(odd, fc.array(fc.tuple(fc.constantFrom('=', 'x', 'y'), odd, odd, odd))),
    odd,
  )
  fc.assert(
    fc.property(fc.oneof(odd, like), (value) => {
      try {
        expect(readEvent(value)).toBe(value)
      } catch (error) {
        expect(error).toBeInstanceOf(CollabError)
      }
    }),
    { numRuns: 2000 },
  )
})
