import type { LocalStore } from '../store/store.js'
import { createLocalStore } from '../store/local-store.js'
import { type FileDiskOptions, openFileDisk } from './file-disk.js'

export type { FileDiskOptions } from './file-disk.js'

/**
 * Opens a store in a file: for clients in Node that survive a restart.
 *
 * ```ts
 * const client = createClient({ url, store: openFileStore('./client.db') })
 * ```
 * It is of the `account` that first opens it: each account needs a path of its own.
 */
export const openFileStore = async (path: string, options?: FileDiskOptions): Promise<LocalStore> =>
  createLocalStore(await openFileDisk(path, options))
