import { useMemo } from 'react'
import type { FieldValues } from '../differences.js'
import { aimAt, type Target } from '../object-ref.js'
import { presenceOf } from '../presence/presence.js'
import type { Peer } from '../presence/roster.js'
import { checkSelector } from './check-options.js'
import { type IsEqual, isSame } from './is-same.js'
import { useClient } from './use-client.js'
import { useSelected } from './use-selected.js'

type Peers<T> = readonly Peer<T>[]

const nobody: readonly Peer[] = Object.freeze([])
const whole = (peers: readonly Peer[]): readonly Peer[] => peers

/**
 * Reads who else is here, and what they show with `useMyPresence`: one peer for each tab.
 *
 * ```tsx
 * const others = useOthers<{ name: string }>('board')
 * const names = useOthers('board', (peers) => peers.map(({ state }) => state.name))
 * ```
 * It renders again only when what is selected changed; a peer that shows the same stays the same
 * object. The list is empty where nobody is known to be here, as on a server.
 */
export function useOthers<T extends object = FieldValues>(target: Target): Peers<T>
export function useOthers<T extends object = FieldValues, S = unknown>(
  target: Target,
  selector: (peers: Peers<T>) => S,
  isEqual?: IsEqual<S>,
): S
export function useOthers<S>(
  target: Target,
  selector: (peers: readonly Peer[]) => S = whole as never,
  isEqual: IsEqual<S> = isSame,
): S {
  checkSelector(selector)
  const client = useClient()
  const { id, spec } = aimAt(target)
  const readable = useMemo(
    () => ({
      read: () => presenceOf(client.peek(id, spec)).others(),
      readAtServer: () => nobody,
      subscribe(listener: () => void) {
        const open = client.open(id, spec)
        const unsubscribe = presenceOf(open.object).subscribe(listener)
        return () => {
          unsubscribe()
          open.close()
        }
      },
    }),
    [client, id, spec],
  )
  // What is absent of an object never is of who is here.
  return useSelected(readable, selector, isEqual) as S
}
