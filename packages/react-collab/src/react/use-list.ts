import type { ListsOf, ObjectSpec, Value } from '@react-collab/core'
import { useMemo } from 'react'
import type { Written } from '../edit.js'
import { listOf } from '../list/list-of.js'
import type { Inserted, ObjectList } from '../list/object-list.js'
import { aimAt, type ObjectRef, type Target } from '../object-ref.js'
import type { Added, Change } from '../shared-object.js'
import type { RowView } from '../sorted-rows.js'
import { checkOptions } from './check-options.js'
import type { Fields, Shown } from './row-actions.js'
import type { ItemIn, ValueItem } from './target.js'
import { useClient } from './use-client.js'
import { firstOf, type RowsState, stateOf } from './use-rows.js'
import { type Source, useSlice } from './use-slice.js'

/** Which list, and which of its items. */
export interface ListOptions<T> {
  /** The id of the row that holds the list; the collection's main list without one. */
  readonly within?: string | undefined
  /** May be an inline function: items that stay shown render nothing. */
  readonly where?: ((item: Shown<T>) => boolean) | undefined
  readonly limit?: number | undefined
}

/** What an item is made of: fields, with an id of your own if you want, or a value. */
export type NewItem<T> = T extends ValueItem<infer V> ? V : Fields<T> & { readonly id?: string }

/** How an item changes: fields of it, or another value. */
export type ItemChange<T> = T extends ValueItem<infer V> ? V : Change<Fields<T>>

/** The functions that write a list; stable, and usable before anything has loaded. */
export interface ListActions<T> {
  /** Puts an item at the end. */
  readonly add: (item: NewItem<T>) => Added
  /** Puts items before the one that stands at `index`, in this order. */
  readonly insert: (index: number, ...items: readonly NewItem<T>[]) => Inserted
  /** Moves an item to an index of the list, `where` or not; also from another list. */
  readonly move: (id: string, toIndex: number) => Written
  /** Moves items before another one, to the end without one; what a filtered list needs. */
  readonly moveBefore: (ids: string | readonly string[], otherId?: string) => Written
  /** Changes fields of an item, or its value. */
  readonly update: (id: string, change: ItemChange<T>) => Written
  /** Deletes an item; its place is kept for it. */
  readonly remove: (id: string) => Written
  /** Shows a deleted item again, where it was. */
  readonly restore: (id: string) => Written
}

/** The items of a list, and the functions that write it. */
export type List<T> = RowsState<readonly Shown<T>[]> & ListActions<T>

/**
 * Reads a list and gives the functions that write it.
 *
 * ```tsx
 * const { data, add, move } = useList<Todo>('home', 'todos')
 * add({ text: 'Milk' })
 * move(dragged.id, 0)
 * return data?.map((todo) => <li key={todo.id}>{todo.text}</li>)
 * ```
 * Items that did not change keep their identity, also when they are moved: give a memoized component
 * the item, and dragging renders the list but none of its items.
 */
export function useList<O extends ObjectSpec, L extends ListsOf<O>>(
  target: ObjectRef<O>,
  name: L,
  options?: ListOptions<ItemIn<O, L>>,
): List<ItemIn<O, L>>
export function useList<T = Readonly<Record<string, Value>>>(
  target: string,
  name: string,
  options?: ListOptions<NoInfer<T>>,
): List<T>
export function useList(target: Target, name: string, options: ListOptions<never> = {}): unknown {
  checkOptions(options, ['within', 'where', 'limit'])
  const { within, limit } = options
  const where = options.where as ((item: RowView) => boolean) | undefined
  const select = useMemo(
    () => (items: readonly RowView[]) => firstOf(where ? items.filter(where) : items, limit),
    [where, limit],
  )
  const source = useMemo(() => listSource(name, within), [name, within])
  const slice = useSlice(target, source, select)
  const actions = useListActions(target, name, within)
  return useMemo(() => ({ ...stateOf(slice), ...actions }), [slice, actions])
}

const listSource = (name: string, within: string | undefined): Source<readonly RowView[]> => ({
  read(object) {
    const list = listOf(object, name, { within })
    return object.ready ? list.items : undefined
  },
  listen: (object, listener) => listOf(object, name, { within }).subscribe(listener),
})

function useListActions(
  target: Target,
  name: string,
  within: string | undefined,
): ListActions<RowView> {
  const client = useClient()
  const { id, spec } = aimAt(target)
  return useMemo(
    () => actionsOf(() => listOf(client.peek(id, spec), name, { within })),
    [client, id, spec, name, within],
  )
}

const actionsOf = (list: () => ObjectList): ListActions<RowView> => ({
  add: (item) => list().add(item),
  insert: (index, ...items) => list().insert(index, ...items),
  move: (id, toIndex) => list().moveTo(id, toIndex),
  moveBefore: (ids, otherId) => list().moveBefore(ids, otherId),
  update: (id, change) => list().update(id, change),
  remove: (id) => list().remove(id),
  restore: (id) => list().restore(id),
})
