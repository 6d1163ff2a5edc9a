import {
  cut,
  ITEM,
  type Json,
  jsonFromValue,
  located,
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
    return valueJson(value, field as Partial<ValueField<unknown>> | undefined)
  } catch (error) {
    throw error instanceof UsageError
      ? located(error, name === ITEM ? 'the item' : `field ${cut(name)}`)
      : error
  }
}

const valueJson = (
  value: unknown,
  field: Pick<ValueField<unknown>, 'validator'> | undefined,
): Json => jsonFromValue(field?.validator === undefined ? value : validated(field.validator, value))
