import { createReplica, UsageError } from '@react-collab/core'
import type { Client } from './client.js'
import type { Platform } from './platform.js'
import type { LocalStore } from './store/store.js'
import { workshopOf } from './workshop.js'

/**
 * What becomes, at a sign-out, of edits that no server has: they are sent first, kept for the next
 * sign-in of this account, or given up.
 */
export type Unsent = 'send' | 'keep' | 'discard'

const choices: readonly (string | undefined)[] = [undefined, 'send', 'keep', 'discard']

/** How long `'send'` tries. */
const SEND_MS = 10_000
const LOOK_MS = 50

/**
 * Signs an account out of this device: closes the client, and erases what the device had of it, in all
 * tabs. With `'keep'` all stays for the account's next sign-in. Once it is done, it may be asked for again.
 *
 * ```ts
 * await signOut(client, 'send')
 * ```
 * Errors  `StorageError` UNSENT_EDITS while edits wait, were refused, or lie in branches, unless they are
 *         to be kept or discarded: nothing has changed then, and the client goes on
 */
export async function signOut(client: Client, unsent?: Unsent): Promise<void> {
  if (!choices.includes(unsent))
    throw new UsageError('BAD_VALUE', `what waits can be sent, kept or discarded, not ${unsent}`)
  const { desk, flushed, platform, signedOut } = workshopOf(client)
  const { store } = await desk
  if (erased.has(store)) return client.close()
  await flushed()
  if (unsent === 'keep') return client.close()
  if (unsent === 'send') await drain(client, store, platform)
  await erase(store, unsent === 'discard')
  signedOut()
  await client.close()
}

/** Where somebody has signed out already, there is nothing left to do. */
const erased = new WeakSet<LocalStore>()

async function erase(store: LocalStore, isDiscarded: boolean): Promise<void> {
  try {
    await store.erase(isDiscarded)
    erased.add(store)
  } catch (error) {
    if (!erased.has(store)) throw error
  }
}

/** Waits for what can be sent; what was refused cannot. */
async function drain(client: Client, store: LocalStore, platform: Platform): Promise<void> {
  client.reconnect()
  for (let ms = 0; ms < SEND_MS; ms += LOOK_MS) {
    const refused = await store.rejected()
    if ((await store.unsent()) <= refused.length) return
    await new Promise<void>((next) => platform.timer(LOOK_MS, next))
  }
}

/**
 * Lets the account that is signed in have the edits that were made on this disk while nobody was: without
 * it they hold the connection up, as `UNSENT_EDITS`.
 */
export function adoptEdits(client: Client): void {
  const { leader, post } = workshopOf(client)
  const leading = leader()
  if (leading === undefined) post({ type: 'adopt' })
  else leading.adopt()
}

/** Brings the waiting edits of one disk to another, once, however often it is tried. */
export async function handEdits(
  from: LocalStore,
  to: LocalStore,
  { id, random }: Pick<Platform, 'id' | 'random'>,
): Promise<void> {
  const hand = await from.handOver()
  // Edits of somebody else are nobody's to adopt.
  if (hand === undefined || (hand.principal ?? '') !== '') return
  const isGiven = await to.takeOver(hand, { id, replica: () => createReplica(random) })
  await from.handedOver(hand.rows, isGiven)
}
