import type { CollabError } from '@react-collab/core'
import { type Conversion, convertedOf, type Converter } from '../convert.js'
import type { FieldValues } from '../shared-object.js'
import { type IsEqual, isSame } from './is-same.js'
import type { Source } from './use-slice.js'

/** What is shown of a converted object. */
export interface Shown {
  readonly value: unknown
  readonly error: CollabError | undefined
}

/** Reads an object's own fields in an app's own shape. */
export const convertedSource = (
  converter: Converter<unknown, FieldValues>,
): Source<Conversion<unknown>> => ({
  read: (object) => convertedOf(object, converter).conversion,
  listen: (object, listener) => object.subscribe(listener),
})

/** Selects from the converted value; the selector never sees a value that is not there. */
export const shownOf =
  (selector: ((value: never) => unknown) | undefined) =>
  ({ value, error }: Conversion<unknown>): Shown => {
    const isWhole = value === undefined || selector === undefined
    return { value: isWhole ? value : selector(value as never), error }
  }

/** Compares what is shown, as `isEqual` compares values. */
export const sameShown =
  (isEqual: IsEqual<never> = isSame): IsEqual<Shown> =>
  (a, b) =>
    a.error === b.error && isEqual(a.value as never, b.value as never)
