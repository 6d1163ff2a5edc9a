import type { ObjectId } from '@react-collab/core'
import { type Head, termOf } from './head.js'
import type { LogDisk } from './log-disk.js'
import {
  logFailure,
  type ObjectLog,
  type PruneTask,
  type PurgeTask,
  type RemoveTask,
} from './object-log.js'

/** What it takes to work on an object beside its pushes, which wait meanwhile. */
export interface UpkeepSite {
  readonly disk: LogDisk
  /** A random id of this opening of the log. */
  readonly opening: string
  /** Works on the disk while the object's queue waits. */
  readonly load: <T>(
    log: ObjectLog,
    work: Promise<T>,
    use: (found: T) => void,
    fail: () => void,
  ) => void
}

/** Prunes; pushes are judged by what is known of hashes. */
export function runPrune(
  { disk, load }: UpkeepSite,
  { bounds, done }: PruneTask,
  log: ObjectLog,
  head: Head,
): void {
  load(
    log,
    disk.prune(log.object, bounds),
    ({ more, forgotten }) => {
      for (const [replica, n] of forgotten) {
        const writer = head.writers.get(replica)
        if (writer !== undefined) writer.forgotten = n
      }
      done(more)
    },
    () => done(logFailure),
  )
}

/** Purges; nobody goes on from what was there before. */
export function runPurge(
  site: UpkeepSite,
  { bounds, done }: PurgeTask,
  log: ObjectLog,
  head: Head,
): void {
  site.load(
    log,
    purgeRows(site, log.object, head, bounds),
    (wereThere) => {
      if (wereThere) forget(log)
      done(wereThere)
    },
    () => {
      // Nobody knows what the disk has done.
      forget(log)
      done(logFailure)
    },
  )
}

/** Nothing is appended meanwhile, so rows come to hold all entries. */
async function purgeRows(
  { disk, opening }: UpkeepSite,
  object: ObjectId,
  head: Head,
  bounds: PurgeTask['bounds'],
): Promise<boolean> {
  for (let at = -1, before = -2; at < head.seq && at > before; ) {
    before = at
    at = await disk.compact(object)
  }
  return disk.purge(object, bounds, termOf(opening, object, head.lives + 1))
}

/** Removes an object. Whatever becomes of it, the head is what the disk says then; all are told. */
export function runRemove(
  { disk, load }: UpkeepSite,
  { done }: RemoveTask,
  log: ObjectLog,
  head: Head,
): void {
  log.streams.clear()
  if (head.seq === 0) return done(false)
  forget(log)
  const fail = (): void => done(logFailure)
  load(log, disk.remove(log.object, head.term), () => done(true), fail)
}

/** Reads the head anew, and takes nothing more from who has joined. */
function forget(log: ObjectLog): void {
  log.streams.clear()
  log.head = undefined
}
