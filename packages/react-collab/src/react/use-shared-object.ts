import { type ObjectSpec, type RootOf, StorageError } from '@react-collab/core'
import { useCallback } from 'react'
import type { Written } from '../edit.js'
import type { Change, FieldValues } from '../shared-object.js'
import type { RowView } from '../sorted-rows.js'
import { checkSelector } from './check-options.js'
import type { IsEqual } from './is-same.js'
import { aimAt, type ObjectRef, type Target } from '../object-ref.js'
import { useClient } from './use-client.js'
import { type Source, useSlice } from './use-slice.js'

/** Writes fields; what was equal already is not written. */
export type SetFields<T> = (change: Change<T>) => Written

/** Which part of a value to show; without `isEqual`, slices are compared by content. */
export interface Selection<T, S> {
  readonly selector: (value: T) => S
  readonly isEqual?: IsEqual<S> | undefined
}

/** A selector, alone or with its `isEqual`. */
export type Selector<T, S> = Selection<T, S>['selector'] | Selection<T, S>

const fields: Source<RowView> = {
  read: (object) => object.get(),
  listen: (object, listener) => object.subscribe(listener),
}

/** Shows the value as it is. */
const whole = (value: unknown): unknown => value

/**
 * Reads an object's own fields and gives the function that changes them.
 *
 * ```tsx
 * const [todo, change] = useSharedObject<Todo>('todo-1')
 * const [title] = useSharedObject('todo-1', (todo: Todo) => todo.title)
 * change({ done: true })
 * change((draft) => { delete draft.due })
 * await change({ done: true }).local
 * ```
 * The value is undefined while the object is being read from disk; `change` works from the start.
 */
export function useSharedObject<O extends ObjectSpec>(
  target: ObjectRef<O>,
): readonly [value: RootOf<O> | undefined, change: SetFields<RootOf<O>>]
export function useSharedObject<O extends ObjectSpec, S>(
  target: ObjectRef<O>,
  selector: Selector<RootOf<O>, S>,
  isEqual?: IsEqual<S>,
): readonly [slice: S | undefined, change: SetFields<RootOf<O>>]
export function useSharedObject<T = FieldValues>(
  target: Target,
): readonly [value: T | undefined, change: SetFields<T>]
export function useSharedObject<T, S>(
  target: Target,
  selector: Selector<T, S>,
  isEqual?: IsEqual<S>,
): readonly [slice: S | undefined, change: SetFields<T>]
export function useSharedObject(
  target: Target,
  selector?: Selector<never, unknown>,
  isEqual?: IsEqual<unknown>,
): readonly [unknown, SetFields<FieldValues>] {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const change = useCallback<SetFields<FieldValues>>(
    (values) => client.peek(id, spec).change(values),
    [client, id, spec],
  )
  return [useSelection(target, fields, selector, isEqual), change]
}

/** Reads what a selector selects of one row, or all of it. */
export function useSelection(
  target: Target,
  source: Source<RowView>,
  selector: Selector<never, unknown> | undefined,
  isEqual: IsEqual<unknown> | undefined,
): unknown {
  checkSelector(selector)
  const selection = typeof selector === 'object' ? selector : { selector, isEqual }
  const select = (selection.selector ?? whole) as (row: RowView) => unknown
  const slice = useSlice(target, source, select, selection.isEqual)
  return slice instanceof StorageError ? undefined : slice
}
