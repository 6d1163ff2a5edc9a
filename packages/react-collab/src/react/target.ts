import type { Collection, CollectionsOf, ObjectSpec, RowOf } from '@react-collab/core'
import { aimAt, type Target } from '../object-ref.js'

/** The rows of a collection, as the schema has them. */
export type RowIn<O extends ObjectSpec, C extends CollectionsOf<O>> =
  O[C] extends Collection<infer F> ? RowOf<F> : never

/** Makes hooks that are given it suspend until the object was read from disk. */
export const awaited = <T extends Target>(target: T): T =>
  ({ ...aimAt(target), wait: true }) as never
