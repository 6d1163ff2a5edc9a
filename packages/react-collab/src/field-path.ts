import { checkField, cut, type ObjectSpec, ROOT, type RowKey, UsageError } from '@react-collab/core'

/** Where a field is: one of the object's own by its name, one of a row by the way to it. */
export type FieldPath = string | readonly [collection: string, rowId: string, field: string]

/** A field of an object. */
export interface FieldPlace {
  readonly key: RowKey
  readonly field: string
}

/** The kinds of fields that are not written whole. */
export type FieldKind = 'counter' | 'text'

/**
 * Finds a field; `keyOf` names a row.
 *
 * Errors  `UsageError` BAD_FIELD for what is no path, UNKNOWN_FIELD where the schema has another
 *         kind of field, or none
 */
export function placeOf(
  path: FieldPath,
  kind: FieldKind,
  spec: ObjectSpec | undefined,
  keyOf: (collection: string, id: string) => RowKey,
): FieldPlace {
  checkPath(path)
  const [collection, id, name] = typeof path === 'string' ? [undefined, '', path] : path
  const key = collection === undefined ? ROOT : keyOf(collection, id)
  const field = checkField(name)
  if (field.startsWith('$')) throw new UsageError('RESERVED_NAME', `${field} is the system's own`)
  if (spec !== undefined) checkKind(spec, collection, field, kind)
  return { key, field }
}

/** Refuses what is no path, as of a call without types: `UsageError` BAD_FIELD. */
export function checkPath(path: unknown): asserts path is FieldPath {
  if (typeof path === 'string') return
  const isPath = Array.isArray(path) && path.length === 3
  if (isPath && path.every((part) => typeof part === 'string')) return
  const message = `a field is named as 'title' or as ['todos', id, 'title'], not as ${cut(path)}`
  throw new UsageError('BAD_FIELD', message)
}

function checkKind(
  spec: ObjectSpec,
  collection: string | undefined,
  field: string,
  kind: FieldKind,
): void {
  const rows = collection === undefined ? undefined : spec[collection]
  const known = rows !== undefined && 'fields' in rows ? rows.fields : spec
  const found = Object.hasOwn(known, field) ? known[field]?.kind : undefined
  if (found === kind) return
  const what = found === undefined ? 'no field' : `a ${found}`
  throw new UsageError(
    'UNKNOWN_FIELD',
    `the schema has ${what} ${cut(field)} where a ${kind} is meant`,
  )
}
