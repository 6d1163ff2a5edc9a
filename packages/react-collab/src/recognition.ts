import { eventReplica, type Event, hashText, type Joined } from '@react-collab/core'
import type { Edit } from './edit.js'
import type { Refused } from './refusals.js'

/**
 * Marks the pending edits that the log already has, by number and content; gives back those whose
 * number another copy of this disk has used (R9).
 *
 * A number below the greatest logged one without an event in the log was left out of its push,
 * because the next event wrote all that it wrote (R5): nothing of it is missing.
 */
export function recognise(pending: Iterable<Edit>, { vv, hashes }: Joined): Refused[] {
  const forked: Refused[] = []
  for (const edit of pending) {
    const event = edit.event as Event
    const replica = eventReplica(event)
    edit.accepted = edit.key !== undefined && event[0] <= (vv[replica] ?? 0)
    if (!edit.accepted) continue
    const hash = hashes[replica]?.find(([n]) => n === event[0])?.[1]
    if (hash === undefined || hash === hashText(JSON.stringify(event))) continue
    const message = 'another copy of this disk used its number'
    forked.push({ edit, code: 'NUMBER_REUSED', message })
  }
  return forked
}
