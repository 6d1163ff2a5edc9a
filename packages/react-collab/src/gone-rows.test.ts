import {
  applyEvent,
  createObjectState,
  type Event,
  formatStamp,
  type ObjectState,
  type Patch,
  type Replica,
  type RowKey,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { goneEdits } from './gone-edits.js'
import { goneRows, writesGone } from './gone-rows.js'
import type { StoredRow } from './store/store.js'

const replica = (name: string): Replica => name.padEnd(8, '0') as Replica

const event = (by: string, n: number, ...patches: readonly unknown[]): Event => [
  n,
  formatStamp({ ms: 1000 + n, counter: 0, replica: replica(by) }),
  patches as readonly Patch[],
]

const set = (key: string, field: string, value: unknown): unknown => ['=', key, field, value]
const make = (key: string): readonly unknown[] => [set(key, 'x', 1), set(key, '$del', false)]
const type = (key: string, id: number, text: string, parent: unknown = 0): unknown => [
  '~',
  key,
  'notes',
  [[id, parent, 1, 0, text]],
  [],
]

function stateOf(events: readonly Event[], ...without: readonly string[]): ObjectState {
  const state = createObjectState()
  for (const one of events) applyEvent(state, one)
  for (const key of without) state.rows.delete(key as RowKey)
  return state
}

const rowOf = (...events: readonly Event[]): StoredRow => ({
  key: 7,
  object: 'o' as StoredRow['object'],
  events,
  at: 0,
})

describe('rows that the server has let go of', () => {
  const events = [
    event('a', 1, ...make('c/1')),
    event('b', 1, ...make('c/2')),
    event('b', 2, ['+', 'c/3', 'calls', 1]),
    event('b', 3, set('', 'title', 'T')),
  ]
  const keys = [...stateOf(events).rows.keys()]

  it('[PUR7] are those that were there, and are no more', () => {
    const more = [...events, event('c', 1, set('', 'title', 'U'))]
    expect([...goneRows(keys, stateOf(more, 'c/1', 'c/3', ''), [])]).toEqual(['c/1', 'c/3'])
    expect([...goneRows(keys, stateOf(more), [])]).toEqual([])
  })

  it('[PUR7] are also what own edits have made that the log has had', () => {
    const after = stateOf(events, 'c/1')
    expect([...goneRows([], after, [events[0]!, events[1]!])]).toEqual(['c/1'])
  })

  it('[PUR7] are written by what does not make them anew, whole', () => {
    const isGone = (key: RowKey) => key === 'c/1'
    const writes = (...patches: readonly unknown[]) =>
      writesGone(patches as readonly Patch[], isGone)
    expect(writes(set('c/1', 'x', 2))).toBe(true)
    expect(writes(set('c/1', '$del', true))).toBe(true)
    expect(writes(set('c/1', '$del', false))).toBe(true)
    expect(writes(['+', 'c/1', 'calls', 1])).toBe(true)
    expect(writes(set('c/2', 'x', 2), ...make('c/2'))).toBe(false)
    expect(writes(...make('c/1'))).toBe(false)
    expect(writes(...make('c/2'), set('c/1', 'x', 2))).toBe(true)
  })

  const state = stateOf(events, 'c/1')
  const gone = new Set(['c/1' as RowKey])
  const numbersIn = (row: StoredRow, waits = (_: Event): boolean => true) =>
    goneEdits([row], state, gone, waits).flatMap(({ key, parked }) =>
      parked.map(({ n, code }) => [key, n, code]),
    )

  it('[PUR7] take the edits with them that wait, with what depends on these', () => {
    const row = rowOf(
      event('o', 1, set('c/1', 'x', 2)),
      event('o', 2, set('c/2', 'x', 2)),
      event('o', 3, set('c/1', 'x', 2), ...make('c/8'), type('c/2', 1, 'ab')),
      event('o', 4, set('c/8', 'x', 3)),
      event('o', 5, type('c/2', 3, 'c', 2)),
      event('o', 6, type('c/2', 4, 'd')),
    )
    expect(numbersIn(row)).toEqual([
      [7, 1, 'BASE_LOST'],
      [7, 3, 'BASE_LOST'],
      [7, 4, 'DEPENDS_ON_REFUSED'],
      [7, 5, 'BASE_LOST'],
    ])
    expect(numbersIn(row, ([n]) => n !== 1 && n !== 3)).toEqual([])
  })

  it('[PUR7] and none that follow what makes them anew', () => {
    const row = rowOf(
      event('o', 1, set('c/1', 'x', 2)),
      event('o', 2, ...make('c/1')),
      event('o', 3, set('c/1', 'x', 3)),
    )
    expect(numbersIn(row)).toEqual([[7, 1, 'BASE_LOST']])
  })
})
