import {
  type Event,
  type EventMeta,
  limits,
  type Patch,
  type Stamp,
  type TextPatch,
  UsageError,
  utf8Length,
} from '@react-collab/core'

/** Encoded UTF-8 bytes of an event. */
export const eventBytes = (event: Event): number => utf8Length(JSON.stringify(event)) + 1

/** Says by how much an event is too large for any push; undefined when it is not. */
export function oversizeOf(event: Event): string | undefined {
  const bytes = mostBytesOf(event[2], event[3]) > limits.eventBytes ? eventBytes(event) : 0
  return bytes > limits.eventBytes ? `${bytes} bytes are over ${limits.eventBytes}` : undefined
}

/**
 * Refuses an edit that no push could hold, before anything has changed.
 *
 * Errors  `UsageError` BATCH_TOO_LARGE, PAYLOAD_TOO_LARGE
 */
export function checkSize(patches: readonly Patch[], meta: EventMeta | undefined): void {
  if (patches.length > limits.patches)
    throw new UsageError('BATCH_TOO_LARGE', `an edit has at most ${limits.patches} changes`)
  if (mostBytesOf(patches, meta) <= limits.eventBytes) return
  // As large as its number and stamp can make it.
  const bytes = eventBytes(
    meta === undefined ? [mostN, anyStamp, patches] : [mostN, anyStamp, patches, meta],
  )
  if (bytes <= limits.eventBytes) return
  const message = `an edit has at most ${limits.eventBytes} bytes, this one has ${bytes}`
  throw new UsageError('PAYLOAD_TOO_LARGE', message)
}

const mostN = Number.MAX_SAFE_INTEGER
const anyStamp = 'z'.repeat(20) as Stamp
/** The most that number, stamp and brackets of an event take. */
const headBytes = JSON.stringify([mostN, anyStamp, [], {}]).length

/** At least the bytes that an event takes, and not many more: without encoding it. */
export const mostBytesOf = (patches: readonly Patch[], meta: EventMeta | undefined): number =>
  headBytes + mostBytes(patches) + (meta === undefined ? 0 : mostBytes(meta))

function mostBytes(value: unknown): number {
  if (typeof value === 'string') return textBytes(value)
  if (typeof value !== 'object' || value === null) return 25
  let bytes = 3
  if (Array.isArray(value)) for (const item of value) bytes += mostBytes(item)
  else for (const [key, item] of Object.entries(value)) bytes += textBytes(key) + mostBytes(item)
  return bytes
}

function textBytes(text: string): number {
  let bytes = text.length + 3
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20) bytes += 5
    else if (unit === 0x22 || unit === 0x5c) bytes += 1
    else if (unit > 0x7f) bytes += 2
  }
  return bytes
}

/**
 * Shares patches out among as few events as can hold them, in their order; those of texts come last,
 * and one that is too large by itself becomes several, which do the same one after the other.
 */
export function shareOut(patches: readonly Patch[], meta: EventMeta | undefined): Patch[][] {
  const room = limits.eventBytes - mostBytesOf([], meta)
  if (patches.length <= limits.patches && mostBytes(patches) <= room) return [[...patches]]
  const isLarge = (patch: Patch): patch is TextPatch => patch[0] === '~' && mostBytes(patch) > room
  const others = patches.filter((patch) => !isLarge(patch))
  const large = patches.filter(isLarge).flatMap((patch) => cutText(patch, room))
  // An event has a text once, and cannot delete what it types in another patch.
  return [...inGroups(others, room, limits.patches), ...large.map((patch): Patch[] => [patch])]
}

function cutText([kind, key, field, inserts, deletes]: TextPatch, room: number): TextPatch[] {
  const own = room - mostBytes([kind, key, field, [], []])
  return [
    ...inGroups(inserts, own).map((some): TextPatch => [kind, key, field, some, []]),
    ...inGroups(deletes, own).map((some): TextPatch => [kind, key, field, [], some]),
  ]
}

/** Groups what follows each other, as much as there is room for; none is empty. */
function inGroups<T>(items: readonly T[], room: number, most = Number.POSITIVE_INFINITY): T[][] {
  const groups: T[][] = []
  let left = 0
  for (const item of items) {
    const bytes = mostBytes(item)
    const group = groups.at(-1)
    left -= bytes
    if (group !== undefined && left >= 0 && group.length < most) group.push(item)
    else {
      groups.push([item])
      left = room - bytes
    }
  }
  return groups
}
