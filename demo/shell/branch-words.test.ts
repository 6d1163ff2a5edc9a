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

const names = { branch: 'draft', shared: 'shared note' }

test('a branch is counted in words', () => {
  expect([0, 1, 2000].map(aheadWords)).toEqual([
    'nothing changed yet',
    '1 edit ahead',
    '2,000 edits ahead',
  ])
  expect([0, 1, 2].map(pushWords)).toEqual(['Push', 'Push 1 edit', 'Push 2 edits'])
  expect([0, 1, 2].map(dropWords)).toEqual(['Drop', 'Drop 1 edit', 'Drop 2 edits'])
  expect([1, 2].map((ahead) => dropQuestion(names, ahead))).toEqual([
    'Drop the draft? Its 1 edit is lost.',
    'Drop the draft? Its 2 edits are lost.',
  ])
  expect(strandedWords(names, 1)).toBe('1 edit of the draft could not go on')
})

test('what went wrong with a branch is said without codes', () => {
  const of = (code: 'NO_BRANCH' | 'QUOTA' | 'STORE_FAILED') =>
    troubleWords(names, new StorageError(code, 'the disk is away'))
  expect(of('NO_BRANCH')).toBe(
    'The draft was dropped in another tab, with what was not pushed. Shown now: the shared note.',
  )
  expect(of('QUOTA')).toBe('The disk is full: nothing has changed.')
  expect(of('STORE_FAILED')).toBe('That did not work, and changed nothing: the disk is away')
})
