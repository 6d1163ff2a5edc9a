import { describe, expect, test } from 'vitest'
import {
  ClockError,
  CollabError,
  cut,
  type ErrorCode,
  errorCodes,
  InvariantError,
  isErrorCode,
  ProtocolError,
  RefusedError,
  StorageError,
  UsageError,
} from './errors.js'

test.each([UsageError, ProtocolError, RefusedError, StorageError, ClockError])(
  '[ERR1] %o carries its code and what may be done',
  (kind) => {
    const cause = new Error('disk')
    const error = new kind('QUOTA', 'no room', { cause })
    expect(error).toBeInstanceOf(CollabError)
    expect(error).toMatchObject({
      name: kind.name,
      code: 'QUOTA',
      retry: 'later',
      message: 'QUOTA: no room',
      cause,
    })
  },
)

test('[ERR1] a bug of ours has a code too', () => {
  expect(new InvariantError('seq went back')).toMatchObject({
    name: 'InvariantError',
    code: 'INVARIANT',
    retry: 'never',
    message: 'INVARIANT: seq went back',
  })
})

test('[ERR1] each code of the table says what may be done, and is upper snake', () => {
  for (const [code, retry] of Object.entries(errorCodes)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    expect(['never', 'later', 'reload']).toContain(retry)
    expect(isErrorCode(code)).toBe(true)
    expect(new CollabError(code as ErrorCode, '').retry).toBe(retry)
  }
})

test.each(['toString', '__proto__', 'constructor', 'NO_SUCH', '', 5, null, undefined, ['AUTH']])(
  '[ERR1] %j is no code',
  (code) => expect(isErrorCode(code)).toBe(false),
)

describe('cut', () => {
  test.each([
    ['abc', '"abc"'],
    ['x'.repeat(65), `"${'x'.repeat(64)}"`],
    ['a\r\nINFO', String.raw`"a\r\nINFO"`],
    [`${'x'.repeat(63)}😀`, `"${'x'.repeat(63)}\\ud83d"`],
    [5, '5'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('a'), 'Symbol(a)'],
    [10n ** 100n, `1${'0'.repeat(63)}`],
    [{ toString: 1, valueOf: 2 }, 'an object'],
    [Object.create(null), 'an object'],
    [['a'], 'an object'],
    [() => 'source', 'a function'],
  ])('[ERR2] shortens what it quotes: %#', (value, text) => {
    expect(cut(value)).toBe(text)
  })
})
