import { cut, UsageError } from '@react-collab/core'

const first = 'the first argument is to be'

/** Refuses what lacks a part that tells what it is; `UsageError` BAD_VALUE, which begins with `says`. */
export function checkPart(given: unknown, part: string, says: string): void {
  if (typeof given === 'object' && given !== null && part in given) return
  throw new UsageError('BAD_VALUE', `${says}, not ${cut(given)}`)
}

/** Gives a flag; refuses what is neither true nor false. */
export function checkFlag(name: string, given: unknown): boolean {
  if (typeof given === 'boolean') return given
  throw new UsageError('BAD_VALUE', `${name} is true or false, not ${cut(given)}`)
}

/** What a client is, to who gave something else. */
export const aClient = 'a client, as createClient makes it'

/** Refuses what is no client. */
export const checkClient = (given: unknown): void =>
  checkPart(given, 'workshop', `${first} ${aClient}`)

/** Refuses what is no object, such as its id. */
export const checkObject = (given: unknown): void =>
  checkPart(given, 'replica', `${first} an object, as client.open(id).object is`)

/** Refuses what is no text of an object, such as what it shows. */
export const checkText = (given: unknown, part = 'view', says: string = first): void =>
  checkPart(given, part, `${says} a text, as object.text('body') is`)

/** Takes a token, or what gives one, as it was given; `UsageError` BAD_VALUE for what is neither. */
export function checkToken<T>(given: T | null | undefined): T | undefined {
  const token = given ?? undefined
  if (['undefined', 'string', 'function'].includes(typeof token)) return token
  throw new UsageError('BAD_VALUE', `a token is text or a function, not ${cut(given)}`)
}
