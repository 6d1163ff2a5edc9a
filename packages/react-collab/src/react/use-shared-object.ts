import { type CollabError, type ObjectSpec, type RootOf, StorageError } from '@react-collab/core'
import { useMemo } from 'react'
import { type Converter, convertedOf } from '../convert.js'
import type { Written } from '../edit.js'
import type { Change, FieldValues, SharedObject } from '../shared-object.js'
import type { RowView } from '../sorted-rows.js'
import { checkConversion, checkSelector } from './check-options.js'
import { convertedSource, sameShown, type Shown, shownOf } from './converted-source.js'
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

/** An app's own shape of an object, and which part of it to show. */
export interface ConverterOptions<F, A, S = A> {
  /** Always the same one: declare it outside of components. */
  readonly converter: Converter<A, F>
  readonly selector?: ((value: A) => S) | undefined
  readonly isEqual?: IsEqual<S> | undefined
}

/** Takes another value of the app's own, or what a function makes of the present one. */
export type SetValue<A> = (next: A | ((value: A) => A)) => Written

/** What a converted object is read as; `error` says why its present state cannot be converted. */
export type ConvertedValue<A, S> = readonly [
  value: S,
  set: SetValue<A>,
  error: CollabError | undefined,
]

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
 *
 * With a converter the value is of the app's own shape, such as an instance of a class, and what sets
 * it takes another one; only what differs is written. Where the object cannot be converted the last
 * good value is shown, with the error beside it:
 *
 * ```tsx
 * const [todo, setTodo, error] = useSharedObject('todo-1', { converter: todoConverter })
 * setTodo((now) => now.withTitle('Milk'))
 * ```
 */
export function useSharedObject<O extends ObjectSpec, A, S = A>(
  target: ObjectRef<O>,
  options: ConverterOptions<RootOf<O>, A, S>,
): ConvertedValue<A, S | undefined>
export function useSharedObject<A, S = A, F = FieldValues>(
  target: string,
  options: ConverterOptions<F, A, S>,
): ConvertedValue<A, S | undefined>
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
  selector?: Selector<never, unknown> | AnyConversion,
  isEqual?: IsEqual<unknown>,
): readonly [unknown, unknown, unknown?] {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const conversion = conversionOf(selector)
  const converter = conversion?.converter
  const source = useMemo(
    () => (converter === undefined ? fields : convertedSource(converter)),
    [converter],
  )
  const write = useMemo(() => {
    const object = (): SharedObject => client.peek(id, spec)
    if (converter === undefined) return (change: Change) => object().change(change)
    return (next: unknown) => convertedOf(object(), converter).set(next)
  }, [client, id, spec, converter])
  const selection = useShownSelection(conversion)
  const plain = conversion === undefined ? (selector as Selector<never, unknown>) : undefined
  const slice = useSelection(target, source, selection ?? plain, isEqual)
  if (converter === undefined) return [slice, write]
  const { value, error } = (slice ?? {}) as Partial<Shown>
  return [value, write, error]
}

type AnyConversion = ConverterOptions<FieldValues, unknown, unknown>

function conversionOf(options: unknown): AnyConversion | undefined {
  if (typeof options !== 'object' || options === null || !('converter' in options)) return undefined
  checkConversion(options)
  return options as AnyConversion
}

function useShownSelection(
  conversion: AnyConversion | undefined,
): Selection<never, unknown> | undefined {
  const isConverted = conversion !== undefined
  const { selector, isEqual } = conversion ?? {}
  return useMemo(() => {
    if (!isConverted) return undefined
    return { selector: shownOf(selector), isEqual: sameShown(isEqual) } as Selection<never, unknown>
  }, [isConverted, selector, isEqual])
}

/** Reads what a selector selects of one row, or all of it. */
export function useSelection(
  target: Target,
  source: Source<unknown>,
  selector: Selector<never, unknown> | undefined,
  isEqual: IsEqual<unknown> | undefined,
): unknown {
  checkSelector(selector)
  const selection = typeof selector === 'object' ? selector : { selector, isEqual }
  const select = (selection.selector ?? whole) as (row: unknown) => unknown
  const slice = useSlice(target, source, select, selection.isEqual)
  return slice instanceof StorageError ? undefined : slice
}
