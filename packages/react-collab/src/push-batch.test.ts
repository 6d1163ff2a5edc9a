import {
  type Event,
  formatStamp,
  limits,
  type Patch,
  type RowKey,
  seedStamp,
} from '@react-collab/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Edit } from './edit.js'
import { eventBytes, oversizeOf } from './event-size.js'
import { firstLimit, lowered, raised, takePush } from './push-batch.js'
import { eventOf, replicaOf } from './testing/test-replica.js'

/** `a1 f g` is event 1 of writer a, that writes fields f and g; `-g` removes g, `+g` counts. */
function edit(text: string): Edit {
  const [name = '', ...fields] = text.split(' ')
  const n = Number(name.slice(1))
  const stamp = formatStamp({ ms: n, counter: 0, replica: replicaOf(name.slice(0, 1)) })
  const key = 'rows/1' as RowKey
  const patches = fields.map((field): Patch => {
    if (field.startsWith('-')) return ['x', key, field.slice(1)]
    return field.startsWith('+') ? ['+', key, field.slice(1), 1] : ['=', key, field, n]
  })
  return new Edit(patches, 0, [n, stamp, patches], 1)
}

const nameOf = (one: Edit): string => eventOf(one)[1].slice(-1) + eventOf(one)[0]
const roomy = { bytes: 1e6, events: 1000 }

describe('[OUT2, CNT4] leaves an event out only if the very next one sent writes all that it writes', () => {
  it.each([
    ['the same field', ['a1 f', 'a2 f'], ['a2']],
    ['many in a row', ['a1 f', 'a2 f', 'a3 f', 'a4 f'], ['a4']],
    ['a superset', ['a1 f', 'a2 f g'], ['a2']],
    ['a subset', ['a1 f g', 'a2 f'], ['a1', 'a2']],
    ['a removal covers', ['a1 f', 'a2 -f'], ['a2']],
    ['a removal is covered', ['a1 -f', 'a2 f'], ['a2']],
    ['another field between', ['a1 f', 'a2 g', 'a3 f'], ['a1', 'a2', 'a3']],
    ['a covered one between', ['a1 f', 'a2 f', 'a3 f g'], ['a3']],
    ['another writer', ['a1 f', 'b1 f'], ['a1', 'b1']],
    ['another writer between', ['a1 f', 'b1 f', 'a2 f'], ['a1', 'b1', 'a2']],
    ['what adds', ['a1 +f', 'a2 +f', 'a3 f'], ['a1', 'a2', 'a3']],
    ['nor is a write covered by what adds', ['a1 f', 'a2 +f'], ['a1', 'a2']],
    ['each its own', ['a1 f', 'b1 g', 'b2 g', 'a2 f'], ['a1', 'b2', 'a2']],
  ])('%s', (_, queue, sent) => {
    const list = queue.map(edit)
    const batch = takePush(list, roomy, new Map())
    expect(batch.edits.map(nameOf)).toEqual(sent)
    expect(batch.used).toEqual(list)
  })

  it('keeps names of rows and fields apart', () => {
    const write = (n: number, key: string, field: string): Edit => {
      const stamp = formatStamp({ ms: n, counter: 0, replica: replicaOf('a') })
      const patches: Patch[] = [['=', key as RowKey, field, n]]
      return new Edit(patches, 0, [n, stamp, patches], 1)
    }
    const list = [write(1, 'c/x', 'y z'), write(2, 'c/x%20y', 'z')]
    expect(takePush(list, roomy, new Map()).edits).toEqual(list)
  })
})

it('[SEED5] a seed after an edit lies beneath it, and leaves none out', () => {
  const before = edit('a1 f')
  const [, , patches] = eventOf(edit('a2 f'))
  const seed = new Edit(patches, 0, [2, seedStamp(1, replicaOf('a')), patches], 1)
  expect(takePush([before, seed], roomy, new Map()).edits).toEqual([before, seed])
})

it('[OUT3] names per writer the last number sent before', () => {
  const sent = new Map([[replicaOf('a'), 4]])
  const first = takePush(['a5 f', 'b1 f', 'a6 g'].map(edit), roomy, sent)
  expect(first.prev).toEqual({ [replicaOf('a')]: 4, [replicaOf('b')]: 0 })
  const second = takePush(['b2 f', 'a7 f', 'a8 f'].map(edit), roomy, sent)
  expect(second.prev).toEqual({ [replicaOf('a')]: 6, [replicaOf('b')]: 1 })
  expect(Object.fromEntries(sent)).toEqual({ [replicaOf('a')]: 8, [replicaOf('b')]: 2 })
})

describe('[OUT9] takes no more than the limit, and always something', () => {
  const queue = Array.from({ length: 9 }, (_, i) => edit(`a${i + 1} ${'fgh'[i % 3]}`))

  it.each([
    [{ bytes: 1e6, events: 4 }, 4],
    [{ bytes: 1, events: 1 }, 1],
    [{ bytes: 1, events: 1000 }, 1],
    [{ bytes: 1e6, events: 1000 }, 9],
  ])('%o: %i', (limit, count) => {
    expect(takePush(queue, limit, new Map()).used).toHaveLength(count)
  })

  it('measured in encoded bytes, whatever the text', () => {
    const texts = fc.array(fc.string({ unit: 'binary', minLength: 30 }), { minLength: 2 })
    fc.assert(
      fc.property(texts, fc.integer({ min: 50, max: 2000 }), (values, bytes) => {
        const list = values.map((text, i) => {
          const stamp = formatStamp({ ms: i, counter: 0, replica: replicaOf('a') })
          const patches: Patch[] = [['=', 'rows/1' as RowKey, `f${i}`, [text, i, null]]]
          return new Edit(patches, 0, [i + 1, stamp, patches], 1)
        })
        const { edits } = takePush(list, { bytes, events: 1000 }, new Map())
        const size = edits.reduce((sum, one) => sum + eventBytes(eventOf(one)), 0)
        expect(edits.length === 1 || size <= bytes).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

it('[OUT7] counts encoded bytes, as the server does', () => {
  const event = (text: string): Event => [
    1,
    formatStamp({ ms: 1, counter: 0, replica: replicaOf('a') }),
    [['=', 'rows/1' as RowKey, 'f', text]],
  ]
  const bare = eventBytes(event(''))
  expect(eventBytes(event('é😀"'))).toBe(bare + 2 + 4 + 2)
  expect(oversizeOf(event('x'.repeat(limits.eventBytes - bare)))).toBeUndefined()
  const most = limits.eventBytes
  expect(oversizeOf(event('x'.repeat(most - bare + 1)))).toBe(`${most + 1} bytes are over ${most}`)
})

describe('[OUT13] what a push may hold', () => {
  it('is little at first, more after each that was answered quickly, up to what a server takes', () => {
    expect(firstLimit.bytes).toBe(65_536)
    const sizes: number[] = []
    for (let limit = firstLimit, i = 0; i < 3; i++) sizes.push((limit = raised(limit, 1000)).bytes)
    expect(sizes).toEqual([131_072, 258_048, 258_048])
  })

  it('stays as it is on a slow line', () => {
    expect(raised(firstLimit, 1001).bytes).toBe(65_536)
    // A clock that steps back says nothing of the line.
    expect(raised(firstLimit, -1).bytes).toBe(65_536)
  })

  it('is halved when nothing moves, from what is little, and comes back', () => {
    const least = lowered(raised(firstLimit, 1))
    expect(least.bytes).toBe(32_768)
    expect(raised(least, 60_000).bytes).toBe(65_536)
    expect(raised(raised(least, 60_000), 60_000).bytes).toBe(65_536)
  })
})
