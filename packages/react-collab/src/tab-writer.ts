import type { Platform } from './platform.js'
import type { LocalStore } from './store/store.js'
import type { Tabs } from './tabs.js'
import { createWriter, type Writer } from './writer.js'

/** Whom a tab's writer tells. */
export interface TabWriterHost {
  readonly platform: Platform
  readonly tabs: Tabs
  readonly changed: () => void
}

/** Makes a writer that tells the other tabs, and who sends from this one, what is on disk. */
export const createTabWriter = (store: LocalStore, host: TabWriterHost): Writer =>
  createWriter(store, {
    platform: host.platform,
    saved(replica, row, edits, isBatch) {
      const { object } = replica
      // A batch is too large to be told: the others read it from the disk.
      if (isBatch) host.tabs.post({ type: 'batch', object })
      else host.tabs.post({ type: 'rows', object, rows: [row] })
      replica.saved(edits)
    },
    savedLocals: ({ object }, rows) => host.tabs.post({ type: 'locals', object, rows }),
    changed: host.changed,
  })
