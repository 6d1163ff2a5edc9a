import {
  type Event,
  eventReplica,
  limits,
  type Numbers,
  type Patch,
  type Replica,
  utf8Length,
} from '@react-collab/core'
import type { Edit } from './edit.js'

/** What goes up in one push. */
export interface PushBatch {
  /** The edits whose events are sent, in order. */
  readonly edits: readonly Edit[]
  readonly prev: Numbers
  /** How many edits of the queue it used up. */
  readonly used: number
}

/** How much one push may hold; halved when nothing moves. */
export interface PushLimit {
  readonly bytes: number
  readonly events: number
}

const sizes = new WeakMap<Event, number>()

/** Encoded UTF-8 bytes of an event. */
export function eventBytes(event: Event): number {
  const known = sizes.get(event)
  if (known !== undefined) return known
  const bytes = utf8Length(JSON.stringify(event)) + 1
  sizes.set(event, bytes)
  return bytes
}

/** Tells whether an event is too large for any push. */
export const isOversized = (event: Event): boolean => eventBytes(event) > limits.eventBytes

/**
 * Takes the next push from the front of the queue, and moves `sent`, the last n sent per replica.
 *
 * An event is left out if the next one that is sent, by the same replica, writes every field that
 * it writes (R5): nobody could ever see its values. Only the very next: were another sent between
 * them, and the later one refused, the number of the earlier could not be sent any more.
 */
export function takePush(
  queue: readonly Edit[],
  limit: PushLimit,
  sent: Map<Replica, number>,
): PushBatch {
  const used = fit(queue, limit)
  const edits = coalesce(queue.slice(0, used))
  const prev: Record<Replica, number> = {}
  for (const edit of edits) {
    const event = edit.event as Event
    const replica = eventReplica(event)
    prev[replica] ??= sent.get(replica) ?? 0
  }
  for (const edit of edits) {
    const event = edit.event as Event
    sent.set(eventReplica(event), event[0])
  }
  return { edits, prev, used }
}

function fit(queue: readonly Edit[], limit: PushLimit): number {
  let bytes = 0
  let count = 0
  for (const edit of queue) {
    bytes += eventBytes(edit.event as Event)
    if (count > 0 && (bytes > limit.bytes || count >= limit.events)) break
    count += 1
  }
  return count
}

function coalesce(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = []
  for (const edit of [...edits].reverse()) {
    const next = kept.at(-1)
    if (next === undefined || !covers(next, edit)) kept.push(edit)
  }
  return kept.reverse()
}

/** Tells whether `later`, by the same writer, writes every field that `earlier` writes. */
function covers(later: Edit, earlier: Edit): boolean {
  if (eventReplica(later.event as Event) !== eventReplica(earlier.event as Event)) return false
  const written = new Set(later.patches.map(register))
  return earlier.patches.every((patch) => written.has(register(patch)))
}

const register = (patch: Patch): string => `${patch[1]} ${patch[2]}`
