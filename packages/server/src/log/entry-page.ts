import type { Entries, Event, ObjectId } from '@react-collab/core'
import type { PageLimit } from './event-log.js'
import type { Run } from './log-disk.js'

/** Reads a page from runs: entries of one term, the first of them `after` + 1. */
export function pageOf(
  object: ObjectId,
  after: number,
  limit: PageLimit,
  runs: readonly Run[],
): Entries | 'pruned' | undefined {
  const [first] = runs
  if (first === undefined) return undefined
  if (first.seq > after + 1) return 'pruned'
  const { term } = first
  const events: Event[] = []
  let bytes = 0
  for (const run of runs) {
    if (run.term !== term || events.length >= limit.events || bytes >= limit.bytes) break
    const skip = after + 1 + events.length - run.seq
    const all = JSON.parse(run.events) as Event[]
    const eventBytes = run.events.length / all.length
    const room = Math.max(1, Math.ceil((limit.bytes - bytes) / eventBytes))
    const count = Math.min(room, limit.events - events.length)
    for (const event of all.slice(skip, skip + count)) events.push(event)
    bytes += Math.min(count, all.length - skip) * eventBytes
  }
  return { object, term, seq: after + 1, events }
}
