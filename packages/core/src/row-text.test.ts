import { expect, it } from 'vitest'
import type { Event } from './event.js'
import { rowKey } from './names.js'
import { applyEvent, canonicalState, createObjectState } from './object-state.js'
import { packRows, unpackRows } from './row-page.js'
import { rowView } from './row.js'
import { formatStamp, type Replica } from './stamp.js'

const row = rowKey('notes', 'a')
const stampOf = (n: number, replica = 'aaaaaaaa') =>
  formatStamp({ ms: n, counter: 0, replica: replica as Replica })

const typed: Event = [1, stampOf(1), [['~', row, 'body', [[1, 0, 1, 0, 'hello']], []]]]
const extended: Event = [
  1,
  stampOf(2, 'bbbbbbbb'),
  [
    ['=', row, 'title', 'x'],
    ['~', row, 'body', [[1, ['aaaaaaaa' as Replica, 5], 1, 0, '!']], []],
  ],
]

it('[TEXT16] an event that edits text which is not there has no effect', () => {
  const state = createObjectState()
  expect(applyEvent(state, extended)).toBe(true)
  expect(state.rows.size).toBe(0)
  expect(applyEvent(state, extended)).toBe(false)
  applyEvent(state, typed)
  expect(rowView(state.rows.get(row)!, 'a')).toEqual({ id: 'a', body: 'hello' })
})

it('[TEXT17] texts are packed with their rows', () => {
  const state = createObjectState()
  for (const event of [typed, extended]) applyEvent(state, event)
  const copy = createObjectState()
  const page = JSON.parse(JSON.stringify(packRows(state.rows))) as ReturnType<typeof packRows>
  unpackRows(page, (key, one) => copy.rows.set(key, one))
  for (const [replica, n] of state.vv) copy.vv.set(replica, n)
  expect(canonicalState(copy)).toBe(canonicalState(state))
  expect(rowView(copy.rows.get(row)!, 'a')).toEqual({ id: 'a', body: 'hello!', title: 'x' })
  const more: Event = [2, stampOf(3), [['~', row, 'body', [], [['aaaaaaaa' as Replica, 1, 4]]]]]
  for (const one of [state, copy]) applyEvent(one, more)
  expect(canonicalState(copy)).toBe(canonicalState(state))
  expect(rowView(copy.rows.get(row)!, 'a')).toMatchObject({ body: 'o!' })
})
