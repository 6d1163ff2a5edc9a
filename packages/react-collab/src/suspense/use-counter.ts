import type { CounterField, ObjectSpec, PathsOf } from '@react-collab/core'
import type { FieldPath } from '../field-path.js'
import { type ObjectRef, type Target } from '../object-ref.js'
import { awaited } from '../react/target.js'
import { type Add, useCounter as useLoadingCounter } from '../react/use-counter.js'

/**
 * Reads a counter and gives the function that adds to it; suspends until it is read from disk, and
 * throws the error of a disk that cannot be read.
 *
 * ```tsx
 * const [likes, add] = useCounter('post-1', 'likes')
 * ```
 */
export function useCounter<O extends ObjectSpec>(
  target: ObjectRef<O>,
  path: PathsOf<O, CounterField>,
): readonly [value: number, add: Add]
export function useCounter(target: string, path: FieldPath): readonly [value: number, add: Add]
export function useCounter(target: Target, path: FieldPath): unknown {
  return useLoadingCounter(awaited(target) as string, path)
}
