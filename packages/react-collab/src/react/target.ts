import type { Collection, CollectionsOf, ObjectSpec, RowOf } from '@react-collab/core'

/** Names an object and tells what it holds; made by the `ref` of `createCollab`. */
export interface ObjectRef<O extends ObjectSpec = ObjectSpec> {
  readonly id: string
  readonly spec: O
}

/** What hooks take: an object's id, or a typed reference to it. */
export type Target = string | ObjectRef

/** The rows of a collection, as the schema has them. */
export type RowIn<O extends ObjectSpec, C extends CollectionsOf<O>> =
  O[C] extends Collection<infer F> ? RowOf<F> : never

/** A target taken apart. */
export interface Aim {
  readonly id: string
  readonly spec?: ObjectSpec
  /** Suspend until the object was read from disk. */
  readonly wait?: boolean
}

/** Takes a target apart; only its parts are stable. */
export const aimAt = (target: Target): Aim => (typeof target === 'string' ? { id: target } : target)

/** Makes hooks that are given it suspend until the object was read from disk. */
export const awaited = <T extends Target>(target: T): T =>
  ({ ...aimAt(target), wait: true }) as never
