import { type ObjectId, StorageError } from '@react-collab/core'
import type { Leader } from './leader.js'
import type { Objects } from './objects.js'
import type { Platform } from './platform.js'
import type { Forgotten, LocalStore } from './store/store.js'
import type { Tabs } from './tabs.js'

/** What it takes to load an object anew. */
export interface ReloadHost {
  readonly platform: Platform
  readonly store: LocalStore
  readonly objects: Objects
  readonly leader: Leader | undefined
  readonly tabs: Tabs
}

/** Lets the disk forget an object, and all tabs load it from the server. */
export async function reload(object: ObjectId, host: ReloadHost): Promise<Forgotten> {
  const { platform, store, objects, leader, tabs } = host
  leader?.unlink(object)
  const forgotten = await store.forget(object).catch((error: unknown) => {
    // The disk has it still: it goes on as it was.
    const open = objects.get(object)
    if (open?.isCurrent === true) leader?.link(open.replica)
    throw error
  })
  const { length } = forgotten.lost
  if (length > 0) {
    const message = `${length} records of ${object} could not be read, and are gone`
    platform.report(new StorageError('CORRUPT', message, { cause: forgotten.lost }))
  }
  tabs.post({ type: 'forgotten', object })
  await objects.loadAgain(object)
  return forgotten
}
