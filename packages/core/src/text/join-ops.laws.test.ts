import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Replica } from '../stamp.js'
import { TextPeer, type TextEvent, textSteps } from '../testing/index.js'
import { joinOps } from './join-ops.js'
import type { TextOps } from './ops.js'
import { readTextOps } from './read-ops.js'
import { lawFactor } from '../testing/factor.laws.js'
import { Text } from './text.js'

const me = 'mmmmmmmm' as Replica
const other = 'aaaaaaaa' as Replica

/** A text of someone else, in two runs. */
function base(): Text {
  const text = new Text()
  const writer = { replica: other, nextId: 1 }
  text.insert(0, 'some text', writer)
  text.insert(4, ' more', writer)
  return text
}

const applied = (list: readonly TextOps[]): Text => {
  const text = base()
  for (const ops of list) {
    readTextOps(ops.inserts, ops.deletes)
    expect(text.apply(me, ops)).toBe(true)
  }
  return text
}

test('[TEXT12] joined ops have the effect of all, wherever they are cut, also upon their parts', () => {
  fc.assert(
    fc.property(textSteps(40), fc.nat(40), (steps, cut) => {
      const peer = new TextPeer(me)
      peer.text = base()
      peer.view = String(peer.text)
      const events = steps
        .map((step) => (step.kind === 'delete' ? peer.delete(step) : peer.type(step)))
        .filter((event): event is TextEvent => event !== undefined)
      const list = events.map(({ ops }) => ops)
      const joined = [list.slice(0, cut), list.slice(cut)]
        .filter((part) => part.length > 0)
        .map((part) => joinOps(me, part))
      const bytes = peer.text.encode()
      expect(applied(list).encode()).toEqual(bytes)
      expect(applied(joined).encode()).toEqual(bytes)
      expect(applied([joinOps(me, joined)].filter(() => list.length > 0)).encode()).toEqual(bytes)
      // Some of it is known already, each once.
      expect(applied([...list.slice(0, cut / 2), ...joined]).encode()).toEqual(bytes)
    }),
    { numRuns: 500 * lawFactor },
  )
})

function typing(): { text: Text; writer: { replica: Replica; nextId: number } } {
  return { text: new Text(), writer: { replica: me, nextId: 1 } }
}

const insertOps = (
  text: Text,
  index: number,
  part: string,
  writer: TextPeer['writer'],
): TextOps => ({
  inserts: [text.insert(index, part, writer)],
  deletes: [],
})

const removeOps = (text: Text, index: number, count: number): TextOps => ({
  inserts: [],
  deletes: text.remove(index, count),
})

test('[TEXT12] typing that goes on becomes one insert', () => {
  const { text, writer } = typing()
  const keys = [...'hello'].map((key, i) => insertOps(text, i, key, writer))
  expect(joinOps(me, keys)).toEqual({ inserts: [[1, 0, 1, 0, 'hello']], deletes: [] })
  const inside = [...'yy'].map((key, i) => insertOps(text, 2 + i, key, writer))
  expect(joinOps(me, inside)).toEqual({ inserts: [[6, 3, 0, 0, 'yy']], deletes: [] })
})

test('[TEXT12] backspaces become one range', () => {
  const text = base()
  const keys = [3, 2, 1].map((index) => removeOps(text, index, 1))
  expect(joinOps(me, keys)).toEqual({ inserts: [], deletes: [[other, 2, 3]] })
})

test('[TEXT12] of text that is deleted before it is sent, only its size is', () => {
  const { text, writer } = typing()
  const keys = [insertOps(text, 0, 'secret', writer), removeOps(text, 1, 4)]
  expect(joinOps(me, keys)).toEqual({
    inserts: [
      [1, 0, 1, 0, 's'],
      [2, 1, 1, 0, 4],
      [6, 5, 1, 0, 't'],
    ],
    deletes: [],
  })
  // What was typed later may hang there.
  const later = insertOps(text, 1, 'e', writer)
  expect(later.inserts[0]?.[1]).toBe(2)
  const elsewhere = new Text()
  expect(elsewhere.apply(me, joinOps(me, keys))).toBe(true)
  expect(elsewhere.apply(me, later)).toBe(true)
  expect(String(elsewhere)).toBe('set')
})
