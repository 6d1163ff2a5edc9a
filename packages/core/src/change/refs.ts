import type { Body, Change, Path } from './change.js'
import { mapIndex, mapPath, type Side } from './map-path.js'

/** Names a value by where it is; follows it. */
export interface PathRef {
  readonly kind: 'path'
  readonly path: Path
}

/** Names a place between the items of a sequence, and which of its neighbours it stays with. */
export interface Caret {
  readonly kind: 'caret'
  readonly path: Path
  readonly index: number
  readonly side: Side
}

/** Names items of a sequence, or at least where they were. */
export interface RangeRef {
  readonly kind: 'range'
  readonly start: Caret
  readonly end: Caret
}

/** Names something in a value, and follows it through changes. */
export type Ref = PathRef | Caret | RangeRef

/** Names what is at a path. */
export const pathRef = (path: Path): PathRef => ({ kind: 'path', path })

/** Names the place before the item of this index; on the `left` it stays with what is before it. */
export const caret = (path: Path, index: number, side: Side = 'right'): Caret => ({
  kind: 'caret',
  path,
  index,
  side,
})

/** Names the items from one index up to another. */
export const range = (path: Path, from: number, to: number): RangeRef => ({
  kind: 'range',
  start: caret(path, from),
  end: caret(path, to),
})

/** Carries a reference through a change; undefined when what it names was deleted or replaced. */
export function mapRef(change: Change, ref: PathRef): PathRef | undefined
export function mapRef(change: Change, ref: Caret): Caret | undefined
export function mapRef(change: Change, ref: RangeRef): RangeRef | undefined
export function mapRef(change: Change, ref: Ref): Ref | undefined
export function mapRef(change: Change, ref: Ref): Ref | undefined {
  if (ref.kind === 'caret') return mapCaret(change, ref)
  if (ref.kind === 'range') return mapRange(change, ref)
  const mapped = mapPath(change, ref.path)
  return mapped && { ...ref, path: mapped.path }
}

function mapCaret(change: Change, ref: Caret): Caret | undefined {
  const mapped = mapPath(change, ref.path)
  if (mapped === undefined || isReplaced(mapped.change)) return undefined
  const { index } = mapIndex(mapped.change, ref.index, ref.side)
  return { ...ref, path: mapped.path, index }
}

const isReplaced = (change: Body): boolean =>
  change?.type === 'replace' ||
  (change?.type === 'steps' && change.steps.some(({ type }) => type === 'replace'))

/** A range whose items are gone is a caret of two ends, which then go the same way. */
function mapRange(change: Change, ref: RangeRef): RangeRef | undefined {
  const start = mapCaret(change, ref.start)
  const end = mapCaret(change, ref.end)
  if (start === undefined || end === undefined) return undefined
  const isCollapsed = end.index <= start.index
  return {
    ...ref,
    start,
    end: isCollapsed ? { ...end, index: start.index, side: start.side } : end,
  }
}
