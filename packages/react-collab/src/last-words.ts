import { CollabError, StorageError } from '@react-collab/core'
import type { Objects } from './objects.js'

/** Fails the edits that the disk has not taken, at the end of a client; gives back why. */
export function failUnsaved(
  objects: Objects,
  trouble: StorageError | undefined,
): StorageError | undefined {
  const edits = objects.unsaved.flatMap((replica) => replica.unsaved.all)
  if (edits.length === 0) return undefined
  const code = trouble?.code ?? 'STORE_FAILED'
  const message = `the client was closed before the disk took ${edits.length} edits`
  const error = new StorageError(code, message, { cause: trouble })
  for (const edit of edits) edit.failed(error)
  return error
}

/** Tells who waits for the log that this client will not hear of it any more. */
export function leavePending(objects: Objects, isDurable: boolean): void {
  const fate = isDurable
    ? 'the edit is kept and sent at the next start'
    : 'the edit is gone with it'
  const error = new CollabError('CLOSED', `the client was closed before the log had it: ${fate}`)
  for (const { replica } of objects.all) {
    for (const edit of replica.visible.pending) edit.left(error)
  }
}

/** What is said of edits where pages are only rendered. */
export const noDisk: string = `edits have no disk here: createClient({ url, store: 'memory' }) keeps them for as long as the process lives, store: openFileStore(path) of react-collab/node for ever`
