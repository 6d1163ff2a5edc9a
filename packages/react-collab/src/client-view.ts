import type { CollabError, ObjectId } from '@react-collab/core'
import { isBranch } from './branch-id.js'
import type { PendingEdit } from './client.js'
import { Lens, type LensHost } from './lens.js'
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
  readonly tooOld: CollabError | undefined
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
export function viewStatus(view: ClientView): SyncStatus {
  const { objects, report, rejected, trouble, tooOld, isOpen } = view
  return statusOf({
    ready: isOpen && [...objects.all].every((open) => open.replica.ready),
    unsaved: unsavedOf(objects),
    unsent: unsentOf(objects, report),
    rejected: rejected.length,
    connection: report.connection,
    links: Object.values(report.objects),
    trouble,
    tooOld,
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

/** Lists the pending edits of the objects open here, as this app's schema has them; those of branches are not on their way. */
export function viewPending(objects: Objects): PendingEdit[] {
  const sent = [...objects.all].filter(({ replica }) => !isBranch(replica.object))
  return sent.flatMap(({ replica: { lens, object, visible } }) =>
    [...visible.pending].map(({ patches, at, stage, accepted }) => ({
      object,
      patches: lens.shown(patches),
      at,
      state: stage === 'saving' ? 'saving' : accepted ? 'accepted' : 'waiting',
    })),
  )
}

/** Lists the refused edits as this app's schema has them. */
export const viewRejected = (
  all: readonly Rejected[],
  { versions, report }: Pick<LensHost, 'versions' | 'report'>,
): readonly Rejected[] =>
  all.map((rejected) => {
    const [n, stamp, patches, ...meta] = rejected.event
    const lens = new Lens({ object: rejected.object, versions, report })
    return { ...rejected, event: [n, stamp, lens.shown(patches), ...meta] }
  })
