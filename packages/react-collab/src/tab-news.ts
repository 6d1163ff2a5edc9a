import { createReplica, InvariantError } from '@react-collab/core'
import { isBranch } from './branch-id.js'
import { takeRebased } from './branch-news.js'
import type { Desk } from './desk.js'
import type { Leader } from './leader.js'
import type { Objects } from './objects.js'
import type { Rejections } from './rejections.js'
import type { Reports } from './reports.js'
import type { Platform } from './platform.js'
import type { LocalStore } from './store/store.js'
import type { PresenceNews } from './presence/presence-news.js'
import type { TabMessage } from './tabs.js'

/** The parts of a tab that other tabs have news for. */
export interface NewsReaders {
  readonly desk: Promise<Desk>
  readonly store: LocalStore
  readonly platform: Platform
  readonly objects: Objects
  readonly rejections: Rejections
  readonly reports: Reports
  /** Set while this tab leads. */
  readonly leader: Leader | undefined
}

/** Hands what another tab tells to whom it concerns. */
export async function takeNews(
  message: Exclude<TabMessage, PresenceNews>,
  readers: NewsReaders,
): Promise<void> {
  const { store, objects, rejections, reports, leader } = readers
  switch (message.type) {
    case 'reload':
      if (message.why === 'reset' && isBranch(message.object))
        return takeRebased(message.object, readers)
      return objects.get(message.object)?.hear(message, store)
    case 'locals':
    case 'entries':
    case 'leave':
      return objects.get(message.object)?.hear(message, store)
    case 'windowed':
      return objects.get(message.news.object)?.replica.windows.hear(message.news)
    case 'rows':
    case 'batch':
      return objects.rows(message, store, leader !== undefined)
    case 'forgotten':
      leader?.unlink(message.object)
      return objects.get(message.object) && objects.loadAgain(message.object)
    case 'rejected':
      return rejections.read()
    case 'overwritten':
      return objects.get(message.object)?.replica.overwritten.call()
    case 'forked':
      return takeSuccession(readers)
    case 'copied':
      return leader?.fork()
    case 'missed':
      rejections.read()
      objects.pools.resume()
      return objects.repairAll(store)
    case 'owners':
      return objects.owners(message.owners)
    case 'ask-pool':
    case 'pool':
      return objects.pools.hear(message, leader !== undefined)
    case 'want':
      return leader && objects.want(message)
    case 'entered':
      return leader && reports.repeat()
    case 'lead':
      if (reports.hear(message.report)) objects.tellWants()
      return objects.repairBehind(message.report, store)
    case 'token':
    case 'reauth':
      return leader?.authorized()
    case 'adopt':
      return leader?.adopt()
    case 'give-up':
      return leader?.giveUp(message.object)
    case 'remove':
      return leader?.remove(message.object)
    case 'reconnect':
      return leader?.reconnect(message.fresh)
    case 'offline':
    case 'signed-out':
    case 'leaving':
    case 'ping':
    case 'pong':
  }
}

/** The disk has become a client of its own: this tab goes on as another writer. */
async function takeSuccession({
  desk: opened,
  objects,
  platform,
  store,
  rejections,
}: NewsReaders): Promise<void> {
  const desk = await opened
  desk.replica = await store.replica(desk.slot, noSlot)
  for (const open of objects.all) await open.rename(desk, () => createReplica(platform.random))
  objects.presences.renamed()
  // They are named anew as well.
  rejections.read()
}

const noSlot = (): never => {
  throw new InvariantError('a tab without a slot')
}
