import type {
  Collection,
  CollectionsOf,
  ListsOf,
  ObjectSpec,
  OwnedRows,
  RowList,
  RowOf,
  ValueList,
} from '@react-collab/core'
import { aimAt, type Target } from '../object-ref.js'

declare const isOwned: unique symbol

/** What a row that has an owner shows of him. */
export interface Owned {
  readonly owner: string
  /** It may be written here. */
  readonly mine: boolean
  /** For types only: what holds fields of these names is no such row. */
  readonly [isOwned]: true
}

/** The rows of a collection, as the schema has them. */
export type RowIn<O extends ObjectSpec, C extends CollectionsOf<O>> =
  O[C] extends OwnedRows<infer F>
    ? RowOf<F> & Owned
    : O[C] extends Collection<infer F>
      ? RowOf<F>
      : never

declare const isValueItem: unique symbol

/** An item of a list of values, as it is shown; it also has its id. */
export interface ValueItem<V> {
  readonly value: V
  /** For types only: what holds a field of the name `value` is no such item. */
  readonly [isValueItem]: true
}

/** The items of a list, as the schema has them. */
export type ItemIn<O extends ObjectSpec, L extends ListsOf<O>> =
  O[L] extends ValueList<infer V> ? ValueItem<V> : O[L] extends RowList<infer F> ? RowOf<F> : never

/** Makes hooks that are given it suspend until the object was read from disk. */
export const awaited = <T extends Target>(target: T): T =>
  ({ ...aimAt(target), wait: true }) as never
