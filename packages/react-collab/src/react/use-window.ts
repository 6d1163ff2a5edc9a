import type { CollectionsOf, ObjectSpec } from '@react-collab/core'
import { useEffect, useMemo, useState } from 'react'
import type { ObjectRef, Target } from '../object-ref.js'
import type { FieldValues, SharedObject } from '../shared-object.js'
import type { RowView } from '../sorted-rows.js'
import { checkRank } from '../windows/check-rank.js'
import type { RowWindow, WindowRows } from '../windows/row-window.js'
import { checkOptions } from './check-options.js'
import { type RowActions, type Shown, useRowActions } from './row-actions.js'
import type { RowIn } from './target.js'
import { type Source, useSlice } from './use-slice.js'
import { type RowsState, stateOf } from './use-rows.js'

/** Which rows of a windowed collection to show. */
export interface WindowRange<T> {
  /** One of the fields that the schema names in `windowed`. */
  readonly orderBy: NoInfer<keyof T & string>
  /** The other way round; rows without the field are first then. */
  readonly descending?: boolean | undefined
  /** How many rows are before the first one. */
  readonly start: number
  readonly count: number
}

/**
 * A part of a windowed collection: `data` are rows that follow each other, `start` of `total` rows are
 * before them.
 */
export type Window<T> = RowsState<readonly Shown<T>[]> &
  RowActions<T> & {
    readonly start: number
    /** How many rows the collection has. */
    readonly total: number
    /** Rows that were asked for are still being read; those that are here are in `data`. */
    readonly isLoading: boolean
    /** The row at a place in the whole order; undefined where it is not in `data`. */
    readonly at: (index: number) => Shown<T> | undefined
  }

/**
 * Shows the rows of a windowed collection that a virtual list has on the screen, of however many.
 *
 * ```tsx
 * const { total, at } = useWindow(ref.book('team'), 'contacts', { orderBy: 'name', start, count: 50 })
 * ```
 * As many rows on each side are read along, so that scrolling finds them there.
 */
export function useWindow<O extends ObjectSpec, C extends CollectionsOf<O>>(
  target: ObjectRef<O>,
  collection: C,
  range: WindowRange<RowIn<O, C>>,
): Window<RowIn<O, C>>
export function useWindow<T = FieldValues>(
  target: string,
  collection: string,
  range: WindowRange<T>,
): Window<T>
export function useWindow(target: Target, collection: string, range: WindowRange<never>): unknown {
  checkOptions(range, ['orderBy', 'descending', 'start', 'count'])
  const { orderBy, descending, start, count } = range
  checkRank('start', start)
  checkRank('count', count)
  const [first] = useState({ start, count })
  const source = useMemo(
    () => windowSource(collection, { orderBy, descending }, first),
    [collection, orderBy, descending, first],
  )
  useEffect(() => source.want({ start, count }), [source, start, count])
  const slice = useSlice(target, source, (shown: WindowRows) => shown)
  const actions = useRowActions(target, collection)
  return useMemo(() => {
    const state = stateOf(slice)
    return { ...state, ...partOf(state.data), ...actions }
  }, [slice, actions])
}

function partOf(shown: WindowRows | undefined): object {
  const { rows, start = 0, total = 0, isLoading = true } = shown ?? {}
  return {
    data: rows,
    start,
    total,
    isLoading,
    at: (index: number): RowView | undefined => rows?.[index - start],
  }
}

interface Wish {
  readonly start: number
  readonly count: number
}

/** Reads a part of a collection; `want` says which. */
function windowSource(
  collection: string,
  order: Parameters<SharedObject['window']>[1],
  first: Wish,
): Source<WindowRows> & { want(wish: Wish): void } {
  let of: SharedObject | undefined
  let window: RowWindow | undefined
  let wish = first
  const windowOf = (object: SharedObject): RowWindow => {
    if (window !== undefined && of === object) return window
    of = object
    window = object.window(collection, order)
    window.want(wish.start, wish.count)
    return window
  }
  return {
    want(next) {
      wish = next
      window?.want(wish.start, wish.count)
    },
    read(object) {
      const opened = windowOf(object)
      return object.ready ? opened.read() : undefined
    },
    listen: (object, listener) => windowOf(object).subscribe(listener),
  }
}
