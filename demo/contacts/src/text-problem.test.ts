import { UsageError } from 'react-collab'
import { expect, it } from 'vitest'
import { lengthProblem, textProblem } from './text-problem.js'

it('[E2E20] a text over 64 KiB, counted in bytes, has a problem before it is saved', () => {
  expect(lengthProblem('x'.repeat(65_536))).toBeUndefined()
  expect(lengthProblem('x'.repeat(65_537))).toContain('65 KiB')
  expect(lengthProblem('ä'.repeat(32_768))).toBeUndefined()
  expect(lengthProblem('ä'.repeat(32_769))).toContain('a field holds 64')
})

it('[E2E20] says in words why a text cannot be stored, and passes other errors on', () => {
  const error = new UsageError('BAD_UNICODE', 'half a pair')
  expect(textProblem(error, 'x')).toBe('This cannot be saved: half a pair')
  const bug = new TypeError('a bug')
  expect(() => textProblem(bug, 'x')).toThrow(bug)
})
