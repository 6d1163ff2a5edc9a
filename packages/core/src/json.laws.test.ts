import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CollabError } from './errors.js'
import {
  canonicalJson,
  checkJson,
  isWellFormed,
  type Json,
  jsonFromValue,
  sameJson,
  utf8Length,
  valueFromJson,
} from './json.js'
import { jsons, values } from './testing/index.js'

test('[VAL6] each value reads back as it was written, through the wire too', () => {
  fc.assert(
    fc.property(values, (value) => {
      const json = jsonFromValue(value)
      expect(valueFromJson(json)).toEqual(value)
      const wired = JSON.parse(JSON.stringify(json)) as Json
      expect(valueFromJson(checkJson(wired))).toEqual(value)
    }),
    { numRuns: 1000 },
  )
})

test('[VAL7] what an app may write, the other side accepts as it is', () => {
  fc.assert(
    fc.property(values, (value) => {
      const json = jsonFromValue(value)
      expect(checkJson(json)).toEqual(json)
    }),
  )
})

test('[VAL7] the border of sizes is at the same place on both sides', () => {
  const size = fc.integer({ min: 48_900, max: 49_200 })
  const key = fc.constantFrom('$bytes', '$$bytes', 'é', 'plain')
  fc.assert(
    fc.property(size, key, fc.integer({ min: 28, max: 33 }), (bytes, name, depth) => {
      let value: unknown = { [name]: new Uint8Array(bytes) }
      for (let i = 1; i < depth; i++) value = [value]
      const accepted = codeOf(() => checkJson(jsonFromValue(value)))
      const written = codeOf(() => jsonFromValue(value))
      expect(accepted).toBe(written)
    }),
    { numRuns: 300 },
  )
})

test('[VAL2] whatever an app passes is accepted or refused by code, and JSON keeps it', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withMap: true, withBigInt: true }), (value) => {
      try {
        const json = jsonFromValue(value)
        expect(sameJson(JSON.parse(JSON.stringify(json)) as Json, json)).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(CollabError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('[VAL8] the same value is shown again, and nothing in it can be changed', () => {
  fc.assert(
    fc.property(values, (value) => {
      const json = JSON.parse(JSON.stringify(jsonFromValue(value))) as Json
      const shown = valueFromJson(json)
      expect(valueFromJson(json)).toBe(shown)
      expect(isDeepFrozen(shown)).toBe(true)
    }),
  )
})

test('[VAL9] JSON is the same if and only if its canonical text is', () => {
  const few = fc.constantFrom<Json>(1, '1', null, [], {}, [1], { a: 1, b: 2 }, { b: 2, a: 1 })
  const any = fc.oneof(jsons, few, fc.dictionary(fc.constantFrom('a', 'b'), few))
  fc.assert(
    fc.property(any, any, (a, b) => {
      expect(sameJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b))
      expect(sameJson(JSON.parse(canonicalJson(a)) as Json, a)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test('[VAL1, VAL4] bytes and halves of pairs are counted as Node counts them', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 0, max: 0xffff }),
      (text, unit) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text))
        const mixed = text + String.fromCharCode(unit) + text
        expect(isWellFormed(mixed)).toBe(Buffer.from(mixed).toString() === mixed)
      },
    ),
    { numRuns: 1000 },
  )
})

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return (error as CollabError).code
  }
}

function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen)
}
