import {
  type Event,
  eventReplica,
  limits,
  type Numbers,
  type Patch,
  type Replica,
} from '@react-collab/core'
import type { Edit } from './edit.js'
import { mostBytesOf } from './event-size.js'

/** What goes up in one push. */
export interface PushBatch {
  /** The edits whose events are sent, in order. */
  readonly edits: readonly Edit[]
  readonly prev: Numbers
  /** The edits of the queue that it used up: those that are sent, and those that they cover. */
  readonly used: readonly Edit[]
}

/** How much one push may hold; halved when nothing moves. */
export interface PushLimit {
  readonly bytes: number
  readonly events: number
}

/** Of a push that is answered within this, a larger one is sent next. */
const QUICK_MS = 1000
/** What the first push may hold: it takes a second or two of a slow line, so that what else goes over it stays in time. */
export const firstLimit: PushLimit = { bytes: 65_536, events: limits.pushEvents }
const most: PushLimit = { bytes: limits.pushBytes - 4096, events: limits.pushEvents }

/** Doubles what a push may hold after one that was answered quickly. */
export const raised = ({ bytes, events }: PushLimit, tookMs: number): PushLimit => {
  const isQuick = tookMs >= 0 && tookMs <= QUICK_MS
  return {
    bytes: Math.min(isQuick ? most.bytes : Math.max(bytes, firstLimit.bytes), bytes * 2),
    events: Math.min(most.events, events * 2),
  }
}

/** Halves what a push may hold after one that was not answered; one event always may. */
export const lowered = ({ bytes, events }: PushLimit): PushLimit => ({
  bytes: Math.max(1024, Math.min(bytes, firstLimit.bytes) / 2),
  events: Math.max(1, events / 2),
})

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
  const used = queue.slice(0, fit(queue, limit))
  const edits = coalesce(used)
  const prev: Record<Replica, number> = {}
  for (const edit of edits) {
    const event = edit.event as Event
    const replica = eventReplica(event)
    prev[replica] ??= sent.get(replica) ?? 0
    sent.set(replica, event[0])
  }
  return { edits, prev, used }
}

function fit(queue: readonly Edit[], limit: PushLimit): number {
  let bytes = 0
  let count = 0
  for (const edit of queue) {
    const [, , patches, meta] = edit.event as Event
    const size = mostBytesOf(patches, meta)
    bytes += size
    // What may be too large for any push comes to the front alone, and is looked at there.
    const isFull = bytes > limit.bytes || count >= limit.events || size > limits.eventBytes
    if (isFull && count > 0) break
    count += 1
  }
  return count
}

function coalesce(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = []
  for (let i = edits.length - 1; i >= 0; i--) {
    const edit = edits[i] as Edit
    const next = kept.at(-1)
    if (next === undefined || !covers(next, edit)) kept.push(edit)
  }
  return kept.reverse()
}

/** Tells whether `later`, by the same writer, writes every field that `earlier` writes. */
const covers = ({ patches, event }: Edit, earlier: Edit): boolean =>
  // Most neighbours write something else, which the first look tells.
  areOverwritten(earlier.patches, patches) &&
  // A seed comes after edits and lies beneath them.
  (event as Event)[1] > (earlier.event as Event)[1] &&
  eventReplica(event as Event) === eventReplica(earlier.event as Event)

/** Tells whether patches of one writer leave nothing of earlier ones. */
export const areOverwritten = (earlier: readonly Patch[], later: readonly Patch[]): boolean =>
  earlier.every((patch) => later.some((other) => isOverwritten(patch, other)))

/** Only a register's write takes away what was there: what is added or typed stays. */
const isOverwritten = (a: Patch, b: Patch): boolean =>
  a[2] === b[2] && a[1] === b[1] && isRegister(a) && isRegister(b)

const isRegister = ([kind]: Patch): boolean => kind === '=' || kind === 'x'
