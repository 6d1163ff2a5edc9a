import type { CollabError, ObjectId, Versions } from '@react-collab/core'
import { isBranch } from './branch-id.js'
import type { OutboxView, PendingEdit } from './client.js'
import { Lens } from './lens.js'
import type { Objects } from './objects.js'
import type { OpenObject } from './open-object.js'
import { statusOf, type SyncStatus } from './status.js'
import type { Rejected } from './store/store.js'
import type { LeadReport, LinkReport } from './tabs.js'

/** What a picture is made of. */
export interface PictureHost {
  readonly objects: () => Objects
  readonly report: () => LeadReport
  readonly rejected: () => readonly Rejected[]
  readonly trouble: () => CollabError | undefined
  /** The disk has been opened. */
  readonly isOpen: () => boolean
  readonly versions: Versions | undefined
  readonly changed: () => void
}

/** Counts edits that are not on disk yet. */
export function unsavedOf(objects: Objects): number {
  let count = 0
  for (const { replica } of objects.all) count += replica.unsaved.size
  return count
}

/** What a client shows of itself; made when somebody looks, and kept until something changes. */
export class ClientPicture {
  readonly #host: PictureHost
  #status: SyncStatus | undefined
  #outbox: OutboxView | undefined
  #tooOld: CollabError | undefined

  constructor(host: PictureHost) {
    this.#host = host
  }

  get status(): SyncStatus {
    this.#status ??= this.#summed()
    return this.#status
  }

  #summed(): SyncStatus {
    const { trouble, isOpen } = this.#host
    const objects = this.#host.objects()
    const report = this.#host.report()
    return statusOf({
      ready: isOpen() && [...objects.all].every((open) => open.replica.ready),
      unsaved: unsavedOf(objects),
      unsent: unsentOf(objects, report),
      rejected: this.#host.rejected().length,
      connection: report.connection,
      links: [...Object.values(report.objects), ...unjoinedOf(objects, report)],
      trouble: trouble(),
      tooOld: this.#tooOld,
    })
  }

  get outbox(): OutboxView {
    const { objects, rejected, versions } = this.#host
    this.#outbox ??= {
      pending: viewPending(objects()),
      rejected: viewRejected(rejected(), versions),
    }
    return this.#outbox
  }

  /** An object holds what a newer version of the schema wrote. */
  readonly outdated = (error: CollabError): void => {
    this.#tooOld = error
    this.#host.changed()
  }

  forgetStatus(): void {
    this.#status = undefined
  }

  forget(): void {
    this.#status = undefined
    this.#outbox = undefined
  }
}

/** Objects open here that whoever leads has not begun with: what the server has of them is not known. */
function unjoinedOf(objects: Objects, report: LeadReport): LinkReport[] {
  const isUnjoined = ({ replica: { object } }: OpenObject): boolean =>
    !isBranch(object) && report.objects[object] === undefined
  return [...objects.all]
    .filter(isUnjoined)
    .map(() => ({ phase: 'joining', seq: 0, head: 0, pending: 0 }))
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
function viewPending(objects: Objects): PendingEdit[] {
  const sent = [...objects.all].filter(({ replica }) => !isBranch(replica.object))
  return sent.flatMap(({ replica: { showing, object, visible } }) =>
    [...visible.pending].map(({ patches, at, stage, accepted }) => ({
      object,
      patches: showing.lens.shown(patches),
      at,
      state: stage === 'saving' ? 'saving' : accepted ? 'accepted' : 'waiting',
    })),
  )
}

/** Lists the refused edits as this app's schema has them. */
const viewRejected = (
  all: readonly Rejected[],
  versions: Versions | undefined,
): readonly Rejected[] =>
  all.map((rejected) => {
    const [n, stamp, patches, ...meta] = rejected.event
    // What is wrong with them is told of where they are shown.
    const lens = new Lens({ object: rejected.object, versions, report: () => undefined })
    return { ...rejected, event: [n, stamp, lens.shown(patches), ...meta] }
  })
