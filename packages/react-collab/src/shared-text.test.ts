import {
  type Event,
  isWellFormed,
  type Replica,
  type RowKey,
  type Stamp,
  type TextEdit,
  UsageError,
} from '@react-collab/core'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Client } from './client.js'
import type { SharedText } from './shared-text.js'
import { createFakeServer, type FakeServer } from './testing/fake-server.js'
import { createTestClient } from './testing/test-client.js'
import { editBetween } from './text-difference.js'

let server: FakeServer
const open: Client[] = []

beforeEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()))
  server = createFakeServer()
})

async function read(parts = {}): Promise<{ client: Client; text: SharedText }> {
  const client = createTestClient(server, parts)
  open.push(client)
  const { object } = client.open('doc')
  await client.loaded('doc')
  return { client, text: object.text('body') }
}

/** Waits until everybody who is on the line has all that there is. */
const settled = async (): Promise<void> => {
  const isDone = ({ status, connection }: Client): boolean =>
    connection.status === 'offline' || status.state === 'synced'
  const isSeen = (client: Client): boolean =>
    client.connection.status === 'offline' ||
    (client.peek('doc').replica.cursor?.seq ?? 0) === server.log('doc').length
  for (let calm = 0; calm < 5; ) {
    await new Promise((next) => setTimeout(next, 5))
    calm = open.every((client) => isDone(client) && isSeen(client)) ? calm + 1 : 0
  }
}

/** Keeps a string in step by nothing but the edits that it is told of. */
function follow(text: SharedText): { shown: string; told: number } {
  const state = { shown: text.toString(), told: 0 }
  text.subscribe((edits) => {
    state.told += 1
    for (const edit of edits) state.shown = applied(state.shown, edit)
  })
  return state
}

function applied(shown: string, { index, removed, inserted }: TextEdit): string {
  expect(shown.slice(index, index + removed.length)).toBe(removed)
  return shown.slice(0, index) + inserted + shown.slice(index + removed.length)
}

describe('[STXT1] a shared text', () => {
  it('shows an edit at once, keeps it, and is the same for all', async () => {
    const [a, b] = [await read(), await read()]
    const { local, server: inLog } = a.text.insert(0, 'Hello')
    expect(a.text.toString()).toBe('Hello')
    await local
    await inLog
    await settled()
    expect(b.text.toString()).toBe('Hello')
    a.text.splice(0, 1, 'J')
    b.text.insert(5, '!')
    await settled()
    expect([a.text.toString(), b.text.toString()]).toEqual(['Jello!', 'Jello!'])
  })

  it('keeps what two people typed into it offline', async () => {
    const [a, b] = [await read(), await read()]
    a.text.insert(0, 'one three')
    await settled()
    a.client.setOffline(true)
    b.client.setOffline(true)
    a.text.insert(4, 'two ')
    b.text.insert(9, ' four')
    b.text.remove(0, 3)
    a.client.setOffline(false)
    b.client.setOffline(false)
    await settled()
    expect(a.text.toString()).toBe(' two three four')
    expect(b.text.toString()).toBe(a.text.toString())
  })

  it('writes only what differs', async () => {
    const { client, text } = await read()
    text.replace('the quick fox')
    text.replace('the quick brown fox')
    text.replace('the quick brown fox')
    const patches = client.outbox.pending.map(({ patches: [patch] }) => patch)
    expect(patches).toHaveLength(2)
    expect(patches[1]?.[3]).toMatchObject([[14, 11, 0, 0, 'brown ']])
  })

  it('takes a paste of any size', async () => {
    const [a, b] = [await read(), await read()]
    const long = `${'x'.repeat(16_383)}😀${'é'.repeat(40_000)}`
    await a.text.insert(0, long).server
    await settled()
    expect(b.text.toString()).toBe(long)
  })
})

it('[STXT7] a deletion of more pieces than an event can hold is sent as several', async () => {
  const { client, text } = await read()
  // Each letter before the one that was typed before: no two of them are one range.
  for (let i = 0; i < 9000; i++) text.insert(0, 'x')
  await settled()
  text.splice(0, text.length, 'new')
  await settled()
  expect([client.outbox.rejected, text.toString()]).toEqual([[], 'new'])
})

