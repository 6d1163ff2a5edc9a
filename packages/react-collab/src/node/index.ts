import { cut, UsageError } from '@react-collab/core'
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
export async function openFileStore(path: string, options?: FileDiskOptions): Promise<LocalStore> {
  if (typeof path !== 'string' || path === '')
    throw new UsageError('BAD_VALUE', `openFileStore takes the path of a file, not ${cut(path)}`)
  return createLocalStore(await openFileDisk(path, options))
}
