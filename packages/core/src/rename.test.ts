import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Event, originOf, readEvent, type TextPatch, withOrigin } from './event.js'
import { applyEvent, createObjectState } from './object-state.js'
import { renameEvent, Renaming } from './rename.js'
import { emptyRow, readText } from './row.js'
import { formatStamp, type Replica } from './stamp.js'
import { LiveText } from './text/live-text.js'
import { ROOT } from './names.js'

const a = 'aaaaaaaa' as Replica
const b = 'bbbbbbbb' as Replica
const x = 'xxxxxxxx' as Replica

const stampOf = (replica: Replica, ms: number) => formatStamp({ ms, counter: 0, replica })
const typing = (replica: Replica, n: number, patch: TextPatch): Event => [
  n,
  stampOf(replica, n),
  [patch],
]
const namesOf = (...events: Event[]): Renaming => {
  const names = new Renaming()
  for (const event of events) names.add(event, x)
  return names
}

/** What a text is after some events. */
function textAfter(events: readonly Event[]): string {
  const state = createObjectState()
  for (const event of events) applyEvent(state, event)
  return readText(state.rows.get(ROOT) ?? emptyRow, 'body')?.live.text.toString() ?? ''
}

describe('[FORK1] an event under another name', () => {
  const first = typing(a, 1, ['~', ROOT, 'body', [[1, 0, 1, 0, 'hello']], []])
  const second = typing(a, 2, ['~', ROOT, 'body', [[6, 5, 1, 0, '!']], [[a, 1, 2]]])

  it('names what it typed itself, and what the other copy has as well', () => {
    // The first one is in the log as it was; only the second one moves.
    const moved = renameEvent(second, x, namesOf(second))
    expect(moved[2]).toEqual([['~', ROOT, 'body', [[6, [a, 5], 1, 0, '!']], [[a, 1, 2]]]])
    expect(textAfter([first, moved])).toBe('llo!')
  })

  it('names what moved along by its new name', () => {
    const moved = [first, second].map((event) => renameEvent(event, x, namesOf(first, second)))
    expect(moved[1]?.[2]).toEqual([['~', ROOT, 'body', [[6, 5, 1, 0, '!']], [[x, 1, 2]]]])
    expect(textAfter(moved)).toBe('llo!')
    for (const event of moved) expect(readEvent(event)).toBe(event)
  })

  it('deletes a range that went two ways in parts', () => {
    const other = typing(b, 1, ['~', ROOT, 'body', [], [[a, 4, 3]]])
    const renamed = renameEvent(other, b, namesOf(second))
    expect(renamed[2]).toEqual([
      [
        '~',
        ROOT,
        'body',
        [],
        [
          [a, 4, 2],
          [x, 6, 1],
        ],
      ],
    ])
  })

  it('follows anchors in values, and leaves all else as it is', () => {
    const values = { from: [a, 6, 'after'], to: [a, 2, 'before'], text: [a, 6, 'x'] } as const
    const event: Event = [3, stampOf(b, 3), [['=', ROOT, 'mark', { ...values, list: [values] }]]]
    const after = { ...values, from: [x, 6, 'after'] }
    expect(renameEvent(event, b, namesOf(second))[2]).toEqual([
      ['=', ROOT, 'mark', { ...after, list: [after] }],
    ])
    expect(renameEvent(event, b, namesOf(first, second))).not.toBe(event)
    const plain: Event = [4, stampOf(b, 4), [['=', ROOT, 'f', { a: [1, 'b'] }]]]
    expect(renameEvent(plain, b, namesOf(first, second))).toBe(plain)
  })

  it('keeps number, time and first origin through any number of copies', () => {
    const once = withOrigin(renameEvent(first, x, namesOf(first)), first)
    const twice = withOrigin(renameEvent(once, b, new Renaming()), once)
    expect(twice[0]).toBe(1)
    expect(twice[1]).toBe(stampOf(b, 1))
    expect(originOf(twice)).toEqual(originOf(first))
  })

  it('leaves texts as they are, whatever was typed', () => {
    const edit = fc.record({
      at: fc.nat(40),
      remove: fc.nat(3),
      insert: fc.string({ maxLength: 4 }),
    })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 20 }), fc.nat(20), (edits, kept) => {
        const events: Event[] = []
        const live = new LiveText()
        const writer = { replica: a, nextId: 1 }
        for (const { at, remove, insert } of edits) {
          const index = Math.min(at, live.text.length)
          const removed = Math.min(remove, live.text.length - index)
          if (removed + insert.length === 0) continue
          const { inserts, deletes } = live.splice(index, removed, insert, writer).ops
          events.push(typing(a, events.length + 1, ['~', ROOT, 'body', inserts, deletes]))
        }
        const names = namesOf(...events.slice(kept))
        const moved = events.map((event, i) => renameEvent(event, i < kept ? a : x, names))
        expect(textAfter(moved)).toBe(textAfter(events))
      }),
    )
  })
})
