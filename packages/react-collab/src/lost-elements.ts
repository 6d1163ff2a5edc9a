import {
  cut,
  type ErrorCode,
  type Event,
  eventReplica,
  isVoid,
  parseRowKey,
  type Patch,
  RefusedError,
  type Replica,
  ROOT,
  type RowKey,
  rowName,
  isCreated,
} from '@react-collab/core'
import type { Edit } from './edit.js'
import type { Replica as ObjectReplica } from './replica.js'

/**
 * Makes sure that an event can be made again; what it typed keeps the numbers of its elements. `code` is
 * what it was refused with, `onDisk` are rows that are there and not in memory.
 *
 * Errors  `RefusedError` BASE_LOST when the text or row that it edits is not there, or the elements would
 *         be another writer's
 */
export function checkBase(
  replica: ObjectReplica,
  event: Event,
  code?: ErrorCode,
  onDisk: ReadonlySet<RowKey> = new Set(),
): void {
  const { visible, writer } = replica
  const needsRow = code === 'BASE_LOST' || code === 'DEPENDS_ON_REFUSED'
  const isMissing = (key: RowKey): boolean =>
    key !== ROOT && visible.written(key) === undefined && !onDisk.has(key)
  const missing = event[2].map(([, key]) => key).filter(isMissing)
  const [lost] = missing.filter((key) => needsRow && !isCreated(key, event[2]))
  if (lost !== undefined) throw new RefusedError('BASE_LOST', goneRow(lost))
  const rows = { get: (key: RowKey) => visible.row(key) }
  const isTyped = event[2].some(([kind]) => kind === '~')
  if (isTyped && (eventReplica(event) !== writer || isVoid(rows, event)))
    throw new RefusedError('BASE_LOST', 'the text that it edits is not there any more')
}

function goneRow(key: RowKey): string {
  const row = `${parseRowKey(key).collection}/${rowName(key)}`
  return `${cut(row)}, which it edits, is not there: make it again first, as by a retry of what makes it`
}

type TextPatch = Extract<Patch, readonly ['~', ...unknown[]]>

/** Elements of texts, all of one writer: from the first, up to the one before `end`. */
interface Range {
  readonly replica: Replica
  readonly from: number
  readonly end: number
}

/** What is looked at of an edit. */
type Typed = Pick<Edit, 'patches' | 'event'>

/** What refused edits typed, and what then is not there for others to refer to. */
export class LostElements {
  readonly #ranges: Range[] = []

  add(edit: Typed): void {
    this.#ranges.push(...textsOf(edit).flatMap((patch) => madeBy(patch, edit)))
  }

  /** Whether an edit refers to any of them. */
  has(edit: Typed): boolean {
    if (this.#ranges.length === 0) return false
    return textsOf(edit).some((patch) => namedBy(patch, edit).some((range) => this.#meets(range)))
  }

  #meets({ replica, from, end }: Range): boolean {
    return this.#ranges.some(
      (lost) => lost.replica === replica && lost.from < end && from < lost.end,
    )
  }
}

const textsOf = ({ patches }: Typed): TextPatch[] =>
  patches.filter((patch): patch is TextPatch => patch[0] === '~')

function madeBy([, , , inserts]: TextPatch, { event }: Typed): Range[] {
  const replica = eventReplica(event as Event)
  return inserts.map(([from, , , , text]) => {
    const size = typeof text === 'number' ? text : text.length
    return { replica, from, end: from + size }
  })
}

function namedBy([, , , inserts, deletes]: TextPatch, { event }: Typed): Range[] {
  const own = eventReplica(event as Event)
  const rangeOf = (ref: number | readonly [Replica, number]): Range => {
    const [replica, from] = typeof ref === 'number' ? [own, ref] : ref
    return { replica, from, end: from + 1 }
  }
  const around = inserts.flatMap(([, parent, , right]) => [rangeOf(parent), rangeOf(right)])
  const gone = deletes.map(([replica, from, size]) => ({ replica, from, end: from + size }))
  return [...around, ...gone]
}
