import type { Value } from '@react-collab/core'
import { useCallback, useEffect, useRef } from 'react'
import type { FieldValues } from '../differences.js'
import { aimAt, type Target } from '../object-ref.js'
import { checkListener, presenceOf } from '../presence/presence.js'
import type { Peer } from '../presence/roster.js'
import { useClient } from './use-client.js'

/** Hears what others say. */
export type OnMessage<M, T> = (message: M, from: Peer<T>) => void

/**
 * Gives a function that says something to everybody who has an object open now, and hears what they
 * say: a reaction, a nudge, “look here”.
 *
 * ```tsx
 * const wave = useBroadcast('board', (message, from) => toast(`${from.state.name}: ${message}`))
 * <button onClick={() => wave('👋')}>Wave</button>
 * ```
 * A message may be lost, is kept nowhere, and is not heard by its own tab. What others send can be
 * anything: check it. `onMessage` may be another function in each render.
 */
export function useBroadcast<M extends Value = Value, T extends object = FieldValues>(
  target: Target,
  onMessage?: OnMessage<M, T>,
): (message: M) => void {
  const client = useClient()
  const { id, spec } = aimAt(target)
  if (onMessage !== undefined) checkListener(onMessage)
  const latest = useRef(onMessage)
  useEffect(() => {
    latest.current = onMessage
  }, [onMessage])
  useEffect(() => {
    const open = client.open(id, spec)
    const unsubscribe = presenceOf<T>(open.object).onMessage((message, from) =>
      latest.current?.(message as M, from),
    )
    return () => {
      unsubscribe()
      open.close()
    }
  }, [client, id, spec])
  return useCallback(
    (message: M) => presenceOf(client.peek(id, spec)).broadcast(message),
    [client, id, spec],
  )
}
