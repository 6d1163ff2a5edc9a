import type { ObjectSpec, RootOf } from '@react-collab/core'
import type { IsEqual } from '../react/is-same.js'
import { type ObjectRef, type Target } from '../object-ref.js'
import { awaited } from '../react/target.js'
import {
  type Selector,
  type SetFields,
  useSharedObject as useLoadingObject,
} from '../react/use-shared-object.js'
import type { FieldValues } from '../shared-object.js'

/**
 * Reads an object's own fields and gives the function that changes them; suspends until they are
 * read from disk, and throws the error of a disk that cannot be read.
 *
 * ```tsx
 * const [todo, change] = useSharedObject<Todo>('todo-1')
 * ```
 */
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
  selector?: Selector<never, unknown>,
  isEqual?: IsEqual<unknown>,
): readonly [unknown, SetFields<FieldValues>] {
  return useLoadingObject(awaited(target) as string, selector as never, isEqual)
}