describe('[STXT2] tells what changed, edit by edit', () => {
  it('one’s own, others’, and what is confirmed or taken back', async () => {
    const [a, b] = [await read(), await read()]
    const [shownA, shownB] = [follow(a.text), follow(b.text)]
    a.text.insert(0, 'aaaa')
    await settled()
    b.text.insert(2, 'b')
    a.text.remove(1, 2)
    await settled()
    expect([shownA.shown, shownB.shown]).toEqual(['aba', 'aba'])
    expect([a.text.toString(), b.text.toString()]).toEqual(['aba', 'aba'])
  })

  it('whatever three people do, off and on the line', async () => {
    const act = fc.record({
      who: fc.nat(2),
      at: fc.nat(20),
      count: fc.nat(3),
      inserted: fc.constantFrom('', 'x', 'yy', '😀', 'hello '),
      offline: fc.option(fc.boolean(), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 15 }), async (acts) => {
        server = createFakeServer()
        const all = [await read(), await read(), await read()]
        const shown = all.map(({ text }) => follow(text))
        for (const { who, at, count, inserted, offline } of acts) {
          const { client, text } = all[who]!
          if (offline !== undefined) client.setOffline(offline)
          const places = [...placesOf(text.toString())]
          const from = places[at % places.length]!
          const to = places[Math.min((at % places.length) + count, places.length - 1)]!
          text.splice(from, to - from, inserted)
          if (at % 3 === 0) await new Promise((next) => setTimeout(next, 2))
        }
        for (const { client } of all) client.setOffline(false)
        await settled()
        const [first] = all
        for (const [i, { text }] of all.entries()) {
          expect(text.toString()).toBe(first!.text.toString())
          expect(shown[i]!.shown).toBe(text.toString())
        }
        await Promise.all(open.splice(0).map((client) => client.close()))
      }),
      { numRuns: 12 },
    )
  })
})

/** The offsets of a string that lie between its characters. */
function* placesOf(text: string): Iterable<number> {
  let at = 0
  yield at
  for (const character of text) yield (at += character.length)
}

it('[STXT3] an anchor stays where it was, whatever is edited around it', async () => {
  const [a, b] = [await read(), await read()]
  a.text.insert(0, 'hello world')
  await settled()
  const caret = a.text.anchor(6)
  b.text.insert(0, '>> ')
  b.text.remove(3, 3)
  await settled()
  expect(a.text.toString()).toBe('>> lo world')
  expect(a.text.resolve(caret)).toBe(6)
  expect(b.text.resolve(caret)).toBe(6)
})

