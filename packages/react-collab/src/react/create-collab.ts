import {
  type CollectionsOf,
  type CounterField,
  cut,
  type ListsOf,
  type ObjectSpec,
  type PathsOf,
  type RootOf,
  type Schema,
  type TextField,
  type TextRange,
  UsageError,
} from '@react-collab/core'
import { checkPart } from '../argument.js'
import type { IsEqual } from './is-same.js'
import type { Fields, Shown } from './row-actions.js'
import type { ObjectRef } from '../object-ref.js'
import type { MarksOptions } from '../marks/marks-of.js'
import type { TextElement } from '../text-binding.js'
import { type ObjectHooks, objectHooks } from './object-hooks.js'
import type { ItemIn, RowIn } from './target.js'
import { type HeldRange, type HoldRange, useAnchor } from './use-anchor.js'
import { type Contacts, type ContactsOptions, useContacts } from './use-contacts.js'
import { type Add, useCounter } from './use-counter.js'
import { type List, type ListOptions, useList } from './use-list.js'
import { type Marks, useMarks } from './use-marks.js'
import { type OverwrittenList, type OverwrittenOptions, useOverwritten } from './use-overwritten.js'
import { useRow } from './use-row.js'
import { type Rows, type RowsOptions, useRows } from './use-rows.js'
import { useWindow, type Window, type WindowRange } from './use-window.js'
import { type Folding, useFold } from './use-fold.js'
import { type TextProps, useText } from './use-text.js'
import {
  type ConvertedValue,
  type ConverterOptions,
  type Selector,
  type SetFields,
  useSharedObject,
} from './use-shared-object.js'

/** The objects that a schema names. */
export type Kinds = Readonly<Record<string, ObjectSpec>>

/** A function per kind of object, that makes a typed reference of an id. */
export type Refs<O extends Kinds> = { readonly [K in keyof O]: (id: string) => ObjectRef<O[K]> }

/** References and hooks of one schema. */
export interface Collab<O extends Kinds> extends ObjectHooks<ObjectRef<O[keyof O]>> {
  readonly ref: Refs<O>
  readonly useSharedObject: {
    <S extends O[keyof O], A, T = A>(
      target: ObjectRef<S>,
      options: ConverterOptions<RootOf<S>, A, T>,
    ): ConvertedValue<A, T | undefined>
    <S extends O[keyof O]>(
      target: ObjectRef<S>,
    ): readonly [value: RootOf<S> | undefined, change: SetFields<RootOf<S>>]
    <S extends O[keyof O], T>(
      target: ObjectRef<S>,
      selector: Selector<RootOf<S>, T>,
      isEqual?: IsEqual<T>,
    ): readonly [slice: T | undefined, change: SetFields<RootOf<S>>]
  }
  readonly useRow: {
    <S extends O[keyof O], C extends CollectionsOf<S>>(
      target: ObjectRef<S>,
      collection: C,
      rowId: string,
    ): readonly [row: Shown<RowIn<S, C>> | undefined, change: SetFields<Fields<RowIn<S, C>>>]
    <S extends O[keyof O], C extends CollectionsOf<S>, T>(
      target: ObjectRef<S>,
      collection: C,
      rowId: string,
      selector: Selector<Shown<RowIn<S, C>>, T>,
    ): readonly [slice: T | undefined, change: SetFields<Fields<RowIn<S, C>>>]
  }
  readonly useRows: <S extends O[keyof O], C extends CollectionsOf<S>>(
    target: ObjectRef<S>,
    collection: C,
    options?: RowsOptions<RowIn<S, C>>,
  ) => Rows<RowIn<S, C>>
  readonly useWindow: <S extends O[keyof O], C extends CollectionsOf<S>>(
    target: ObjectRef<S>,
    collection: C,
    range: WindowRange<RowIn<S, C>>,
  ) => Window<RowIn<S, C>>
  readonly useCounter: <S extends O[keyof O]>(
    target: ObjectRef<S>,
    path: PathsOf<S, CounterField>,
  ) => readonly [value: number | undefined, add: Add]
  readonly useList: <S extends O[keyof O], L extends ListsOf<S>>(
    target: ObjectRef<S>,
    list: L,
    options?: ListOptions<ItemIn<S, L>>,
  ) => List<ItemIn<S, L>>
  readonly useText: <S extends O[keyof O], E extends TextElement = TextElement>(
    target: ObjectRef<S>,
    path: PathsOf<S, TextField>,
  ) => TextProps<E>
  readonly useFold: <S extends O[keyof O], E extends TextElement = TextElement>(
    target: ObjectRef<S>,
    path: PathsOf<S, TextField>,
  ) => Folding<E>
  readonly useMarks: <S extends O[keyof O]>(
    target: ObjectRef<S>,
    path: PathsOf<S, TextField>,
    options?: MarksOptions,
  ) => Marks
  readonly useAnchor: <S extends O[keyof O]>(
    target: ObjectRef<S>,
    path: PathsOf<S, TextField>,
    stored?: TextRange | null,
  ) => readonly [place: HeldRange | undefined, hold: HoldRange]
  readonly useOverwritten: <S extends O[keyof O]>(
    target: ObjectRef<S>,
    options?: OverwrittenOptions,
  ) => OverwrittenList
  readonly useContacts: <S extends O[keyof O]>(
    target: 'contacts' extends CollectionsOf<S> ? ObjectRef<S> : never,
    options?: ContactsOptions<RowIn<S, 'contacts' & CollectionsOf<S>>>,
  ) => Contacts<RowIn<S, 'contacts' & CollectionsOf<S>>>
}

/**
 * Makes hooks that know an app's objects: names and types are checked, when compiled and when run.
 *
 * ```tsx
 * const { ref, useRows } = createCollab(schema)
 * const { data, add } = useRows(ref.addressBook('team'), 'contacts', { orderBy: 'name' })
 * ```
 * Give the same schema to `createClient`.
 */
export function createCollab<O extends Kinds>(schema: Schema<O>): Collab<O> {
  return {
    ...objectHooks,
    ref: refsOf(schema),
    useSharedObject,
    useRow,
    useRows,
    useWindow,
    useList,
    useContacts,
    useCounter,
    useText,
    useFold,
    useMarks,
    useAnchor,
    useOverwritten,
  }
}

/** Makes the references of a schema. */
export function refsOf<O extends Kinds>(schema: Schema<O>): Refs<O> {
  checkPart(schema, 'objects', 'createCollab(schema) takes what defineSchema gives')
  const { objects } = schema
  const refs = Object.fromEntries(
    Object.entries(objects).map(([kind, spec]) => [kind, (id: string) => ({ id, spec })]),
  ) as Refs<O>
  return new Proxy(refs, {
    get(_, name) {
      if (typeof name === 'symbol' || name in refs || asked.has(name))
        return Reflect.get(refs, name)
      // At the call: tools that look at everything only look.
      return () => {
        const kinds = Object.keys(objects).join(', ')
        throw new UsageError('UNKNOWN_KIND', `the schema has no kind ${cut(name)}: it has ${kinds}`)
      }
    },
  })
}

/** What the language and React ask anything for, to see what it is. */
const asked: ReadonlySet<string> = new Set(['then', 'toJSON', '$$typeof'])
