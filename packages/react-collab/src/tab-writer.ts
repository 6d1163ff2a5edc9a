import type { Leader } from './leader.js'
import type { Platform } from './platform.js'
import type { LocalStore } from './store/store.js'
import type { Tabs } from './tabs.js'
import { createWriter, type Writer } from './writer.js'

/** Whom a tab's writer tells. */
export interface TabWriterHost {
  readonly platform: Platform
  readonly leader: () => Leader | undefined
  readonly tabs: Tabs
  readonly changed: () => void
}

/** Makes a writer that tells the other tabs, and this one if it leads, what is on disk. */
export const createTabWriter = (store: LocalStore, host: TabWriterHost): Writer =>
  createWriter(store, {
    platform: host.platform,
    saved({ object, visible }, rows) {
      host.tabs.post({ type: 'rows', object, rows })
      const stamps = rows.flatMap((row) => row.events.map((event) => event[1]))
      const edits = stamps.flatMap((stamp) => visible.pending.get(stamp) ?? [])
      host.leader()?.wake(object, edits)
    },
    savedLocals: ({ object }, rows) => host.tabs.post({ type: 'locals', object, rows }),
    changed: host.changed,
  })
