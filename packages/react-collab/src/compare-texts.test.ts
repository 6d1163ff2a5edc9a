import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Branch, branchOf } from './branch.js'
import type { Client } from './client.js'
import { compareTexts } from './compare-texts.js'
import type { SharedText } from './shared-text.js'
import { createFakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'

let client: Client
let draft: Branch<string>

beforeEach(() => {
  client = createTestClient(createFakeServer())
  draft = branchOf(client, 'doc', 'draft')
})
afterEach(() => client.close())

async function textOf(object: string): Promise<SharedText> {
  const { object: open } = client.open(object)
  await client.loaded(object)
  return open.text('body')
}

/** What only one of two texts shows, in words. */
function shown(one: SharedText, other: SharedText): readonly [string[], string[]] {
  const spots = compareTexts(one, other)
  const cutFrom = (text: SharedText, name: 'one' | 'other'): string[] =>
    spots[name].map(({ from, to }) => text.toString().slice(from, to))
  return [cutFrom(one, 'one'), cutFrom(other, 'other')]
}

describe('[STXT21] two states of one text', () => {
  it('differ by what was typed and deleted on either side, until both have it', async () => {
    const shared = await textOf('doc')
    shared.insert(0, 'one two three')
    await draft.create()
    const own = await textOf(draft.target)
    expect(shown(shared, own)).toEqual([[], []])
    own.splice(4, 3, '2')
    shared.insert(13, ' 😀 four')
    shared.insert(0, '> ')
    expect(shown(shared, own)).toEqual([['> ', 'two', ' 😀 four'], ['2']])
    expect(shown(own, shared)).toEqual([['2'], ['> ', 'two', ' 😀 four']])
    await draft.pull()
    expect(shown(shared, own)).toEqual([['two'], ['2']])
    await draft.push().local
    expect([shared.toString(), shown(shared, own)]).toEqual(['> one 2 three 😀 four', [[], []]])
  })

  it('differ by who typed it, though it reads the same', async () => {
    const shared = await textOf('doc')
    shared.insert(0, 'ab')
    await draft.create()
    const own = await textOf(draft.target)
    own.insert(1, 'x')
    shared.insert(1, 'x')
    expect(shared.toString()).toBe(own.toString())
    expect(compareTexts(shared, own)).toEqual({
      one: [{ from: 1, to: 2 }],
      other: [{ from: 1, to: 2 }],
    })
  })

  it('of which one is empty, or not there, differ by all of the other', async () => {
    const shared = await textOf('doc')
    shared.insert(0, 'all')
    const nothing = await textOf('elsewhere')
    expect(shown(shared, nothing)).toEqual([['all'], []])
    expect(shown(nothing, shared)).toEqual([[], ['all']])
    expect(compareTexts(nothing, nothing)).toEqual({ one: [], other: [] })
  })
})
