import type { Platform } from './platform.js'
import { isLogged } from './recognition.js'
import type { Replica } from './replica.js'
import { removedEdits } from './removed-edits.js'
import type { LocalStore, Parking, StoredRow } from './store/store.js'
import type { TabMessage } from './tabs.js'
import { rowsOnDisk } from './windows/rows-on-disk.js'

/** What a removal works with: those of the tab that leads. */
export interface RemovalHost {
  readonly platform: Platform
  readonly store: LocalStore
  readonly lead: number
  readonly post: (message: TabMessage) => void
}

/** Empties an object that was removed for everyone: only what waits stays, among the refused edits. */
export async function emptyRemoved(
  replica: Replica,
  { platform, store, lead, post }: RemovalHost,
): Promise<void> {
  const { object } = replica
  const { confirmed } = replica.visible
  const before = replica.stored
  const waiting = [...replica.visible.pending].flatMap(({ patches }) => patches)
  const had = await rowsOnDisk(replica, store, waiting)
  const plan = (rows: readonly StoredRow[]): Parking[] =>
    removedEdits(
      rows,
      (key) => confirmed.rows.has(key) || had.has(key),
      (event) => !isLogged(confirmed, event),
    )
  await store.removeObject(lead, object, plan, platform.now())
  const rows = await store.pending(object)
  const rejected = await store.rejected()
  replica.remove({ rows, rejected }, before)
  post({ type: 'reload', object, why: 'removed' })
}
