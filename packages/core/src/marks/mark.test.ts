import { describe, expect, it } from 'vitest'
import type { Json } from '../json.js'
import type { Row } from '../row.js'
import type { Stamp } from '../stamp.js'
import { readMark, textName } from './mark.js'

const stamp = '0mfl2kq3y000aaaaaaaa' as Stamp
const older = '0mfl2kq3x000aaaaaaaa' as Stamp
const good = {
  text: ['notes', 'a', 'body'],
  kind: 'bold',
  value: true,
  from: ['aaaaaaaa', 1, 'after'],
  to: ['', 0, 'after'],
}

const rowOf = (values: Record<string, Json>): Row => ({
  values,
  stamps: Object.fromEntries(Object.keys(values).map((name) => [name, stamp])),
})

describe('[MARK1] a mark', () => {
  it('is read from its row, and is as old as its kind', () => {
    const { values, stamps } = rowOf(good)
    const mark = readMark({ values, stamps: { ...stamps, kind: older } })
    expect(mark).toEqual({ ...good, text: '["notes","a","body"]', stamp: older })
    expect(readMark(rowOf({ ...good, text: 'body', value: null }))).toMatchObject({
      text: textName('body'),
      value: null,
    })
  })

  it.each<[what: string, wrong: Record<string, Json>]>([
    ['no text', { text: 1 }],
    ['half a path', { text: ['notes', 'a'] }],
    ['a path of numbers', { text: ['notes', 'a', 1] }],
    ['no kind', { kind: '' }],
    ['a kind of the system', { kind: '$del' }],
    ['a kind that no object has', { kind: '__proto__' }],
    ['no anchor', { from: 3 }],
    ['half an anchor', { from: ['aaaaaaaa', 1] as never }],
    ['an anchor of nobody', { to: ['a', 1, 'after'] as never }],
    ['an anchor before all', { to: ['aaaaaaaa', 0, 'after'] as never }],
    ['an anchor at half an element', { to: ['aaaaaaaa', 1.5, 'after'] as never }],
    ['an anchor on the wrong side', { to: ['aaaaaaaa', 1, 'left'] as never }],
    ['a border that is no border', { to: ['', 1, 'after'] as never }],
  ])('of %s is none, for everyone', (_, wrong) => {
    expect(readMark(rowOf({ ...good, ...wrong }))).toBeUndefined()
  })

  it('without a value is none yet', () => {
    const { value: _, ...others } = good
    expect(readMark(rowOf(others))).toBeUndefined()
  })
})
