import {
  cut,
  ITEM,
  type Json,
  jsonFromValue,
  located,
  type RefField,
  rowKey,
  UsageError,
  validated,
  type ValueField,
} from '@react-collab/core'

/** What a schema knows of fields, by their names; members of other kinds may stand among them. */
export type KnownFields = Readonly<Record<string, { readonly kind: string }>>

/**
 * Reads what is about to be written to a field, as its validator has it where the schema gives one.
 *
 * Errors  `UsageError` that names the field
 */
export function fieldJson(name: string, value: unknown, known: KnownFields | undefined): Json {
  const field = known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined
  try {
    if (field?.kind === 'ref') checkRef(value, field as RefField)
    return valueJson(value, field as Partial<ValueField<unknown>> | undefined)
  } catch (error) {
    throw error instanceof UsageError
      ? located(error, name === ITEM ? 'the item' : `field ${cut(name)}`)
      : error
  }
}

/** What names no row would be shown as if it referred to nothing; null does, and says so. */
function checkRef(value: unknown, { to }: RefField): void {
  if (value === null) return
  if (typeof value !== 'string')
    throw new UsageError(
      'BAD_VALUE',
      `it holds the id of a row of ${cut(to)} or null, not ${cut(value)}`,
    )
  rowKey(to, value)
}

const valueJson = (
  value: unknown,
  field: Pick<ValueField<unknown>, 'validator'> | undefined,
): Json => jsonFromValue(field?.validator === undefined ? value : validated(field.validator, value))
