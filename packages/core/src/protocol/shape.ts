import { cut, type ErrorCode, ProtocolError } from '../errors.js'

/**
 * A decoder that can also be printed: `read` turns `unknown` into a message or throws, `text` is
 * what the protocol version is pinned to.
 */
export interface Shape<T> {
  readonly text: string
  read(value: unknown, path: string): T
}

/** Makes a shape of a test; a value that fails it is refused as `code`. */
export function scalar<T>(
  text: string,
  test: (value: unknown) => value is T,
  code: ErrorCode = 'BAD_REQUEST',
): Shape<T> {
  return {
    text,
    read(value, path) {
      if (test(value)) return value
      throw new ProtocolError(code, `${path} is not ${text} but ${cut(value)}`)
    },
  }
}

/** Lets a field be left out. */
export const optional = <T>(of: Shape<T>): Shape<T | undefined> => ({
  text: `${of.text}?`,
  read: (value, path) => (value === undefined ? undefined : of.read(value, path)),
})

/** A shape for each field of `T`. */
export type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K] | Extract<undefined, T[K]>> }

/** An object with named fields; fields it does not know are passed over, for newer senders. */
export function record<T>(fields: Fields<T>): Shape<T> {
  const shapes = Object.entries(fields) as [string, Shape<unknown>][]
  return {
    text: `{${shapes.map(([name, shape]) => `${name}:${shape.text}`).join()}}`,
    read(value, path) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new ProtocolError('BAD_REQUEST', `${path} is not an object`)
      }
      const result: Record<string, unknown> = {}
      for (const [name, shape] of shapes) {
        const item = Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined
        const read = shape.read(item, `${path}.${name}`)
        if (read !== undefined) result[name] = read
      }
      return result as T
    },
  }
}

/** An array of at most `most` items. */
export const list = <T>(of: Shape<T>, most: number): Shape<readonly T[]> => ({
  text: `[${of.text}]`,
  read(value, path) {
    if (!Array.isArray(value)) throw new ProtocolError('BAD_REQUEST', `${path} is not a list`)
    if (value.length > most) {
      throw new ProtocolError('BATCH_TOO_LARGE', `${path} has over ${most} items`)
    }
    return value.map((item, i) => of.read(item, `${path}[${i}]`))
  },
})

/** An object used as a map, with at most `most` keys that pass `isKey`. */
export const mapOf = <T>(
  isKey: (key: unknown) => boolean,
  of: Shape<T>,
  most: number,
): Shape<Readonly<Record<string, T>>> => ({
  text: `{[key]:${of.text}}`,
  read(value, path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ProtocolError('BAD_REQUEST', `${path} is not an object`)
    }
    const entries = Object.entries(value)
    if (entries.length > most)
      throw new ProtocolError('TOO_MANY_KEYS', `${path} has over ${most} keys`)
    return Object.fromEntries(
      entries.map(([key, item]) => {
        if (!isKey(key)) throw new ProtocolError('BAD_ID', `${path} has the key ${cut(key)}`)
        return [key, of.read(item, `${path}.${key}`)]
      }),
    )
  },
})
