import { StorageError } from 'react-collab'
import { expect, test } from 'vitest'
import {
  aheadWords,
  dropQuestion,
  dropWords,
  pushWords,
  strandedWords,
  troubleWords,
} from './branch-words.js'

test('a branch is counted in words', () => {
  expect([0, 1, 2000].map(aheadWords)).toEqual([
    'nothing changed yet',
    '1 edit ahead',
    '2,000 edits ahead',
  ])
  expect([0, 1, 2].map(pushWords)).toEqual(['Push', 'Push 1 edit', 'Push 2 edits'])
  expect([0, 1, 2].map(dropWords)).toEqual(['Drop', 'Drop 1 edit', 'Drop 2 edits'])
  expect([1, 2].map(dropQuestion)).toEqual([
    'Drop the branch? Its 1 edit is lost.',
    'Drop the branch? Its 2 edits are lost.',
  ])
  expect(strandedWords(1)).toBe('1 edit of the branch could not go on')
})

test('what went wrong with a branch is said without codes', () => {
  const of = (code: 'NO_BRANCH' | 'QUOTA' | 'STORE_FAILED') =>
    troubleWords(new StorageError(code, 'the disk is away'))
  expect(of('NO_BRANCH')).toMatch(/dropped in another tab/)
  expect(of('QUOTA')).toBe('The disk is full: nothing has changed.')
  expect(of('STORE_FAILED')).toBe('That did not work, and changed nothing: the disk is away')
})
