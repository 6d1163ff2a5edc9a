import { cut, UsageError } from './errors.js'
import type { Collection, Field, Fields, ValueField } from './schema.js'
import { checkNames } from './schema-calls.js'

/** Rows that each client makes of those of another collection; never sent. */
export interface DerivedRows<F extends Fields = Fields> extends Collection<F> {
  readonly kind: 'derived'
  /** The collection whose rows are grouped. */
  readonly from: string
  readonly key: (row: never) => unknown
  readonly reduce: (rows: never, key: string) => unknown
  readonly version?: number | undefined
}

/** How rows are made of others. */
export interface Derivation<Row, R extends object> {
  /** Names the group that a row belongs to, which is the id of the derived row; undefined: to none. */
  readonly key: (row: Row & { readonly id: string }) => string | undefined
  /**
   * Gives the fields of a derived row, from the rows of its group in the order of their keys; undefined
   * for no row. Pure, as `key` is.
   */
  readonly reduce: (rows: readonly (Row & { readonly id: string })[], key: string) => R | undefined
  /** Validators, or only names, of what `reduce` gives. */
  readonly fields?: { readonly [K in keyof R]?: ValueField<R[K]> }
  /** Raise it when what the functions make has changed; by default their text tells. */
  readonly version?: number
}

type FieldsOf<R extends object> = { readonly [K in keyof R]-?: ValueField<R[K]> }

/**
 * Rows that each client makes of the rows of another collection of the same object, and keeps right as
 * those change; they are read as any others, written by nobody, and never leave a device.
 *
 * ```ts
 * files: derived('paths', {
 *   key: (path: { hash?: string }) => path.hash,
 *   reduce: (paths) => ({ copies: paths.length }),
 * })
 * ```
 */
export const derived = <R extends object, Row = object>(
  from: string,
  derivation: Derivation<Row, R>,
): DerivedRows<FieldsOf<R>> => {
  checkNames('derived(from, { key, reduce })', derivation, ['key', 'reduce', 'fields', 'version'])
  const { fields, ...functions } = derivation
  return { kind: 'derived', from, ...functions, fields: (fields ?? {}) as FieldsOf<R> }
}

/** Makes sure of what only derived rows have to be; `UsageError` BAD_VALUE. */
export function checkDerived(
  name: string,
  member: Field | Collection,
  spec: Readonly<Record<string, Field | Collection>>,
): void {
  if (member.kind !== 'derived') return
  const { from, key, reduce, version = 1 } = member as DerivedRows
  const source = Object.hasOwn(spec, from) ? spec[from] : undefined
  if (source === undefined || !('fields' in source) || source.kind === 'derived') {
    const what = `${cut(from)}, which is no collection that is not derived itself`
    throw new UsageError('BAD_VALUE', `${cut(name)} is derived from ${what}`)
  }
  if (typeof key !== 'function' || typeof reduce !== 'function')
    throw new UsageError('BAD_VALUE', `${cut(name)} is derived by two functions, key and reduce`)
  if (!Number.isSafeInteger(version) || version < 1)
    throw new UsageError('BAD_VALUE', `the version of ${cut(name)} counts from 1`)
  const other = Object.entries(member.fields).find(([, { kind }]) => kind !== 'value')
  if (other !== undefined)
    throw new UsageError(
      'BAD_VALUE',
      `${cut(other[0])} of ${cut(name)} is a ${other[1].kind}; derived rows have values only`,
    )
}
