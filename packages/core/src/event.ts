import { CollabError, type ErrorCode, ProtocolError } from './errors.js'
import { hashText, isHash } from './hash.js'
import { checkJson, type Json, limits } from './json.js'
import { checkPlace } from './list/place.js'
import { checkField, checkRowKey, PLACE, type RowKey, TOMBSTONE } from './names.js'
import { checkCount } from './sum.js'
import type { Delete, Insert } from './text/ops.js'
import { readTextOps } from './text/read-ops.js'
import { isReplica, isStamp, type Replica, replicaOf, type Stamp } from './stamp.js'

/**
 * The smallest change: a register written, a field removed, something added to a counter, or text
 * edited.
 */
export type Patch =
  | readonly [kind: '=', row: RowKey, field: string, value: Json]
  | readonly [kind: 'x', row: RowKey, field: string]
  | readonly [kind: '+', row: RowKey, field: string, by: number]
  | TextPatch

/** An edit of a text: what is typed into it, and what is deleted. */
export type TextPatch = readonly [
  kind: '~',
  row: RowKey,
  field: string,
  inserts: readonly Insert[],
  deletes: readonly Delete[],
]

/** What an event says of itself beside its patches. */
export interface EventMeta {
  /** Version of the schema that it was written under. */
  readonly v?: number
  /** What it was first, when it was emitted again: under another replica, or with another stamp. */
  readonly o?: readonly [replica: Replica, n: number]
  /** The hash that it had then. */
  readonly h?: string
}

/**
 * What one edit changed; the same array in memory, on disk, on the wire and in the log.
 *
 * `n` is 1, 2, 3 … per replica and object; a refused event leaves a gap. The replica is the end of
 * the stamp. An event is applied whole and writes a register at most once (R17).
 */
export type Event = readonly [n: number, stamp: Stamp, patches: readonly Patch[], meta?: EventMeta]

/** Names an event within its object. */
export const eventReplica = (event: Event): Replica => replicaOf(event[1])

/** Whether an event makes a row: whoever does says that it is not deleted, and what is in it. */
export const isCreated = (key: RowKey, patches: readonly Patch[]): boolean =>
  patches.some(([kind, row, field, value]) =>
    kind === '=' && row === key && field === TOMBSTONE ? value === false : false,
  ) && patches.some(([, row, field]) => row === key && field !== TOMBSTONE)

/** An event as it was first made, whoever has emitted it again. */
export interface Origin {
  readonly replica: Replica
  readonly n: number
  readonly hash: string
}

/** Tells what an event was first; `text` is its JSON, where that is at hand. */
export function originOf(event: Event, text: string = JSON.stringify(event)): Origin {
  const { o, h } = event[3] ?? {}
  if (Array.isArray(o) && h !== undefined) return { replica: o[0], n: o[1], hash: h }
  return { replica: eventReplica(event), n: event[0], hash: hashText(text) }
}

/** Gives an event that was made again the origin of what it was. */
export function withOrigin([n, stamp, patches, meta]: Event, before: Event): Event {
  const { replica, n: first, hash } = originOf(before)
  return [n, stamp, patches, { ...meta, o: [replica, first], h: hash }]
}

/** The hash by which a log knows the content of an event under its number; a new stamp changes none. */
export function contentHash(event: Event, text: string): string {
  const { o, h } = event[3] ?? {}
  // A wrong event is compared as well: it may repeat one that was logged.
  const isOwn = Array.isArray(o) && o[1] === event[0] && o[0] === eventReplica(event)
  return isOwn && h !== undefined ? h : hashText(text)
}

function bad(code: ErrorCode, message: string): never {
  throw new ProtocolError(code, message)
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1

/** Reads an event that came from elsewhere; throws a `CollabError` that names what is wrong. */
export function readEvent(value: unknown): Event {
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) {
    bad('BAD_EVENT', 'an event is [n, stamp, patches, meta?]')
  }
  const [n, stamp, patches, meta] = value as unknown[]
  if (!isCount(n)) bad('BAD_EVENT', 'n counts from 1')
  if (!isStamp(stamp)) bad('BAD_STAMP', 'the stamp is not 20 base36 characters')
  readPatches(patches)
  if (value.length === 4) readMeta(meta)
  return value as unknown as Event
}

function readPatches(patches: unknown): void {
  if (!Array.isArray(patches) || patches.length === 0) bad('BAD_EVENT', 'an event has patches')
  if (patches.length > limits.patches) bad('BATCH_TOO_LARGE', `over ${limits.patches} patches`)
  const seen = patches.length > 1 ? new Set<string>() : undefined
  for (const patch of patches) {
    const name = readPatch(patch)
    if (seen?.has(name)) bad('BAD_EVENT', 'an event writes a field once')
    seen?.add(name)
  }
}

function readPatch(patch: unknown): string {
  if (!Array.isArray(patch)) bad('BAD_EVENT', 'a patch is an array')
  const [kind, row, field, value, deletes] = patch as unknown[]
  const length = lengths.get(kind) ?? bad('UNKNOWN_KIND', 'no such kind of patch')
  if (patch.length !== length) bad('BAD_EVENT', `a patch of this kind has ${length} parts`)
  const name = `${checkRowKey(row)} ${checkField(field)}`
  if (kind === '=') checkRegister(field as string, value)
  if (kind === '+' || kind === '~') checkUnreserved(field as string)
  if (kind === '+') checkCount(value)
  if (kind === '~') readTextOps(value, deletes)
  return name
}

/** Parts of a patch, by its kind. */
const lengths: ReadonlyMap<unknown, number> = new Map([
  ['=', 4],
  ['x', 3],
  ['+', 4],
  ['~', 5],
])

/** Checks the value of a register that came from elsewhere, by what its field may hold. */
export function checkRegister(field: string, value: unknown): Json {
  const json = checkJson(value)
  if (field === TOMBSTONE && typeof json !== 'boolean') bad('BAD_VALUE', '$del is true or false')
  if (field === PLACE) checkPlace(json)
  return json
}

/** Checks that a field may be a text or a counter: those of the system are registers. */
export function checkUnreserved(field: string): string {
  if (field.startsWith('$')) bad('RESERVED_NAME', `${field} is a register`)
  return checkField(field)
}

function readMeta(meta: unknown): void {
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) {
    bad('BAD_EVENT', 'meta is an object')
  }
  // What a newer client says here is kept, so it has to be fit to keep.
  const { v, o, h } = checkJson(meta) as Record<string, unknown>
  if (v !== undefined && !isCount(v)) bad('BAD_EVENT', 'meta.v counts from 1')
  if (h !== undefined && !isHash(h)) bad('BAD_EVENT', 'meta.h is a hash')
  if (o === undefined) return
  const [replica, n, ...rest] = Array.isArray(o) ? (o as unknown[]) : []
  if (!isReplica(replica) || !isCount(n) || rest.length > 0) {
    bad('BAD_EVENT', 'meta.o is [replica, n]')
  }
}

/** Tells which event of a list is wrong, and why. */
export interface BadEvent {
  readonly index: number
  readonly error: CollabError
}

/** Reads a list of events; a wrong one is reported by index, so that a sender can park just it. */
export function readEvents(values: readonly unknown[]): BadEvent[] {
  const wrong: BadEvent[] = []
  values.forEach((value, index) => {
    try {
      readEvent(value)
    } catch (error) {
      if (!(error instanceof CollabError)) throw error
      wrong.push({ index, error })
    }
  })
  return wrong
}
