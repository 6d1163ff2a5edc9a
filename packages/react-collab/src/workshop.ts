import type { Client } from './client.js'
import type { Desk } from './desk.js'
import { checkClient } from './argument.js'
import type { Leader } from './leader.js'
import type { Objects } from './objects.js'
import type { Platform } from './platform.js'
import type { TabMessage } from './tabs.js'

/** What parts that an app may leave out of its bundle work with in a tab. */
export interface Workshop {
  readonly platform: Platform
  readonly desk: Promise<Desk>
  readonly objects: Objects
  readonly post: (message: TabMessage) => void
  /** Set while this tab leads. */
  readonly leader: () => Leader | undefined
  /** Resolves when all edits of this tab are on disk, or have failed. */
  readonly flushed: () => Promise<void>
  /** All that this disk had was erased, for all tabs. */
  readonly signedOut: () => void
  /** Edits were refused, or are no longer. */
  readonly rejected: () => unknown
  /** What was `CORRUPT` can be read again. */
  readonly mended: () => void
  /** Something changed that listeners of the client hear of. */
  readonly changed: () => void
}

/** What is behind a client; `UsageError` BAD_VALUE for what is none. */
export function workshopOf(client: Client): Workshop {
  checkClient(client)
  return client.workshop
}
