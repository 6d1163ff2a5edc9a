import {
  createObjectState,
  emptyRow,
  formatStamp,
  type Patch,
  ROOT,
  type RowKey,
  type TextOps,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { Edit } from './edit.js'
import { parkings, type Refused, withDependents } from './refusals.js'
import { replicaOf } from './testing/test-replica.js'

type Insert = TextOps['inserts'][number]
type Delete = TextOps['deletes'][number]

/** Edits by number; each names the rows that it writes. */
const editsOf = (...rows: string[]): Edit[] =>
  rows.map((names, i) => {
    const n = i + 1
    const patches = names.split(' ').map((id): Patch => ['=', `c/${id}` as RowKey, 'f', n])
    const stamp = formatStamp({ ms: n, counter: 0, replica: replicaOf('a') })
    return new Edit(patches, 0, [n, stamp, patches], Math.ceil(n / 2))
  })

const edited = (n: number, patch: Patch): Edit => {
  const stamp = formatStamp({ ms: n, counter: 0, replica: replicaOf('a') })
  return new Edit([patch], 0, [n, stamp, [patch]], n)
}

const refuse = (edit: Edit | undefined): Refused => ({
  edit: edit as Edit,
  code: 'REFUSED',
  message: 'no',
})

describe('[OUT4] parks what depends on a refused edit with it', () => {
  it.each([
    ['later edits of a row it was to create', ['1', '1', '2'], [1], [1, 2]],
    ['not of a row that the log has', ['log', 'log'], [1], [1]],
    ['not of a row that an earlier edit creates', ['1', '1', '1'], [2], [2]],
    ['not edits before it', ['1', '2', '1'], [3], [3]],
    ['dependents of dependents', ['1', '1 2', '2', '3'], [1], [1, 2, 3]],
    ['one of many rows', ['1 2', '2', '1 log', 'log'], [1], [1, 2, 3]],
    ['two refused at once', ['1', '2', '1', '2', '3'], [1, 2], [1, 2, 3, 4]],
  ])('%s', (_, rows, refused, parked) => {
    const edits = editsOf(...rows)
    const confirmed = createObjectState()
    confirmed.rows.set('c/log' as RowKey, emptyRow)
    const all = withDependents(
      refused.map((n) => refuse(edits[n - 1])),
      edits,
      confirmed,
    )
    expect(all.map(({ edit }) => edits.indexOf(edit) + 1).sort((a, b) => a - b)).toEqual(parked)
    for (const { edit, code } of all) {
      const isRefused = refused.includes(edits.indexOf(edit) + 1)
      expect(code).toBe(isRefused ? 'REFUSED' : 'DEPENDS_ON_REFUSED')
    }
  })
})

it('[OUT14] an object is there without being created: later edits of its own fields go on', () => {
  const edits = [1, 2, 3].map((n) => edited(n, ['=', ROOT, `f${n}`, n]))
  expect(withDependents([refuse(edits[0])], edits, createObjectState())).toHaveLength(1)
})

describe('[OUT15] parks edits of text whose typing was refused', () => {
  const [a, b] = [replicaOf('a'), replicaOf('b')]
  const text = (inserts: Insert[], deletes: Delete[] = []): Patch => [
    '~',
    ROOT,
    'body',
    inserts,
    deletes,
  ]
  it.each<[string, Patch[], number[]]>([
    ['typed behind it', [text([[1, 0, 1, 0, 'ab']]), text([[3, 2, 1, 0, 'c']])], [1, 2]],
    ['typed before it', [text([[1, 0, 1, 0, 'ab']]), text([[3, 1, 0, 0, 'c']])], [1, 2]],
    ['deleted', [text([[1, 0, 1, 0, 'ab']]), text([], [[a, 2, 5]])], [1, 2]],
    [
      'dependents of dependents',
      [text([[1, 0, 1, 0, 'a']]), text([[2, 1, 1, 0, 'b']]), text([[3, 2, 1, 0, 'c']])],
      [1, 2, 3],
    ],
    ['not what stands apart', [text([[1, 0, 1, 0, 'ab']]), text([[3, 0, 1, 0, 'c']])], [1]],
    [
      'not what another made under the same number',
      [text([[1, 0, 1, 0, 'ab']]), text([[3, [b, 1], 1, 0, 'c']], [[b, 2, 1]])],
      [1],
    ],
  ])('%s', (_, patches, parked) => {
    const edits = patches.map((patch, i) => edited(i + 1, patch))
    const all = withDependents([refuse(edits[0])], edits, createObjectState())
    expect(all.map(({ edit }) => edits.indexOf(edit) + 1)).toEqual(parked)
    expect(all.slice(1).every(({ code }) => code === 'BASE_LOST')).toBe(true)
  })
})

it('[OUT4] names what is parked by outbox row and number', () => {
  const edits = editsOf('1', '2', '3')
  const unsaved = new Edit([], 0)
  const reason = { code: 'REFUSED', message: 'no' }
  expect(parkings([...edits, unsaved].map(refuse))).toEqual([
    {
      key: 1,
      parked: [
        { n: 1, ...reason },
        { n: 2, ...reason },
      ],
    },
    { key: 2, parked: [{ n: 3, ...reason }] },
  ])
})
