import type { StorageError } from '@react-collab/core'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { type Branch, branchOf, type BranchTarget } from '../branch.js'
import type { Client } from '../client.js'
import type { Written } from '../edit.js'
import { aimAt, type Target } from '../object-ref.js'
import type { SharedObject } from '../shared-object.js'
import { useClient } from './use-client.js'

/** How a branch stands: not read yet, not there, open, or not to be read. */
export type BranchState =
  | { readonly status: 'loading' | 'none' | 'open'; readonly error: undefined }
  | { readonly status: 'failed'; readonly error: StorageError }

/** The functions of a branch; stable. */
export interface BranchActions {
  /** Makes the branch of what its object shows now; one that exists stays as it is. */
  readonly create: () => Promise<void>
  /** Brings the branch's own edits to its object. */
  readonly push: () => Written
  /** Brings the object's edits into the branch, beneath its own. */
  readonly pull: () => Promise<void>
  /** Forgets the branch and what was not pushed. */
  readonly drop: () => Promise<void>
}

/** A branch, and what can be done with it. */
export type BranchView<T extends Target = Target> = BranchState &
  BranchActions & {
    /** Names the branch for all other hooks. */
    readonly target: BranchTarget<T>
    /** Own edits that were not pushed. */
    readonly ahead: number
  }

/**
 * A branch of an object: a copy that goes its own way on this device, until it is pushed or dropped.
 *
 * ```tsx
 * const draft = useBranch('todos', 'draft')
 * const { data, add } = useRows(draft.status === 'open' ? draft.target : 'todos', 'items')
 * <button onClick={draft.create}>Try something</button>
 * <button onClick={draft.push}>Publish {draft.ahead} edits</button>
 * ```
 * It is kept on disk and never sent. See `Branch` for what push and pull do.
 */
export function useBranch<T extends Target>(target: T, name: string): BranchView<T> {
  const client = useClient()
  const { id, spec } = aimAt(target)
  const source = useMemo(() => {
    const named: Target = spec === undefined ? id : { id, spec }
    return createSource(branchOf(client, named as T, name), client)
  }, [client, id, spec, name])
  const subscribe = useCallback(
    (listener: () => void) => {
      const open = client.open(source.target)
      const unsubscribe = client.subscribe(listener)
      return () => {
        unsubscribe()
        open.close()
      }
    },
    [client, source],
  )
  const state = useSyncExternalStore(
    subscribe,
    () => source.read(),
    () => loading,
  )
  return useMemo(() => ({ ...source.actions, ...state, target: source.target }), [source, state])
}

type Shown = BranchState & { readonly ahead: number }

const loading: Shown = { status: 'loading', error: undefined, ahead: 0 }

function createSource<T extends Target>(branch: Branch<T>, client: Client) {
  const { target } = branch
  let last = loading
  const actions: BranchActions = {
    create: () => branch.create(),
    push: () => branch.push(),
    pull: () => branch.pull(),
    drop: () => branch.drop(),
  }
  return {
    target,
    actions,
    read(): Shown {
      const now = { ...stateOf(branch, client.peek(target)), ahead: branch.ahead }
      const isSame = now.status === last.status && now.error === last.error
      if (!isSame || now.ahead !== last.ahead) last = now
      return last
    },
  }
}

function stateOf({ exists }: Branch<never>, { error }: SharedObject): BranchState {
  if (exists === undefined && error !== undefined) return { status: 'failed', error }
  const status = exists === undefined ? 'loading' : exists ? 'open' : 'none'
  return { status, error: undefined }
}
