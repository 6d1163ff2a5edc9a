import { useMemo } from 'react'
import type { OutboxView } from '../client.js'
import type { Written } from '../edit.js'
import { giveUp } from '../give-up.js'
import type { Target } from '../object-ref.js'
import { useClient } from './use-client.js'
import { clientReadable, useClientState } from './use-client-state.js'

/** What waits, what was refused, and what a person may do about it; the functions are stable. */
export interface Outbox extends OutboxView {
  /** Makes a refused edit again, as a new edit. */
  readonly retry: (key: number) => Promise<Written>
  /** Forgets a refused edit for good. */
  readonly discard: (key: number) => Promise<void>
  /**
   * Gives up what waits of an object while the server holds it up (`useSyncStatus`: `held`): it is
   * then among the refused edits. What nothing holds up stays on its way.
   */
  readonly giveUp: (target: Target) => Promise<void>
  /** Writes all that is pending or refused as JSON, for a person to keep. */
  readonly export: () => string
}

const outboxOf = clientReadable<OutboxView>((client) => client.outbox, {
  pending: [],
  rejected: [],
})

/**
 * Shows the edits that are not in the log: waiting, accepted and not yet seen, or refused and why.
 *
 * ```tsx
 * const { pending, rejected, retry, discard } = useOutbox()
 * return rejected.map(({ key, message }) => <button onClick={() => retry(key)}>{message}</button>)
 * ```
 */
export function useOutbox(): Outbox {
  const client = useClient()
  const view = useClientState(outboxOf)
  const actions = useMemo(
    () => ({
      retry: (key: number) => client.retry(key),
      discard: (key: number) => client.discard(key),
      giveUp: (target: Target) => giveUp(client, target),
      export: () => JSON.stringify(client.outbox, null, 2),
    }),
    [client],
  )
  return useMemo(() => ({ ...view, ...actions }), [view, actions])
}
