import type { CollabError, ObjectId } from '@react-collab/core'
import { isBranch } from './branch-id.js'
import type { PendingEdit } from './client.js'
import type { Objects } from './objects.js'
import { statusOf, type SyncStatus } from './status.js'
import type { Rejected } from './store/store.js'
import type { LeadReport } from './tabs.js'

/** What there is to see of a client. */
export interface ClientView {
  readonly objects: Objects
  readonly report: LeadReport
  readonly rejected: readonly Rejected[]
  readonly trouble: CollabError | undefined
  /** The disk has been opened. */
  readonly isOpen: boolean
}

/** Counts edits that are not on disk yet. */
export function unsavedOf(objects: Objects): number {
  let count = 0
  for (const { replica } of objects.all) count += replica.unsaved.all.length
  return count
}

/** Sums a client up. */
export function viewStatus({ objects, report, rejected, trouble, isOpen }: ClientView): SyncStatus {
  return statusOf({
    ready: isOpen && [...objects.all].every((open) => open.replica.ready),
    unsaved: unsavedOf(objects),
    unsent: unsentOf(objects, report),
    rejected: rejected.length,
    connection: report.connection,
    links: Object.values(report.objects),
    trouble,
  })
}

/** Pending edits of the objects open here, and of those that only the leader holds open. */
function unsentOf(objects: Objects, report: LeadReport): number {
  let sum = 0
  for (const { replica } of objects.all)
    if (!isBranch(replica.object)) sum += replica.visible.pending.size
  for (const [object, link] of Object.entries(report.objects)) {
    if (objects.get(object as ObjectId) === undefined) sum += link.pending
  }
  return sum
}

/** Lists the pending edits of the objects open here; those of branches are not on their way. */
export function viewPending(objects: Objects): PendingEdit[] {
  const sent = [...objects.all].filter(({ replica }) => !isBranch(replica.object))
  return sent.flatMap(({ replica: { object, visible } }) =>
    [...visible.pending].map(({ patches, at, stage, accepted }) => ({
      object,
      patches,
      at,
      state: stage === 'saving' ? 'saving' : accepted ? 'accepted' : 'waiting',
    })),
  )
}
