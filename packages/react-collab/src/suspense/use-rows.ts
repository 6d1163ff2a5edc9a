import { type CollectionsOf, cut, type ObjectSpec, UsageError } from '@react-collab/core'
import { type ObjectRef, type Target } from '../object-ref.js'
import { awaited, type RowIn } from '../react/target.js'
import { type Rows, type RowsOptions, useRows as useLoadingRows } from '../react/use-rows.js'
import type { FieldValues } from '../shared-object.js'

/** Rows that have been read. */
export type ReadyRows<T> = Extract<Rows<T>, { readonly status: 'ready' }>

/**
 * Reads the rows of a collection and gives the functions that write them; suspends until they are
 * read from disk, and throws the error of a disk that cannot be read.
 *
 * ```tsx
 * const { data, add } = useRows<Todo>('list-1', 'todos', { orderBy: 'title' })
 * ```
 */
export function useRows<O extends ObjectSpec, C extends CollectionsOf<O>>(
  target: ObjectRef<O>,
  collection: C,
  options?: RowsOptions<RowIn<O, C>>,
): ReadyRows<RowIn<O, C>>
export function useRows<T = FieldValues>(
  target: string,
  collection: string,
  options?: RowsOptions<T>,
): ReadyRows<T>
export function useRows(target: Target, collection: string, options?: RowsOptions<never>): unknown {
  const aim = awaited(target) as string
  const rows = useLoadingRows(aim, collection, options as RowsOptions<FieldValues>)
  // What was waited for is the object: parts of it that are read as they are shown are still to come.
  if (rows.status === 'loading')
    throw new UsageError('UNKNOWN_COLLECTION', `${cut(collection)} is windowed: use react-collab`)
  return rows
}
