import { cut, UsageError } from './errors.js'

/** Refuses options that are none, and those that what is called does not have; `UsageError` BAD_VALUE. */
export function checkNames(call: string, options: unknown, names: readonly string[]): void {
  const known = `{ ${names.join(', ')} }`
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new UsageError('BAD_VALUE', `${call} takes ${known}, not ${cut(options)}`)
  const stray = Object.keys(options).find((name) => !names.includes(name))
  if (stray === undefined) return
  throw new UsageError('BAD_VALUE', `${call} has no option ${cut(stray)}: it takes ${known}`)
}

/** Refuses what holds nothing by name, as of a call without types; `UsageError` BAD_VALUE. */
export function checkHolder(call: string, holds: string, given: unknown): void {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return
  throw new UsageError('BAD_VALUE', `${call} takes ${holds}, not ${cut(given)}`)
}

/** Refuses what is given beyond what is taken, as of a call without types; `UsageError` BAD_VALUE. */
export function checkNothing(call: string, given: readonly unknown[], hint = ''): void {
  const [first] = given
  if (first === undefined) return
  throw new UsageError(
    'BAD_VALUE',
    `${call} takes nothing more, and was given ${cut(first)}${hint}`,
  )
}
