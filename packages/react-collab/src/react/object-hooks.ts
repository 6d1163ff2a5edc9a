import type { Value } from '@react-collab/core'
import type { FieldValues } from '../differences.js'
import type { ObjectRef } from '../object-ref.js'
import type { PoolState } from '../pool/client-pool.js'
import type { Peer } from '../presence/roster.js'
import type { IsEqual } from './is-same.js'
import { type BranchView, useBranch } from './use-branch.js'
import { type OnMessage, useBroadcast } from './use-broadcast.js'
import { useClientPool } from './use-client-pool.js'
import { useHasSynced } from './use-has-synced.js'
import { type UpdatePresence, useMyPresence } from './use-my-presence.js'
import { useOthers } from './use-others.js'
import { type Undo, useUndo } from './use-undo.js'

/** Hooks about an object as a whole, of those that `R` refers to: none of them looks at its fields. */
export interface ObjectHooks<R extends ObjectRef> {
  readonly useUndo: (target: R) => Undo
  readonly useBranch: <T extends R>(target: T, name: string) => BranchView<T>
  readonly useHasSynced: (target: R) => boolean | undefined
  readonly useClientPool: (target: R) => PoolState
  readonly useMyPresence: <T extends object = FieldValues>(
    target: R,
    initial?: Partial<T>,
  ) => readonly [state: Readonly<Partial<T>>, update: UpdatePresence<T>]
  readonly useOthers: {
    <T extends object = FieldValues>(target: R): readonly Peer<T>[]
    <T extends object = FieldValues, S = unknown>(
      target: R,
      selector: (peers: readonly Peer<T>[]) => S,
      isEqual?: IsEqual<S>,
    ): S
  }
  readonly useBroadcast: <M extends Value = Value, T extends object = FieldValues>(
    target: R,
    onMessage?: OnMessage<M, T>,
  ) => (message: M) => void
}

/** These hooks; to a schema they are bound by their types alone. */
export const objectHooks: ObjectHooks<ObjectRef> = {
  useUndo,
  useBranch,
  useHasSynced,
  useClientPool,
  useMyPresence,
  useOthers,
  useBroadcast,
}
