import { type CollectionsOf, type ObjectSpec, StorageError } from '@react-collab/core'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { FieldValues } from '../shared-object.js'
import type { Compare, RowView } from '../sorted-rows.js'
import { checkOptions } from './check-options.js'
import { type RowActions, type Shown, useRowActions } from './row-actions.js'
import { rowsSource, type RowWish } from './rows-source.js'
import type { ObjectRef, Target } from '../object-ref.js'
import type { Owned, RowIn } from './target.js'
import { useSlice } from './use-slice.js'

/** Which rows to show, and how. */
export interface RowsOptions<T> {
  /** May be an inline function: rows that stay shown render nothing. */
  readonly where?: ((row: Shown<T>) => boolean) | undefined
  /** A field, or a comparison; give a stable function, for each new one sorts anew. */
  readonly orderBy?: NoInfer<keyof T & string> | ((a: Shown<T>, b: Shown<T>) => number) | undefined
  readonly descending?: boolean | undefined
  readonly limit?: number | undefined
  /** Shows the deleted rows instead. */
  readonly deleted?: boolean | undefined
  /** Of an owned collection: shows the rows that may be written here. */
  readonly owner?: (T extends Owned ? 'me' : never) | undefined
}

/**
 * How a collection stands: `data` is undefined until the disk was read, and only then a list.
 *
 * `failed` ends when the disk can be read; where `error` is `CORRUPT`, `useClient().reload(id)` loads
 * the object from the server again and keeps what was not sent.
 */
export type RowsState<D> =
  | { readonly status: 'loading'; readonly data: undefined; readonly error: undefined }
  | { readonly status: 'ready'; readonly data: D; readonly error: undefined }
  | { readonly status: 'failed'; readonly data: undefined; readonly error: StorageError }

/** Rows, and the functions that write them. */
export type Rows<T> = RowsState<readonly Shown<T>[]> & RowActions<T>

/**
 * Reads the rows of a collection and gives the functions that write them.
 *
 * ```tsx
 * const todos = useRows<Todo>('list-1', 'todos', { where: (todo) => !todo.done, orderBy: 'title' })
 * if (todos.status !== 'ready') return <Spinner />
 * return todos.data.map((todo) => <li key={todo.id} onClick={() => todos.remove(todo.id)} />)
 * ```
 * Rows that did not change keep their identity, and so does the list.
 */
export function useRows<O extends ObjectSpec, C extends CollectionsOf<O>>(
  target: ObjectRef<O>,
  collection: C,
  options?: RowsOptions<RowIn<O, C>>,
): Rows<RowIn<O, C>>
export function useRows<T = FieldValues>(
  target: string,
  collection: string,
  options?: RowsOptions<T>,
): Rows<T>
export function useRows(
  target: Target,
  collection: string,
  options: RowsOptions<never> = {},
): unknown {
  checkOptions(options, ['where', 'orderBy', 'descending', 'limit', 'deleted', 'owner'])
  const { limit, owner } = options
  const given = options.where as ((row: RowView) => boolean) | undefined
  const where = useMemo(() => (owner === undefined ? given : mineAnd(given)), [given, owner])
  const select = useCallback(
    (rows: readonly RowView[]) => firstOf(where ? rows.filter(where) : rows, limit),
    [where, limit],
  )
  const state = useRowsState(
    target,
    collection,
    { ...options, where } as RowsOptions<never>,
    select,
  )
  const actions = useRowActions(target, collection)
  return useMemo(() => ({ ...state, ...actions }), [state, actions])
}

const mineAnd =
  (where: (row: RowView) => boolean = () => true) =>
  (row: RowView): boolean =>
    row['mine'] === true && where(row)

/** The first `limit` rows; all of them are the same list. */
export const firstOf = (rows: readonly RowView[], limit: number | undefined): readonly RowView[] =>
  limit === undefined ? rows : rows.slice(0, limit)

/** Reads what `select` makes of a collection's sorted rows; `usual` orders them where `orderBy` does not. */
export function useRowsState<D>(
  target: Target,
  collection: string,
  { orderBy, descending, deleted, limit, owner, ...options }: RowsOptions<never>,
  select: (rows: readonly RowView[]) => D,
  usual?: string,
): RowsState<D> {
  const where = options.where as RowWish['where']
  const isPicking = where !== undefined
  const isOwn = owner !== undefined
  const [first] = useState<RowWish>({ limit, where })
  const source = useMemo(
    () =>
      rowsSource(
        {
          collection,
          orderBy: orderBy as string | Compare | undefined,
          usual,
          descending,
          deleted,
          isPicking,
          isOwn,
        },
        first,
      ),
    [collection, orderBy, usual, descending, deleted, isPicking, isOwn, first],
  )
  useEffect(() => {
    source.want({ limit, where })
  }, [source, limit, where])
  const slice = useSlice(target, source, select)
  return useMemo(() => stateOf(slice), [slice])
}

/** Tells how what was read stands. */
export function stateOf<D>(slice: D | StorageError | undefined): RowsState<D> {
  if (slice === undefined) return { status: 'loading', data: undefined, error: undefined }
  return slice instanceof StorageError
    ? { status: 'failed', data: undefined, error: slice }
    : { status: 'ready', data: slice, error: undefined }
}
