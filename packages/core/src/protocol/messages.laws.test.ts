import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CollabError } from '../errors.js'
import { readEvents } from '../event.js'
import { messages } from './messages.js'
import { PROTOCOL_VERSION } from './version.js'

interface Case {
  readonly wire: unknown
}

const golden = new URL(`../../golden/protocol-${PROTOCOL_VERSION}/`, import.meta.url)
const known = Object.keys(messages).flatMap((name) =>
  (JSON.parse(readFileSync(new URL(`${name}.json`, golden), 'utf8')) as Case[]).map(
    ({ wire }) => [name as keyof typeof messages, wire] as const,
  ),
)

const hostile = fc.oneof(
  fc.anything(),
  fc.constantFrom<unknown>(null, undefined, -1, 1.5, 2 ** 53, '', '__proto__', [], {}, '\ud800'),
  fc.constantFrom<unknown>(
    { toString: 1, valueOf: 1 },
    JSON.parse('{"__proto__":{"x":1}}'),
    JSON.parse('['.repeat(3000) + ']'.repeat(3000)),
    'x'.repeat(10_000),
  ),
)

/** Changes one place of a JSON value: another value, one less, one more, another name. */
function mutate(value: unknown, way: readonly number[], put: unknown): unknown {
  const [step = 0, ...rest] = way
  if (typeof value !== 'object' || value === null || way.length === 0) return put
  const entries = Object.entries(value)
  const at = entries.length === 0 ? 0 : step % entries.length
  if (rest.length === 0 && step % 3 === 0) entries.splice(at, 1)
  else if (rest.length === 0 && step % 3 === 1) entries.push([`more${step}`, put])
  else {
    const [key, inner] = entries[at] ?? ['', undefined]
    entries[at] = [step % 7 === 0 ? `${key}x` : key, mutate(inner, rest, put)]
  }
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

const changes = fc.array(fc.tuple(fc.array(fc.nat(20), { maxLength: 6 }), hostile), {
  minLength: 1,
  maxLength: 3,
})

/** Reads a message, and its events, as the other side would. */
function readAll(name: keyof typeof messages, wire: unknown): void {
  const read = messages[name].read(wire, name)
  if ('events' in read && Array.isArray(read.events)) readEvents(read.events)
}

test('[WIRE1] mutated messages throw nothing but errors with a code', () => {
  fc.assert(
    fc.property(fc.constantFrom(...known), changes, ([name, wire], all) => {
      const message = all.reduce<unknown>((now, [way, put]) => mutate(now, way, put), wire)
      try {
        readAll(name, message)
      } catch (error) {
        expect(error).toBeInstanceOf(CollabError)
      }
    }),
    { numRuns: 10_000 },
  )
})

test('[WIRE1] whatever comes throws nothing but errors with a code', () => {
  fc.assert(
    fc.property(fc.constantFrom(...known), hostile, ([name], value) => {
      try {
        readAll(name, value)
      } catch (error) {
        expect(error).toBeInstanceOf(CollabError)
      }
    }),
    { numRuns: 1000 },
  )
})

test('[WIRE2] fields that a newer sender adds change nothing', () => {
  const extra = fc.dictionary(
    fc.string({ minLength: 1 }).map((name) => `new ${name}`),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(fc.constantFrom(...known), extra, ([name, wire], more) => {
      const shape = messages[name]
      expect(shape.read({ ...more, ...(wire as object) }, name)).toEqual(shape.read(wire, name))
    }),
  )
})
