import { objectId, ProtocolError } from '@react-collab/core'
import type { Client } from './client.js'
import { aimAt, type Target } from './object-ref.js'
import { workshopOf } from './workshop.js'

/** A server that has not said so after this long has not heard. */
const ANSWER_MS = 10_000

/**
 * Removes an object for everyone, with all that anybody wrote; who writes to it afterwards makes it
 * anew. On every device edits that were not sent yet lie among the refused ones.
 *
 * Errors  `RefusedError` when the server does not let this client; `ProtocolError` TIMEOUT without a
 *         server: nothing has changed then, as far as is known
 */
export async function removeObject(client: Client, target: Target): Promise<void> {
  const { leader, objects, platform, post } = workshopOf(client)
  const object = objectId(aimAt(target).id)
  await client.loaded(object)
  const leading = leader()
  if (leading !== undefined) return leading.remove(object)
  // Who leads does it; here it shows by what other tabs are told.
  const { replica } = objects.keep(object)
  await new Promise<void>((resolve, reject) => {
    const end = replica.removed.add(() => done(resolve))
    const cancel = platform.timer(ANSWER_MS, () =>
      done(() => reject(new ProtocolError('TIMEOUT', 'nobody has said that it was removed'))),
    )
    const done = (settle: () => void): void => {
      cancel()
      end()
      settle()
    }
    post({ type: 'remove', object })
  })
}
