import { cut, UsageError } from './errors.js'
import type { Collection, Field, Fields, RowFields, ValueFields } from './schema.js'
import { checkNames } from './schema-calls.js'
import type { WindowedRows } from './schema-windowed.js'

/** Who an owner is: a browser, or whoever is logged in. */
export type OwnedBy = 'client' | 'principal'

/** Rows each of which has an owner, who alone may write it. */
export interface OwnedRows<F extends Fields = Fields> extends Collection<F> {
  readonly kind: 'owned'
  readonly by: OwnedBy
}

/** A field that holds the name of a row in a collection of the same object. */
export interface RefField<C extends string = string> {
  readonly kind: 'ref'
  readonly to: C
}

/** Fields of rows that have an owner: the names of what such a row shows of him are taken. */
type OwnedFields = RowFields & { readonly owner?: never; readonly mine?: never }

/**
 * Rows that only their owner may write: `owned({ path: value<string>() }, { by: 'client' })`.
 *
 * The owner is a browser (`client`), or whoever is logged in, on all devices (`principal`). With `windowed`
 * they may be a million, as with `shared`.
 */
export function owned<F extends OwnedFields>(
  fields: F,
  options: { readonly by: OwnedBy; readonly windowed?: undefined },
): OwnedRows<F>
export function owned<F extends OwnedFields & ValueFields, const W extends keyof F & string>(
  fields: F,
  options: { readonly by: OwnedBy; readonly windowed: readonly W[] },
): OwnedRows<F> & WindowedRows<F, W>
export function owned(
  fields: Fields,
  options: { readonly by: OwnedBy; readonly windowed?: readonly string[] | undefined },
): OwnedRows {
  checkNames("owned(fields, { by: 'client' })", options, ['by', 'windowed'])
  const { by, windowed } = options
  const rows = { kind: 'owned' as const, fields, by }
  return windowed === undefined ? rows : { ...rows, windowed }
}

/** A field that holds the name of a row, as that shows it in `id`: `ref('tags')`. */
export const ref = <const C extends string>(to: C): RefField<C> => ({ kind: 'ref', to })

/** Makes sure of what only owned rows and references have to be; `UsageError` BAD_VALUE. */
export function checkOwned(
  name: string,
  member: Field | Collection,
  spec: Readonly<Record<string, Field | Collection>>,
): void {
  if (!('fields' in member)) return checkRef(name, member, spec)
  for (const [field, it] of Object.entries(member.fields)) checkRef(`${name}.${field}`, it, spec)
  if (member.kind !== 'owned') return
  const { by } = member as Partial<OwnedRows>
  if (by !== 'client' && by !== 'principal')
    throw new UsageError('BAD_VALUE', `${cut(name)} is owned by 'client' or by 'principal'`)
  for (const field of ['owner', 'mine'])
    if (Object.hasOwn(member.fields, field))
      throw new UsageError('RESERVED_NAME', `${cut(name)}: an owned row shows its ${field} itself`)
}

function checkRef(
  name: string,
  field: Field,
  spec: Readonly<Record<string, Field | Collection>>,
): void {
  if (field.kind !== 'ref') return
  const to = Object.hasOwn(spec, field.to) ? spec[field.to] : undefined
  if (to?.kind === 'local')
    throw new UsageError(
      'BAD_VALUE',
      `${cut(name)} refers to ${cut(field.to)}, rows of this device alone, for which others would wait for ever`,
    )
  if (to !== undefined && 'fields' in to) return
  throw new UsageError(
    'BAD_VALUE',
    `${cut(name)} refers to ${cut(field.to)}, which is no collection`,
  )
}
