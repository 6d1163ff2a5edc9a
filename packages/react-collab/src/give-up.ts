import { objectId } from '@react-collab/core'
import type { Client } from './client.js'
import { aimAt, type Target } from './object-ref.js'
import { workshopOf } from './workshop.js'

/**
 * Gives up the edits of an object that the server holds up, as it does while they are `FORBIDDEN`:
 * they are no longer shown, and lie among the refused ones with the reason, to be retried, exported
 * or discarded (R10). What nothing holds up stays on its way.
 */
export async function giveUp(client: Client, target: Target): Promise<void> {
  const { flushed, leader, post } = workshopOf(client)
  const object = objectId(aimAt(target).id)
  await flushed()
  // Who leads does it; the others hear of it as of any refusal.
  const leading = leader()
  if (leading === undefined) post({ type: 'give-up', object })
  else await leading.giveUp(object)
}
