import type { Failure, Numbers, ObjectId, Replica } from '@react-collab/core'
import type { JoinView } from './event-log.js'
import { type Head, isBeforePurge, isValidCursor } from './head.js'
import { chooseFeed } from './join-feed.js'
import type { LogDisk } from './log-disk.js'
import { forgottenOf, readHashes } from './logged-hashes.js'
import type { JoinQuestion } from './object-log.js'

/** What a join is told, while nothing of its object is on its way to the disk. */
export async function answerJoin(
  disk: LogDisk,
  object: ObjectId,
  head: Head,
  { cursor, replicas, wants }: JoinQuestion,
): Promise<Omit<JoinView, 'fence'> | Failure> {
  const vv: Record<Replica, number> = {}
  for (const replica of Object.keys(replicas) as Replica[]) {
    vv[replica] = head.writers.get(replica)?.n ?? 0
  }
  const { term, durableSeq } = head
  const reset = cursor !== undefined && !isValidCursor(head, cursor)
  const purged = wants.was !== undefined && isBeforePurge(head, wants.was)
  const removed = reset && head.removedTerms.has(cursor.term)
  const seq = reset ? 0 : (cursor?.seq ?? 0)
  const [feed, hashes] = await Promise.all([
    chooseFeed(disk, {
      object,
      seq,
      head: durableSeq,
      term,
      wants: reset ? { ...wants, heal: undefined } : wants,
    }),
    readHashes(disk, object, replicas, vv),
  ])
  if ('code' in feed) return feed
  const moved = movedOf(head, replicas)
  const forgotten = forgottenOf(head, replicas)
  const said = {
    ...(removed && { removed }),
    ...(purged && { purged }),
    ...(moved && { moved }),
    ...(forgotten && { forgotten }),
  }
  return { term, head: durableSeq, reset, ...said, vv, hashes, ...feed }
}

/** What the log has under other replicas, of those asked for; undefined when that is nothing. */
function movedOf({ origins }: Head, replicas: Numbers): JoinView['moved'] {
  const found = Object.entries(replicas).flatMap(([replica, from]) => {
    const moved = origins.of(replica as Replica, from)
    return moved.length > 0 ? [[replica, moved] as const] : []
  })
  return found.length > 0 ? Object.fromEntries(found) : undefined
}