describe('[STXT4] what cannot be is refused, and nothing has changed', () => {
  it.each([
    [-1, 0, 'x', 'BAD_OFFSET'],
    [7, 0, 'x', 'BAD_OFFSET'],
    [0.5, 0, 'x', 'BAD_OFFSET'],
    [Number.NaN, 0, 'x', 'BAD_OFFSET'],
    [Number.POSITIVE_INFINITY, 0, 'x', 'BAD_OFFSET'],
    ['0' as never, 0, 'x', 'BAD_OFFSET'],
    [7, 0, '', 'BAD_OFFSET'],
    [0, Number.NaN, '', 'BAD_OFFSET'],
    [0, 0.5, '', 'BAD_OFFSET'],
    [1, 0, 'x', 'BAD_OFFSET'],
    [0, 1, '', 'BAD_OFFSET'],
    [2, 9, '', 'BAD_OFFSET'],
    [2, -1, '', 'BAD_OFFSET'],
    [2, 0, '\ud800', 'BAD_UNICODE'],
    // More than one event takes.
    [2, 0, `${'x'.repeat(40_000)}\ud800`, 'BAD_UNICODE'],
    [2, 0, 5 as never, 'BAD_VALUE'],
  ])('splice(%s, %s, %j): %s', async (index, count, inserted, code) => {
    const { client, text } = await read({ offline: true })
    text.insert(0, '😀abcd')
    let caught: unknown
    try {
      text.splice(index, count, inserted)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(UsageError)
    expect(caught).toMatchObject({ code })
    expect(text.toString()).toBe('😀abcd')
    expect(client.outbox.pending).toHaveLength(1)
  })

  it.each([-1, 1, 7, 0.5, Number.NaN, '0' as never])('anchor(%s)', async (index) => {
    const { text } = await read({ offline: true })
    text.insert(0, '😀abcd')
    expect(() => text.anchor(index)).toThrow(/BAD_OFFSET/)
    expect(() => text.anchor(index, 'after')).toThrow(/BAD_OFFSET/)
  })

  it('replace() by what is no text, or half a letter', async () => {
    const { client, text } = await read({ offline: true })
    text.insert(0, '😀abcd')
    for (const wrong of [undefined, null, 5, {}] as never[])
      expect(() => text.replace(wrong)).toThrow(/BAD_VALUE/)
    expect(() => text.replace('😀abcd\ude00')).toThrow(/BAD_UNICODE/)
    expect(text.toString()).toBe('😀abcd')
    expect(client.outbox.pending).toHaveLength(1)
  })

  it('and what is no anchor is nowhere', async () => {
    const { text } = await read({ offline: true })
    for (const wrong of [undefined, null, 5, 'x', [], ['', 0, 'left'], ['zzzzzzzz', 1, 'after']])
      expect(text.resolve(wrong as never)).toBeUndefined()
  })

  it('also before anything has loaded', () => {
    const client = createTestClient(server)
    open.push(client)
    const text = client.open('doc').object.text('body')
    expect(() => text.insert(0, 'x')).toThrow(/NOT_LOADED/)
  })
})

it('[TEXT16] an event that types after a letter nobody has seen is void for all, and nothing stops', async () => {
  const key = '' as RowKey
  const nobody = 'yyyyyyyy' as Replica
  const stamp = (n: number): Stamp => `0mfl2kq3y00${n}zzzzzzzz` as Stamp
  const log = server.log('doc') as Event[]
  log.push([1, stamp(1), [['~', key, 'body', [[1, 0, 1, 0, 'here']], []]]])
  log.push([
    2,
    stamp(2),
    [
      ['~', key, 'body', [[5, [nobody, 7], 1, 0, ' lost']], []],
      ['=', key, 'title', 'x'],
    ],
  ])
  log.push([3, stamp(3), [['~', key, 'body', [], [[nobody, 7, 1]]]]])
  log.push([4, stamp(4), [['~', key, 'body', [[10, 4, 1, 0, ' too']], []]]])
  const [a, b] = [await read(), await read()]
  await settled()
  a.text.insert(0, 'is ')
  await settled()
  for (const { client, text } of [a, b]) {
    expect(text.toString()).toBe('is here too')
    expect(client.peek('doc').get()?.['title']).toBeUndefined()
    expect(client.status.state).toBe('synced')
  }
})

describe('[STXT5] the shortest edit between two texts', () => {
  it.each([
    ['abc', 'abc', undefined, undefined],
    ['abc', 'abxc', undefined, [2, '', 'x']],
    ['aaa', 'aaaa', 1, [0, '', 'a']],
    ['aaa', 'aaaa', 4, [3, '', 'a']],
    ['aaaa', 'aaa', 1, [1, 'a', '']],
    ['x😀y', 'x😁y', undefined, [1, '😀', '😁']],
    ['', 'new', undefined, [0, '', 'new']],
    ['old', '', undefined, [0, 'old', '']],
  ])('from %j to %j, the caret at %s', (before, after, caret, expected) => {
    const edit = editBetween(before, after, caret)
    expect(edit && [edit.index, edit.removed, edit.inserted]).toEqual(expected)
  })

  it('makes the one into the other, and cuts no pair', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '😁'), maxLength: 12 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edit = editBetween(before, after)
        expect(edit === undefined).toBe(before === after)
        if (edit === undefined) return
        expect(applied(before, edit)).toBe(after)
        expect(isWellFormed(edit.removed) && isWellFormed(edit.inserted)).toBe(true)
      }),
    )
  })
})
