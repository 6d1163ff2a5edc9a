import { cut, UsageError } from '@react-collab/core'
import { checkConverter } from '../convert.js'

/** What an option of a hook may be, in words and as a test. */
const shapes: readonly (readonly [
  name: string,
  text: string,
  test: (value: unknown) => boolean,
])[] = [
  ['where', 'a function that tells whether to show a row', isFunction],
  ['orderBy', 'the name of a field or a comparison', (it) => isText(it) || isFunction(it)],
  ['descending', 'true or false', isFlag],
  ['deleted', 'true or false', isFlag],
  ['smooth', 'true or false', isFlag],
  ['limit', 'a number that is not negative', (it) => typeof it === 'number' && it >= 0],
  ['owner', `'me'`, (it) => it === 'me'],
  ['search', 'text', isText],
  ['since', 'a time in ms since the Unix epoch, such as Date.now()', isTime],
]

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean'
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(value)
}

/** Refuses options that are none, or not among `names`, as of a call without types. */
export function checkOptions(options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const message = `options are an object of ${names.join(', ')}, not ${cut(options)}`
    throw new UsageError('BAD_VALUE', message)
  }
  const given = options as Readonly<Record<string, unknown>>
  const stray = Object.keys(given).find((name) => !names.includes(name))
  if (stray !== undefined) {
    const message = `there is no option ${cut(stray)} here: there are ${names.join(', ')}`
    throw new UsageError('BAD_VALUE', message)
  }
  for (const [name, text, test] of shapes) {
    const value = given[name]
    if (value === undefined || test(value)) continue
    throw new UsageError('BAD_VALUE', `the option ${name} is ${text}, not ${cut(value)}`)
  }
}

/** Refuses what selects nothing. */
export function checkSelector(selector: unknown): void {
  if (selector === undefined || typeof selector === 'function') return
  const { selector: inner } = (selector ?? {}) as { readonly selector?: unknown }
  if (typeof inner === 'function') return
  throw new UsageError('BAD_VALUE', `a selector is a function, not ${cut(selector)}`)
}

/** Refuses a converter that converts nothing, and what stands beside it and is no selector. */
export function checkConversion(options: object): void {
  const { converter, selector, isEqual } = options as Readonly<Record<string, unknown>>
  checkConverter(converter)
  checkSelector(selector)
  if (isEqual === undefined || typeof isEqual === 'function') return
  throw new UsageError('BAD_VALUE', `isEqual is a function, not ${cut(isEqual)}`)
}
