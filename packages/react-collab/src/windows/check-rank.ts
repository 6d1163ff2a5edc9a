import { cut, UsageError } from '@react-collab/core'

/** Checks a place or a number of rows that an app asks for; throws `BAD_VALUE`. */
export function checkRank(name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return
  const message = `${name} is a whole number that is not negative, not ${cut(value)}`
  throw new UsageError('BAD_VALUE', message)
}
