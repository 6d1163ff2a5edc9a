import type {
  CollectionsOf,
  CounterField,
  ListsOf,
  PathsOf,
  RootOf,
  Schema,
} from '@react-collab/core'
import { type Collab, type Kinds, refsOf } from '../react/create-collab.js'
import { type ObjectHooks, objectHooks } from '../react/object-hooks.js'
import { useAnchor } from '../react/use-anchor.js'
import { useFold } from '../react/use-fold.js'
import { useMarks } from '../react/use-marks.js'
import type { IsEqual } from '../react/is-same.js'
import type { ObjectRef } from '../object-ref.js'
import type { ItemIn, RowIn } from '../react/target.js'
import type { ContactsOptions } from '../react/use-contacts.js'
import type { Add } from '../react/use-counter.js'
import type { ListOptions } from '../react/use-list.js'
import type { OverwrittenOptions } from '../react/use-overwritten.js'
import type { RowsOptions } from '../react/use-rows.js'
import type {
  ConvertedValue,
  ConverterOptions,
  Selector,
  SetFields,
} from '../react/use-shared-object.js'
import { useText } from '../react/use-text.js'
import { useWindow } from '../react/use-window.js'
import { type ReadyContacts, useContacts } from './use-contacts.js'
import { useCounter } from './use-counter.js'
import { type ReadyList, useList } from './use-list.js'
import { type ReadyOverwritten, useOverwritten } from './use-overwritten.js'
import { useRow } from './use-row.js'
import { type ReadyRows, useRows } from './use-rows.js'
import { useSharedObject } from './use-shared-object.js'

/** References and suspending hooks of one schema. */
export interface SuspenseCollab<O extends Kinds>
  extends ObjectHooks<ObjectRef<O[keyof O]>>,
    Pick<
      Collab<O>,
      'ref' | 'useRow' | 'useText' | 'useFold' | 'useMarks' | 'useAnchor' | 'useWindow'
    > {
  readonly useSharedObject: {
    <S extends O[keyof O], A, T = A>(
      target: ObjectRef<S>,
      options: ConverterOptions<RootOf<S>, A, T>,
    ): ConvertedValue<A, T>
    <S extends O[keyof O]>(
      target: ObjectRef<S>,
    ): readonly [value: RootOf<S>, change: SetFields<RootOf<S>>]
    <S extends O[keyof O], T>(
      target: ObjectRef<S>,
      selector: Selector<RootOf<S>, T>,
      isEqual?: IsEqual<T>,
    ): readonly [slice: T, change: SetFields<RootOf<S>>]
  }
  readonly useRows: <S extends O[keyof O], C extends CollectionsOf<S>>(
    target: ObjectRef<S>,
    collection: C,
    options?: RowsOptions<RowIn<S, C>>,
  ) => ReadyRows<RowIn<S, C>>
  readonly useList: <S extends O[keyof O], L extends ListsOf<S>>(
    target: ObjectRef<S>,
    list: L,
    options?: ListOptions<ItemIn<S, L>>,
  ) => ReadyList<ItemIn<S, L>>
  readonly useCounter: <S extends O[keyof O]>(
    target: ObjectRef<S>,
    path: PathsOf<S, CounterField>,
  ) => readonly [value: number, add: Add]
  readonly useOverwritten: <S extends O[keyof O]>(
    target: ObjectRef<S>,
    options?: OverwrittenOptions,
  ) => ReadyOverwritten
  readonly useContacts: <S extends O[keyof O]>(
    target: 'contacts' extends CollectionsOf<S> ? ObjectRef<S> : never,
    options?: ContactsOptions<RowIn<S, 'contacts' & CollectionsOf<S>>>,
  ) => ReadyContacts<RowIn<S, 'contacts' & CollectionsOf<S>>>
}

/**
 * Makes hooks that know an app's objects, and suspend until these are read from disk.
 *
 * ```tsx
 * const { ref, useRows } = createCollab(schema)
 * const { data } = useRows(ref.addressBook('team'), 'contacts')
 * ```
 */
export function createCollab<O extends Kinds>(schema: Schema<O>): SuspenseCollab<O> {
  return {
    ...objectHooks,
    ref: refsOf(schema),
    useSharedObject,
    useRow,
    useRows,
    useList,
    useContacts,
    useCounter,
    useText,
    useFold,
    useMarks,
    useAnchor,
    useWindow,
    useOverwritten,
  }
}
