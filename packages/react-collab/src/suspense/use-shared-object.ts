import type { ObjectSpec, RootOf } from '@react-collab/core'
import type { IsEqual } from '../react/is-same.js'
import { type ObjectRef, type Target } from '../object-ref.js'
import { awaited } from '../react/target.js'
import {
  type ConvertedValue,
  type ConverterOptions,
  type Selector,
  type SetFields,
  useSharedObject as useLoadingObject,
} from '../react/use-shared-object.js'
import type { FieldValues } from '../shared-object.js'

/**
 * Reads an object's own fields and gives the function that changes them; suspends until they are
 * read from disk, and throws the error of a disk that cannot be read, or of a converter that has not
 * given a value yet.
 *
 * ```tsx
 * const [todo, change] = useSharedObject<Todo>('todo-1')
 * ```
 */
export function useSharedObject<O extends ObjectSpec, A, S = A>(
  target: ObjectRef<O>,
  options: ConverterOptions<RootOf<O>, A, S>,
): ConvertedValue<A, S>
export function useSharedObject<A, S = A, F = FieldValues>(
  target: string,
  options: ConverterOptions<F, A, S>,
): ConvertedValue<A, S>
export function useSharedObject<O extends ObjectSpec>(
  target: ObjectRef<O>,
): readonly [value: RootOf<O>, change: SetFields<RootOf<O>>]
export function useSharedObject<O extends ObjectSpec, S>(
  target: ObjectRef<O>,
  selector: Selector<RootOf<O>, S>,
  isEqual?: IsEqual<S>,
): readonly [slice: S, change: SetFields<RootOf<O>>]
export function useSharedObject<T = FieldValues>(
  target: string,
): readonly [value: T, change: SetFields<T>]
export function useSharedObject<T, S>(
  target: string,
  selector: Selector<T, S>,
  isEqual?: IsEqual<S>,
): readonly [slice: S, change: SetFields<T>]
export function useSharedObject(
  target: Target,
  selector?: unknown,
  isEqual?: IsEqual<unknown>,
): readonly [unknown, unknown, unknown?] {
  const result = useLoadingObject(awaited(target) as string, selector as never, isEqual)
  const [value, , error] = result as readonly [unknown, unknown, unknown?]
  // There never was a value to show.
  if (error instanceof Error && value === undefined) throw error
  return result
}
