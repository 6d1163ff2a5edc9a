import type { ListsOf, ObjectSpec, Value } from '@react-collab/core'
import { type ObjectRef, type Target } from '../object-ref.js'
import { awaited, type ItemIn } from '../react/target.js'
import { type List, type ListOptions, useList as useLoadingList } from '../react/use-list.js'

/** A list that has been read. */
export type ReadyList<T> = Extract<List<T>, { readonly status: 'ready' }>

/**
 * Reads a list and gives the functions that write it; suspends until it is read from disk, and
 * throws the error of a disk that cannot be read.
 *
 * ```tsx
 * const { data, move } = useList<Todo>('home', 'todos')
 * ```
 */
export function useList<O extends ObjectSpec, L extends ListsOf<O>>(
  target: ObjectRef<O>,
  name: L,
  options?: ListOptions<ItemIn<O, L>>,
): ReadyList<ItemIn<O, L>>
export function useList<T = Readonly<Record<string, Value>>>(
  target: string,
  name: string,
  options?: ListOptions<NoInfer<T>>,
): ReadyList<T>
export function useList(target: Target, name: string, options?: ListOptions<never>): unknown {
  return useLoadingList(awaited(target) as string, name, options as object)
}
