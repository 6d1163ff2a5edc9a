import type {
  Collection,
  CounterField,
  DataObject,
  Field,
  Fields,
  ObjectSpec,
  RowList,
  Stream,
  TextField,
  ValueField,
  ValueList,
} from '@react-collab/core'
import { checkObject } from '../argument.js'
import type { Unsubscribe } from '../listeners.js'
import type { SharedObject } from '../shared-object.js'
import { ObjectSource } from './object-source.js'

type FieldValue<F> =
  F extends ValueField<infer T>
    ? T
    : F extends CounterField
      ? number
      : F extends TextField
        ? string
        : never

type Always<F extends Fields> = {
  readonly [K in keyof F as F[K] extends TextField | CounterField ? K : never]: FieldValue<F[K]>
}

type Maybe<F extends Fields> = {
  readonly [K in keyof F as F[K] extends TextField | CounterField ? never : K]?: FieldValue<F[K]>
}

type RowValue<F extends Fields> = Always<F> & Maybe<F>

/** The value of an object of a schema, as streams show it. */
export type ObjectValue<O extends ObjectSpec> = {
  readonly [K in keyof O as O[K] extends ValueField<unknown> ? never : K]: O[K] extends ValueList<
    infer T
  >
    ? readonly T[]
    : O[K] extends RowList<infer F>
      ? readonly (RowValue<F> & { readonly id: string })[]
      : O[K] extends Collection<infer F>
        ? Readonly<Record<string, RowValue<F>>>
        : FieldValue<O[K]>
} & {
  readonly [K in keyof O as O[K] extends ValueField<unknown> ? K : never]?: O[K] extends Field
    ? FieldValue<O[K]>
    : never
}

/** A stream of an object; it can also say when there is something to ask for. */
export interface SharedStream<V = DataObject> extends Stream<V> {
  append(change: Parameters<Stream<V>['append']>[0]): SharedStream<V>
  latest(): SharedStream<V>
  /** Calls `listener` after each change of the object, whatever of it. */
  subscribe(listener: () => void): Unsubscribe
}

const sources = new WeakMap<SharedObject, () => ObjectSource | undefined>()

/**
 * Gives a stream of an object's value: its own fields by name, its collections as maps by id or as
 * lists.
 *
 * ```ts
 * const board = streamOf(object)
 * const title = substream<string>(board, ['todos', 0, 'title'])
 * spliceStream(title, 0, 3, 'Buy')
 * title.latest().value
 * ```
 * An edit is written to the object as any other is; it may be of a value that is behind, and is
 * carried past what happened since. What others do comes by `next`.
 *
 * Errors  `append`: `UsageError` NOT_LOADED before the object was read from disk, and whatever the
 *         change or a value in it does not fit; nothing is written then
 */
export function streamOf<V = DataObject>(object: SharedObject): SharedStream<V> {
  checkObject(object)
  const known = sources.get(object)?.()
  const source = known ?? new ObjectSource(object)
  if (known === undefined) sources.set(object, object.replica.platform.weak(source))
  // The schema says what is in it.
  return source.latest as SharedStream<unknown> as SharedStream<V>
}
