import {
  createObjectState,
  emptyRow,
  formatStamp,
  type Patch,
  type RowKey,
} from '@react-collab/core'
import { describe, expect, it } from 'vitest'
import { Edit } from './edit.js'
import { parkings, type Refused, withDependents } from './refusals.js'
import { replicaOf } from './testing/test-replica.js'

/** Edits by number; each names the rows that it writes. */
const editsOf = (...rows: string[]): Edit[] =>
  rows.map((names, i) => {
    const n = i + 1
    const patches = names.split(' ').map((id): Patch => ['=', `c/${id}` as RowKey, 'f', n])
    const stamp = formatStamp({ ms: n, counter: 0, replica: replicaOf('a') })
    return new Edit(patches, 0, [n, stamp, patches], Math.ceil(n / 2))
  })

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
