import type { CounterField, ObjectSpec, PathsOf } from '@react-collab/core'
import { useCallback, useMemo } from 'react'
import { StorageError } from '@react-collab/core'
import type { Written } from '../edit.js'
import type { FieldPath } from '../field-path.js'
import { aimAt, type ObjectRef, type Target } from '../object-ref.js'
import { useClient } from './use-client.js'
import { usePath } from './use-path.js'
import { type Source, useSlice } from './use-slice.js'

/** Adds to a counter: a whole number, 1 where none is given. */
export type Add = (by?: number) => Written

const counterSource = (path: FieldPath): Source<number> => ({
  read: (object) => (object.ready ? object.counter(path).value : undefined),
  listen: (object, listener) => object.counter(path).subscribe(listener),
})

const same = (value: number): number => value

/**
 * Reads a counter and gives the function that adds to it; what is added at the same time, also
 * offline, is added up.
 *
 * ```tsx
 * const [likes, add] = useCounter('post-1', 'likes')
 * const [votes, vote] = useCounter('poll', ['options', id, 'votes'])
 * <button onClick={() => add()}>{likes}</button>
 * ```
 * The number is undefined while the object is being read from disk; `add` works from the start.
 */
export function useCounter<O extends ObjectSpec>(
  target: ObjectRef<O>,
  path: PathsOf<O, CounterField>,
): readonly [value: number | undefined, add: Add]
export function useCounter(
  target: string,
  path: FieldPath,
): readonly [value: number | undefined, add: Add]
export function useCounter(
  target: Target,
  path: FieldPath,
): readonly [value: number | undefined, add: Add] {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const place = usePath(path)
  const source = useMemo(() => counterSource(place), [place])
  const add = useCallback<Add>(
    (by) => client.peek(id, spec).counter(place).add(by),
    [client, id, spec, place],
  )
  const value = useSlice(target, source, same)
  return [value instanceof StorageError ? undefined : value, add]
}
