import { expect, test } from 'vitest'
import { CollabError } from '../errors.js'
import { MAX_ELEMENT } from './ops.js'
import { MAX_TEXT_OPS, readTextOps } from './read-ops.js'

const insert = [5, ['aaaaaaaa', 2], 1, 0, 'text']
const range = ['aaaaaaaa', 1, 2]

test.each([
  [[insert], []],
  [[], [range]],
  [
    [insert, [9, 5, 0, 0, 'x'], [10, 9, 1, 5, 7]],
    [range, ['aaaaaaaa', 9, 1]],
  ],
  [[[MAX_ELEMENT, 0, 1, 0, 'x']], [['aaaaaaaa', 1, MAX_ELEMENT]]],
  [[[1, 0, 1, ['aaaaaaaa', 3], '😀']], []],
])('[TEXT11] reads %j %j as it is', (inserts, deletes) => {
  const ops = readTextOps(inserts, deletes)
  expect(ops.inserts).toBe(inserts)
  expect(ops.deletes).toBe(deletes)
})

function codeOf(inserts: unknown, deletes: unknown): string | undefined {
  try {
    readTextOps(inserts, deletes)
  } catch (error) {
    return error instanceof CollabError ? error.code : String(error)
  }
  return undefined
}

const no = 'aaaaaaaa'

test.each([
  [undefined],
  [null],
  ['x'],
  [{ length: 5 }],
  [[5, 0, 1, 0]],
  [[5, 0, 1, 0, 'x', 0]],
  [[0, 0, 1, 0, 'x']],
  [[-1, 0, 1, 0, 'x']],
  [[1.5, 0, 1, 0, 'x']],
  [['1', 0, 1, 0, 'x']],
  [[Number.NaN, 0, 1, 0, 'x']],
  [[MAX_ELEMENT, 0, 1, 0, 'xy']],
  [[MAX_ELEMENT + 1, 0, 1, 0, 'x']],
  [[2, 2, 1, 0, 'x']],
  [[2, 3, 1, 0, 'x']],
  [[2, -1, 1, 0, 'x']],
  [[2, '1', 1, 0, 'x']],
  [[2, null, 1, 0, 'x']],
  [[2, [no], 1, 0, 'x']],
  [[2, [no, 0], 1, 0, 'x']],
  [[2, [no, 1, 1], 1, 0, 'x']],
  [[2, ['A', 1], 1, 0, 'x']],
  [[2, 1, 2, 0, 'x']],
  [[2, 1, true, 0, 'x']],
  [[2, 1, 0, 1, 'x']],
  [[2, 0, 0, 0, 'x']],
  [[2, 1, 1, 2, 'x']],
  [[2, 1, 1, [no, -1], 'x']],
  [[2, 1, 1, 0, '']],
  [[2, 1, 1, 0, 0]],
  [[2, 1, 1, 0, -3]],
  [[2, 1, 1, 0, 1.5]],
  [[2, 1, 1, 0, MAX_ELEMENT]],
  [[2, 1, 1, 0, ['x']]],
])('[TEXT11] refuses the insert %j', (wrong) => {
  expect(codeOf([wrong], [])).toBe('BAD_EVENT')
  expect(codeOf([[1, 0, 1, 0, 'y'], wrong], [])).toBe('BAD_EVENT')
})

test.each([
  [undefined],
  ['aaaaaaaa'],
  [[no, 1]],
  [[no, 1, 0]],
  [[no, 0, 1]],
  [[no, 1, 1, 1]],
  [['', 1, 1]],
  [[1, 1, 1]],
  [[no, 1.5, 1]],
  [[no, 1, '1']],
  [[no, 2, MAX_ELEMENT]],
  [[no, MAX_ELEMENT + 1, 1]],
])('[TEXT11] refuses the delete %j', (wrong) => {
  expect(codeOf([], [wrong])).toBe('BAD_EVENT')
})

test.each([
  ['BAD_EVENT', [], []],
  ['BAD_EVENT', undefined, []],
  ['BAD_EVENT', [], 'x'],
  ['BAD_EVENT', [insert, insert], []],
  ['BAD_EVENT', [insert, [8, 0, 1, 0, 'x']], []],
  ['BAD_UNICODE', [[1, 0, 1, 0, '\ud83d']], []],
  ['BATCH_TOO_LARGE', Array(MAX_TEXT_OPS + 1).fill(insert), []],
  ['BATCH_TOO_LARGE', [], Array(MAX_TEXT_OPS + 1).fill(range)],
])('[TEXT11] refuses with %s: %#', (code, inserts, deletes) => {
  expect(codeOf(inserts, deletes)).toBe(code)
})
