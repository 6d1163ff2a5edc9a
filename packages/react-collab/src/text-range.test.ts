import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from './client.js'
import type { SharedText } from './shared-text.js'
import { createFakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'
import { anchorRange, resolveRange } from './text-range.js'

const open: Client[] = []

afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})

async function textOf(shown: string): Promise<SharedText> {
  const client = createTestClient(createFakeServer(), { offline: true })
  open.push(client)
  const { object } = client.open('doc')
  await client.loaded('doc')
  const text = object.text('body')
  text.insert(0, shown)
  return text
}

const copyOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('[STXT20] a stretch that is held', () => {
  it('is found after edits, also when it was stored', async () => {
    const text = await textOf('hello world')
    const range = copyOf(anchorRange(text, 6, 11))
    text.insert(11, '!')
    text.insert(6, 'my ')
    expect(resolveRange(text, range)).toEqual({ from: 9, to: 14 })
    text.remove(0, 11)
    expect(resolveRange(text, range)).toEqual({ from: 0, to: 3 })
    text.replace('')
    expect(resolveRange(text, range)).toEqual({ from: 0, to: 0 })
  })

  it('without a length is a caret, which stays behind what it was behind', async () => {
    const text = await textOf('hello world')
    const caret = copyOf(anchorRange(text, 5))
    text.insert(5, ',')
    expect(resolveRange(text, caret)).toEqual({ from: 5, to: 5 })
    text.insert(0, '> ')
    expect(resolveRange(text, caret)).toEqual({ from: 7, to: 7 })
  })

  it.each<[what: string, range: unknown]>([
    ['nothing', undefined],
    ['a text', 'x'],
    ['half of one', { from: ['', 0, 'before'] }],
    ['one of no anchors', { from: 1, to: 2 }],
    ['one of another text', { from: ['zzzzzzzz', 1, 'after'], to: ['', 0, 'after'] }],
  ])('as %s is nowhere', async (_, range) => {
    expect(resolveRange(await textOf('hello'), range)).toBeUndefined()
  })

  it('backwards is no longer than a caret', async () => {
    const text = await textOf('hello')
    const { from, to } = anchorRange(text, 1, 4)
    expect(resolveRange(text, { from: to, to: from })).toEqual({ from: 4, to: 4 })
  })

  it.each([
    [-1, 2],
    [0, 9],
    [Number.NaN, 2],
    [0.5, 2],
    [3, 2],
    [1, 3],
    [0, 1],
  ])('from %s to %s is refused', async (from, to) => {
    const text = await textOf('😀abcd')
    expect(() => anchorRange(text, from, to)).toThrow(/BAD_OFFSET/)
  })
})
