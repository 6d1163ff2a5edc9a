import { describe, expect, test } from 'vitest'
import { value } from './schema.js'
import { type StandardSchema, validated, type Verdict } from './validator.js'

type Answer = Verdict<string> | Promise<Verdict<string>>

const schemaOf = (validate: (value: unknown) => Answer): StandardSchema<string> => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

const bad = (message: string): unknown =>
  expect.objectContaining({
    code: 'BAD_VALUE',
    name: 'UsageError',
    message: `BAD_VALUE: ${message}`,
  })

describe('validators', () => {
  test('[VAL10] what a validator gives is the value', () => {
    const trimmed = schemaOf((given) => ({ value: String(given).trim() }))
    expect(validated(trimmed, ' Ada ')).toBe('Ada')
    expect(value(trimmed)).toEqual({ kind: 'value', validator: trimmed })
  })

  test('[VAL11] what is wrong is told in the words of the validator, with the way to it', () => {
    const issues = [
      { message: 'too short' },
      { message: 'no number', path: ['list', { key: 3 }, 'size'] },
    ]
    expect(() =>
      validated(
        schemaOf(() => ({ issues })),
        '',
      ),
    ).toThrow(bad('too short; list.3.size: no number') as Error)
    expect(() =>
      validated(
        schemaOf(() => ({ issues: [] })),
        '',
      ),
    ).toThrow(bad('it is not valid') as Error)
  })

  test('[VAL12] a validator that answers later, or throws, is refused as such', () => {
    const later = schemaOf(() => Promise.reject(new Error('heard by nobody')))
    const throwing = schemaOf(() => {
      throw new TypeError('mine')
    })
    expect(() => validated(later, '')).toThrow(/answers later, and a write is shown at once/)
    expect(() => validated(throwing, '')).toThrow(
      expect.objectContaining({ code: 'BAD_VALUE', cause: new TypeError('mine') }) as Error,
    )
  })

  test.each([['text'], [null], [{}], [{ '~standard': null }], [{ '~standard': { version: 2 } }]])(
    '[VAL12] %j is no validator',
    (given) => {
      expect(() => value(given as never)).toThrow(/takes a Standard Schema/)
    },
  )
})
