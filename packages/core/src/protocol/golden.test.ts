import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readEvent } from '../event.js'
import { messages } from './messages.js'
import { PROTOCOL_FLOOR, PROTOCOL_VERSION } from './version.js'

const golden = new URL('../../golden/', import.meta.url)

interface Case {
  /** What came over the wire. */
  readonly wire: { readonly events?: readonly unknown[] }
  /** What it is read as, where that is not the same. */
  readonly read?: unknown
}

const casesOf = (version: number, name: string): Case[] =>
  JSON.parse(readFileSync(new URL(`protocol-${version}/${name}.json`, golden), 'utf8')) as Case[]

const namesOf = (version: number): string[] =>
  readdirSync(new URL(`protocol-${version}/`, golden)).map((file) => file.replace(/\.json$/, ''))

const versions = readdirSync(golden)
  .map((name) => Number(/^protocol-(\d+)$/.exec(name)?.[1]))
  .toSorted((a, b) => a - b)

describe.each(versions)('protocol %i', (version) => {
  test.each(namesOf(version))('[WIRE3] %s reads its golden messages', (name) => {
    const shape = messages[name as keyof typeof messages]
    for (const { wire, read } of casesOf(version, name)) {
      expect(shape.read(wire, name)).toEqual(read ?? wire)
      for (const event of wire.events ?? []) expect(readEvent(event)).toBe(event)
    }
  })
})

test('[WIRE3] there are golden messages of each version since the floor, of each kind', () => {
  const expected = Array.from(
    { length: PROTOCOL_VERSION - PROTOCOL_FLOOR + 1 },
    (_, i) => PROTOCOL_FLOOR + i,
  )
  expect(versions).toEqual(expect.arrayContaining(expected))
  for (const name of Object.keys(messages)) {
    expect(casesOf(PROTOCOL_VERSION, name).length).toBeGreaterThan(0)
  }
})

test('[WIRE3] no kind of message that a version has is missing from a later one', () => {
  for (const [i, version] of versions.entries()) {
    const before = versions[i - 1]
    if (before !== undefined)
      expect(namesOf(version)).toEqual(expect.arrayContaining(namesOf(before)))
  }
})
