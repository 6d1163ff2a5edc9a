import { type Event, type ObjectId, RefusedError, StorageError } from '@react-collab/core'
import { parentOf } from './branch-id.js'
import type { Edit } from './edit.js'
import { isLogged } from './recognition.js'
import { nameOf } from './visible.js'
import type { Workshop } from './workshop.js'

/**
 * Brings a branch of this tab to where it is on disk, where it has another base or was dropped, and
 * lets edits that have left it hear what becomes of them.
 */
export async function takeRebased(
  branch: ObjectId,
  { desk, objects }: Pick<Workshop, 'desk' | 'objects'>,
): Promise<void> {
  const open = objects.get(branch)
  const before = [...(open?.replica.visible.pending ?? [])]
  await open?.rebased(await desk)
  if (open?.isCurrent !== true) return
  const { cursor, visible } = open.replica
  const left = before.filter((edit) => cursor === undefined || !visible.pending.has(edit))
  if (cursor === undefined) for (const edit of left) edit.refused(gone(branch))
  else if (left.length > 0) await goOn(left, parentOf(branch), { desk, objects })
}

/** Lets edits hear what becomes of them in the parent. */
async function goOn(
  edits: readonly Edit[],
  parent: ObjectId,
  { desk, objects }: Pick<Workshop, 'desk' | 'objects'>,
): Promise<void> {
  const { store } = await desk
  await objects.load(parent)
  const rejected = (await store.rejected()).filter(({ object }) => object === parent)
  const { cursor, visible } = objects.keep(parent).replica
  for (const edit of edits) {
    const event = edit.event as Event
    const there = visible.pending.find(event)
    const refused = rejected.find((item) => nameOf(item.event) === nameOf(event))
    if (there !== undefined) edit.follow(there)
    else if (refused !== undefined) edit.refused(new RefusedError(refused.code, refused.message))
    else if (isLogged(visible.confirmed, event)) edit.logged(cursor?.seq ?? 0)
  }
}

const gone = (branch: ObjectId): StorageError =>
  new StorageError('NO_BRANCH', `the branch ${branch} was dropped`)
