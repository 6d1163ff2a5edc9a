import { cut, UsageError } from './errors.js'

/**
 * What zod, valibot, arktype and others have in common.
 *
 * Source  https://standardschema.dev, version 1: the part that checking a value needs
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => Verdict<Output> | Promise<Verdict<Output>>
  }
}

/** What a validator says: the value to store, or what is wrong with the one that it was given. */
export type Verdict<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] }

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Makes sure that a schema of a field is one that can be asked. */
export function checkValidator<T>(schema: StandardSchema<T>): StandardSchema<T> {
  const given: unknown = schema
  const isAsked = typeof given === 'function' || (typeof given === 'object' && given !== null)
  if (isAsked && '~standard' in given) {
    const standard = given['~standard'] as Partial<StandardSchema['~standard']> | null
    if (standard?.version === 1 && typeof standard.validate === 'function') return schema
  }
  const what = 'a Standard Schema, as those of zod, valibot and arktype are'
  throw new UsageError('BAD_VALUE', `value(schema) takes ${what}, not ${cut(given)}`)
}

/**
 * Asks a validator about a value that is about to be written; gives what it makes of it.
 *
 * Errors  `UsageError` BAD_VALUE with the validator's own words; when it throws, and when it would
 *         answer later, as a write is shown at once
 */
export function validated<T>(schema: StandardSchema<T>, value: unknown): T {
  const verdict = ask(schema, value)
  if (verdict instanceof Promise) {
    verdict.catch(() => undefined)
    const message = 'its validator answers later, and a write is shown at once: make it synchronous'
    throw new UsageError('BAD_VALUE', message)
  }
  if (verdict.issues === undefined) return verdict.value
  throw new UsageError(
    'BAD_VALUE',
    Array.from(verdict.issues, wordsOf).join('; ') || 'it is not valid',
  )
}

function ask<T>(schema: StandardSchema<T>, value: unknown): Verdict<T> | Promise<Verdict<T>> {
  try {
    return schema['~standard'].validate(value)
  } catch (cause) {
    throw new UsageError('BAD_VALUE', 'its validator threw', { cause })
  }
}

function wordsOf({ message, path = [] }: Issue): string {
  // Not `map`: a library's own kind of array may make of the names what it likes.
  const keys = Array.from(path, (part) => String(typeof part === 'object' ? part.key : part))
  const way = keys.join('.')
  return way === '' ? message : `${way}: ${message}`
}
